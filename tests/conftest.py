"""What every test may use: a loopback WhatsApp that the engine of this process trusts."""

import os
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.whatsapp.trust import trust_sandbox
from salonbot.whatsapp.library import load as load_engine
from tests import last_words

# How long an example takes is the machine's business: speed belongs to the benches. CI plays the same examples every
# time, for its verdict is to be about the change; whoever works here plays new ones.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)  # after the one that has them written to standard error alone
def pytest_configure(config: pytest.Config) -> None:
    last_words.listen(config)


@pytest.fixture(scope="session")
def sandbox_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The credentials of all sandboxes in this process; a child process may trust the same folder."""
    directory = tmp_path_factory.mktemp("sandbox")
    load_engine()  # as the program does it, which silences and tidies up after neonize's import
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of neonize's imports, which are not ours to mend
        trust_sandbox(directory)
    return directory


@pytest.fixture
async def sandbox(sandbox_directory: Path) -> AsyncIterator[WhatsAppSandbox]:
    """A running loopback WhatsApp; the test fails if anything went wrong inside it."""
    async with WhatsAppSandbox(sandbox_directory) as sandbox:
        yield sandbox
    assert sandbox.errors == []
