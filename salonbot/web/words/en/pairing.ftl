# The page that links a phone.

pairing-title = WhatsApp
pairing-online-as = Online as { $number }
pairing-since = since { $when }
pairing-online-lead = The salon answers its customers from this number. Keep the phone switched on: WhatsApp wants to see it online every two weeks.
pairing-next-code = New code in
pairing-seconds = s
pairing-linking = Scanned, linking
pairing-linking-lead = The phone { $number } knows us. A few more seconds.
pairing-connecting-lead = Signing in to WhatsApp as { $number }.
pairing-preparing-lead = Getting a code ready, this takes a moment.
pairing-reconnecting-lead = The connection to WhatsApp broke; it comes back by itself. No customer's message is lost.
pairing-stopped-lead = The program is starting or stopping.

pairing-step-menu = Open WhatsApp on the salon's phone. Android: the menu ⋮ at the top right. iPhone: the Settings tab.
pairing-step-linked = Choose “Linked devices”.
pairing-step-link = Tap “Link a device”.
pairing-step-scan = Point the camera at the code on this page.

pairing-advice-unpaired = No code is shown any more: nobody scanned it, or the phone refused. Take the salon's phone in your hand and show a new one.
pairing-advice-logged_out = This device was taken off the list on the phone. Link it again: chats and bookings are still here.
pairing-advice-logged_out-403 = The phone itself is logged out of WhatsApp, or WhatsApp has locked the account. First open WhatsApp on the phone, then show a new code.
pairing-advice-logged_out-406 = WhatsApp has banned the account. Open WhatsApp on the phone and write to its support; once the number is back, show a new code.
pairing-advice-replaced = The same session is connected in another place: a second program started from a backup, for instance. Stop that one and connect again.
pairing-advice-banned = WhatsApp has restricted the number for a while. When the time is over we connect by ourselves. Look into WhatsApp on the phone: it says why. Until then, write to customers from the phone, and send no identical messages around.
pairing-banned-until = Until { $when }
pairing-advice-outdated = WhatsApp no longer accepts this version. Ask whoever looks after the server to update it (pip install --upgrade neonize) and to restart the program.
pairing-advice-passkey_needed = To link a device WhatsApp asks for a passkey, which cannot be given here. On the phone: Settings → Account → Passkeys, remove the passkey. Then show a new code; you may add the passkey again afterwards.
pairing-advice-refused = WhatsApp refuses the connection. Open WhatsApp on the phone, see whether there is a warning, and connect again.
pairing-advice-store_damaged = The file with the session's keys is damaged. Restore it from a backup and connect again, or link the phone anew. Chats and bookings are kept apart from it and are safe.
pairing-advice-held = Another salonbot of this machine answers for this number, so this one does not: customers would get everything twice. Stop the other one, and this one connects by itself within half a minute.
pairing-held-by = Held by: { $holder }
pairing-their-code = WhatsApp's code: { $code }

pairing-do-show = Show a QR code
pairing-do-again = Connect again
pairing-do-unlink = Unlink the phone

pairing-by-phone = No camera? Link with the phone number
pairing-by-phone-lead = We show a code of eight characters to be typed on the phone.
pairing-phone = Number of the salon's phone
pairing-get-code = Get a code
pairing-phone-wrong = This does not look like a number. Write it with its country code: +44 20 7946 0000.
pairing-phone-refused = WhatsApp gave no code. Check the number and try again.
pairing-typed-how = On the phone: “Linked devices” → “Link a device” → “Link with phone number instead”. Type the code:
pairing-typed-for = For { $phone }. It is good while a QR code is shown on this page.

pairing-unlink-title = Unlink the phone?
pairing-unlink-lead = The salon will receive no messages and answer none until you link a phone again.
pairing-unlink-kept = Chats, bookings and settings stay.
pairing-unlink-yes = Yes, unlink
pairing-unlinked = The phone is unlinked.
pairing-unlinked-here = The phone is unlinked here, but WhatsApp does not know: remove the device on the phone as well, under “Linked devices”.
