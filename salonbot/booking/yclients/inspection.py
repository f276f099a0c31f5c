"""What keeps a salon's YClients from working, in sentences that say what to do: for `salonbot check`.

Asks as little as it can: a handful of reads, nothing is written.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from salonbot.booking.yclients.errors import Absent, Forbidden, LicenceExpired, Refused, Unauthorised
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online
from salonbot.booking.yclients.opening import open_line, tokens
from salonbot.booking.yclients.pace import Pace
from salonbot.clock import Clock
from salonbot.config.environment import PARTNER_TOKEN, USER_TOKEN, user_token_of
from salonbot.config.plan import SalonPlan
from salonbot.config.secrets import Secrets
from salonbot.errors import BookingUnavailable

WHERE_PARTNER = "it stands at yclients.com/appstore/developers, in the developer's account under «Настройки аккаунта»"
WHERE_USER = (
    "YClients gives it for POST /api/v1/auth with this partner token and the login and password of a user who works in"
    " the salon; it changes with that password"
)
NO_PHONE = "79000000000"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at."""

    is_well: bool
    detail: str
    is_fatal: bool = True
    """Nothing works without it; otherwise something does not."""


async def inspect(plan: SalonPlan, secrets: Secrets, clock: Clock) -> tuple[Sign, ...]:
    """What was found, in the order looked at; it ends where nothing more can be asked."""
    settings = plan.yclients
    if settings is None:
        return ()
    keys = tokens(secrets, plan.profile.id)
    async with open_line(settings, keys, Pace(clock), clock) as line:
        online = Online(line)
        try:
            staff = await online.staff()
            services, _ = await online.services()
        except BookingUnavailable as error:
            return (Sign(False, _of_partner(error, settings.company_id, settings.address)),)
        signs = [
            Sign(
                bool(staff and services),
                f"{PARTNER_TOKEN} is accepted; online booking: services {len(services)}, stylists {len(staff)}",
                is_fatal=False,
            )
        ]
        signs += await _of_card(online, plan, has_user=line.has_user)
        if line.has_user:
            user = user_token_of(plan.profile.id)
            name = user if plan.profile.id in secrets.yclients_user_tokens else USER_TOKEN
            signs += await _of_user(Office(line), name, plan, clock)
        else:
            missing = f"no {USER_TOKEN}: only appointments made through the bot are seen; {WHERE_USER}"
            signs.append(Sign(False, missing, is_fatal=False))
        return tuple(signs)


async def _of_card(online: Online, plan: SalonPlan, *, has_user: bool) -> list[Sign]:
    try:
        card = await online.company()
    except BookingUnavailable as error:
        return [Sign(False, f"the company card cannot be read: {error}", is_fatal=False)]
    signs = [Sign(True, f"company {card.id}: {card.title}, {card.address or 'no address'}")]
    if card.timezone_name and card.timezone_name != plan.profile.zone.key:
        detail = f"the salon's zone is {plan.profile.zone.key} here and {card.timezone_name} in YClients: make them one"
        signs.append(Sign(False, detail, is_fatal=False))
    if (card.phone_confirmation or card.booking_email_required) and not has_user:
        wants = "a code by SMS" if card.phone_confirmation else "an e-mail address"
        detail = f"online booking wants {wants}, which WhatsApp cannot give: switch that off, or set {USER_TOKEN}"
        signs.append(Sign(False, detail))
    return signs


async def _of_user(office: Office, name: str, plan: SalonPlan, clock: Clock) -> list[Sign]:
    """The token, then each right that its user needs."""
    today = clock.now().astimezone(plan.profile.zone).date()
    rights: dict[str, Callable[[], Awaitable[object]]] = {
        "see records («Журнал записи»)": lambda: office.records(today, today),
        "search clients («Клиентская база»)": lambda: office.clients(NO_PHONE),
        "see working hours («График работы»)": lambda: office.schedule([], today, today + timedelta(days=1)),
    }
    signs: list[Sign] = []
    for right, ask in rights.items():
        try:
            await ask()
        except Unauthorised as refused:
            return [Sign(False, f"{name} was refused: HTTP {refused.status} «{refused.said}»; {WHERE_USER}")]
        except Forbidden as refused:
            detail = (
                f"{name}: its user may not {right}: HTTP {refused.status} «{refused.said}»; give the right in YClients"
            )
            signs.append(Sign(False, detail, is_fatal=False))
        except BookingUnavailable as error:
            signs.append(Sign(False, f"{name}: could not {right}: {error}", is_fatal=False))
    return signs or [Sign(True, f"{name} is accepted, and its user may see records, clients and working hours")]


def _of_partner(error: BookingUnavailable, company: int, address: str) -> str:
    match error:
        case Unauthorised(status=status, said=said):
            return f"{PARTNER_TOKEN} was refused: HTTP {status} «{said}»; {WHERE_PARTNER}"
        case LicenceExpired(status=status, said=said):
            return f"the salon's licence for YClients has run out: HTTP {status} «{said}»"
        case Absent(status=status, said=said):
            return (
                f"company_id = {company} is unknown: HTTP {status} «{said}»; the number is in the office's address bar"
            )
        case Forbidden(status=status, said=said):
            return (
                f"{PARTNER_TOKEN} may not see company {company}: HTTP {status} «{said}»; connect it in the salon first"
            )
        case Refused():
            return f"{address} refused: {error}"
        case _:
            return f"{address} does not answer as it should: {error}"
