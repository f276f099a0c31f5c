"""The token for scripts and monitors: made once, kept in the state folder, for its owner's eyes."""

import secrets
from pathlib import Path

from salonbot.errors import StateError, StateUnavailable
from salonbot.statefolder import PASSING, write_whole

FEWEST_CHARACTERS = 20


def token(file: Path) -> str:
    """The token in the file, made on the first call (0600). Raises StateError where the file cannot be used,
    StateUnavailable where there is no room for it now.
    """
    try:
        if not file.exists():
            # Never half a token, which no start would mend.
            write_whole(file, f"{secrets.token_urlsafe(24)}\n")
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno in PASSING:
            raise StateUnavailable(f"the token file {file} cannot be written now: {error.strerror}") from error
        raise StateError(f"the token file {file} cannot be used: {error}; remove it to have a new one made") from error
    if len(kept) < FEWEST_CHARACTERS:
        raise StateError(f"the token file {file} is empty or cut off: remove it to have a new one made")
    return kept
