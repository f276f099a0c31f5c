"""`salonbot send`: one message from a salon's number, to see that the line works."""

import argparse
import asyncio

from salonbot.cli.arguments import Subparsers, add_command, configure_logs, load_configuration
from salonbot.cli.pair import tenant_named
from salonbot.cli.run import begin_again_with, leave
from salonbot.clock import SystemClock
from salonbot.config.load import Loaded
from salonbot.daemon import open_daemon
from salonbot.errors import SalonbotError
from salonbot.journal.outbox import Outbox
from salonbot.model.messages import ChatKey
from salonbot.whatsapp.library import label_environment


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "send",
        description="Send one message from a salon's number, then exit. The daemon must not be running: one session,\n"
        "one process.",
        examples='  salonbot send +79161234567 "Добрый день! Это проверка связи."',
    )
    parser.add_argument("phone", help="the receiver's number with country code")
    parser.add_argument("text")
    parser.add_argument("--salon", metavar="ID", help="which salon (default: the first one)")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once WhatsApp's server has it. Raises SendError otherwise."""
    digits = "".join(filter(str.isdigit, arguments.phone))
    if not 7 <= len(digits) <= 15:
        raise SalonbotError(f"{arguments.phone!r} is no phone number with country code, such as +79161234567")
    loaded = load_configuration(arguments)
    begin_again_with(label_environment(ai_label=loaded.configuration.whatsapp.ai_label))
    configure_logs(arguments, loaded)
    asyncio.run(_send(loaded, arguments.salon, digits, arguments.text))
    leave(0)


async def _send(loaded: Loaded, salon: str | None, phone: str, text: str) -> None:
    async with open_daemon(loaded, SystemClock(), errand="salonbot send") as daemon:
        tenant = tenant_named(daemon.tenants, salon)
        outbox = Outbox(daemon.database)
        reply = await outbox.write(
            tenant.plan.profile.id, ChatKey(f"pn:{phone}"), f"{phone}@s.whatsapp.net", text, daemon.clock.now()
        )
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(tenant.session.run())
            await outbox.sending(reply.id, daemon.clock.now())
            try:
                message_id = await tenant.reception.messenger.send(reply.to, text, mark=f"reply-{reply.id}")
            except SalonbotError as error:
                await outbox.refused(reply.id, str(error))
                raise SalonbotError(f"not sent: {error}") from error
            else:
                await outbox.sent(reply, message_id, daemon.clock.now())
            finally:
                running.cancel()
    print(f"Sent as {message_id}.")
