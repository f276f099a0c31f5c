"""What the salon's voice needs of a language: templates and a few forms. Filled in by `texts_ru` and `texts_en`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from salonbot.model.booking import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Every sentence in one language. Templates name their values in braces; names are put in uninflected."""

    on_day: Callable[[date, int], str]
    """«во вторник, 25 ноября»; the year is said where it is not the one given."""
    in_table: Callable[[date, int], str]
    """«вт, 25 ноября»."""
    plain_date: Callable[[date, int], str]
    """«25 ноября»."""
    duration: Callable[[timedelta], str]
    thousands: str
    """Between groups of three digits."""
    decimal: str

    good_morning: str
    good_day: str
    good_evening: str
    good_night: str

    start: str
    """{day} {time}"""
    same_start: str
    """{time}: an exact start as a window."""
    since_time: str
    until_time: str
    since_day: str
    until_day: str
    with_stylist: str
    """{service} {stylist}"""
    visit: str
    """{service} {stylist} {start}"""
    anyone_at: str
    """{time} {stylist}: a time in a list that names its stylist."""

    services: str
    some_services: str
    no_services: str
    price_and_duration: str
    """{price} {duration}"""
    only_duration: str
    done_by_one: str
    done_by_many: str
    want_to_book: str
    which_service: str
    which_like: str
    """{mention}"""
    for_example: str
    service_unknown: str
    something_close: str
    would_one_do: str
    send_services: str

    one_slot: str
    """{what} {start}"""
    book_it: str
    slots: str
    """{what}"""
    which_time: str
    more_times: str
    no_slots: str
    """{when} {what}; `when` may be empty and brings its own space."""
    day_off: str
    """{stylist} {when}"""
    on_these_days: str
    nearest: str
    would_one_suit: str
    look_further: str
    refused: Mapping[Refusal, str]
    """{what} {start}"""
    not_moved: str
    """{start}"""

    works: str
    """{stylist} {day} {hours}"""
    works_not: str
    schedule: str
    off: str
    stylist_unknown: str
    """{mention}"""
    our_stylist: str
    our_stylists: str
    stylist_cannot: str
    """{stylist} {service}"""
    to_whom: str

    booked: str
    """{visit}"""
    booked_named: str
    """{name} {visit}"""
    price: str
    expect_you: str
    """{address}"""
    moved: str
    """{before} {visit}"""
    cancelled: str
    none_booked: str
    appointments: str
    nothing_to_cancel: str
    nothing_to_move: str

    name_needed: str
    """{what} {start}"""
    phone_needed: str
    name_again: str
    phone_again: str
    which_to_cancel: str
    which_to_move: str
    several: str
    cancel_this: str
    """{visit}"""
    move_this: str
    """{visit} {start}"""
    yes_or_no: str
    now_booked: str
    free_times: str
    move_to_when: str

    name_saved: str
    handed_over: str
    away: str
    away_call: str
    """{phone}"""
    noted: str
    """{request}, which is one of the next four"""
    visit_wanted: str
    """{what} {start}"""
    moving_wanted: str
    """{start}"""
    moving_wanted_from: str
    """{before} {start}"""
    cancelling_wanted: str
    """{start}"""
    request_dropped: str
    """{request}"""

    about_us: str
    """{salon}"""
    you_are_welcome: str
    farewell: str
    agreement: str
    refusal: str
    left_as_it_was: str
    address: str
    hours: str
    contacts: str
    phone: str
    website: str
    ask_a_person: str
    who_we_are: str
    no_media: str
    unclear: str
    unclear_again: str
    can_be_changed: str
    """Answers questions about the rules of moving and cancelling."""
    our_people: str
    """{names}"""
