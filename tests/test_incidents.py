"""What went wrong with salon bots before this one, each with the tests that would have caught it.

The table is the register: a test that is renamed or deleted must be replaced here, or this module fails.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

TRUTH = {
    "said «записала», and no record was made": (
        "test_booked_is_said_exactly_when_the_calendar_holds_it",
        "test_a_booking_is_confirmed_with_service_stylist_day_time_and_address",
    ),
    "said «перенесла» while the time was busy": (
        "test_a_move_to_a_busy_time_is_not_told_as_done",
        "test_a_time_taken_between_question_and_yes_is_not_told_as_done",
        "test_nothing_is_moved_without_a_move",
    ),
    "results without a wording of their own were told as done": (
        "test_whatever_the_offline_composer_says_passes",
        "test_times_and_prices_told_stand_in_the_outcomes",
    ),
    "said «записала» after an error": (
        "test_nothing_is_booked_without_a_booking",
        "test_a_text_that_is_not_true_is_replaced_by_one_that_is",
        "test_an_absent_booking_system_is_never_a_full_one",
    ),
    "named free times without having looked": (
        "test_no_time_is_named_without_a_search",
        "test_an_unsupported_time_is_found",
    ),
    "booked by guess, or a busy time": (
        "test_an_hour_nobody_spoke_of_is_searched_not_booked",
        "test_a_busy_start_is_refused_before_the_name_is_asked",
        "test_whatever_a_bad_model_understands_nothing_is_done_that_was_not_asked_for",
    ),
    "invented services and prices out of a prompt's examples": (
        "test_no_name_price_or_service_of_the_catalogue_stands_in_the_rules",
        "test_an_unsupported_price_is_found",
        "test_a_service_the_salon_lacks_is_found",
    ),
    "the list was cut, and the request for it not understood": (
        "test_a_price_list_of_forty_services_is_told_whole_and_holds_nothing_else",
        "test_the_list_of_services_names_them_all_with_their_prices",
    ),
    "the catalogue was not loaded, and the model filled the gap": (
        "test_without_a_first_reading_nothing_is_claimed",
        "test_an_absent_booking_system_is_never_a_full_one",
    ),
    "named a stylist who does not exist": (
        "test_a_stylist_who_is_not_there_is_found",
        "test_who_is_away_is_not_offered",
    ),
    "an unknown stylist was said to be busy": (
        "test_an_unknown_stylist_is_never_called_busy",
        "test_somebody_who_does_not_work_here_is_said_not_to",
    ),
    "a service was explained as something else": (
        "test_a_service_is_explained_in_the_salons_own_words",
        "test_what_the_salon_does_not_know_is_not_explained",
    ),
    "a fully booked stylist was said to be off": (
        "test_a_stylist_with_a_full_day_is_not_said_to_be_off",
        "test_a_full_day_is_no_day_off",
        "test_a_fully_booked_day_of_a_stylist_is_no_day_off",
    ),
    "said that somebody works, then that they do not": ("test_schedule_and_free_times_never_contradict_each_other",),
    "several contradictory answers to one request": (
        "test_turns_of_one_chat_are_answered_in_order_and_never_two_at_once",
        "test_messages_written_in_one_breath_get_one_answer",
    ),
    "a general question brought three favourites, and children's cuts were said to be missing": (
        "test_a_general_question_names_all_services_and_childrens_too",
    ),
}

SAID_TO_BE_TAKEN = {
    "two questions were both answered with «занято» although there was time": (
        "test_two_questions_about_free_times_are_both_answered_with_times",
    ),
    "free times were found and lost on their way into the text": ("test_all_that_was_found_is_told",),
    "the service of the dialogue was forgotten, and the day said to be taken": (
        "test_the_service_of_the_dialogue_holds_for_another_day",
    ),
    "no service was named, and the day was said to be taken": (
        "test_without_a_service_it_is_asked_for_and_nothing_is_said_to_be_taken",
        "test_a_stylists_own_services_are_asked_about_where_none_was_named",
        "test_a_search_without_a_service_asks_for_one_and_keeps_the_day",
    ),
    "a child's cut was looked for as an adult's": (
        "test_a_childs_cut_finds_the_childs_service_and_its_times",
        "test_who_it_is_for_chooses_among_them",
    ),
    "the day's last visit was refused because of a wrong length": (
        "test_the_last_visit_ends_with_the_stylists_day",
        "test_slots_run_from_opening_to_the_last_visit_that_ends_by_closing",
        "test_length_and_price_are_the_stylists_own",
    ),
    "one's own visit stood in the way of its move": (
        "test_an_own_visit_does_not_stand_in_the_way_of_its_move_by_half_an_hour",
        "test_an_own_visit_at_the_days_end_does_not_stand_in_its_own_way",
    ),
    "the booking system's answer had another shape than expected": (
        "test_any_body_becomes_an_error_of_ours",
        "test_a_catalogue_of_any_shape_is_read_or_refused",
    ),
}

OFFERED_IN_VAIN = {
    "times that do not fit before the next visit or closing": (
        "test_a_long_service_is_not_offered_into_a_short_gap",
        "test_no_visit_runs_into_a_break",
        "test_every_minute_of_an_offered_visit_lies_inside_the_hours",
    ),
    "the evening was asked for, and the afternoon offered": (
        "test_who_asks_for_the_evening_is_not_offered_the_afternoon",
        "test_an_evening_holds_no_afternoon",
    ),
    "booked five minutes beside the time that was offered": ("test_an_offered_time_is_booked_to_the_minute",),
    "two visits at the same start": (
        "test_the_same_time_is_not_given_twice",
        "test_two_hundred_racing_for_the_same_slots_book_each_once",
        "test_the_table_refuses_any_overlap",
    ),
    "times of somebody on sick leave": ("test_who_is_away_is_not_offered",),
    "a schedule that was weeks old": (
        "test_free_times_are_asked_anew_after_half_a_minute_and_after_every_write",
        "test_whoever_is_hidden_or_gone_is_not_offered",
    ),
    "a start outside the hours in which a service is done": (
        "test_a_start_is_refused_exactly_when_it_is_not_on_offer",
        "test_booking_codes_mean_what_they_mean_whatever_the_status",
    ),
    "too many times in one message, or times although one was given": (
        "test_at_most_five_times_are_offered_and_none_where_the_time_was_given",
        "test_what_is_named_is_free_ascends_and_is_at_most_five",
    ),
    "a busy time brought «[object Object]» and no alternatives": (
        "test_a_busy_time_brings_three_others_in_words",
        "test_a_full_day_brings_other_days",
    ),
}

WHEN = {
    "«в 3» became half past three": (
        "test_a_spoken_hour_is_booked_as_it_was_meant",
        "test_a_russian_clock_time_is_one_exact_start",
    ),
    "«на утро 10» became the tenth": ("test_a_spoken_hour_is_booked_as_it_was_meant",),
    "«на 2» and «давай на час» were not read as times": ("test_an_hour_alone_answers_the_question_when",),
    "a date moved by one through UTC": (
        "test_a_date_stays_that_date_early_and_late",
        "test_times_are_the_salons_wall_clock_wherever_the_configuration_thinks_it_is",
    ),
    "the time was lost when only the day changed": (
        "test_the_time_is_kept_where_only_the_day_changes",
        "test_only_the_day_changes_when_only_the_day_is_corrected",
    ),
    "tomorrow became today when the time followed": ("test_tomorrow_stays_tomorrow_when_only_the_time_follows",),
    "a day long gone by was still meant": (
        "test_a_day_that_has_gone_by_is_not_meant_any_more",
        "test_days_gone_by_are_dropped_from_the_window",
    ),
}

MEMORY = {
    "a pause of seven minutes lost the conversation": (
        "test_a_pause_forgets_nothing",
        "test_a_restart_needs_no_new_code_and_remembers_the_conversation",
    ),
    "a second message during the first one's work lost the conversation": (
        "test_turns_of_one_chat_are_answered_in_order_and_never_two_at_once",
        "test_a_taken_turn_gathers_no_more_and_a_late_message_puts_taking_off",
    ),
    "a known customer was asked for the name": (
        "test_a_known_customer_is_never_asked_for_the_name_again",
        "test_a_customer_first_known_by_phone_keeps_name_and_turn_under_the_lid",
    ),
    "a service was kept as the customer's name": (
        "test_what_is_no_name_is_never_taken_for_one",
        "test_what_is_no_name_is_asked_for_again",
    ),
    "a name beside a service was not read, and asked for again and again": (
        "test_a_name_is_taken_without_losing_day_and_time",
        "test_a_name_given_when_asked_is_the_name_alone",
    ),
    "saved as «Клиент»": ("test_a_name_is_taken_without_losing_day_and_time",),
    "memory under wrong keys, silently empty": (
        "test_a_restart_needs_no_new_code_and_remembers_the_conversation",
        "test_another_salon_in_the_same_journal_is_another_world",
    ),
    "two memories, each half right": (
        "test_nothing_is_carried_over_once_it_is_booked",
        "test_several_customers_keep_their_own_conversations",
    ),
    "what a regular usually has replaced what was asked for": (
        "test_what_a_regular_has_always_had_does_not_replace_what_is_asked_for",
    ),
    "an explanation in between lost the conversation": (
        "test_an_explanation_in_between_loses_neither_day_nor_stylist",
    ),
    "greeted in every message, and announced what it was doing": (
        "test_a_greeting_comes_once_and_nothing_is_announced",
        "test_the_greeting_comes_once_a_day_by_the_salons_clock",
    ),
    "one internal error, and every customer got an apology": (
        "test_an_error_in_one_turn_is_apologised_for_there_and_spoils_no_other",
        "test_fifty_customers_at_once_are_each_answered_once",
    ),
}

SERVICES = {
    "a plain service became a combination nobody does, or a combination its first word": (
        "test_the_service_that_was_named_is_meant_and_no_combination",
        "test_the_longest_title_said_is_meant",
        "test_an_alias_wins_over_a_word_inside_another_title",
        "test_a_word_of_two_titles_is_asked_about_and_not_guessed",
    ),
    "a child was given the service for father and son": ("test_a_child_is_not_given_the_service_for_father_and_son",),
    "a service made of parts was refused by the booking system": (
        "test_a_composite_service_is_offered_and_booked_by_its_parts",
    ),
    "a stroke in a title cut the message in two": ("test_a_stroke_in_a_title_cuts_nothing",),
    "wrong cases of names, lost with every nightly run": (
        "test_a_stylist_is_found_in_every_case_of_the_name",
        "test_a_stylist_is_found_in_any_form",
    ),
    "wrong plurals": ("test_a_list_is_counted_in_the_right_form", "test_russian_counts_take_the_right_form"),
}

TEXTS = {
    "marks of the machine and its reasoning were sent to the customer": (
        "test_no_answer_of_a_whole_conversation_shows_the_machine_or_a_wrong_case",
        "test_what_never_belongs_into_an_answer_is_found",
    ),
    "raw Markdown": ("test_harmless_marks_are_cleaned", "test_what_never_belongs_into_an_answer_is_found"),
    "«У Сергей свободно»": ("test_no_answer_of_a_whole_conversation_shows_the_machine_or_a_wrong_case",),
    "word borders that do not hold in Cyrillic: thanks were not heard": (
        "test_thanks_are_heard_in_any_letters",
        "test_letters_inside_a_word_are_no_word",
        "test_word_borders_hold_in_cyrillic",
    ),
    "a prompt with a mistake in it failed every answer": (
        "test_every_command_is_explained_in_the_rules",
        "test_services_a_booking_a_move_and_a_cancellation_by_claude",
        "test_a_customer_gets_a_true_answer_in_time_whatever_the_api_does",
    ),
    "a command's parameters were lost between model and program": ("test_every_command_of_the_closed_set_is_read",),
}

BESIDE = {
    "a stranger's visit was about to be cancelled": (
        "test_a_strangers_visit_is_neither_shown_nor_changed_whatever_is_written",
        "test_a_server_that_answers_with_everybodys_records_shows_none_of_them",
        "test_a_stranger_sees_and_changes_nothing",
    ),
    "a yes after a move was asked about began a search": ("test_a_yes_after_the_question_moves_instead_of_searching",),
    "the nearest visit was cancelled without a question": (
        "test_cancelling_names_the_appointment_and_waits_for_a_yes",
        "test_several_are_asked_about_and_chosen_by_number",
    ),
    "thanks in front of a request hid the request": ("test_thanks_in_front_do_not_hide_a_cancellation",),
    "a heart or a thumb began a new dialogue": ("test_what_is_not_a_customers_question_is_not_answered",),
    "what a customer wrote was taken for an order to the machine": (
        "test_a_name_on_the_profile_is_no_order_and_is_not_repeated",
        "test_what_a_quoted_message_says_is_no_order",
    ),
}

REGISTER = TRUTH | SAID_TO_BE_TAKEN | OFFERED_IN_VAIN | WHEN | MEMORY | SERVICES | TEXTS | BESIDE


@pytest.fixture(scope="module")
def collected() -> frozenset[str]:
    """The names of all tests of the project, read and not imported."""
    return frozenset(
        node.name
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("incident", REGISTER)
def test_an_incident_of_the_past_would_be_caught_today(collected: frozenset[str], incident: str) -> None:
    assert REGISTER[incident]
    assert [name for name in REGISTER[incident] if name not in collected] == []


def test_every_test_about_incidents_stands_in_the_register() -> None:
    registered = {name for names in REGISTER.values() for name in names}
    written = {
        node.name
        for path in (TESTS / "assistant" / "incidents").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
    assert written - registered == set()
