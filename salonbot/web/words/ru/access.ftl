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

account-title = Учётная запись
account-owner = Владелец: видит все салоны и открывает доступ другим.
account-owner-badge = владелец
account-of-salons = Салоны:
account-language = Язык страниц
account-browsers = Где вы вошли
account-browser-unknown = Неизвестный браузер
account-browser-since = с
account-sign-out-everywhere = Выйти везде
account-change-password = Сменить пароль
account-password-current = Нынешний пароль
account-password-new = Новый пароль
account-password-wrong = Нынешний пароль не подходит.
account-password-changed = Пароль сменён; в других браузерах нужно войти заново.
account-saved = Сохранено.
account-others = Кто ещё сюда заходит
account-others-lead = Администраторы видят только те салоны, которые вы для них отметите.
account-new = Открыть доступ ещё кому-то
account-new-name = Имя
account-new-password = Первый пароль
account-new-password-hint = Не короче 10 знаков. Передайте его лично; сменить его человек сможет здесь же.
account-new-salons = Какие салоны видит
account-create = Открыть доступ
account-salons-none = Отметьте хотя бы один салон.
account-other-made = Доступ открыт.
account-remove = Закрыть доступ
account-remove-sure = Закрыть доступ для { $name }?
account-removed = Доступ закрыт.
