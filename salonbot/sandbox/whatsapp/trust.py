"""Why the engine accepts a loopback server: a certificate for web.whatsapp.com that Go trusts, and a replaced root key.

Both belong to a directory, as files, so that a server in one process and an engine in another believe each other: each
process that runs an engine calls `trust_sandbox` with the same directory.
"""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from salonbot.sandbox.whatsapp.curve import KeyPair
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.memory import UnknownEngineError, overwrite, replace_constant, replace_environment

HOST = "web.whatsapp.com"
WHATSAPP_ROOT_KEY = bytes.fromhex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b")
"""The public key that WhatsApp's certificates are signed with (handshake.go, WACertPubKey)."""
_LIFE = timedelta(days=3650)
_FIRST_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
"""The first place Go looks at on Linux (crypto/x509, root_linux.go)."""
_trusted: bytes = WHATSAPP_ROOT_KEY


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a loopback server shows to be believed."""

    certificate: Path
    private_key: Path
    root: KeyPair

    @classmethod
    def of(cls, directory: Path) -> "Credentials":
        """Those kept in that directory, which is made and filled if it is not there yet."""
        certificate, private_key, root = (directory / name for name in ("cert.pem", "key.pem", "root.key"))
        if not root.exists():
            directory.mkdir(parents=True, exist_ok=True)
            _make_certificate(certificate, private_key)
            _write_secret(root, KeyPair.generate().private)
        return cls(certificate, private_key, KeyPair.from_private(root.read_bytes()))

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.private_key)
        return context


def trust_sandbox(directory: Path) -> None:
    """Have the engine in this process trust the servers of that directory, and no other any more; may be repeated.

    Loads the engine if it is not loaded. To be called before the first connection: Go reads certificates once.
    Raises UnknownEngineError if the engine's memory does not look as expected, or on another system than Linux.
    """
    global _trusted
    credentials = Credentials.of(directory)
    wanted = credentials.root.public
    if wanted == _trusted:
        return
    if _trusted != WHATSAPP_ROOT_KEY:
        raise UnknownEngineError("the engine of this process trusts another sandbox already")
    protocol_classes()
    if overwrite(WHATSAPP_ROOT_KEY, wanted) == 0:
        raise UnknownEngineError("the engine's root key was not found in its memory")
    _trust_certificate(str(credentials.certificate))
    _trusted = wanted


def _trust_certificate(path: str) -> None:
    """Let Go's search for certificates end at this file.

    Go looks where SSL_CERT_FILE says, or else at the first file of a list. It copied its environment when the process
    started, so that setting the variable now would not be seen; what it copied can be changed.
    """
    found = replace_constant(_FIRST_CERTIFICATES, path)
    if found + replace_environment("SSL_CERT_FILE", path) == 0:
        raise UnknownEngineError("the place of Go's certificates was not found in the engine's memory")


def _make_certificate(certificate: Path, private_key: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)  # the certificate is judged by Go, which looks at the machine's clock
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_secret(
        private_key,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


def _write_secret(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
