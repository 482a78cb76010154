from dataclasses import replace
from datetime import timedelta

import pytest

from flows import engine
from flows.effects import (
    Agree,
    Ask,
    Choice,
    Erase,
    OpenRequest,
    OwnerChanged,
    Record,
    RelayToPerson,
    RelayToTherapist,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    Urgency,
    Weight,
    WithdrawRequest,
)
from flows.events import (
    FileRef,
    Media,
    MediaKind,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSent,
    TherapistClosed,
    TherapistDeclined,
    TherapistEdited,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.risk.risk import NOTHING
from flows.state import Held, Place, Press, State

from .small import ARRIVED, BOOK, NOON, at, later, rang, said, step, tapped, words

KEEP = frozenset({"keep"})
MENU = "menu.menu | exercise human data urgent language"


# The first words.


def test_the_first_arrival_is_greeted_and_shown_the_menu():
    turn = step(State(locale="en"), ARRIVED)

    labels = [("exercise", 1), ("human", 1), ("data", 1), ("urgent", 1), ("language", 1)]
    choices = tuple(Choice(Text(f"menu.menu.{id}"), f"{n}/menu/menu/{id}") for id, n in labels)
    assert turn.effects == (
        Say((Text("welcome.hello"), Text("welcome.hello.2"))),
        Ask((Text("menu.menu"),), choices, 1),
    )
    assert turn.state == State(locale="en", place=Place("menu", "menu"), question=1)


def test_first_words_that_wish_nothing_are_greeted_like_an_arrival():
    assert step(State(locale="en"), said("hello, is anybody there?")).effects == step(State("en"), ARRIVED).effects


def test_first_words_that_wish_something_are_granted_it():
    assert words(step(State("en"), said("urgent help")).effects)[0].startswith("urgent.lines")


def test_a_later_arrival_is_offered_what_was_set_aside():
    turn = step(at("walk/ready"), ARRIVED)

    assert words(turn.effects) == ["welcome.again | go_on menu"]
    assert turn.state.aside == Place("walk", "ready")


def test_a_later_arrival_with_nothing_set_aside_is_not_offered_to_go_on():
    assert words(step(at("menu/menu"), ARRIVED).effects) == ["welcome.again | menu"]


# Buttons.


def test_a_button_of_the_open_question_answers_it():
    turn = step(at("walk/ready"), tapped("8/walk/ready/yes"))

    assert turn.effects == (Say((Text("walk.left"),)), SetTimer("wait", timedelta(seconds=4), 9))
    assert turn.state.place == Place("walk", "left")
    assert turn.state.presses == (Press("8/walk/ready/yes", NOON),)


def test_the_same_press_within_ten_seconds_counts_once():
    first = step(at("menu/menu"), tapped("8/menu/menu/exercise"))

    again = step(first.state, tapped("8/menu/menu/exercise", later(seconds=9.9)))

    assert again == engine.Turn(first.state, ())


def test_an_old_menu_pressed_again_after_ten_seconds_is_a_new_wish():
    first = step(at("menu/menu"), tapped("8/menu/menu/exercise"))

    again = step(first.state, tapped("8/menu/menu/exercise", later(seconds=10)))

    assert words(again.effects) == ["choosing.feeling | heavy all menu"]


def test_an_old_button_of_a_question_already_answered_changes_nothing_and_asks_the_open_one_again():
    state = at("walk/saw")

    turn = step(state, tapped("3/walk/ready/no"))

    assert words(turn.effects) == ["kind_answers.behind + walk.saw | skip fast stop"]
    assert turn.state.place == Place("walk", "saw")


def test_both_the_first_and_the_repeated_buttons_of_a_question_answer_it():
    puzzled = step(at("walk/ready"), said("what is this about then?"))

    for press in ("8/walk/ready/yes", "9/walk/ready/yes"):
        assert step(puzzled.state, tapped(press)).state.place == Place("walk", "left")


def test_an_old_stop_button_of_the_exercise_one_is_in_still_stops_it():
    turn = step(at("walk/left"), tapped("3/walk/ready/stop"))

    assert words(turn.effects) == ["everyday.stopped | go_on menu"]
    assert turn.state.aside == Place("walk", "left")


@pytest.mark.parametrize("press", ["", "take/3", "8/walk/gone/yes", "8/walk/ready/gone", "x/walk/ready/yes", "²/a/b/c"])
def test_a_press_that_leads_nowhere_leads_to_the_menu(press: str):
    turn = step(at("human/note"), tapped(press))

    assert words(turn.effects) == ["kind_answers.behind + " + MENU]


def test_during_a_timed_passage_an_old_button_does_not_disturb_it():
    state = at("walk/left")

    turn = step(state, tapped("3/walk/end/keep"))

    assert turn.effects == (Say((Text("kind_answers.behind"),)),)
    assert words(step(turn.state, rang("wait", state)).effects) == ["walk.right"]


# Words for a choice.


@pytest.mark.parametrize("typed", ["Ready", "ready!", "READY", "Prêt", "pret", "1", "1.", "1️⃣", "raedy", "yes", "oui"])
def test_a_choice_can_be_typed(typed: str):
    assert step(at("walk/ready"), said(typed)).state.place == Place("walk", "left")


def test_a_number_is_that_of_the_choices_shown():
    assert step(at("walk/ready"), said("3")).state.place == Place("everyday", "stopped")
    assert step(at("walk/ready"), said("4")).state.place == Place("walk", "ready")


# Wishes.


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("stop", "everyday.stopped | go_on menu"),
        ("STOOOP !!", "everyday.stopped | go_on menu"),
        ("arrete svp", "everyday.stopped | go_on menu"),
        ("/stop", "everyday.stopped | go_on menu"),
        ("humain", "human.agree | yes no"),
        ("je peux", "walk.ready"),
        ("parler a quelquun", "human.agree | yes no"),
        ("parlé à quelqu'un s'il vous plait", "human.agree | yes no"),
        ("/humain", "human.agree | yes no"),
        ("mes donnes", "data.choose | see nothing erase go_on menu"),
        ("/data", "data.choose | see nothing erase go_on menu"),
        ("/données@clinic_bot", "data.choose | see nothing erase go_on menu"),
        ("tout effacer", "data.erase | yes no"),
        ("menu", "menu.menu | exercise human data urgent language go_on"),
        ("/help", "menu.menu | exercise human data urgent language go_on"),
        ("are you a robot?", "everyday.program | go_on menu"),
    ],
)
def test_a_wish_is_understood_in_the_middle_of_an_exercise(typed: str, shown: str):
    turn = step(at("walk/ready"), said(typed))

    if shown == "walk.ready":
        assert turn.state.place == Place("walk", "ready")
    else:
        assert words(turn.effects) == [shown]
        assert turn.state.aside == Place("walk", "ready")


