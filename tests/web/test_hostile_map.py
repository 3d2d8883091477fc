"""What the web, links and mails have to bear (87 to 102 of the list that tests/connectors begins)."""

from __future__ import annotations

import pytest

from tests.connectors.test_hostile_map import TESTS

LINK, ACCESS, EVERYONE = "web/test_link.py", "web/test_access.py", "web/test_everyone.py"
SHIELD, CHECK_IN = "web/test_shield.py", "web/test_check_in.py"
MOMENTS, LIST = "web/test_moments.py", "web/test_list_browser.py"
POST, SMTP, OUTBOX, COMPOSE = (f"mail/test_{name}.py" for name in ("post", "smtp", "outbox", "compose"))
CONSENT = "web/test_google_consent.py"

HOSTILE: dict[int, tuple[str, ...]] = {
    87: (
        f"{LINK}::test_a_link_that_is_none_gets_a_calm_page",
        f"{LINK}::test_a_link_in_other_letters_is_another_link",
        f"{LINK}::test_links_end_when_they_expire_and_when_they_are_revoked",
        f"{ACCESS}::test_a_link_is_for_one_person_and_one_purpose",
        f"{ACCESS}::test_another_household_is_never_reached",
    ),
    88: (
        f"{LINK}::test_fifty_scanners_change_nothing_that_anybody_would_notice",
        f"{LINK}::test_head_opens_no_session",
        f"{ACCESS}::test_looking_at_everything_changes_nothing",
    ),
    89: (f"{EVERYONE}::test_a_scanner_that_opens_everything_and_sends_every_form_empty_changes_nothing",),
    90: (
        f"{MOMENTS}::test_a_double_click_saves_one_answer_and_back_shows_it_as_saved",
        f"{MOMENTS}::test_of_two_tabs_the_later_answer_holds_and_a_week_later_the_old_one_says_that_it_is_over",
        f"{CHECK_IN}::test_an_answer_may_be_changed_and_sent_twice",
        f"{CHECK_IN}::test_after_wednesday_nothing_is_saved_and_the_words_are_kept",
        f"{MOMENTS}::test_two_tabs_with_one_proposal_a_change_in_one_is_seen_before_the_other_agrees",
        f"{LIST}::test_something_is_added_once_changed_taken_off_and_put_back",
    ),
    91: (
        f"{CHECK_IN}::test_without_a_session_nothing_is_shown_or_saved",
        f"{CHECK_IN}::test_a_form_cannot_speak_for_somebody_else",
        f"{ACCESS}::test_nobody_fills_in_a_form_for_the_other",
    ),
    92: (f"{SHIELD}::test_a_form_must_come_from_our_own_page",),
    93: (
        f"{LINK}::test_links_come_from_the_configured_address_alone",
        f"{SHIELD}::test_the_address_is_compared_as_browsers_write_it",
    ),
    94: (
        f"{SHIELD}::test_a_body_past_64_kb_is_refused_in_words_however_it_comes",
        f"{SHIELD}::test_only_urlencoded_forms_are_read",
        f"{SHIELD}::test_a_form_that_no_page_of_ours_sends_is_refused_in_words",
        f"{SHIELD}::test_any_bytes_are_a_form_or_a_named_refusal",
    ),
    95: (
        f"{CHECK_IN}::test_a_note_is_kept_as_words_and_shown_as_words",
        f"{CHECK_IN}::test_a_refused_form_comes_back_with_every_problem_and_every_word",
    ),
    96: (
        f"{POST}::test_no_name_reaches_a_header",
        f"{COMPOSE}::test_names_and_sentences_stay_words",
    ),
    97: (
        f"{POST}::test_addresses_that_mail_servers_take",
        f"{POST}::test_addresses_that_are_none_are_refused_in_words",
    ),
    98: (
        f"{SMTP}::test_every_answer_has_its_meaning",
        f"{SMTP}::test_a_connection_lost_after_the_dot_is_an_unknown_outcome",
        f"{SMTP}::test_without_starttls_nothing_is_sent_in_the_clear",
        f"{SMTP}::test_a_message_arrives_as_it_was_written",
        f"{OUTBOX}::test_a_refused_mail_is_never_tried_again",
    ),
    # No mail is ever read, so a reply starts nothing; ours says that no machine needs to answer it.
    99: (f"{POST}::test_the_message_is_ready_for_the_wire", f"{OUTBOX}::test_what_is_due_is_sent_once"),
    100: (
        f"{CONSENT}::test_another_browser_of_the_same_person_cannot_finish_what_one_began",
        f"{CONSENT}::test_the_partner_on_the_same_phone_cannot_save_it_as_theirs",
        f"{CONSENT}::test_an_address_that_was_used_is_refused_and_what_it_brought_still_stands",
        f"{CONSENT}::test_an_answer_to_another_question_uses_up_the_open_one",
        f"{CONSENT}::test_a_code_that_google_refuses_is_not_tried_twice",
        f"{CONSENT}::test_every_no_of_googles_has_its_sentence",
    ),
    101: (
        f"{SHIELD}::test_every_answer_is_private_framed_by_nobody_and_runs_no_script",
        f"{LINK}::test_leaving_ends_every_session_at_once",
    ),
    102: (
        f"{LINK}::test_a_link_opens_a_session_and_leaves_the_token_behind",
        f"{SHIELD}::test_no_token_reaches_a_log",
    ),
}


@pytest.mark.parametrize("number", range(87, 103))
def test_every_hostile_input_has_a_test_with_its_outcome(number: int) -> None:
    assert HOSTILE[number]
    for test in HOSTILE[number]:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text(), (
            f"{test} is gone; name the test that is in its place"
        )
