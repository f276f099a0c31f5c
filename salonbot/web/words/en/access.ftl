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
