"""Clients of the loopback YClients for the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from pydantic import SecretStr

from salonbot.booking.yclients.opening import open_yclients
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import YClientsSettings
from salonbot.config.secrets import Secrets
from salonbot.journal.database import Database
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import PLAN
from tests.clocks import HandClock

UNHURRIED = 1_000_000
"""Requests a second and a minute: where the pace is not what is tested."""


@dataclass(frozen=True, slots=True)
class Connect:
    """`async with connect() as booking`: the real client, over a real socket, with a real journal."""

    sandbox: YClientsSandbox
    database: Database
    clock: HandClock

    def settings(self, **values: Any) -> YClientsSettings:
        """Settings that reach the sandbox."""
        return YClientsSettings.model_validate(
            {"company_id": self.sandbox.salon.id, "address": self.sandbox.url, **values}
        )

    def secrets(self, user_token: str | None = "user-token", partner_token: str = "partner-token") -> Secrets:
        return Secrets(
            yclients_partner_token=SecretStr(partner_token),
            yclients_user_token=None if user_token is None else SecretStr(user_token),
        )

    @asynccontextmanager
    async def __call__(
        self,
        *,
        user_token: str | None = "user-token",
        partner_token: str = "partner-token",
        pace: Pace | None = None,
        plan: SalonPlan = PLAN,
        **settings: Any,
    ) -> AsyncIterator[YClientsBooking]:
        plan = replace(plan, yclients=self.settings(**settings))
        pace = pace or Pace(self.clock, per_second=UNHURRIED, per_minute=UNHURRIED)
        secrets = self.secrets(user_token, partner_token)
        async with open_yclients(plan, secrets, self.database, self.clock, pace) as booking:
            yield booking
