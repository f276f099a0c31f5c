"""The token for scripts and monitors: made once, kept in the state folder, for its owner's eyes."""

import os
import secrets
from pathlib import Path

from salonbot.errors import StateError

FEWEST_CHARACTERS = 20


def token(file: Path) -> str:
    """The token in the file, made on the first call (0600). Raises StateError where the file cannot be used."""
    try:
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            kept = file.read_text(encoding="ascii").strip()
        else:
            kept = secrets.token_urlsafe(24)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(f"{kept}\n")
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"the token file {file} cannot be used: {error}; remove it to have a new one made") from error
    if len(kept) < FEWEST_CHARACTERS:
        raise StateError(f"the token file {file} is empty or cut off: remove it to have a new one made")
    return kept