@pytest.mark.parametrize("typed", ["je veux que ça s’arrête", "même", "top", "I cannot stop crying", "vide", "?"])
def test_what_only_resembles_a_wish_is_not_taken_for_one(typed: str):
    turn = step(at("walk/ready"), said(typed))

    assert Place("walk", "ready") in (turn.state.place, turn.state.aside)
    assert words(turn.effects)[0].startswith(("walk.unexpected", "kind_answers.sticker", "free_words.where"))


def test_urgent_help_shows_the_lines_at_once_and_leads_back():
    turn = step(at("human/note"), said("urgense"))

    assert isinstance(turn.effects[0], Ask)
    assert turn.effects[0].weight is Weight.CRISIS
    assert words(turn.effects) == [
        "urgent.lines + lines_words.emergency + lines_words.line + lines_words.line | go_on menu human"
    ]
    assert words(step(turn.state, tapped("9/urgent/lines/go_on")).effects) == ["human.note | skip menu"]


def test_the_language_is_changed_in_mid_exercise_and_the_question_asked_again():
    turn = step(at("walk/ready"), said("français"))

    assert words(turn.effects) == ["everyday.language", "walk.ready | yes no stop"]
    assert turn.state.locale == "fr"
    assert turn.state.aside is None


def test_whoever_changes_language_at_the_first_question_is_greeted_again():
    greeted = step(State("en"), ARRIVED)

    turn = step(greeted.state, tapped("1/menu/menu/language"))

    assert words(turn.effects) == ["welcome.hello + welcome.hello.2", MENU]
    assert turn.state.locale == "fr"


