# Страница оповещений. Слова о самих неполадках — в salonbot/alerts/words.

alerts-title = Оповещения
alerts-on = Сейчас
alerts-house = Вся программа
alerts-all-well = Всё в порядке
alerts-all-well-lead = Если что-то случится, сообщение придёт сюда и по всем каналам ниже.
alerts-since = С { $when } ({ $ago })
alerts-seen-at = отмечено в { $when }
alerts-to-pairing = Подключить WhatsApp
alerts-to-chats = Открыть переписку
alerts-see = Знаю, не напоминать
alerts-see-how = Напоминаний больше не будет; что всё прошло, сообщим
alerts-noted = Отмечено: об этом больше не напомним.
alerts-who-was-told = Кому и когда сообщили
alerts-not-arrived = не дошло
alerts-not-told = Пока никому: ждём утра, или нет каналов.
alerts-waits = ещё отправляем
alerts-given-up = не получилось
alerts-history = Что было раньше

alerts-occasion-opened = Случилось
alerts-occasion-worse = Стало хуже
alerts-occasion-reminder = Напомнили
alerts-occasion-over = Прошло

alerts-channels = Как мы сообщаем
alerts-channels-lead = Ночью приходит только срочное. Каналы и тихие часы — в файле настроек, раздел [alerts].
alerts-channel-whatsapp = WhatsApp
alerts-channel-telegram = Telegram
alerts-channel-email = Почта
alerts-channel-webhook = Другая система
alerts-way-ready = настроено
alerts-way-arrived = дошло
alerts-way-broken = не работает
alerts-test = Проверить все каналы
alerts-tested = Проверено в { $when }
alerts-only-whatsapp = Если отключится сам WhatsApp, это сообщение не дойдёт. Добавьте Telegram или почту.
alerts-no-way = Никуда: неполадки видны только на этой странице. Добавьте канал в разделе [alerts].

alerts-advice-telegram-token = Telegram не знает такого бота: проверьте TELEGRAM_TOKEN, его даёт @BotFather.
alerts-advice-telegram-chat = Telegram не знает такого чата: проверьте chat_id и напишите боту один раз.
alerts-advice-telegram-start = Бот не может вам написать: откройте его в Telegram и нажмите «Запустить».
alerts-advice-email-password = Почта не принимает имя или пароль: проверьте user и EMAIL_PASSWORD. Многим почтам нужен отдельный пароль для приложений.
alerts-advice-email-to = Почта не принимает адрес получателя: проверьте to.
alerts-advice-whatsapp-away = WhatsApp сейчас не подключён.
