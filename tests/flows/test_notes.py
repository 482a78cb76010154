"""A person's words: at hand, given back, kept, changed, thrown away; and choosing by what helped."""

from dataclasses import replace
from datetime import date

import pytest

from flows.effects import Agree, Ask, OpenRequest, Record, Say, Text, Urgency
from flows.state import Held, Note, Place, State, from_json, to_json

from .small import NOON, at, later, rang, said, step, tapped, words

KEEP = frozenset({"keep"})
TODAY = date(2026, 11, 24)
HERON = Held("walk", "saw", "a heron")
KEPT = Note(1, "walk", "saw", "a heron", TODAY)
LIGHTER = Note(2, "walk", "felt", "afterwards.felt.lighter", TODAY, tapped=True)


def press(state: State, choice: str) -> State:
    """The state once this choice of the open question is pressed, long after any other press."""
    assert state.place
    number = f"{state.question}/{state.place.flow}/{state.place.step}/{choice}"
    return step(state, tapped(number, later(minutes=state.question))).state


# At hand while the exercise lasts.


def test_whoever_was_never_asked_is_asked_before_words_are_held_and_comes_back():
    asked = step(at("walk/right"), rang("wait", at("walk/right")))
    assert words(asked.effects) == ["consent_keep.ask | yes no stop"]

    turn = step(asked.state, said("yes"))

    assert turn.effects[0] == Agree("keep", True)
    assert words(turn.effects) == ["walk.saw | skip fast stop"]
    assert turn.state.asker is None


@pytest.mark.parametrize("refusal", ["no", "skip"])
def test_whoever_declined_or_passed_over_it_is_not_asked_a_second_time(refusal: str):
    declined = step(at("consent_keep/ask", asker=Place("walk", "ask_first")), said(refusal)).state
    assert (declined.place, declined.agreed) == (Place("walk", "saw"), frozenset())

    again = replace(declined, place=Place("walk", "right"))

    assert words(step(again, rang("wait", again)).effects) == ["walk.saw | skip fast stop"]


def test_leaving_the_question_of_agreement_sets_the_exercise_aside_that_asked():
    asked = at("consent_keep/ask", asker=Place("walk", "ask_first"))

    left = step(asked, said("menu"))
    assert left.state.aside == Place("walk", "ask_first")
    assert left.state.asker is None

    assert words(step(left.state, said("Go on")).effects) == ["consent_keep.ask | yes no stop"]


def test_more_words_become_a_new_paragraph():
    turn = step(at("walk/more", agreed=KEEP, held=(HERON,)), said("a boat"))

    assert turn.state.held == (Held("walk", "saw", "a heron\n\na boat"),)


def test_a_choice_that_was_tapped_is_at_hand_without_any_agreement():
    turn = step(at("walk/saw"), tapped("8/walk/saw/fast"))

    assert turn.state.held == (Held("walk", "way", "walk.saw.fast", tapped=True),)
    assert isinstance(turn.effects[0], Ask)
    assert turn.effects[0].texts[1] == Text("walk.end.3", (("way", Text("walk.saw.fast")),))


def test_words_are_let_go_when_the_exercise_is_over():
    over = press(at("walk/end", agreed=KEEP, held=(HERON,)), "on")
    assert over.held == (HERON,)

    assert press(press(over, "same"), "menu").held == ()


def test_words_of_an_exercise_that_is_set_aside_stay_at_hand():
    assert step(at("walk/more", agreed=KEEP, held=(HERON,)), said("menu")).state.held == (HERON,)


def test_an_exercise_that_begins_again_begins_without_the_words_of_before():
    again = press(at("afterwards/ways", agreed=KEEP, held=(HERON,), ended="walk"), "same")

    assert (again.place, again.held) == (Place("walk", "ready"), ())


