"""A house of several salons: each with its own phone, all on one loopback WhatsApp."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from salonbot.cli.demo.stage import Stage
from salonbot.config.load import Loaded
from salonbot.config.plan import SalonPlan
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.tenant import Tenant
from salonbot.whatsapp.states import SessionState


def with_salons(loaded: Loaded, ids: Iterable[str]) -> Loaded:
    """The first salon, as often as there are ids."""
    plan, settings = loaded.salons[0], loaded.configuration.salon[0]
    tables = tuple(settings.model_copy(update={"id": salon}) for salon in ids)
    plans = tuple(replace(plan, profile=replace(plan.profile, id=SalonId(table.id), name=table.id)) for table in tables)
    return replace(loaded, configuration=loaded.configuration.model_copy(update={"salon": tables}), salons=plans)


def with_plan(loaded: Loaded, salon: str, change: Callable[[SalonPlan], SalonPlan]) -> Loaded:
    """One salon's plan changed."""
    return replace(loaded, salons=tuple(change(plan) if plan.profile.id == salon else plan for plan in loaded.salons))


def with_table(loaded: Loaded, salon: str, **values: Any) -> Loaded:
    """One salon's table changed."""
    tables = tuple(
        table.model_copy(update=values) if table.id == salon else table for table in loaded.configuration.salon
    )
    return replace(loaded, configuration=loaded.configuration.model_copy(update={"salon": tables}))


def dearer(plan: SalonPlan) -> SalonPlan:
    """Everything costs 99,999."""
    services = tuple(
        replace(service, price=replace(service.price, low=9_999_900, high=9_999_900)) if service.price else service
        for service in plan.catalogue.services
    )
    return replace(plan, catalogue=replace(plan.catalogue, services=services))


def crowd(sandbox: WhatsAppSandbox, size: int, name: str = "Гость") -> list[Customer]:
    """So many customers nobody has met; to be called once in a story."""
    return [sandbox.add_customer(f"7916{n:07}", f"555666{n:09}", f"{name} {n}") for n in range(1, size + 1)]


def phones(sandbox: WhatsAppSandbox, size: int) -> list[Phone]:
    """So many salons' phones; to be called once in a story."""
    return [sandbox.add_phone(f"7999{n:07}", f"111222{n:09}") for n in range(1, size + 1)]


def tenant(stage: Stage, salon: str) -> Tenant:
    return stage.daemon.tenants[SalonId(salon)]


async def link(stage: Stage, salon: str, phone: Phone) -> None:
    """Let the phone scan the salon's code, and wait until its session is online."""
    session = tenant(stage, salon).session
    await session.wait_for(SessionState.PAIRING)
    code = session.status().qr
    assert code is not None
    await phone.scan(code)
    await session.wait_online()


async def asked(customer: Customer, phone: Phone, text: str, timeout_s: float = 30) -> str:
    """Write to a salon's phone, and return the first part of the answer."""
    await customer.send(text, to=phone)
    return (await customer.next_reply(timeout_s)).text


async def link_all(stage: Stage, ids: Sequence[str], theirs: Sequence[Phone]) -> None:
    """All salons, side by side."""
    await asyncio.gather(*(link(stage, salon, phone) for salon, phone in zip(ids, theirs, strict=True)))
