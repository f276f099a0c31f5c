"""The conversations, read and taken part in with a real browser, while a customer writes from their phone."""

import re

from playwright.async_api import Page, expect

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from tests.stories.telling import ask, settled


async def open_chat(page: Page, name: str = "Анна") -> None:
    await page.goto("/s/main/chats")
    await page.get_by_role("link", name=re.compile(name)).click()
    await expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


async def test_a_person_takes_over_writes_and_gives_back_and_the_customer_hears_each_once(
    page: Page, stage: Stage, anna: Customer
) -> None:
    await ask(stage, anna, "Привет! Где вы находитесь?")
    await open_chat(page)

    await page.get_by_role("button", name="Взять на себя").click()
    await expect(page.get_by_text("Чат у вас")).to_be_visible()
    await anna.send("А можно с ребёнком?", to=stage.phone)
    await expect(page.locator("#talk")).to_contain_text("А можно с ребёнком?")
    await settled(stage)
    silent = len(anna.inbox)
    await page.get_by_label("Сообщение от салона").fill("Можно, у нас есть уголок с игрушками")
    await page.keyboard.press("Control+Enter")
    heard = await anna.next_reply()
    await expect(page.locator(".bubble.owner")).to_contain_text("уголок с игрушками")
    await expect(page.get_by_label("Сообщение от салона")).to_have_value("")
    await page.get_by_role("button", name="Вернуть боту").click()
    await expect(page.get_by_text("Чат у вас")).to_be_hidden()
    answer = await ask(stage, anna, "Сколько стоит маникюр?")

    assert silent == 1
    assert heard.text == "Можно, у нас есть уголок с игрушками"
    assert [one.text for one in anna.inbox].count(heard.text) == 1
    assert "аникюр" in answer
