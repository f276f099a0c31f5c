# The page of the day.

today-title = Today
today-pulse = Is the bot answering
today-online = The bot is online and answering
today-online-lead = WhatsApp { $number }: messages come in, answers go out.
today-since = Online since { $when }
today-offline-lead = Nobody answers the customers meanwhile. Bookings and chats are safe.
today-banned-until = It ends { $when }; the bot connects by itself.
today-silent = WhatsApp is silent
today-silent-lead = There has been no connection for long. The bot keeps trying; check the server's internet and WhatsApp on the phone.
today-journal_not_writable = The journal cannot be written
today-journal_not_writable-lead = The bot cannot keep messages. Check the server's disk.
today-turn_too_old = A customer has waited too long for an answer
today-turn_too_old-lead = The bot is too slow or cannot answer. Look into the chats.
today-to-pairing = WhatsApp connection
today-to-alerts = More

today-messages = { $n ->
    [one] message from customers
   *[other] messages from customers
}
today-answered = { $n ->
    [one] answer by the bot
   *[other] answers by the bot
}
today-booked = { $n ->
    [one] visit booked by the bot
   *[other] visits booked by the bot
}
today-moved = { $n } moved
today-cancelled = { $n } cancelled
today-failures = { $n ->
    [one] failure today
   *[other] failures today
}
today-seconds = s
today-median = usual time to answer
today-cost = Claude today
today-cost-per = Claude today, { $cost } a booking

today-waiting = Waiting for a person
today-nobody-waits = Nobody waits: the bot copes.
today-all-waiting = All who wait
today-nameless = No name
today-failed = Went wrong today
today-failed-error = got an apology instead of an answer
today-failed-refused = WhatsApp did not take the answer
today-failed-doubt = unclear whether it was booked
today-all-failed = All failures
today-upcoming = Next visits
today-none-upcoming = No visits ahead.
today-visit = Visit
today-now = now
today-day-today = today
today-day-tomorrow = tomorrow
today-to-calendar = The whole calendar

today-fortnight = Two weeks
today-chart-messages = { $n ->
    [one] message from customers
   *[other] messages from customers
}
today-chart-booked = { $n ->
    [one] visit booked by the bot
   *[other] visits booked by the bot
}
today-as-table = As a table
today-column-day = Day
today-column-messages = Messages
today-column-answered = Answers
today-column-booked = Booked
today-column-failed = Failed
today-column-median = To answer, s
today-column-cost = Claude