def test_words_that_are_thrown_away_are_not_given_back():
    turn = step(at("walk/end", agreed=KEEP, held=(HERON,)), tapped("8/walk/end/drop"))

    assert words(turn.effects) == ["walk.drop", "afterwards.felt | lighter same heavier"]
    assert turn.state.held == ()


def test_an_answer_too_long_to_be_held_is_said_to_be_and_asked_again():
    turn = step(at("walk/saw", agreed=KEEP), said("a" * 2001))

    assert words(turn.effects) == ["kind_answers.too_long + walk.saw | skip fast stop"]
    assert turn.state.held == ()


# Kept.


def test_what_is_kept_becomes_a_note_with_its_day():
    turn = step(at("walk/end", agreed=KEEP, held=(HERON,)), tapped("8/walk/end/keep"))

    assert turn.state.notes == (KEPT,)
    assert not any(isinstance(effect, Record) for effect in turn.effects)


def test_nothing_is_kept_without_an_agreement():
    turn = step(at("walk/end", held=(HERON,)), tapped("8/walk/end/keep"))

    assert turn.state.notes == ()


def test_keeping_is_offered_afterwards_only_while_there_is_something_new_to_keep():
    ended = at("afterwards/ways", agreed=KEEP, held=(HERON,), ended="walk")

    kept = step(ended, tapped("8/afterwards/ways/keep"))

    assert kept.state.notes == (KEPT,)
    assert words(kept.effects) == ["afterwards.keep", "afterwards.ways | same menu"]


def test_what_was_kept_the_last_time_is_given_back_the_next():
    turn = step(at("walk/right", agreed=KEEP, notes=(KEPT,)), rang("wait", at("walk/right")))

    assert turn.effects[0] == Say((Text("walk.saw_before"), Text("walk.saw_before.2", (("kept_saw", "a heron"),))))


def test_when_there_is_no_room_it_is_said_and_nothing_is_lost():
    notes = tuple(replace(KEPT, id=id) for id in range(1, 31))

    turn = step(at("walk/end", agreed=KEEP, held=(HERON,), notes=notes), tapped("8/walk/end/keep"))

    assert words(turn.effects)[:2] == ["walk.keep", "kind_answers.full"]
    assert (turn.state.notes, turn.state.held) == (notes, (HERON,))


def test_no_longer_agreeing_to_keep_throws_all_notes_away():
    turn = step(at("data/choose", agreed=KEEP, notes=(KEPT, LIGHTER)), tapped("8/data/choose/nothing"))

    assert turn.state.notes == ()


# Read again, changed, thrown away.


def test_notes_are_listed_the_newest_first_by_their_own_words():
    turn = step(at("menu/menu", agreed=KEEP, notes=(KEPT, LIGHTER)), said("my notes"))

    assert isinstance(turn.effects[0], Ask)
    assert [(choice.press, choice.label) for choice in turn.effects[0].choices] == [
        (
            "9/memory/list/note_2",
            Text(
                "lists.felt_row",
                (
                    ("exercise", Text("lists.felt", (("exercise", Text("walk.title")),))),
                    ("felt", Text("afterwards.felt.lighter")),
                ),
            ),
        ),
        ("9/memory/list/note_1", Text("lists.note", (("words", "a heron"),))),
        ("9/memory/list/menu", Text("memory.list.menu")),
    ]


def test_whoever_kept_nothing_is_told_so():
    assert words(step(at("menu/menu"), said("mes notes")).effects) == ["memory.nothing | menu"]


def test_a_note_is_read_whole():
    long = replace(KEPT, words="a" * 1500)

    turn = step(at("memory/list", agreed=KEEP, notes=(long,)), tapped("8/memory/list/note_1"))

    assert turn.effects[0] == Say(
        (
            Text("memory.shown", (("this_day", TODAY), ("this_name", Text("walk.words.saw")))),
            Text("memory.shown.2", (("this", "a" * 1500),)),
        )
    )


def test_a_note_can_be_opened_by_its_number_in_the_list():
    assert step(at("memory/list", agreed=KEEP, notes=(KEPT, LIGHTER)), said("2")).state.opened == 1


