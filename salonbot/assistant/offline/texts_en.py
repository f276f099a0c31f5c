"""English: every sentence a customer can get. Titles and names stay as the catalogue has them."""

from datetime import date, timedelta
from typing import Final

from salonbot.assistant.offline.wording import Wording
from salonbot.model.booking import Refusal

_WEEKDAY: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def duration(length: timedelta) -> str:
    """ "1 hour 30 minutes"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    said = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    said += [f"{minutes} minute{'s' if minutes != 1 else ''}"] if minutes or not hours else []
    return " ".join(said)


def plain_date(day: date, year: int) -> str:
    """ "25 November", "11 January 2027"."""
    return f"{day.day} {_MONTH[day.month - 1]}" + (f" {day.year}" if day.year != year else "")


def on_day(day: date, year: int) -> str:
    """ "on Tuesday, 25 November"."""
    return f"on {_WEEKDAY[day.weekday()]}, {plain_date(day, year)}"


def in_table(day: date, year: int) -> str:
    """ "Tue, 25 November"."""
    return f"{_WEEKDAY[day.weekday()][:3]}, {plain_date(day, year)}"


ENGLISH: Final = Wording(
    on_day=on_day,
    in_table=in_table,
    plain_date=plain_date,
    duration=duration,
    thousands=",",
    decimal=".",
    good_morning="Good morning!",
    good_day="Good afternoon!",
    good_evening="Good evening!",
    good_night="Hello!",
    start="{day}, at {time}",
    same_start="at {time}",
    since_time="from {time}",
    until_time="until {time}",
    since_day="from {day}",
    until_day="to {day}",
    with_stylist="{service} with {stylist}",
    visit="{service} with {stylist}, {start}",
    anyone_at="{time} ({stylist})",
    services="Our services and prices",
    some_services="This is what we have",
    no_services="The list of services is empty at the moment.",
    price_and_duration="Price: {price}, duration: {duration}.",
    only_duration="Duration: {duration}.",
    done_by_one="Done by {names}.",
    done_by_many="Done by {names}.",
    want_to_book="Would you like to book?",
    which_service="Which service would you like to book?",
    which_like="“{mention}” could be one of several:",
    for_example="For example:",
    service_unknown="We do not offer “{mention}”.",
    something_close="These are close:",
    would_one_do="Would one of these do?",
    send_services="Shall I send you the list of services?",
    one_slot="Available: {what}, {start}.",
    book_it="Shall I book it for you?",
    slots="{what}. Available times:",
    which_time="Which time suits you?",
    more_times="There are other free times, too: tell me if another suits you better.",
    no_slots="Sorry, there is nothing free{when}: {what}.",
    day_off="Sorry, {stylist} does not work {when}.",
    on_these_days="on these days",
    nearest="The nearest available times:",
    would_one_suit="Would one of these suit you?",
    look_further="Shall I look for another time?",
    refused={
        Refusal.TAKEN: "Sorry, that time is already taken: {what}, {start}.",
        Refusal.CLOSED: "Sorry, that time is not available, it is outside working hours: {what}, {start}.",
        Refusal.PAST: "That time is not available, it is already over: {what}, {start}.",
        Refusal.TOO_SOON: "Sorry, that time is too soon and not available any more: {what}, {start}.",
        Refusal.TOO_FAR: "Sorry, that date is too far ahead and not available yet: {what}, {start}.",
    },
    not_moved="Your appointment has not changed: {start}.",
    works="{stylist} works {day}: {hours}.",
    works_not="{stylist} does not work {day}.",
    schedule="Working hours of {stylist}:",
    off="day off",
    stylist_unknown="There is no stylist called “{mention}” here.",
    our_stylist="Our stylist: {names}.",
    our_stylists="Our stylists: {names}.",
    stylist_cannot="{stylist} does not do this: {service}.",
    to_whom="Which stylist would you like?",
    booked="You are booked: {visit}.",
    booked_named="{name}, you are booked: {visit}.",
    price="Price: {price}.",
    expect_you="See you at {address}.",
    moved="Your appointment has been moved. Before: {before}. Now: {visit}.",
    cancelled="Your appointment has been cancelled: {visit}. We hope to see you another time.",
    none_booked="You have no upcoming appointments.",
    appointments="Your appointments:",
    nothing_to_cancel="You have no upcoming appointment to cancel.",
    nothing_to_move="You have no upcoming appointment to move.",
    name_needed="That time is free: {what}, {start}. What is your name?",
    phone_needed="That time is free: {what}, {start}. Please send me your phone number for the booking.",
    name_again="To finish the booking, please tell me your name.",
    phone_again="To finish the booking, please send me your phone number.",
    which_to_cancel="Which one shall I cancel?",
    which_to_move="Which one shall I move?",
    several="You have several appointments:",
    cancel_this="Shall I cancel this appointment: {visit}? Please answer yes or no.",
    move_this="Now: {visit}.\nShall I move it to the new time, {start}? Please answer yes or no.",
    yes_or_no="Please answer yes or no.",
    now_booked="You are booked now: {visit}.",
    free_times="Available times:",
    move_to_when="When shall I move it to?",
    name_saved="Thank you, {name}!",
    handed_over="Your message has been passed to a person of the salon; they will answer you in this chat.",
    away="The appointment book cannot be reached right now; nothing was changed. Please write a little later.",
    away_call="You can also call: {phone}.",
    noted=(
        "The appointment book cannot be reached right now, so nothing was changed yet. I have noted your request: "
        "{request}. As soon as the book answers, this chat gets a confirmation or other times."
    ),
    visit_wanted="{what}, {start}",
    moving_wanted="to move your appointment to the new time, {start}",
    moving_wanted_from="to move your appointment ({before}) to the new time, {start}",
    cancelling_wanted="to cancel your appointment, {start}",
    request_dropped="All right, I have put your earlier request aside: {request}.",
    about_us="This is {salon}. I can tell you about services and prices, book, move or cancel an appointment.",
    you_are_welcome="You are welcome!",
    farewell="Goodbye, see you!",
    agreement="Good! Anything else I can help with?",
    refusal="All right. Write if you need anything.",
    left_as_it_was="All right, your appointment stays as it is.",
    address="Our address: {address}.",
    hours="Our opening hours: {hours}.",
    contacts="How to reach us: {ways}.",
    phone="phone {phone}",
    website="website {website}",
    ask_a_person="A person of the salon can tell you that: write “operator” to call one.",
    who_we_are=(
        "I am the virtual assistant of {salon}: I tell about services, book, move and cancel appointments. "
        "If you need a person, write “operator”."
    ),
    no_media="I cannot read voice messages, pictures and files yet. Please write it in words.",
    unclear=(
        "Sorry, I did not understand that. I can tell you about services and prices, find a time, "
        "book, move or cancel an appointment."
    ),
    unclear_again="It seems I do not understand you. If you like, a person can take over: write “operator”.",
    can_be_changed="You can move or cancel an appointment by writing here.",
    our_people="Our stylists: {names}.",
)
