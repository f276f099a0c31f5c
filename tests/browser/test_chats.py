"""The conversations, read and taken part in with a real browser, while a customer writes from their phone."""

import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.browser.conftest import tab
from tests.browser.signing_in import sign_in
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


async def test_what_a_customer_writes_appears_without_a_reload_and_takes_nothing_from_who_is_typing(
    page: Page, stage: Stage, anna: Customer
) -> None:
    await ask(stage, anna, "Привет!")
    await open_chat(page)
    await page.evaluate("window.isTheSamePage = true")
    box = page.get_by_label("Сообщение от салона")
    await box.fill("Я как раз пишу")
    await page.get_by_text("Как бот ответил").last.click()

    await anna.send("Сколько стоит маникюр?", to=stage.phone)

    await expect(page.locator("#talk")).to_contain_text("Сколько стоит маникюр?")
    await expect(page.locator("#talk .bubble.salon").last).to_contain_text("Маникюр")
    await expect(page.locator(".chats-line .last").first).to_contain_text("Маникюр")
    await expect(box).to_have_value("Я как раз пишу")
    assert await page.evaluate("window.isTheSamePage")
    assert await page.locator("#turn-1").get_attribute("open") is not None


async def test_who_reads_further_up_stays_there_and_who_is_at_the_end_follows(
    page: Page, stage: Stage, anna: Customer
) -> None:
    for text in ("Какие услуги у вас есть?", "А где вы находитесь?", "Когда работает Бари?", "Сколько стоит маникюр?"):
        await ask(stage, anna, text)
    await page.set_viewport_size({"width": 390, "height": 700})
    await open_chat(page)
    at_end = "(talk => talk.scrollHeight - talk.scrollTop - talk.clientHeight)(document.getElementById('talk'))"
    assert await page.evaluate(at_end) < 2
    await ask(stage, anna, "А педикюр?")
    await expect(page.locator("#talk .bubble.salon").last).to_contain_text("Педикюр")
    await page.wait_for_function(f"{at_end} < 2")

    await page.evaluate("document.getElementById('talk').scrollTop = 120")
    place = "document.querySelector('.bubble').getBoundingClientRect().top"
    await page.wait_for_timeout(100)
    before = await page.evaluate(place)
    await ask(stage, anna, "Спасибо!")
    await expect(page.locator("#talk")).to_contain_text("Спасибо!")

    assert abs(await page.evaluate(place) - before) < 2


async def test_a_script_is_shown_as_the_text_it_is(page: Page, stage: Stage, sandbox: WhatsAppSandbox) -> None:
    script = "<script>document.title = 'взлом'</script>"
    eve = sandbox.add_customer("79165550000", "999888777666", script)
    await ask(stage, eve, f"{script} <img src=x onerror=alert(1)>")
    await page.goto("/s/main/chats")
    await page.get_by_role("link", name=script).click()

    await expect(page.get_by_role("heading", level=2)).to_have_text(script)
    await expect(page.locator(".bubble.customer .words")).to_have_text(f"{script} <img src=x onerror=alert(1)>")
    assert (await page.title()).startswith(script)
    assert await page.locator("#talk img, #talk script").count() == 0


async def test_the_list_is_searched_while_one_types(
    page: Page, stage: Stage, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    vera = sandbox.add_customer("79165550000", "999888777666", "Вера")
    await ask(stage, anna, "Привет!")
    await ask(stage, vera, "Можно Окрашивание?")
    await page.goto("/s/main/chats")
    await expect(page.locator(".chats-line")).to_have_count(2)

    await page.keyboard.press("/")
    await page.keyboard.type("окраш")

    await expect(page.locator(".chats-line")).to_have_count(1)
    await expect(page.locator(".chats-line mark")).to_have_text("Окраш")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=2, name="Вера")).to_be_visible()


async def test_what_cannot_be_sent_stays_in_the_box_and_goes_once_when_it_is_sent_again(
    page: Page, stage: Stage, anna: Customer
) -> None:
    await ask(stage, anna, "Привет!")
    await open_chat(page)
    box = page.get_by_label("Сообщение от салона")
    # The house takes it, but its answer never reaches the browser.
    await page.route("**/send", lose_answer)
    await box.fill("Ждём вас")
    await page.keyboard.press("Control+Enter")
    heard = await anna.next_reply()
    await expect(page.get_by_role("alert")).to_contain_text("Не отправлено")
    await expect(box).to_have_value("Ждём вас")

    await page.unroute("**/send")
    await page.keyboard.press("Control+Enter")
    await expect(box).to_have_value("")
    await settled(stage)

    assert heard.text == "Ждём вас"
    assert [one.text for one in anna.inbox].count("Ждём вас") == 1


async def test_what_the_bot_has_held_back_can_be_said_by_hand(page: Page, stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Привет!")
    async with stage.daemon.database.transaction() as db:
        await db.execute("UPDATE reply SET state = 'held', sent_at = NULL, message_id = NULL")
        await db.execute("DELETE FROM message WHERE author = 'salon'")
    await open_chat(page)

    await page.get_by_role("button", name="Взять текст").click()
    await expect(page.get_by_label("Сообщение от салона")).to_have_value(anna.inbox[0].text)


async def lose_answer(route: Route) -> None:
    await route.fetch(max_redirects=0)
    await route.abort()


async def test_it_works_without_javascript(browser: Browser, stage: Stage, anna: Customer, page: Page) -> None:
    await ask(stage, anna, "Привет!")
    context = await browser.new_context(
        base_url=page.url, locale="ru-RU", java_script_enabled=False, storage_state=await page.context.storage_state()
    )
    plain = await context.new_page()
    await open_chat(plain)
    await plain.get_by_label("Сообщение от салона").fill("И так тоже можно")
    await plain.get_by_role("button", name="Отправить").click()

    assert (await anna.next_reply()).text == "И так тоже можно"
    await settled(stage)
    await plain.reload()
    await expect(plain.locator(".bubble.owner")).to_contain_text("И так тоже можно")
    await plain.get_by_role("button", name="Вернуть боту").click()
    await expect(plain.get_by_role("button", name="Взять на себя")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("locale", ["ru-RU", "en-GB"])
async def test_nothing_is_wider_than_the_window(
    browser: Browser, stage: Stage, sandbox: WhatsAppSandbox, width: int, locale: str
) -> None:
    long = sandbox.add_customer("79165550000", "999888777666", "Анна-Мария Константинопольская-Заболоцкая " * 2)
    await ask(stage, long, "https://example.com/" + "оченьдлинноеслово" * 20)
    async with tab(browser, stage, locale=locale) as page:
        await page.set_viewport_size({"width": width, "height": 800})
        await sign_in(page, stage)
        for path in ("/s/main/chats", "/s/main/chats/lid:999888777666"):
            await page.goto(path)
            for story in await page.locator("details.story").all():
                await story.evaluate("details => { details.open = true; }")
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(overflow) <= 0, path
