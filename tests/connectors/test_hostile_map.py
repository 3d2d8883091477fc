"""The list of hostile inputs, and where each has its expected outcome: nothing may fall off the list.

Numbers 1 to 60 are calendar data, 61 to 85 servers and networks, 86 is Google's own. An input is named by
the beginning of a case's id in test_hostile_events.py ("13 100k RDATE"), or here by a test of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.test_hostile_events import REFUSED, UNDERSTOOD

TESTS = Path(__file__).parent.parent

GUARD = "connectors/test_guard.py"
SERVERS = "connectors/test_hostile_servers.py"
LISTINGS = "connectors/test_hostile_listings.py"
READING = "connectors/test_caldav_reading.py"
WRITING = "connectors/test_caldav_writing.py"
CONTRACT = "connectors/contract.py"
RECURRENCE = "connectors/test_recurrence.py"
ONBOARDING = "connectors/test_onboarding.py"
ICS = "connectors/test_ics.py"
WEEK = "flow/test_week.py"
GOOGLE = "connectors/test_google_account.py"

HOSTILE: dict[int, tuple[str, ...]] = {
    18: (f"{RECURRENCE}::test_a_changed_occurrence_leaves_its_slot",),
    20: (f"{RECURRENCE}::test_this_and_future_moves_all_that_follow",),
    21: (f"{RECURRENCE}::test_an_occurrence_moved_into_the_window_is_seen",),
    22: (f"{RECURRENCE}::test_a_changed_occurrence_leaves_its_slot",),
    23: (f"{RECURRENCE}::test_of_two_masters_the_newer_counts",),
    25: (f"{CONTRACT}::test_an_entry_put_into_another_calendar_is_that_persons_event",),
    37: (f"{RECURRENCE}::test_times_in_the_lost_and_the_repeated_hour",),
    38: (f"{RECURRENCE}::test_times_in_the_lost_and_the_repeated_hour",),
    55: (
        f"{CONTRACT}::test_free_cancelled_and_declined_events_do_not_make_busy",
        "connectors/test_reading.py::test_who_is_kept_busy_by_what",
    ),
    56: ("connectors/test_reading.py::test_who_is_kept_busy_by_what",),
    58: (
        f"{CONTRACT}::test_what_a_person_does_to_an_entry_is_seen",
        f"{WEEK}::test_an_entry_that_was_dragged_stays_where_it_was_put",
        f"{WEEK}::test_an_entry_that_was_deleted_does_not_come_back",
        "flow/test_follow_edits.py::test_a_copy_is_a_strangers_and_busy",
    ),
    59: (f"{SERVERS}::test_59_an_entry_without_its_mark_is_ours_by_its_uid",),
    61: (f"{GUARD}::test_nonsense_ends_in_one_plain_sentence",),
    62: (f"{GUARD}::test_the_endless_body_of_a_redirect_is_not_read_to_its_end",),
    63: (f"{GUARD}::test_a_server_that_stalls_is_cut_off_in_time",),
    64: (f"{GUARD}::test_a_server_that_stalls_is_cut_off_in_time",),
    65: (f"{GUARD}::test_a_server_that_stalls_is_cut_off_in_time",),
    66: (
        f"{GUARD}::test_a_certificate_nobody_vouches_for_is_refused",
        f"{GUARD}::test_a_vouched_for_certificate_that_is_old_or_anothers_is_refused",
    ),
    67: (
        f"{GUARD}::test_nonsense_ends_in_one_plain_sentence",
        f"{GUARD}::test_nobody_is_sent_on_from_https_to_http",
        f"{ONBOARDING}::test_a_redirect_into_the_private_network_is_refused",
        f"{ONBOARDING}::test_a_redirect_without_end_is_ended",
    ),
    68: (f"{GUARD}::test_a_name_that_resolves_anew_to_this_machine_is_refused_on_the_connected_socket",),
    69: (
        f"{GUARD}::test_no_spelling_of_this_machine_is_reached_unasked",
        f"{GUARD}::test_addresses_inside_somebodys_network_are_not_public",
    ),
    70: (
        f"{GUARD}::test_an_unsafe_address_is_refused_by_its_spelling",
        f"{GUARD}::test_what_stands_behind_a_hash_names_no_server",
    ),
    71: (
        f"{GUARD}::test_nonsense_ends_in_one_plain_sentence",
        f"{READING}::test_an_event_that_breaks_the_xml_costs_that_event_only",
    ),
    72: (
        f"{LISTINGS}::test_72_an_event_the_server_withholds_is_named_and_asked_for_again",
        f"{LISTINGS}::test_72_an_event_that_is_not_there_is_left_out_in_silence",
    ),
    73: (
        f"{WRITING}::test_an_etag_that_cannot_be_sent_back_is_unknown_until_read",
        f"{READING}::test_events_without_etags_are_read_each_time",
        f"{SERVERS}::test_73_an_etag_that_a_compressing_proxy_renamed_stops_a_write_and_loses_nothing",
        f"{SERVERS}::test_73_etags_that_change_at_each_reading_are_no_edits_and_no_write_goes_through_on_one",
    ),
    74: (f"{SERVERS}::test_74_a_server_that_says_412_for_ever_is_asked_once_and_read_once",),
    75: (
        f"{CONTRACT}::test_a_lost_reply_to_a_create_is_settled_by_reading",
        f"{CONTRACT}::test_a_lost_reply_to_a_replace_is_settled_by_reading",
        f"{CONTRACT}::test_a_lost_reply_to_a_delete_is_settled_by_reading",
    ),
    76: (
        f"{SERVERS}::test_76_what_the_server_made_of_an_entry_is_seen_as_it_stands_and_stays_ours_by_uid",
        f"{SERVERS}::test_76_an_entry_under_another_uid_is_a_strangers_and_is_not_written_over",
        f"{ICS}::test_a_server_that_respells_our_entry_does_not_look_like_a_person",
    ),
    77: (f"{SERVERS}::test_77_an_entry_that_was_accepted_and_not_stored_is_not_listed",),
    78: (
        f"{LISTINGS}::test_78_an_invalid_sync_token_told_in_any_way_costs_one_reading",
        f"{CONTRACT}::test_a_forgotten_cursor_costs_a_reading_and_nothing_else",
    ),
    79: (
        f"{READING}::test_an_emptied_listing_is_not_believed_at_once",
        f"{CONTRACT}::test_a_vanished_home_is_an_error_and_not_an_empty_list",
        f"{CONTRACT}::test_our_calendar_is_found_under_any_name_its_person_gives_it",
        f"{SERVERS}::test_79_a_calendar_whose_address_changed_is_an_error_and_keeps_its_last_reading",
        f"{WEEK}::test_when_everything_of_ours_is_gone_nothing_is_written_until_somebody_says_so",
    ),
    80: (
        f"{CONTRACT}::test_a_read_only_calendar_is_said",
        f"{CONTRACT}::test_a_chosen_calendar_that_is_read_only_is_said",
    ),
    81: (
        f"{SERVERS}::test_81_a_password_refused_in_the_middle_of_a_poll_stops_it_at_once",
        f"{SERVERS}::test_81_a_pause_asked_for_is_a_day_at_most_and_never_negative",
        f"{CONTRACT}::test_a_wrong_password_is_said_and_never_looks_like_an_empty_account",
    ),
    82: (f"{SERVERS}::test_82_a_full_account_is_said_and_can_still_be_read",),
    83: (f"{SERVERS}::test_83_a_clock_a_day_off_changes_nothing",),
    84: (
        f"{LISTINGS}::test_84_an_href_however_it_is_spelled_stays_on_its_server",
        f"{LISTINGS}::test_84_an_href_on_another_host_makes_the_reading_an_error",
    ),
    85: (
        f"{SERVERS}::test_85_one_calendar_seen_by_two_accounts_holds_each_ones_entries_once",
        f"{CONTRACT}::test_two_partners_in_one_account_get_two_calendars",
        f"{WEEK}::test_two_partners_in_one_account_never_make_each_other_busy",
    ),
    86: (
        f"{GOOGLE}::test_a_grant_taken_back_says_so_and_nothing_is_forgotten",
        f"{GOOGLE}::test_missing_rights_cost_what_needs_them_and_nothing_else",
        f"{GOOGLE}::test_86_a_page_that_leads_to_itself_ends_and_changes_nothing",
        f"{GOOGLE}::test_an_entry_deleted_by_its_person_is_not_made_again_after_a_crash",
        f"{GOOGLE}::test_86_events_of_googles_own_kinds_are_not_ours_and_stop_nothing",
    ),
}


def numbered_cases(number: int) -> list[str]:
    return [case for case in (*REFUSED, *UNDERSTOOD) if case.partition(" ")[0] == str(number)]


@pytest.mark.parametrize("number", range(1, 87))
def test_every_hostile_input_has_a_test_with_its_outcome(number: int) -> None:
    named = HOSTILE.get(number, ())
    assert named or numbered_cases(number), f"no test says what becomes of hostile input {number}"
    for test in named:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text(), (
            f"{test} is gone; name the test that is in its place"
        )
