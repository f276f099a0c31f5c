# Вход, первая ссылка, учётные записи.

login-title = Вход
login-new = Здесь ещё никого нет.
login-new-how = Откройте одноразовую ссылку, которую программа вывела рядом с QR-кодом при первом запуске. Новую ссылку выводит команда:
login-name = Имя
login-password = Пароль
login-enter = Войти
login-wrong = Имя или пароль не подходят.
login-wait = Слишком много попыток. Попробуйте через { $seconds } с.
login-forgotten = Забыли пароль? Новую ссылку для входа выводит на сервере команда

welcome-title = Добро пожаловать
welcome-lead = Придумайте имя и пароль: с ними вы будете заходить на эти страницы.
welcome-name = Как вас зовут
welcome-password = Пароль
welcome-again = Пароль ещё раз
welcome-enter = Начать
welcome-gone = Эта ссылка больше не действует.
welcome-gone-how = Она открывается один раз и живёт сутки. Новую выводит на сервере команда:

account-name-bad = Имя нужно от одной до 80 букв.
account-name-taken = Это имя уже занято.
account-password-hint = Не короче 10 знаков; лучше всего несколько слов подряд.
account-password-short = Пароль короче 10 знаков.
account-password-long = Пароль длиннее 200 знаков.
account-password-name = Пароль не должен совпадать с именем.
account-password-differs = Пароли не совпали.
account-made = Готово, вы вошли.