def test_changing_language_in_the_menu_does_not_bring_back_what_was_stopped():
    stopped = step(step(at("walk/ready"), said("stop")).state, said("menu"))

    turn = step(stopped.state, said("français"))

    assert words(turn.effects) == ["everyday.language", MENU + " go_on"]
    assert turn.state.aside == Place("walk", "ready")


def test_slash_language_gives_the_other_one():
    assert step(at("menu/menu"), said("/langue")).state.locale == "fr"
    assert step(at("menu/menu", locale="fr"), said("/language")).state.locale == "en"


def test_an_exercise_can_be_resumed_where_it_was_left():
    stopped = step(at("walk/right"), said("stop"))

    turn = step(stopped.state, tapped("10/everyday/stopped/go_on"))

    assert words(turn.effects) == ["walk.right"]
    assert turn.state.aside is None


def test_stopping_something_else_than_an_exercise_sets_nothing_aside():
    assert step(at("human/note"), said("stop")).state.aside is None


def test_skip_chooses_the_skip_of_the_open_question():
    assert step(at("walk/saw"), said("passer")).state.place == Place("walk", "end")


# Free words and agreement.


def test_words_are_not_held_before_the_person_agreed():
    turn = step(at("walk/more"), said("a heron"))

    assert turn.effects == (
        Ask(
            (Text("walk.end"),),
            (
                *(
                    Choice(Text(f"walk.end.{id}"), f"9/walk/end/{id}")
                    for id in ["lighter", "same", "keep", "drop", "on"]
                ),
                Choice(Text("walk.beside.stop"), "9/walk/end/stop"),
            ),
            9,
        ),
        SetTimer("silence", timedelta(minutes=10), 9),
    )
    assert turn.state.held == ()


def test_words_are_held_and_given_back_once_the_person_agreed():
    turn = step(at("walk/more", agreed=KEEP), said("a heron"))

    assert isinstance(turn.effects[0], Ask)
    assert turn.effects[0].texts == (Text("walk.end"), Text("walk.end.2", (("saw", "a heron"),)))
    assert turn.state.held == (Held("walk", "saw", "a heron"),)


@pytest.mark.parametrize(("written", "given_back"), [("a" * 200, "a" * 200), ("a" * 201, "a" * 199 + "…")])
def test_a_long_story_is_held_whole_and_given_back_short(written: str, given_back: str):
    turn = step(at("walk/more", agreed=KEEP), said(written))

    assert isinstance(turn.effects[0], Ask)
    assert turn.effects[0].texts[1] == Text("walk.end.2", (("saw", given_back),))
    assert turn.state.held == (Held("walk", "saw", written),)


def test_the_fork_skips_the_question_of_consent_for_whoever_agreed():
    assert rung_to("walk/right", agreed=KEEP) == Place("walk", "saw")
    assert rung_to("walk/right") == Place("consent_keep", "ask")


def rung_to(name: str, **known: object) -> Place | None:
    state = at(name, **known)
    return step(state, rang("wait", state)).state.place


def test_keeping_nothing_more_drops_the_words_and_ends_the_waiting():
    state = at(
        "data/choose",
        agreed=frozenset({"keep", "human"}),
        held=(Held("walk", "saw", "a heron"), Held("human", "note", "tired")),
        waiting=True,
    )

    turn = step(state, tapped("8/data/choose/nothing"))

    assert turn.effects[:4] == (
        Say((Text("data.keep_nothing"),)),
        WithdrawRequest(),
        Agree("keep", False),
        Agree("human", False),
    )
    assert (turn.state.agreed, turn.state.held, turn.state.waiting) == (frozenset(), (), False)


def test_withdrawing_one_agreement_leaves_the_words_of_the_other():
    state = at("data/choose", agreed=KEEP, held=(Held("human", "note", "tired"), Held("walk", "saw", "a heron")))
    taking = engine._Taking(BOOK, state, NOON)

    taking.disagree("keep")

    assert taking.state.held == (Held("human", "note", "tired"),)


