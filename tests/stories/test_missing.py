"""Messages WhatsApp takes for delivered and the inbox lacks: only their customers are asked to repeat them."""

import secrets
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.test_process import configured, linked, running


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    return configured(tmp_path, sandbox, quiet_seconds=0.1)


def written(**parts: Any) -> content.Content:
    """A message as WhatsApp's apps make it: with a secret."""
    message = protocol_classes().content.Message(**parts)
    message.messageContextInfo.messageSecret = secrets.token_bytes(32)
    return content.raw(message)


def setting() -> content.Content:
    """What a phone sends when its owner makes the chat's messages disappear after a day: nothing a person reads."""
    words = protocol_classes().content
    kind = words.ProtocolMessage.EPHEMERAL_SETTING
    return written(protocolMessage=words.ProtocolMessage(type=kind, ephemeralExpiration=86400))


@contextmanager
def inbox_stuck(config: Path) -> Iterator[None]:
    """Nothing can be committed to the journal meanwhile: the engine goes on, its messages wait for the inbox."""
    with closing(sqlite3.connect(config.parent / "state" / "journal.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


async def test_who_wrote_just_before_the_process_died_is_asked_once_to_repeat(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        for customer in (anna, boris):
            await customer.send(written(conversation="Сколько стоит маникюр?"), to=phone)
            await customer.next_reply()
        await child.says("turn_answered")
        with inbox_stuck(config):
            lost = await anna.send(written(conversation="А педикюр?"), to=phone)
            await anna.sees(lambda customer: customer.delivered[lost])
            child.process.kill()
            await child.process.wait()

    async with running(sandbox_directory, config) as child:
        asked = await anna.next_reply(60)
        await anna.send(written(conversation="А педикюр?"), to=phone)
        answer = await anna.next_reply(60)
        child.process.kill()
        await child.process.wait()
    async with running(sandbox_directory, config) as child:
        await anna.send(written(conversation="Спасибо"), to=phone)
        await anna.next_reply(60)
        await child.ends_after(signal.SIGTERM)

    assert "Повторите" in asked.text
    assert "Педикюр" in answer.text
    assert len(anna.inbox) == 4
    assert len(boris.inbox) == 1


async def test_what_says_nothing_to_a_person_is_never_asked_for(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    group = sandbox.add_group("120363000000000001", "Подруги", phones=[phone], members=[anna, boris])
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        first = await anna.send(written(conversation="Сколько стоит маникюр?"), to=phone)
        reply = await anna.next_reply()
        await anna.send(written(conversation="Кто завтра в салон?"), to=group)
        await phone.send_own(written(conversation="Здравствуйте, это хозяйка"), to=boris)
        await anna.send(setting(), to=phone)
        await anna.send(content.reaction("❤️", message_id=reply.id, chat=str(phone.lid), from_me=False), to=phone)
        await anna.send_again(first, to=phone)
        await anna.send(written(conversation="Спасибо"), to=phone)
        await anna.next_reply()
        await phone.sees(lambda salon: not salon.unconfirmed)
        child.process.kill()
        await child.process.wait()

    async with running(sandbox_directory, config) as child:
        await anna.send(written(conversation="А педикюр?"), to=phone)
        await anna.next_reply(60)
        await child.ends_after(signal.SIGTERM)
        said = child.output

    assert len(anna.inbox) == 3
    assert len(boris.inbox) == 0
    assert "message_missing" not in said
