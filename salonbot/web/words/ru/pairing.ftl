pairing-title = WhatsApp
pairing-show = Показать QR-код
pairing-unlinked = Телефон отвязан.