def test_data_is_shown_in_the_chat():
    turn = step(at("data/choose"), tapped("8/data/choose/see"))

    assert turn.effects[0] == ShowData()
    assert words(turn.effects) == ["data.choose | see nothing erase menu"]


def test_erasing_says_goodbye_and_forgets_everything():
    state = at("data/erase", agreed=frozenset({"keep"}), held=(Held("walk", "saw", "a heron"),), epoch=4)

    turn = step(state, tapped("8/data/erase/yes"))

    assert turn.effects == (Say((Text("data.erased"),)), Erase())
    assert turn.state == State(locale="en", epoch=4)


def test_stop_and_erase_erases_at_once():
    assert step(at("walk/left"), said("/stop et effacer")).effects == (Say((Text("data.erased"),)), Erase())


# The unexpected.


def test_unexpected_words_get_a_kind_answer_and_the_question_again():
    turn = step(at("walk/ready"), said("where does it lead?"))

    assert words(turn.effects) == ["walk.unexpected + walk.ready | yes no stop"]
    assert turn.effects[1] == SetTimer("silence", timedelta(minutes=10), 9)


def test_no_sentence_is_repeated_at_someone():
    state, answers = at("consent_keep/ask"), []
    for _ in range(3):
        turn = step(state, said("where does it lead?"))
        state, answers = turn.state, answers + words(turn.effects)

    assert answers == [
        "consent_keep.unexpected + consent_keep.ask | yes no stop",
        "kind_answers.puzzled_again + consent_keep.ask | yes no stop menu",
        "consent_keep.unexpected + consent_keep.ask | yes no stop",
    ]


def test_whoever_is_not_understood_twice_is_offered_a_place_for_what_they_write():
    state, answers = at("walk/ready"), []
    for _ in range(4):
        turn = step(state, said("where to?"))
        state, answers = turn.state, answers + words(turn.effects)

    assert answers == [
        "walk.unexpected + walk.ready | yes no stop",
        "free_words.where | therapist exercise leave go_on menu",
        "free_words.more | leave menu",
        "free_words.where | therapist exercise leave go_on menu",
    ]


def test_different_surprises_get_each_their_own_answer():
    sticker, photo = (PersonSent(NOON, Media(kind), "m", risk=NOTHING) for kind in (MediaKind.STICKER, MediaKind.PHOTO))
    state, answers = at("walk/ready"), []
    for event in (sticker, photo, photo, sticker):
        turn = step(state, event)
        state, answers = turn.state, [*answers, words(turn.effects)[0].split(" ")[0]]

    assert answers == [
        "kind_answers.sticker",
        "kind_answers.photo",
        "kind_answers.puzzled_again",
        "kind_answers.sticker",
    ]


def test_the_menu_button_of_a_second_kind_answer_leads_to_the_menu_also_later():
    puzzled = step(step(at("walk/ready"), said("well well")).state, said("well well"))
    gone = step(puzzled.state, tapped("10/walk/ready/yes"))

    for state in (puzzled.state, gone.state):
        turn = step(state, tapped("10/walk/ready/menu"))
        assert turn.state.place == Place("menu", "menu")
        assert turn.state.aside is not None


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (PersonSent(NOON, Media(MediaKind.STICKER), "m", risk=NOTHING), "sticker"),
        (PersonSent(NOON, Media(MediaKind.PHOTO, caption="my garden"), "m", risk=NOTHING), "photo"),
        (PersonSent(NOON, Media(MediaKind.VOICE), "m", risk=NOTHING), "voice"),
        (PersonSent(NOON, Media(MediaKind.DOCUMENT), "m", risk=NOTHING), "document"),
        (PersonSent(NOON, Media(MediaKind.OTHER), "m", risk=NOTHING), "other"),
        (PersonEdited(NOON, "redy", "m", NOTHING), "edited"),
        (PersonEdited(NOON, None, "m", NOTHING), "edited"),
        (said("🌧️"), "sticker"),
    ],
)
def test_what_is_not_words_gets_a_kind_answer(event: PersonSent, answer: str):
    turn = step(at("walk/ready"), event)

    assert words(turn.effects) == [f"kind_answers.{answer} + walk.ready | yes no stop"]


