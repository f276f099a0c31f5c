# What the owner of the salon reads. $detail is a code or a short word, $count how many customers or cases.

again = Still: { $title }
over = All right again: { $title }
over-text = It lasted { $lasted }. Nothing needs doing.
lasted-minutes = { $n ->
    [0] less than a minute
    [one] { $n } minute
   *[other] { $n } minutes
}
lasted-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
lasted-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
test = A test
test-text = This is how salonbot tells of trouble. Nothing needs doing.
house = salonbot

logged_out = WhatsApp is no longer linked
logged_out-text = { $detail ->
    [403] The phone is logged out of WhatsApp, or WhatsApp has locked the number. Look into WhatsApp on the salon's phone, then show a new code and scan it. Nobody answers the customers meanwhile.
    [406] WhatsApp has banned the salon's number. Open WhatsApp on the salon's phone and see what it says. Nobody answers the customers meanwhile.
   *[other] The salon's phone has unlinked the bot, and nobody answers the customers. Open the pairing page and scan a new code. Chats and bookings are safe.
}
replaced = WhatsApp is connected from somewhere else
replaced-text = The same session is open in another place, such as a restored copy. Stop the other one and connect again.
banned = WhatsApp has suspended the number for a while
banned-text = { $detail ->
    [none] Nobody answers the customers meanwhile; the bot connects by itself when it is over. Look into WhatsApp on the salon's phone.
   *[until] Until { $detail }. Nobody answers the customers until then; after that the bot connects by itself. Look into WhatsApp on the salon's phone.
}
outdated = WhatsApp wants a newer version
outdated-text = WhatsApp no longer accepts this version. For whoever looks after the bot: python -m pip install --upgrade neonize, then restart. Nobody answers the customers meanwhile.
passkey_needed = WhatsApp wants a passkey
passkey_needed-text = WhatsApp asks for a passkey to link a device. Turn it off on the phone: WhatsApp → Settings → Account, then show a new code.
refused = WhatsApp refuses the connection
refused-text = Look into WhatsApp on the salon's phone and connect again on the pairing page. Nobody answers the customers meanwhile.
store_damaged = The file of the WhatsApp session is damaged
store_damaged-text = Restore it from a backup, or link the phone anew. Chats and bookings are kept elsewhere and are safe.
held = WhatsApp is connected by another salonbot
held-text = Another salonbot of this machine answers for this number. Stop that one: this one then connects by itself. { $detail ->
    [none] {""}
   *[said] It is: { $detail }.
}
silent = No connection to WhatsApp
silent-text = The bot keeps trying, but so far nobody answers the customers. Check the server's internet and WhatsApp on the salon's phone.
turn_too_old = A customer has waited too long for an answer
turn_too_old-text = The bot is too slow or cannot answer. Look into the chats and answer yourself; if it does not pass in ten minutes, restart the bot.
turns_failing = The bot could not answer
turns_failing-text = { $count ->
    [one] One customer got an apology instead of an answer.
   *[other] Apologies instead of answers: { $count }.
} Look into the chats and answer yourself.
replies_refused = WhatsApp did not take the bot's message
replies_refused-text = Messages that did not arrive: { $count }. Write to these customers yourself; it happens where a customer has blocked the number, or WhatsApp limits new chats.
messages_lost = A customer's message could not be read
messages_lost-text = The bot has asked for it once more where it could. Look into the chats on the salon's phone.
person_wanted = { $count ->
    [one] A customer waits for a person
   *[other] { $count } customers wait for a person
}
person_wanted-text = The bot is silent in these chats. Open the chat and answer.
claude_away = Claude does not answer
claude_away-text = The offline brain answers the customers: plainer, and it books as reliably. { $detail ->
    [none] {""}
   *[said] Why: { $detail }.
}
budget_spent = Claude's budget of the day is spent
budget_spent-text = The offline brain answers until midnight. The budget is a setting: daily_budget_usd.
booking_away = The booking system does not answer
booking_away-text = Requests that wait: { $count }. The bot books them when it is back, and tells the customers.
events_not_delivered = Your system does not take events
events_not_delivered-text = So many wait: { $count }. Check the address in [salon.events].
journal_not_writable = The journal cannot be written
journal_not_writable-text = The bot cannot keep messages and bookings. Check the server's disk. { $detail ->
    [none] {""}
   *[said] Why: { $detail }.
}
disk_full = The disk is nearly full
disk_full-text = { $detail ->
    [none] {""}
   *[said] Free: { $detail }.
} When nothing is left the bot stops.
reload_failed = The new settings were not taken
reload_failed-text = They have mistakes; the bot goes on with the ones before. Look with: salonbot check. { $detail ->
    [none] {""}
   *[said] The first mistake: { $detail }.
}
restart_wanted = The bot restarts
restart_wanted-text = It is worn out by a long run and begins anew; that takes seconds, and nothing is lost.
channel_broken = Alerts do not arrive
channel_broken-text = { $detail ->
    [none] {""}
   *[said] Does not work: { $detail }.
} What to do stands on the page of alerts.
