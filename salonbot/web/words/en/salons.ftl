salons-title = Salons
salons-none = There is no salon for you here yet
salons-none-how = Ask the owner to let you in.
