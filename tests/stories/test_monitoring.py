"""What monitors see of the real daemon: health, readiness with its reasons, metrics, and JSON as it is described."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from prometheus_client.parser import text_string_to_metric_families
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from salonbot.cli.demo.stage import Stage, scan
from salonbot.model.alerts import Alert, AlertKind
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.web.monitoring import description
from salonbot.whatsapp.states import SessionState
from tests.stories.conftest import House
from tests.stories.telling import ask, settled, until

SYSTEMD = Path(__file__).parents[2] / "systemd"
METRIC = re.compile(r"\b(?:salonbot|process)_[a-z0-9_]+")


class Monitor:
    """A program that has the token."""

    def __init__(self, stage: Stage, http: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.http = http

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.http.get(path) as answer:
            return answer.status, await answer.json()

    async def reasons(self) -> list[str]:
        status, said = await self.get("/ready")
        assert (status == 200) is said["ready"] is (not said["reasons"])
        return [reason["reason"] for reason in said["reasons"]]

    async def metrics(self) -> str:
        async with self.http.get("/metrics") as answer:
            assert answer.status == 200
            return await answer.text()

    async def value(self, name: str, **labels: str) -> float | None:
        for family in text_string_to_metric_families(await self.metrics()):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return None


@pytest.fixture
async def new(house: House) -> AsyncIterator[Monitor]:
    """At the first start: no phone is linked."""
    async with house() as stage:
        await until(lambda: _serves(stage))
        assert stage.daemon.site is not None
        token = stage.daemon.folder.web_token.read_text("ascii").strip()
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(stage.daemon.site.url, headers=headers) as http:
            yield Monitor(stage, http)


async def _serves(stage: Stage) -> bool:
    return stage.daemon.site is not None


@pytest.fixture
async def monitor(new: Monitor) -> Monitor:
    """Linked and online."""
    await scan(new.stage)
    return new


async def test_a_house_is_alive_before_it_is_ready_and_ready_when_its_phone_is_linked(new: Monitor) -> None:
    assert (await new.get("/health"))[0] == 200
    assert await new.reasons() == ["not_linked"]
    await scan(new.stage)
    assert await new.reasons() == []


async def test_unlinked_on_the_phone_it_is_alive_and_not_ready_and_says_why(monitor: Monitor) -> None:
    await monitor.stage.phone.unlink()
    session = next(iter(monitor.stage.daemon.tenants.values())).session
    await session.wait_for(SessionState.LOGGED_OUT)

    status, said = await monitor.get("/ready?salon=main")
    assert (status, said["reasons"]) == (503, [{"reason": "logged_out", "salon": "main", "detail": "401"}])
    assert (await monitor.get("/health"))[0] == 200
    assert await monitor.value("salonbot_ready") == 0
    assert await monitor.value("salonbot_not_ready_reason", reason="logged_out") == 1
    assert await monitor.value("salonbot_session_state", salon="main", state="logged_out") == 1


async def test_without_a_key_only_health_is_told(monitor: Monitor) -> None:
    async with aiohttp.ClientSession(monitor.http._base_url) as stranger:
        for path, status in (("/health", 200), ("/ready", 401), ("/metrics", 401), ("/status", 401)):
            async with stranger.get(path) as answer:
                assert answer.status == status


async def test_what_customers_said_and_what_became_of_it_is_counted(monitor: Monitor, anna: Customer) -> None:
    before = await monitor.value("salonbot_messages_total", author="customer")
    await ask(monitor.stage, anna, "Хочу на стрижку к Бари завтра в 15:00")
    await ask(monitor.stage, anna, "Анна")
    await settled(monitor.stage)

    assert before is None
    assert await monitor.value("salonbot_messages_total", salon="main", author="customer") == 2
    assert await monitor.value("salonbot_turns_total", salon="main", outcome="done") == 2
    assert await monitor.value("salonbot_bookings_total", operation="booked") == 1
    assert await monitor.value("salonbot_answer_seconds_count") == 2
    assert await monitor.value("salonbot_turn_stage_seconds_count", stage="understand") == 2
    assert await monitor.value("salonbot_turns_total", salon="main", outcome="done") == 2, "counted once"
    assert await monitor.value("salonbot_session_state", salon="main", state="online") == 1
    assert (await monitor.value("salonbot_http_requests_total", route="/metrics", status="200") or 0) > 3


async def test_the_metrics_name_nobody_and_keep_prometheus_conventions(monitor: Monitor, anna: Customer) -> None:
    await ask(monitor.stage, anna, "Здравствуйте, я Анна, номер +7 916 123-45-67")
    await monitor.get("/s/nobody/79161234567")
    text = await monitor.metrics()

    assert "79161234567" not in text
    assert "Анна" not in text
    assert "nobody" not in text
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert re.fullmatch(r"(salonbot|process|python)_[a-z_]+", family.name)
        assert not family.name.endswith(("_milliseconds", "_ms", "_mib", "_count"))
        assert {name for sample in family.samples for name in sample.labels} <= LABELS


LABELS = {
    "salon", "author", "outcome", "operation", "stage", "model", "kind", "state", "reason", "severity", "channel",
    "method", "route", "status", "version", "le",
}  # fmt: skip


async def test_the_dashboard_and_the_rules_use_only_metrics_there_are(monitor: Monitor) -> None:
    monitor.stage.daemon.tell_owner(Alert(kind=AlertKind.RELOAD_FAILED))
    there: set[str] = set()
    for family in text_string_to_metric_families(await monitor.metrics()):
        there |= {family.name, f"{family.name}_total", *(sample.name for sample in family.samples)}
        there |= {f"{family.name}_bucket"} if family.type == "histogram" else set()
    dashboard = (SYSTEMD / "grafana-dashboard.json").read_text("utf-8")
    panels = json.loads(dashboard)["panels"]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = (SYSTEMD / "prometheus-rules.yml").read_text("utf-8")
    asked += re.findall(r"expr: (.*)", rules)

    used = {name for expression in asked for name in METRIC.findall(expression)}
    assert used - there == set()
    ours = {name.removesuffix("_total") for name in there if name.startswith("salonbot_")}
    shown = {re.sub(r"_(total|bucket)$", "", name) for name in used}
    forgotten = {re.sub(r"_(total|bucket|count|sum|created)$", "", name) for name in ours} - shown
    assert forgotten == set(), "a metric nobody looks at"


async def test_the_json_is_as_it_is_described_whatever_it_is_asked(monitor: Monitor) -> None:
    assert (await monitor.get("/openapi.json"))[1] == description()
    monitor.stage.daemon.tell_owner(Alert(kind=AlertKind.CLAUDE_AWAY, detail="529"))
    await asyncio.to_thread(throw_at, str(monitor.http._base_url), dict(monitor.http.headers))


def throw_at(url: str, headers: dict[str, str]) -> None:
    """Ask everything the description allows, and much that it does not."""
    schema = schemathesis.openapi.from_dict(dict(description()))
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=30, suppress_health_check=list(HealthCheck), database=None)
        def asked(case: schemathesis.Case[Any]) -> None:
            answer = case.call(base_url=url.rstrip("/"), headers=headers)
            case.validate_response(answer, checks=checks)

        asked()
