"""The state folder is not there any more under the running process: told, survived, and over when it is back."""

import signal
from pathlib import Path

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.test_process import configured, linked, running


async def test_it_works_on_and_says_so_and_it_is_over_when_the_folder_is_back(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    config, state, elsewhere = configured(tmp_path, sandbox, quiet_seconds=0.1), tmp_path / "state", tmp_path / "moved"
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await anna.send("Сколько стоит маникюр?", to=phone)
        await anna.next_reply(30)
        state.rename(elsewhere)
        await child.says("journal_not_writable", 30)
        await anna.send("Сколько стоит педикюр?", to=phone)

        elsewhere.rename(state)
        await child.says("journal_writable_again", 30)
        answer = await anna.next_reply(60)
        code = await child.ends_after(signal.SIGTERM)

    assert "Педикюр" in answer.text
    assert "Traceback" not in child.output
    assert code == 0
