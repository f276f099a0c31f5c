demo-title = A customer's phone
demo-lead = You write to the salon as { $name }. No real WhatsApp is here: its server and the phones live on this machine.
demo-empty = Write, for instance: “I'd like a haircut tomorrow at 15:00”.
demo-write = Message to the salon
demo-send = Send
demo-not-yet = The story is still being played, please wait a moment.
