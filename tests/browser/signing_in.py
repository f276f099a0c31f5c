"""How a browser test gets past the door."""

from argon2 import PasswordHasher
from playwright.async_api import Page

from salonbot.cli.demo.stage import Stage
from salonbot.journal.accounts import Accounts
from salonbot.model.accounts import AccountId
from salonbot.model.salon import SalonId
from salonbot.web.access.passwords import Passwords

OWNER = "Марина"
PASSWORD = "расчёска фен ножницы"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For accounts that a test makes itself."""


async def make_account(
    stage: Stage, name: str = OWNER, password: str = PASSWORD, *, salons: tuple[str, ...] | None = None
) -> AccountId:
    """An account: the owner's, or one for these salons."""
    hashed = await Passwords(QUICK).hashed(password)
    return await Accounts(stage.daemon.database).create(
        name,
        hashed,
        is_owner=salons is None,
        salons=[SalonId(salon) for salon in salons or ()],
        now=stage.daemon.clock.now(),
    )


async def sign_in(page: Page, stage: Stage, name: str = OWNER, password: str = PASSWORD) -> None:
    """Make the owner's account where nobody has one, and sign in through the form."""
    accounts = Accounts(stage.daemon.database)
    if await accounts.named(name) is None:
        await make_account(stage, name, password)
    await page.goto("/login")
    await page.fill("#name", name)
    await page.fill("#password", password)
    await page.click("button.primary")
    await page.wait_for_url(lambda url: "/login" not in url)
