"""The salon changes its calendar and its rules in a real browser; a customer on WhatsApp notices at once."""

import re

from playwright.async_api import Page, expect

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from tests.stories.telling import answer_to, ask, rows

PAGES = (
    "calendar",
    "calendar?view=week",
    "calendar/new",
    "settings",
    "settings/services",
    "settings/stylists",
    "settings/stylists/edit?id=ольга",
    "settings/file",
    "settings/history",
)

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def test_a_change_of_hours_alters_the_next_offer(page: Page, stage: Stage, anna: Customer) -> None:
    before = await ask(stage, anna, "Когда завтра можно к Бари на стрижку?")
    await page.goto("/s/main/settings/stylists")
    await page.get_by_role("link", name="Бари").click()
    await page.fill("#wed", "17:00-19:00")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("status")).to_contain_text("Сохранено")

    after = await ask(stage, anna, "А сейчас когда завтра можно к Бари на стрижку?")

    assert "10:00" in before
    assert re.findall(r"\d\d:\d\d", after) == ["17:00", "17:30", "18:00"]


async def test_a_visit_added_on_the_page_is_not_offered_any_more(page: Page, stage: Stage, anna: Customer) -> None:
    await page.goto("/s/main/calendar?day=2026-11-25&stylist=бари")
    await page.get_by_role("link", name="Новая запись").click()
    await page.select_option("#service", label="Стрижка · 60 мин")
    await expect(page.locator("#stylist")).to_have_value("бари")
    await page.fill("#time", "15:00")
    await page.fill("#name", "Пётр")
    await page.get_by_role("button", name="Записать").click()
    await expect(page.locator(".visit")).to_contain_text("Пётр")

    answer = await ask(stage, anna, "Запишите меня к Бари на стрижку завтра в 15:00")

    assert "занято" in answer


async def test_enter_takes_the_time_that_was_typed_not_the_first_that_is_offered(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/calendar/new?start=2026-11-25T15:00&service=стрижка&stylist=бари&name=Пётр")
    await page.get_by_role("button", name="Записать").click()
    await page.goto("/s/main/calendar/new?start=2026-11-25T15:00&service=стрижка&stylist=бари&name=Мария")
    await page.get_by_role("button", name="Записать").click()
    await expect(page.locator("button[name=time]").first).to_have_text("10:00")

    await page.fill("#time", "16:00")
    await page.press("#name", "Enter")

    await page.wait_for_url("**/calendar?day=2026-11-25")
    starts = [row["start"][11:16] for row in await rows(stage, "SELECT start FROM appointment ORDER BY start")]
    assert starts == ["12:00", "13:00"], "15:00 and 16:00 in Moscow"


async def test_a_date_may_be_typed_digit_by_digit(page: Page) -> None:
    await page.goto("/s/main/calendar")
    await page.focus("input[name=day]")
    for digit in "12312026":
        await page.keyboard.press(digit)
        await page.evaluate(TWO_FRAMES)
    assert page.url.endswith("/calendar"), "nobody has said that this is all"
    await expect(page.locator("input[name=day]")).to_have_value("2026-12-31")

    await page.keyboard.press("Enter")

    await page.wait_for_url("**day=2026-12-31*")
    await expect(page.locator("h2.when")).to_have_text("четверг, 31 декабря 2026")


async def test_a_mistake_is_shown_at_its_field_and_what_was_typed_stays(page: Page) -> None:
    await page.goto("/s/main/settings/stylists/edit?id=бари")
    await page.fill("#tue", "25:00-26:00")
    await page.get_by_role("button", name="Сохранить").click()

    field = page.locator("#tue")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_value("25:00-26:00")
    await expect(page.locator("#tue-wrong")).to_contain_text("от 00:00 до 23:59")


async def test_a_cancellation_on_the_page_is_told_to_the_customer(page: Page, stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Запишите меня к Бари на стрижку завтра в 15:00")
    await ask(stage, anna, "Анна")
    await page.goto("/s/main/calendar?day=2026-11-25")
    await page.locator(".visit a").click()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Отменить запись").click()
    await expect(page.get_by_role("status")).to_contain_text("клиент получит сообщение")

    told = await answer_to(stage, anna)

    assert told.startswith("Салон изменил вашу запись. Запись отменена")
    assert [row["state"] for row in await rows(stage, "SELECT state FROM appointment")] == ["cancelled"]


async def test_what_a_customer_books_appears_in_an_open_calendar(page: Page, stage: Stage, anna: Customer) -> None:
    await page.goto("/s/main/calendar?day=2026-11-25")
    await expect(page.locator("body")).to_have_attribute("data-stream", "open")
    await expect(page.locator(".visit")).to_have_count(0)

    await ask(stage, anna, "Запишите меня к Бари на стрижку завтра в 15:00")
    await ask(stage, anna, "Анна")

    await expect(page.locator(".visit")).to_contain_text("Анна")


async def test_a_click_into_free_time_begins_the_visit_there(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 1000})
    await page.goto("/s/main/calendar?day=2026-11-25&stylist=бари")
    gap = page.locator(".gap a")
    box = await gap.bounding_box()
    assert box is not None

    await gap.click(position={"x": box["width"] / 2, "y": box["height"] * 0.5 + 4})

    await expect(page.locator("#time")).to_have_value("15:00")


async def test_on_a_phone_a_day_is_a_list_and_nothing_stands_out(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        await page.goto(f"/s/main/{path}")
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    await page.goto("/s/main/calendar")
    await expect(page.locator(".axis")).to_be_hidden()


async def test_a_service_called_script_is_text(page: Page) -> None:
    await page.goto("/s/main/settings/services/edit")
    await page.fill("#title", "<script>document.title = 'hacked'</script>")
    await page.fill("#minutes", "30")
    await page.get_by_role("button", name="Сохранить").click()

    await expect(page.locator("main")).to_contain_text("<script>document.title")
    await expect(page).to_have_title(re.compile("^Услуги"))
