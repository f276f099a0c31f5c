"""What every test may use: a loopback WhatsApp that the engine of this process trusts.

Go reads SSL_CERT_FILE when the engine is loaded, so the certificate is made before any test module is imported; the
engine itself is loaded and its root key replaced only when the first test asks for a sandbox.
"""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.whatsapp.trust import prepare_environment, trust_sandbox
from salonbot.whatsapp.library import load as load_engine

_directory = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    directory = Path(tempfile.mkdtemp(prefix="salonbot-tests-"))
    config.stash[_directory] = directory
    prepare_environment(directory)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_directory])


@pytest.fixture(scope="session")
def sandbox_directory(pytestconfig: pytest.Config) -> Path:
    """The credentials of all sandboxes in this process; a child process may prepare itself with the same folder."""
    directory = pytestconfig.stash[_directory]
    load_engine()  # the way the program does it, which silences and tidies up after neonize's import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the other classes the sandbox imports, which are not ours to mend
        trust_sandbox(prepare_environment(directory))
    return directory


@pytest.fixture
async def sandbox(sandbox_directory: Path) -> AsyncIterator[WhatsAppSandbox]:
    """A running loopback WhatsApp; the test fails if anything went wrong inside it."""
    async with WhatsAppSandbox(sandbox_directory) as sandbox:
        yield sandbox
    assert sandbox.errors == []
