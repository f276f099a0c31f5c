# Sign-in, the first link, accounts.

login-title = Sign in
login-new = Nobody is here yet.
login-new-how = Open the one-time link that was printed beside the QR code at the first start. This command prints a new one:
login-name = Name
login-password = Password
login-enter = Sign in
login-wrong = Name or password do not fit.
login-wait = Too many tries. Try again in { $seconds } s.
login-forgotten = Forgotten the password? On the server, this command prints a link to choose a new one:

welcome-title = Welcome
welcome-lead = Choose a name and a password: with these you will open these pages.
welcome-name = Your name
welcome-password = Password
welcome-again = Password once more
welcome-enter = Begin
welcome-gone = This link is no longer good.
welcome-gone-how = It opens once, and lives for a day. On the server, this command prints a new one:

account-name-bad = A name needs one to 80 letters.
account-name-taken = This name is taken.
account-password-hint = At least 10 characters; several words in a row are best.
account-password-short = The password is shorter than 10 characters.
account-password-long = The password is longer than 200 characters.
account-password-name = The password must not be the name.
account-password-differs = The passwords differ.
account-made = Done, you are signed in.

account-title = Account
account-owner = Owner: sees every salon and lets others in.
account-owner-badge = owner
account-of-salons = Salons:
account-language = Language of the pages
account-browsers = Where you are signed in
account-browser-unknown = Unknown browser
account-browser-since = since
account-sign-out-everywhere = Sign out everywhere
account-change-password = Change the password
account-password-current = Present password
account-password-new = New password
account-password-wrong = The present password does not fit.
account-password-changed = The password is changed; other browsers have to sign in again.
account-saved = Saved.
account-others = Who else comes in here
account-others-lead = Administrators see only the salons that you tick for them.
account-new = Let somebody else in
account-new-name = Name
account-new-password = First password
account-new-password-hint = At least 10 characters. Hand it over in person; they can change it on this page.
account-new-salons = Which salons they see
account-create = Let them in
account-salons-none = Tick one salon at least.
account-other-made = They can come in now.
account-remove = Shut them out
account-remove-sure = Shut { $name } out?
account-removed = They are shut out.
