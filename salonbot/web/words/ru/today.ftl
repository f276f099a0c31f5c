# Страница дня.

today-title = Сегодня
today-pulse = Отвечает ли бот
today-online = Бот на связи и отвечает
today-online-lead = WhatsApp { $number }: сообщения приходят, ответы уходят.
today-since = На связи с { $when }
today-offline-lead = Пока связи нет, клиентам никто не отвечает. Записи и переписка целы.
today-banned-until = Ограничение снимут { $when }; бот подключится сам.
today-silent = WhatsApp молчит
today-silent-lead = Связи давно нет. Бот подключается снова и снова; проверьте интернет на сервере и WhatsApp на телефоне.
today-journal_not_writable = Журнал нельзя записать
today-journal_not_writable-lead = Бот не может сохранять сообщения. Проверьте диск сервера.
today-turn_too_old = Клиент слишком долго ждёт ответа
today-turn_too_old-lead = Бот не успевает или не может ответить. Загляните в переписку.
today-to-pairing = Подключение WhatsApp
today-to-alerts = Подробнее

today-messages = { $n ->
    [one] сообщение клиентов
    [few] сообщения клиентов
   *[other] сообщений клиентов
}
today-answered = { $n ->
    [one] ответ бота
    [few] ответа бота
   *[other] ответов бота
}
today-booked = { $n ->
    [one] запись через бота
    [few] записи через бота
   *[other] записей через бота
}
today-moved = перенесено { $n }
today-cancelled = отменено { $n }
today-failures = { $n ->
    [one] сбой сегодня
    [few] сбоя сегодня
   *[other] сбоев сегодня
}
today-seconds = с
today-median = обычно до ответа
today-cost = Claude за сегодня
today-cost-per = Claude за сегодня, { $cost } за запись

today-waiting = Ждут человека
today-nobody-waits = Никто не ждёт: бот справляется сам.
today-all-waiting = Все, кто ждёт
today-nameless = Без имени
today-failed = Не получилось сегодня
today-failed-error = вместо ответа пришло извинение
today-failed-refused = WhatsApp не принял ответ
today-failed-doubt = неясно, записан ли клиент
today-all-failed = Все сбои
today-upcoming = Ближайшие записи
today-none-upcoming = Записей впереди нет.
today-visit = Визит
today-now = идёт
today-day-today = сегодня
today-day-tomorrow = завтра
today-to-calendar = Весь календарь

today-fortnight = Две недели
today-chart-messages = { $n ->
    [one] сообщение клиентов
    [few] сообщения клиентов
   *[other] сообщений клиентов
}
today-chart-booked = { $n ->
    [one] запись через бота
    [few] записи через бота
   *[other] записей через бота
}
today-as-table = Таблицей
today-column-day = День
today-column-messages = Сообщения
today-column-answered = Ответы
today-column-booked = Записи
today-column-failed = Сбои
today-column-median = До ответа, с
today-column-cost = Claude