def test_a_wish_in_the_words_of_a_photo_is_granted():
    event = PersonSent(NOON, Media(MediaKind.PHOTO, caption="Stop"), "m", risk=NOTHING)

    assert step(at("walk/ready"), event).state.place == Place("everyday", "stopped")


def test_words_in_a_timed_passage_get_one_answer_and_the_passage_goes_on():
    state = at("walk/left")

    turn = step(state, said("like this then"))

    assert turn.effects == (Say((Text("walk.unexpected"),)),)
    assert step(turn.state, rang("wait", state)).effects == (
        Say((Text("walk.right"),)),
        SetTimer("wait", timedelta(seconds=5), 9),
    )


# Time.


def test_a_timer_that_rings_twice_goes_on_once():
    state = at("walk/left")
    gone = step(state, rang("wait", state))

    assert step(gone.state, rang("wait", state)).effects == ()


def test_silence_is_answered_once_and_leaves_the_question_open():
    state = at("walk/ready")

    turn = step(state, rang("silence", state))

    assert turn == engine.Turn(replace(state, answer="walk.silence"), (Say((Text("walk.silence"),), Weight.REMINDER),))


def test_silence_can_lead_on():
    state = at("consent_keep/ask", asker=Place("walk", "ask_first"))

    assert words(step(state, rang("silence", state)).effects) == ["walk.saw | skip fast stop"]


def test_the_silence_of_an_answered_question_is_not_spoken_of():
    state = at("walk/ready")
    gone = step(state, tapped("8/walk/ready/yes"))

    assert step(gone.state, TimerRang(NOON, "silence", 8)).effects == ()


@pytest.mark.parametrize("name", ["offer", "idle", "wait", "silence"])
def test_a_timer_of_somebody_else_moves_nothing_in_the_menu(name: str):
    state = at("menu/menu")

    assert step(state, rang(name, state)) == engine.Turn(state, ())


# A human.


def test_a_request_is_opened_with_the_words_the_person_chose_to_show():
    state = at("human/note", agreed=frozenset({"human"}))

    turn = step(state, said("I am tired"))

    assert turn.effects == (
        Record("note", "I am tired"),
        Say((Text("human.asking"),)),
        OpenRequest(Urgency.ROUTINE, "I am tired"),
    )
    assert turn.state.waiting
    assert turn.state.place is None


def test_whoever_waits_already_is_not_asked_in_again():
    turn = step(at("menu/menu", waiting=True, agreed=frozenset({"human"})), tapped("8/menu/menu/human"))

    assert words(turn.effects) == ["human.keep_waiting | stop_waiting menu"]


def test_a_late_stop_waiting_still_leads_somewhere():
    waiting = at("menu/menu", waiting=True)

    assert step(waiting, tapped("3/human/asked/stop_waiting")).effects == (
        Say((Text("human.stop_waiting"),)),
        WithdrawRequest(),
    )
    assert words(step(at("menu/menu"), tapped("3/human/asked/stop_waiting")).effects) == [
        "human.stop_waiting",
        "human.withdrawn | menu",
    ]


def test_words_while_waiting_are_kept_for_the_therapist_and_acknowledged_once():
    state = replace(at("menu/menu"), waiting=True, agreed=frozenset({"human"}))

    first = step(state, said("it began in spring"))
    second = step(first.state, said("and then it rained"))

    assert first.effects == (
        Record("said", "it began in spring"),
        Say((Text("kind_answers.kept_for_therapist"),)),
    )
    assert second.effects == (Record("said", "and then it rained"),)


def test_a_voice_message_while_waiting_is_answered_and_the_waiting_left_alone():
    asked = step(at("human/note", agreed=frozenset({"human"})), said("I am tired"))

    turn = step(asked.state, PersonSent(NOON, Media(MediaKind.VOICE), "m", risk=NOTHING))

    assert turn.effects == (Say((Text("kind_answers.voice"),)),)
    assert turn.state.place is None


def test_words_while_waiting_are_not_kept_without_agreement():
    turn = step(at("menu/menu", waiting=True), said("it began in spring"))

    assert words(turn.effects) == ["free_words.where | therapist exercise leave menu"]
    assert turn.state.held == ()


