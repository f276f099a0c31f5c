# Words that all pages share.

common-skip = Skip to the content
common-navigation = Pages
common-salons = Salons
common-all-salons = All salons
common-account = Account
common-other-language = Русский
common-sign-out = Sign out
common-save = Save
common-cancel = Cancel
common-back = Back

common-nav-today = Today
common-nav-chats = Chats
common-nav-calendar = Calendar
common-nav-settings = Settings
common-nav-pairing = WhatsApp
common-nav-alerts = Alerts

# States of a WhatsApp session, in short.
state-unpaired = No phone is linked
state-pairing = Waiting for the scan
state-connecting = Connecting
state-online = Online
state-reconnecting = Connecting again
state-logged_out = Unlinked by the phone
state-replaced = Open in another place
state-banned = Restricted by WhatsApp
state-outdated = Needs an update
state-passkey_needed = A passkey is in the way
state-refused = Refused by WhatsApp
state-store_damaged = The session's file is damaged
state-held = Held by another process
state-stopped = Stopped

refusal-title = That did not work
refusal-401 = Please sign in first
refusal-403 = This is not allowed
refusal-404 = There is no such page
refusal-405 = This cannot be done here
refusal-413 = That is too much
refusal-421 = This is not our address
refusal-429 = Too many tries
refusal-500 = Something broke on our side
refusal-503 = Not possible right now, please try again in a moment
refusal-other = That did not work
refusal-reason-all-salons = This is about all salons at once: for the owner.
refusal-reason-token = The token has no account of its own.
refusal-reason-host = This address is not salonbot's: set [web] public_url to it.
refusal-reason-old-form = This form is out of date: open the page again.
refusal-reason-elsewhere = This was sent from another site's page.
refusal-reason-no-form = This is no form.
refusal-home = Go to the start
