"""Encryption as age does it (age-encryption.org/v1), so that a backup can also be opened without this program: with
`age --decrypt`. Either a passphrase, or a public key whose private half is kept elsewhere.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pydantic import SecretStr

from salonbot.errors import BackupError

HEADER = b"age-encryption.org/v1\n"
BY_PASSPHRASE = HEADER + b"-> scrypt "


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Seals, and opens again."""

    secret: SecretStr


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key, `AGE-SECRET-KEY-1...`: opens what was sealed for its public half."""

    secret: SecretStr


@dataclass(frozen=True, slots=True)
class Recipient:
    """A public key, `age1...`: seals only. Who steals the server cannot read the backups made on it."""

    public: str


Lock = Passphrase | Recipient
Key = Passphrase | Identity


def seal(plain: Path, sealed: io.BufferedWriter, lock: Lock) -> Key:
    """Encrypt a file; returns what opens the result, to look at it once more.

    For a public key that is a second key made for this one file and kept by nobody else: without it, what was written
    could not be tried here.
    """
    match lock:
        case Passphrase(secret):
            # The library has no streaming for passphrases: the packed backup passes through memory.
            sealed.write(pyrage.passphrase.encrypt(plain.read_bytes(), secret.get_secret_value()))
            return lock
        case Recipient(public):
            own = pyrage.x25519.Identity.generate()
            with plain.open("rb") as source:
                pyrage.encrypt_io(source, sealed, [recipient(public), own.to_public()])
            return Identity(SecretStr(str(own)))


def recipient(public: str) -> "pyrage.x25519.Recipient":
    """The public key. Raises BackupError for what is none."""
    try:
        return pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError as error:
        raise BackupError(f"{public!r} is no public key of age's (age1...): make one with age-keygen") from error


def is_sealed_by_passphrase(sealed: Path) -> bool:
    """Whether it wants a passphrase, not a private key. Raises BackupError for what is no age file."""
    with sealed.open("rb") as file:
        head = file.read(len(BY_PASSPHRASE))
    if not head.startswith(HEADER):
        raise BackupError(f"{sealed} is no backup of salonbot's (it does not begin like a file of age's)")
    return head == BY_PASSPHRASE


def unseal(sealed: Path, plain: Path, key: Key) -> None:
    """Decrypt a file into a new one. Raises BackupError where the key is wrong or the file was changed."""
    try:
        with plain.open("xb") as target:
            match key:
                case Passphrase(secret):
                    target.write(pyrage.passphrase.decrypt(sealed.read_bytes(), secret.get_secret_value()))
                case Identity(secret):
                    identity = pyrage.x25519.Identity.from_str(secret.get_secret_value())
                    with sealed.open("rb") as source:
                        pyrage.decrypt_io(source, target, [identity])
    except pyrage.IdentityError as error:
        raise BackupError("what was given is no private key of age's (AGE-SECRET-KEY-1...)") from error
    except (pyrage.DecryptError, OSError) as error:
        what = "passphrase" if isinstance(key, Passphrase) else "private key"
        raise BackupError(
            f"{sealed} cannot be opened: the {what} is wrong, or the file is damaged ({error})"
        ) from error
