salons-title = Салоны
salons-none = Здесь пока нет салонов для вас
salons-none-how = Попросите владельца открыть вам доступ.
