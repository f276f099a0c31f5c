# Слова, общие для всех страниц.

common-skip = К содержанию
common-navigation = Разделы
common-salons = Салоны
common-all-salons = Все салоны
common-account = Учётная запись
common-other-language = English
common-sign-out = Выйти
common-save = Сохранить
common-cancel = Отмена
common-back = Назад

common-nav-today = Сегодня
common-nav-chats = Переписка
common-nav-calendar = Календарь
common-nav-settings = Настройки
common-nav-pairing = WhatsApp
common-nav-alerts = Оповещения

# Состояния сеанса WhatsApp, коротко.
state-unpaired = Телефон не привязан
state-pairing = Ждём сканирования
state-connecting = Подключаемся
state-online = На связи
state-reconnecting = Связь восстанавливается
state-logged_out = Телефон отвязан
state-replaced = Открыто в другом месте
state-banned = Номер ограничен WhatsApp
state-outdated = Нужно обновление
state-passkey_needed = Мешает ключ доступа
state-refused = WhatsApp отказывает
state-store_damaged = Файл сеанса повреждён
state-held = Номер занят другой программой
state-stopped = Остановлено

refusal-title = Не получилось
refusal-401 = Сначала войдите
refusal-403 = Это запрещено
refusal-404 = Такой страницы нет
refusal-405 = Так сюда не обращаются
refusal-413 = Слишком много данных
refusal-421 = Это чужой адрес
refusal-429 = Слишком много попыток
refusal-500 = Сломалось у нас, не у вас
refusal-503 = Сейчас не получается, попробуйте чуть позже
refusal-other = Не получилось
refusal-reason-all-salons = Это сразу обо всех салонах: только для владельца.
refusal-reason-token = У токена нет своей учётной записи.
refusal-reason-host = salonbot не знает этого адреса: впишите его в [web] public_url.
refusal-reason-old-form = Страница устарела: откройте её заново и повторите.
refusal-reason-elsewhere = Это отправила страница другого сайта.
refusal-reason-no-form = Это не форма.
refusal-home = На главную
