"""Floor 5: health, status and the pairing page. In: HTTP and a `StatusSource`. Out: JSON and plain HTML."""
