"""Floor 5, beside `web` and `whatsapp`: what happens in a salon, told to other systems over HTTP, signed."""
