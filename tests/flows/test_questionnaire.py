"""Answering a questionnaire: question by question, in one form; no sum that is not whole; question 9 acted on."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wording import Wording, catalogues
from flows import answers, engine, questionnaire
from flows.book import Book, load
from flows.effects import Ask, Effect, OpenRequest, RecordAnswers, Say, SetTimer
from flows.engine import Turn
from flows.events import Event, PersonLeft, PersonSaid, PersonTapped, TherapistTookOver, TimerRang
from flows.instruments import DIFFICULTY
from flows.risk.risk import NOTHING, Kind, Level
from flows.state import Answers, Place, State, Watched, from_json, to_json

ROOT = Path(__file__).parent.parent.parent
WORDS = catalogues(ROOT / "locales")
FRANCE = load(ROOT / "flows" / "content", "FR").speaking(WORDS)
CANADA = load(ROOT / "flows" / "content", "CA").speaking(WORDS)
PHQ9, GAD7 = FRANCE.instruments["phq9"], FRANCE.instruments["gad7"]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NINE = Place("phq9", "item_9")
AGREED = frozenset({"answers"})


def step(state: State, event: Event, book: Book = FRANCE) -> Turn:
    turn = engine.step(book, from_json(to_json(state)), event)
    assert from_json(to_json(turn.state)) == turn.state
    return turn


def begin(flow: str = "phq9", book: Book = FRANCE, at: datetime = NOON, **known: object) -> State:
    state = replace(State(locale="en", question=7, answered=7), **known)
    return engine.enter(book, state, Place(flow, "questions"), at).state


def tap(state: State, choice: str, book: Book = FRANCE, at: datetime = NOON) -> Turn:
    assert state.place
    return step(state, PersonTapped(at, f"{state.question}/{state.place.flow}/{state.place.step}/{choice}"), book)


def answer(state: State, *choices: str, book: Book = FRANCE) -> Turn:
    turn = Turn(state, ())
    for number, choice in enumerate(choices):
        turn = tap(turn.state, choice, book, NOON + timedelta(minutes=number))
    return turn


def said(turn: Turn) -> list[str]:
    return [" + ".join(text.id for text in effect.texts) for effect in turn.effects if isinstance(effect, Say | Ask)]


def recorded(turn: Turn) -> list[Answers]:
    return [effect.answers for effect in turn.effects if isinstance(effect, RecordAnswers)]


def wants_human(effects: tuple[Effect, ...]) -> bool:
    return any(isinstance(effect, OpenRequest) for effect in effects)


# One question after the other.


def test_each_question_shows_the_span_of_time_the_item_and_the_four_answers():
    turn = answer(begin(), "a0")

    (ask,) = (effect for effect in turn.effects if isinstance(effect, Ask))
    wording = Wording(FRANCE, WORDS)
    assert wording.message(ask.texts, "en") == (
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?\n\n"
        "2/9 · Feeling down, depressed, or hopeless"
    )
    assert [wording.text(choice.label, "en") for choice in ask.choices] == [
        "Not at all",
        "Several days",
        "More than half the days",
        "Nearly every day",
        "Leave it open",
        "Stop here",
    ]


@pytest.mark.parametrize("book", [FRANCE, CANADA], ids=["FR", "CA"])
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_no_question_is_longer_than_a_message(book: Book, locale: str):
    wording = Wording(book, WORDS)
    for instrument in book.instruments.values():
        for name in [str(number) for number in range(1, instrument.items + 1)]:
            assert len(wording.message(answers.question(instrument, name), locale)) <= 300
        widest = Answers(1, instrument.id, "en", instrument.version, NOON)
        for number in range(1, instrument.items + 1):
            widest = widest.giving(str(number), 2)
        if answers.next_question(instrument, replace(widest, form="en")) == DIFFICULTY:
            widest = widest.giving(DIFFICULTY, 3)
        assert len(wording.text(answers.read_back(instrument, widest), locale)) <= 300


def test_an_answer_can_be_written_and_a_bare_number_is_not_taken_for_one():
    """Whoever writes 1 may mean the score or the place; the two differ by one."""
    written = step(begin(), PersonSaid(NOON, "nearly evry day", "m", risk=NOTHING))
    number = step(begin(), PersonSaid(NOON, "1", "m", risk=NOTHING))

    assert written.state.answers
    assert written.state.answers.given == (("1", 3),)
    assert number.state.answers
    assert number.state.answers.given == ()
    assert said(number)[0].startswith("phq9.unexpected")


def test_a_double_press_on_the_last_question_counts_once():
    state = answer(begin(agreed=AGREED), *["a0"] * 8).state
    press = f"{state.question}/phq9/item_9/a0"

    first = step(state, PersonTapped(NOON, press))
    second = step(first.state, PersonTapped(NOON + timedelta(seconds=3), press))
    much_later = step(first.state, PersonTapped(NOON + timedelta(minutes=3), press))

    assert len(recorded(first)) == 1
    assert second.effects == ()
    assert recorded(much_later) == []
    assert said(much_later)[0].startswith("kind_answers.behind")


def test_it_can_be_stopped_and_taken_up_again_the_same_day():
    state = answer(begin(), "a1", "a2", "stop").state
    assert state.place == Place("everyday", "stopped")

    turn = tap(state, "go_on", at=NOON + timedelta(hours=20))

    assert turn.state.place == Place("phq9", "item_3")
    assert turn.state.answers
    assert turn.state.answers.given == (("1", 1), ("2", 2))


def test_after_a_day_it_starts_again_and_says_why():
    state = answer(begin(), "a1", "a2").state

    turn = tap(state, "a3", at=NOON + timedelta(hours=25))

    assert said(turn)[0] == "answers_words.too_old"
    assert turn.state.place == Place("phq9", "item_1")
    assert turn.state.answers
    assert turn.state.answers.given == ()


def test_another_language_starts_again_in_its_own_form():
    state = answer(begin(locale="fr"), "a1", "a2").state
    assert state.answers
    assert state.answers.form == "fr-FR"

    turn = step(state, PersonSaid(NOON, "in english", "m", risk=NOTHING))

    assert "answers_words.other_language" in said(turn)
    assert turn.state.answers
    assert (turn.state.answers.form, turn.state.answers.given) == ("en", ())


def test_the_clinics_country_decides_which_french():
    assert (begin(locale="fr").answers or state_error()).form == "fr-FR"
    assert (begin(locale="fr", book=CANADA).answers or state_error()).form == "fr-CA"
    assert (begin(locale="en", book=CANADA).answers or state_error()).form == "en"


def state_error() -> Answers:
    raise AssertionError("nothing is being answered")


# What it comes to.


def test_the_last_question_is_asked_only_of_somebody_with_a_problem_and_not_in_quebec():
    bothered = ["a0"] * 7 + ["a2", "a0"]

    assert answer(begin(), *["a0"] * 9).state.place == Place("phq9", "forgotten")
    assert answer(begin(), *bothered).state.place == Place("phq9", DIFFICULTY)
    assert answer(begin(locale="fr"), *bothered).state.place == Place("phq9", DIFFICULTY)
    quebec = answer(begin(locale="fr", book=CANADA), *bothered, book=CANADA)
    assert quebec.state.place == Place("phq9", "forgotten")


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a0", "a1", "a2", "a3", "skip"]), min_size=7, max_size=7))
def test_the_sum_is_whole_or_there_is_none(choices: list[str]):
    (kept,) = recorded(answer(begin("gad7", agreed=AGREED), *choices))

    total = answers.total(GAD7, kept)
    if "skip" in choices:
        assert total is None
    else:
        assert total == sum(int(choice[1]) for choice in choices)


def test_with_consent_the_answers_are_kept_with_form_version_and_day():
    turn = answer(begin(agreed=AGREED), *["a1"] * 8, "a0", "a2")

    scores = ((str(number), 1) for number in range(1, 9))
    assert recorded(turn) == [
        Answers(
            number=8,
            instrument="phq9",
            form="en",
            version="2026-11-23",
            at=NOON,
            given=(*scores, ("9", 0), (DIFFICULTY, 2)),
            watched=Watched.DONE,
            over=True,
        )
    ]


def test_without_consent_they_are_read_back_and_forgotten():
    turn = answer(begin("gad7"), *["a1"] * 7)

    assert recorded(turn) == []
    assert turn.state.answers is None
    assert said(turn) == ["gad7.answered", "answers_words.rows", "gad7.forgotten"]


def test_answering_again_replaces_what_was_kept():
    first = answer(begin("gad7", agreed=AGREED), *["a1"] * 7)
    (before,) = recorded(first)

    (after,) = recorded(answer(tap(first.state, "again").state, *["a2"] * 7))

    assert after.number == before.number
    assert answers.total(GAD7, after) == 14


def test_who_no_longer_agrees_has_nothing_kept_in_the_state():
    state = answer(begin("gad7", agreed=AGREED), *["a1"] * 7).state

    turn = engine.enter(FRANCE, state, Place("data", "keep_nothing"), NOON)

    assert (turn.state.answers, turn.state.agreed) == (None, frozenset())


def test_neither_sum_nor_range_is_shown_unless_the_clinic_decided_so():
    wording = Wording(FRANCE, WORDS)

    def read(book: Book, *choices: str) -> str:
        turn = answer(begin("gad7", book=book), *choices, book=book)
        return "\n".join(
            wording.message(effect.texts, "en") for effect in turn.effects if isinstance(effect, Say | Ask)
        )

    shown = FRANCE.under(replace(FRANCE.rules, show_bands=True))
    assert "14" not in read(FRANCE, *["a2"] * 7)
    assert "moderate" not in read(FRANCE, *["a2"] * 7)
    assert "Their sum is 14 of 21. The authors of the form call this range “moderate”." in read(shown, *["a2"] * 7)
    assert "there is no sum" in read(shown, *["a2"] * 6, "skip")


# The question on death.


def test_no_is_read_back_as_the_answer_and_as_nothing_more():
    turn = answer(begin(), *["a0"] * 9)

    wording = Wording(FRANCE, WORDS)
    texts = [wording.message(e.texts, "en") for e in turn.effects if isinstance(e, Say | Ask)]
    assert texts[1].endswith("8. Not at all\n9. Not at all")
    assert not any(word in " ".join(texts).casefold() for word in ("risk", "safe", "danger", "good news", "fine"))
    assert not wants_human(turn.effects)
    assert turn.state.noticed is None


def test_several_days_is_met_at_once_and_a_human_told_before_the_next_question():
    turn = answer(begin(), *["a0"] * 8, "a1")

    assert said(turn) == ["phq9.noticed"]
    assert wants_human(turn.effects)
    assert turn.state.noticed
    assert (turn.state.noticed.level, turn.state.noticed.kind) == (Level.CONCERN, Kind.SUICIDE)
    assert tap(turn.state, "go_on").state.place == Place("phq9", DIFFICULTY)


@pytest.mark.parametrize("choice", ["a2", "a3"])
def test_more_often_goes_the_way_of_a_danger(choice: str):
    turn = answer(begin(), *["a0"] * 8, choice)

    assert turn.state.noticed
    assert (turn.state.noticed.level, turn.state.noticed.kind) == (Level.RISK, Kind.SUICIDE)
    assert turn.state.place
    assert turn.state.place.step != DIFFICULTY


def test_it_is_acted_on_though_it_comes_days_late():
    state = answer(begin(), *["a0"] * 8).state

    turn = tap(state, "a1", at=NOON + timedelta(days=3))

    assert said(turn) == ["phq9.noticed"]
    assert wants_human(turn.effects)


@pytest.mark.parametrize(("choice", "place"), [("skip", "left_open"), ("stop", "stopped_there")])
def test_leaving_it_open_tells_a_human_and_the_person_that_it_does(choice: str, place: str):
    turn = answer(begin(), *["a0"] * 8, choice)

    assert said(turn) == [f"phq9.{place}"]
    assert wants_human(turn.effects)


def test_a_human_is_told_when_somebody_blocks_us_there():
    turn = step(answer(begin(), *["a0"] * 8).state, PersonLeft(NOON))

    assert said(turn) == []
    assert wants_human(turn.effects)


def test_nobody_is_told_when_somebody_leaves_elsewhere():
    assert not wants_human(step(answer(begin(), *["a0"] * 7).state, PersonLeft(NOON)).effects)
    assert not wants_human(step(answer(begin(), *["a0"] * 9).state, PersonLeft(NOON)).effects)


def test_silence_there_tells_a_human_wherever_the_person_has_gone_meanwhile():
    asked = answer(begin(), *["a0"] * 8)
    (timer,) = (e for e in asked.effects if isinstance(e, SetTimer) and e.timer == questionnaire.LEFT_OPEN)
    assert timer.after == timedelta(hours=1)
    elsewhere = step(asked.state, PersonSaid(NOON, "menu", "m", risk=NOTHING)).state

    for state in (asked.state, elsewhere):
        rang = step(state, TimerRang(NOON + timer.after, timer.timer, timer.token))
        again = step(rang.state, TimerRang(NOON + timer.after, timer.timer, timer.token))
        assert said(rang) == ["phq9.gone_quiet"]
        assert wants_human(rang.effects)
        assert rang.state.place == state.place
        assert again.effects == ()


def test_silence_is_not_reported_once_it_is_answered_or_a_human_is_there():
    asked = answer(begin(), *["a0"] * 8)
    (timer,) = (e for e in asked.effects if isinstance(e, SetTimer) and e.timer == questionnaire.LEFT_OPEN)
    rings = TimerRang(NOON + timer.after, timer.timer, timer.token)

    answered = tap(asked.state, "a0").state
    owned = step(asked.state, TherapistTookOver(NOON, "ines", "Inès")).state

    assert step(answered, rings).effects == ()
    assert step(owned, rings).effects == ()


def test_the_other_questionnaire_begun_instead_tells_a_human():
    state = answer(begin(), *["a0"] * 8).state

    turn = engine.enter(FRANCE, state, Place("gad7", "questions"), NOON)

    assert said(turn)[0] == "phq9.gone_quiet"
    assert wants_human(turn.effects)


def test_typing_stop_there_is_stopping_there():
    state = answer(begin(), *["a0"] * 8).state

    turn = step(state, PersonSaid(NOON, "stop", "m", risk=NOTHING))

    assert said(turn) == ["phq9.stopped_there"]
    assert tap(turn.state, "go_on").state.place == NINE


def test_whoever_goes_through_it_at_random_is_never_stuck():
    for first, ninth in itertools.product(["a0", "a2", "skip"], ["a0", "a1", "a2", "a3", "skip", "stop"]):
        turn = answer(begin(), first, *["a0"] * 7, ninth)
        assert said(turn)
        assert turn.state.place
        menu = step(turn.state, PersonSaid(NOON, "menu", "m", risk=NOTHING))
        assert menu.state.place == Place("menu", "menu")