def test_a_mention_leaves_the_person_where_they_are_and_their_question_open():
    state = at("walk/ready", agreed=frozenset({"human"}))

    turn = engine.mention(BOOK, state, Place("human", "asked"), (("therapist", "Inès"),))

    assert turn.effects == (
        Ask(
            (Text("human.asked", (("therapist", "Inès"),)),),
            (
                Choice(Text("human.asked.exercise"), "9/human/asked/exercise"),
                Choice(Text("human.asked.stop_waiting"), "9/human/asked/stop_waiting"),
            ),
            9,
        ),
        SetTimer("silence", timedelta(minutes=10), 9),
    )
    assert turn.state == replace(state, question=9)
    assert step(turn.state, tapped("8/walk/ready/yes")).state.place == Place("walk", "left")


def test_silence_after_a_mention_is_spoken_of_once():
    state = engine.mention(BOOK, at("walk/ready"), Place("human", "asked"), (("therapist", "Inès"),)).state

    silent = step(state, rang("silence", state))
    later = engine.mention(BOOK, silent.state, Place("human", "asking_next"), (("therapist", "Tom"),))

    assert words(silent.effects) == ["walk.silence"]
    assert [effect for effect in later.effects if isinstance(effect, SetTimer)] == []


def test_a_mention_does_not_stop_a_timed_passage():
    state = at("walk/left")
    mentioned = engine.mention(BOOK, state, Place("human", "nobody_now"))

    assert words(step(mentioned.state, rang("wait", state)).effects) == ["walk.right"]


def test_booking_shows_the_therapists_between_two_sentences():
    turn = step(at("human/refused_consent"), tapped("8/human/refused_consent/booking"))

    assert [type(effect) for effect in turn.effects] == [Say, ShowTherapists, Ask]


# Under a human.

TOOK = TherapistTookOver(NOON, "ines", "Inès")
OWNED = State(locale="en", question=8, answered=8, owner="ines", epoch=1)


def test_a_takeover_is_announced_and_stops_what_was_running():
    turn = step(at("walk/left", waiting=True), TOOK)

    here = Text("takeover.here", (("therapist", "Inès"), ("emergency", "112")))
    assert turn.effects == (OwnerChanged("ines"), Say((here,), Weight.ANNOUNCEMENT))
    assert turn.state == replace(OWNED, aside=Place("walk", "left"), said=turn.state.said)


def test_writing_is_a_takeover():
    turn = step(at("menu/menu"), TherapistSaid(NOON, "ines", "Inès", "Hello", "d1"))

    assert [type(effect) for effect in turn.effects] == [OwnerChanged, Say, RelayToPerson]
    assert turn.effects[2] == RelayToPerson("ines", "Hello", "d1")


PHOTO = Media(MediaKind.PHOTO, FileRef("web", "f1"))


@pytest.mark.parametrize(
    ("event", "effect"),
    [
        (said("stop"), RelayToTherapist("stop", "m1")),
        (said("urgent"), RelayToTherapist("urgent", "m1")),
        (PersonSent(NOON, PHOTO, "m2", "m1", NOTHING), RelayToTherapist(PHOTO, "m2", "m1")),
        (PersonEdited(NOON, "stop it", "m1", NOTHING), RelayToTherapist("stop it", "m1", edited=True)),
        (TherapistSaid(NOON, "ines", "Inès", PHOTO, "d1", "d0"), RelayToPerson("ines", PHOTO, "d1", "d0")),
        (TherapistEdited(NOON, "ines", "Hello you", "d1"), RelayToPerson("ines", "Hello you", "d1", edited=True)),
    ],
)
def test_under_a_human_everything_is_relayed_and_nothing_answered(event: PersonSent, effect: object):
    turn = step(OWNED, event)

    assert turn.effects == (effect,)
    assert replace(turn.state, lately=()) == OWNED


