pairing-title = WhatsApp
pairing-show = Show a QR code
pairing-unlinked = The phone is unlinked.
