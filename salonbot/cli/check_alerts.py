"""How the owner is told, looked over for `salonbot check`: who lets us in, without sending anything."""

import asyncio
from collections.abc import Iterator

from salonbot.alerts.channels.email import Email
from salonbot.alerts.channels.telegram import Telegram
from salonbot.alerts.letter import ChannelFailed
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.owners import Owners


def channels(loaded: Loaded, clock: Clock) -> Iterator[tuple[str, str, bool]]:
    """Of each salon's channels: whose and which, what is to be said of it, and whether it works."""
    owners = Owners(lambda: loaded, {}, clock)
    for salon in owners.salons():
        for name, channel in owners.of(salon).channels.items():
            if not isinstance(channel, Telegram | Email):
                said = "not tried here: there is a button on the page of alerts"
                yield f"alerts {salon}", f"{name} ({channel.address}): {said}", True
                continue
            try:
                found = asyncio.run(channel.look())
            except ChannelFailed as failed:
                yield f"alerts {salon}", f"{name}: {failed}", False
            else:
                yield f"alerts {salon}", f"{name}: {found}", True


def has_way_out(loaded: Loaded, clock: Clock) -> bool:
    """Whether every salon has a channel beside the WhatsApp whose loss it would have to tell of."""
    owners = Owners(lambda: loaded, {}, clock)
    return all(owners.of(salon).channels.keys() - {"whatsapp"} for salon in owners.salons())
