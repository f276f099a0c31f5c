"""Floor 2: where appointments live. One Protocol (`system`), the embedded `calendar`, and YClients."""