def test_notes_come_in_pages():
    notes = tuple(replace(KEPT, id=id, words=f"{id}") for id in range(1, 14))

    first = step(at("menu/menu", agreed=KEEP, notes=notes), said("my notes"))
    second = step(first.state, tapped("9/memory/list/more"))
    third = step(second.state, tapped("10/memory/list_2/more", later(minutes=1)))

    assert [words(turn.effects) for turn in (first, second, third)] == [
        ["memory.list | note_13 note_12 note_11 note_10 note_9 note_8 more menu"],
        ["memory.list | note_7 note_6 note_5 note_4 note_3 note_2 more menu"],
        ["memory.list | note_1 menu"],
    ]


def test_a_note_is_changed_in_its_place():
    state = at("memory/change", agreed=KEEP, notes=(KEPT, LIGHTER), opened=1)

    turn = step(state, said("a white heron", later(days=2)))

    assert turn.state.notes == (Note(1, "walk", "saw", "a white heron", date(2026, 11, 26)), LIGHTER)


def test_notes_are_thrown_away_one_by_one_and_their_numbers_are_not_given_again():
    state = at("memory/what_now", agreed=KEEP, notes=(KEPT, LIGHTER), opened=2, last_note=2)

    thrown = step(state, tapped("8/memory/what_now/throw")).state
    assert thrown.notes == (KEPT,)

    kept = step(replace(thrown, place=Place("walk", "more")), said("a boat", later(minutes=1))).state
    assert press(kept, "keep").notes[-1].id == 3


def test_the_button_of_a_note_that_is_gone_leads_to_the_menu():
    turn = step(at("memory/list", agreed=KEEP, notes=(KEPT,)), tapped("8/memory/list/note_7"))

    assert words(turn.effects)[0].startswith("kind_answers.behind + menu.menu")


# What helped.


def test_how_it_felt_is_remembered_once_for_each_exercise():
    state = at("afterwards/felt", agreed=KEEP, ended="walk", notes=(LIGHTER,), last_note=2)

    heavier = press(state, "heavier")

    assert heavier.notes == (Note(3, "walk", "felt", "afterwards.felt.heavier", TODAY, tapped=True),)


def test_how_it_felt_is_not_remembered_without_an_agreement():
    assert press(at("afterwards/felt", ended="walk"), "lighter").notes == ()


def test_whoever_asks_that_it_be_remembered_is_asked_to_agree_and_then_it_is():
    asked = press(at("afterwards/ways", ended="walk", declined=KEEP), "remember")
    assert asked.place == Place("consent_keep", "ask")

    agreed = press(asked, "yes")

    assert agreed.place == Place("afterwards", "ways")
    assert [note.words for note in agreed.notes] == ["afterwards.felt.lighter"]


def test_what_helped_is_offered_where_it_fits():
    heavy = step(at("choosing/feeling", agreed=KEEP, notes=(LIGHTER,)), tapped("8/choosing/feeling/heavy"))

    assert isinstance(heavy.effects[0], Ask)
    assert heavy.effects[0].texts == (
        Text("choosing.heavy"),
        Text("choosing.heavy.2", (("helped", Text("walk.title")),)),
    )
    assert words(heavy.effects) == ["choosing.heavy + choosing.heavy.2 | walk again menu"]
    assert press(heavy.state, "again").place == Place("walk", "ready")


def test_what_helped_is_not_spoken_of_when_nothing_did():
    heavy = step(at("choosing/feeling"), tapped("8/choosing/feeling/heavy"))

    assert words(heavy.effects) == ["choosing.heavy | walk menu"]


def test_only_what_made_it_lighter_is_listed_as_having_helped():
    helped, heavier = (
        at("menu/menu", notes=(replace(LIGHTER, words=f"afterwards.felt.{felt}"),)) for felt in ("lighter", "heavier")
    )

    assert words(step(helped, said("what helped")).effects) == ["choosing.helped | walk menu"]
    assert words(step(heavier, said("what helped")).effects) == ["choosing.helped | menu"]