@pytest.mark.parametrize(
    "event",
    [
        PersonArrived(NOON),
        PersonLeft(NOON),
        PersonEdited(NOON, None, "m1", NOTHING),
        TimerRang(NOON, "wait", 8),
        TimerRang(NOON, "silence", 8),
        TimerRang(NOON, "idle", 1),
        TOOK,
        TherapistTookOver(NOON, "tom", "Tom"),
        TherapistSaid(NOON, "tom", "Tom", "Hello", "d1"),
        TherapistEdited(NOON, "tom", "Hello", "d1"),
        TherapistReleased(NOON, "tom", "Tom"),
        TherapistDeclined(NOON, "tom"),
        OfferUndelivered(NOON, "tom", 1),
    ],
)
def test_under_a_human_nothing_else_moves(event: TimerRang):
    assert step(OWNED, event) == engine.Turn(OWNED, ())


def test_nobody_is_led_or_told_anything_under_a_human():
    assert engine.enter(BOOK, OWNED, Place("menu", "menu"), NOON).effects == ()
    assert engine.mention(BOOK, OWNED, Place("human", "asked")).effects == ()


def test_under_a_human_the_literal_words_erase_and_say_goodbye_from_a_fresh_start():
    turn = step(OWNED, said("/stop and erase"))

    assert turn == engine.Turn(State(locale="en", epoch=2), (Say((Text("data.erased"),)), Erase()))


def test_whoever_was_asked_whether_to_erase_can_still_say_yes_when_a_human_comes_meanwhile():
    asked = step(at("data/choose"), tapped("8/data/choose/erase")).state
    owned = step(asked, TOOK).state

    turn = step(owned, tapped(f"{asked.question}/data/erase/yes"))

    assert turn.effects == (Say((Text("data.erased"),)), Erase())
    assert turn.state.owner is None
    assert step(owned, tapped(f"{asked.question - 1}/data/erase/yes")).effects == ()  # an old question


def test_a_colleague_who_stands_in_takes_over_without_a_word_of_the_bot():
    turn = step(OWNED, TherapistSaid(NOON, "tom", "Tom", "Hello", "d1", relieves="ines"))

    assert turn.effects == (OwnerChanged("tom"), RelayToPerson("tom", "Hello", "d1"))
    assert (turn.state.owner, turn.state.epoch) == ("tom", 2)


def test_giving_back_starts_from_a_clean_step():
    turn = step(replace(OWNED, aside=Place("walk", "left")), TherapistReleased(NOON, "ines", "Inès"))

    assert turn.effects[0] == OwnerChanged(None)
    assert words(turn.effects) == ["release.given_back + release.given_back.2 | menu go_on"]
    assert (turn.state.owner, turn.state.epoch) == (None, 2)


def test_closing_tells_the_person_and_starts_from_a_clean_step():
    turn = step(replace(OWNED, aside=Place("walk", "left")), TherapistClosed(NOON, "ines", "Inès"))

    assert turn.effects[0] == OwnerChanged(None)
    assert words(turn.effects) == ["release.closed | menu"]
    assert (turn.state.owner, turn.state.epoch) == (None, 2)


def test_only_its_owner_closes_a_conversation():
    turn = step(OWNED, TherapistClosed(NOON, "tom", "Tom"))

    assert (turn.state, turn.effects) == (OWNED, ())


def test_what_cannot_be_said_again_is_left_out():
    released = step(OWNED, TherapistReleased(NOON, "ines", "Inès"))

    turn = step(released.state, said("good good"))

    assert words(turn.effects) == ["release.unexpected + release.given_back.2 | menu"]


# Broken or foreign states.


def test_a_place_that_no_longer_exists_leads_to_the_menu():
    state = State(locale="en", place=Place("gone", "gone"), question=3)

    assert words(step(state, said("well well")).effects) == [MENU]


def test_an_exercise_set_aside_that_no_longer_exists_leads_to_the_menu():
    state = at("everyday/stopped", aside=Place("gone", "gone"))

    assert words(step(state, tapped("8/everyday/stopped/go_on")).effects) == [MENU]


def test_whoever_left_is_sent_nothing_more_by_timers():
    state = at("walk/left")
    gone = step(state, PersonLeft(NOON))

    assert gone.effects == ()
    assert step(gone.state, rang("wait", state)).effects == ()
    assert words(step(gone.state, ARRIVED).effects) == ["welcome.again | go_on menu"]
