# The page of alerts. The words for the troubles themselves are in salonbot/alerts/words.

alerts-title = Alerts
alerts-on = Now
alerts-house = The whole program
alerts-all-well = All is well
alerts-all-well-lead = Should something happen, it is told here and over every channel below.
alerts-since = Since { $when } ({ $ago })
alerts-seen-at = noted at { $when }
alerts-to-pairing = Connect WhatsApp
alerts-to-chats = Open the chats
alerts-see = I know, do not remind me
alerts-see-how = No more reminders; that it is over will be told
alerts-noted = Noted: you will not be reminded of it.
alerts-who-was-told = Who was told, and when
alerts-not-arrived = did not arrive
alerts-not-told = Nobody yet: it waits for the morning, or there is no channel.
alerts-waits = still trying
alerts-given-up = did not work
alerts-history = What was before

alerts-occasion-opened = It began
alerts-occasion-worse = It got worse
alerts-occasion-reminder = Reminded
alerts-occasion-over = It is over

alerts-channels = How you are told
alerts-channels-lead = At night only what is urgent comes. Channels and quiet hours stand in the configuration, in [alerts].
alerts-channel-whatsapp = WhatsApp
alerts-channel-telegram = Telegram
alerts-channel-email = E-mail
alerts-channel-webhook = Another system
alerts-way-ready = set up
alerts-way-arrived = arrived
alerts-way-broken = does not work
alerts-test = Try all channels
alerts-tested = Tried at { $when }
alerts-only-whatsapp = Should WhatsApp itself be cut off, this would not arrive. Add Telegram or e-mail.
alerts-no-way = Nowhere: troubles are seen on this page alone. Add a channel in [alerts].

alerts-advice-telegram-token = Telegram does not know this bot: check TELEGRAM_TOKEN, which @BotFather gave.
alerts-advice-telegram-chat = Telegram does not know this chat: check chat_id, and write to the bot once.
alerts-advice-telegram-start = The bot may not write to you: open it in Telegram and press Start.
alerts-advice-email-password = The mailbox does not take the name or the password: check user and EMAIL_PASSWORD. Many want a password of its own for each program.
alerts-advice-email-to = The server does not take the recipient's address: check to.
alerts-advice-whatsapp-away = WhatsApp is not connected now.
