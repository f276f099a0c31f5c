"""Why the engine accepts a loopback server: a certificate for web.whatsapp.com that Go trusts, and a replaced root key.

Both belong to a directory, as files, so that a server in one process and an engine in another believe each other.
Order in a process that runs the engine: `prepare_environment` before neonize is imported (Go reads its environment
when the library is loaded), `trust_sandbox` before the first connection.
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
from salonbot.sandbox.whatsapp.engine import WHATSAPP_ROOT_KEY, UnknownEngineError, overwrite

HOST = "web.whatsapp.com"
_LIFE = timedelta(days=3650)
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


def prepare_environment(directory: Path) -> Credentials:
    """Have Go trust the directory's certificate; harmless to repeat. Call before anything imports neonize."""
    credentials = Credentials.of(directory)
    os.environ["SSL_CERT_FILE"] = str(credentials.certificate)
    return credentials


def trust_sandbox(credentials: Credentials) -> None:
    """Have the engine in this process trust these credentials' root key instead of WhatsApp's; harmless to repeat.

    Loads the engine if it is not loaded. From then on this process cannot talk to the real WhatsApp.
    Raises UnknownEngineError if the key is not found.
    """
    global _trusted
    wanted = credentials.root.public
    if wanted == _trusted:
        return
    if overwrite(_trusted, wanted) == 0:
        raise UnknownEngineError("the engine's root key was not found in its memory")
    _trusted = wanted


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