# Words that are no wish and no answer.


def test_what_somebody_tells_is_received_and_not_kept_before_they_agreed():
    turn = step(at("walk/ready"), said("my father left last week"))

    assert words(turn.effects) == ["free_words.where | therapist exercise leave go_on menu"]
    assert (turn.state.held, turn.state.aside) == ((), Place("walk", "ready"))


def test_the_question_that_was_left_can_still_be_answered():
    told = step(at("walk/ready"), said("my father left last week"))

    assert words(step(told.state, tapped("8/walk/ready/yes")).effects) == ["walk.left"]


def test_whoever_gives_it_to_a_therapist_agrees_first_and_writes_it_again():
    told = step(at("menu/menu"), said("my father left last week")).state
    asked = press(told, "therapist")
    assert asked.place == Place("consent_human", "ask")

    once_more = press(asked, "yes")
    assert once_more.place == Place("free_words", "once_more")
    turn = step(once_more, said("My father left."))

    assert turn.effects == (
        Record("note", "My father left."),
        Say((Text("human.asking"),)),
        OpenRequest(Urgency.ROUTINE, "My father left."),
    )


def test_whoever_agreed_before_need_not_write_it_again():
    told = step(at("menu/menu", agreed=frozenset({"human"})), said("my father left last week")).state
    assert told.held == (Held("free_words", "said", "my father left last week"),)

    turn = step(told, tapped("9/free_words/where/therapist"))

    assert turn.effects[0] == Record("note", "my father left last week")
    assert turn.effects[-1] == OpenRequest(Urgency.ROUTINE, "my father left last week")
    assert turn.state.held == ()


def test_it_can_be_put_into_an_exercise_where_words_are_heard():
    told = step(at("menu/menu", agreed=KEEP), said("i saw my father")).state
    exercise = press(press(told, "exercise"), "walk")
    hearing = replace(exercise, place=Place("walk", "right"))

    heard = step(hearing, rang("wait", hearing))
    assert words(heard.effects) == ["walk.saw | said_before skip fast stop"]

    assert press(heard.state, "said_before").held == (Held("walk", "saw", "i saw my father"),)


def test_it_can_be_kept_or_left_there():
    told = step(at("menu/menu", agreed=KEEP), said("my father left last week")).state

    assert [note.words for note in press(told, "keep").notes] == ["my father left last week"]
    left = press(told, "leave")
    assert (left.notes, left.held) == ((), ())


@pytest.mark.parametrize("typed", ["walking", "A walk", "marcher", "walkng"])
def test_an_exercise_is_begun_by_typing_its_name(typed: str):
    assert step(at("menu/menu"), said(typed)).state.place == Place("walk", "ready")


def test_the_name_of_an_exercise_is_an_answer_where_words_are_heard():
    assert step(at("walk/saw", agreed=KEEP), said("walking")).state.held == (Held("walk", "saw", "walking"),)
    assert step(at("walk/saw", agreed=KEEP), said("exercise")).state.held == (Held("walk", "saw", "exercise"),)


# Old conversations.


def test_a_conversation_of_version_1_goes_on():
    old = {
        "version": 1,
        "locale": "en",
        "place": ["walk", "saw"],
        "question": 3,
        "agreed": ["keep"],
        "kept": [["silence_gives", "peace"], ["note", "tired"]],
    }

    state = from_json(old)

    assert state == State(
        locale="en",
        place=Place("walk", "saw"),
        question=3,
        agreed=KEEP,
        held=(Held("holding_back", "silence_gives", "peace"), Held("human", "note", "tired")),
    )
    assert from_json(to_json(state)) == state
    assert step(state, said("a heron", NOON)).state.held == (Held("walk", "saw", "a heron"),)
