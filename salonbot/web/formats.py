"""Dates, times, prices and spans as a language writes them, in a salon's zone: plain functions for the templates."""

from datetime import date, datetime, timedelta, tzinfo

from babel import dates, numbers

LOCALES = {"ru": "ru_RU", "en": "en_GB"}


def day(moment: date | datetime, language: str, zone: tzinfo, pattern: str = "d MMMM") -> str:
    """«24 ноября», "24 November"; `pattern` is one of Unicode's (UTS 35)."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    return dates.format_date(local, pattern, locale=LOCALES[language])


def clock_time(moment: datetime, language: str, zone: tzinfo) -> str:
    """«15:04»."""
    return dates.format_time(moment.astimezone(zone), "HH:mm", tzinfo=zone, locale=LOCALES[language])


def day_and_time(moment: datetime, language: str, zone: tzinfo) -> str:
    """«24 ноября, 15:04»."""
    return f"{day(moment, language, zone)}, {clock_time(moment, language, zone)}"


def money(minor: int, language: str, currency: str) -> str:
    """«1 500 ₽», "1,500 RUB" of 150000 kopecks; kopecks are shown only where there are some."""
    pattern = "#,##0.00 ¤" if minor % 100 else "#,##0 ¤"
    return numbers.format_currency(minor / 100, currency, pattern, locale=LOCALES[language], currency_digits=False)


def amount(value: float, language: str, currency: str, digits: int) -> str:
    """«0,0042 $»: as many digits behind the comma as are asked for."""
    pattern = f"#,##0.{'0' * digits} ¤"
    return numbers.format_currency(value, currency, pattern, locale=LOCALES[language], currency_digits=False)


def number(value: float, language: str) -> str:
    """«1 234,5»."""
    return str(numbers.format_decimal(value, locale=LOCALES[language]))


def ago(moment: datetime, language: str, now: datetime) -> str:
    """«5 минут назад», "in 2 hours"."""
    away: timedelta = moment - now
    return str(dates.format_timedelta(away, add_direction=True, threshold=1.2, locale=LOCALES[language]))
