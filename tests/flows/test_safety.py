"""What is done about a danger: before any flow, in the same turn, and never undone by the person or by time."""

from dataclasses import replace
from itertools import pairwise

import pytest

from flows import paths
from flows.effects import Alert, Ask, Dispute, OpenRequest, Record, RelayToTherapist, Say, Text, Urgency, Weight
from flows.engine import Turn
from flows.events import (
    Media,
    MediaKind,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonSent,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
)
from flows.risk.risk import NOTHING, Kind, Level, Risk, Sign
from flows.state import Noticed, Place, State

from .small import ARRIVED, NOON, at, later, said, step, tapped, words

RISK = Risk(Level.RISK, Kind.SUICIDE, "I want to die")
NOW = Risk(Level.IMMINENT, Kind.SUICIDE, "the pills are here")
CONCERN = Risk(Level.CONCERN, Kind.SUICIDE, "what is the point")


def heard(risk: Risk | None, text: str = "…", **time: float) -> PersonSaid:
    return PersonSaid(later(**time), text, "m1", risk=risk)


def alerts(turn: Turn) -> list[Alert]:
    return [effect for effect in turn.effects if isinstance(effect, Alert)]


def places(turn: Turn) -> list[str]:
    return [line.split(" ")[0] for line in words(turn.effects)]


# The right way, for every level and kind.


@pytest.mark.parametrize(
    ("risk", "step_of_crisis"),
    [
        (Risk(Level.IMMINENT, Kind.SUICIDE), "now"),
        (Risk(Level.IMMINENT, Kind.BEREAVEMENT), "now"),
        (Risk(Level.IMMINENT, Kind.ORDINARY), "now"),
        (Risk(Level.IMMINENT, Kind.SELF_HARM), "now_body"),
        (Risk(Level.IMMINENT, Kind.MEDICAL), "now_body"),
        (Risk(Level.IMMINENT, Kind.EATING), "now_body"),
        (Risk(Level.IMMINENT, Kind.PSYCHOSIS), "now_mind"),
        (Risk(Level.IMMINENT, Kind.ABUSE), "now_abuse"),
        (Risk(Level.IMMINENT, Kind.HARM_TO_OTHERS), "now_others"),
        (Risk(Level.IMMINENT, Kind.THIRD_PARTY), "now_relative"),
        (Risk(Level.IMMINENT, Kind.SUICIDE, signs=frozenset({Sign.NEAR_OTHER})), "now_relative"),
        (Risk(Level.IMMINENT, Kind.SUICIDE, signs=frozenset({Sign.TAKEN})), "now_taken"),
        (Risk(Level.RISK, Kind.MEDICAL, signs=frozenset({Sign.TAKEN})), "now_taken"),
        (Risk(Level.RISK, Kind.THIRD_PARTY, signs=frozenset({Sign.TAKEN})), "now_taken_relative"),
        (Risk(Level.RISK, Kind.SUICIDE), "suicide"),
        (Risk(Level.RISK, Kind.SADNESS), "suicide"),
        (Risk(Level.RISK, Kind.SELF_HARM), "self_harm"),
        (Risk(Level.RISK, Kind.ABUSE), "abuse"),
        (Risk(Level.RISK, Kind.HARM_TO_OTHERS), "others"),
        (Risk(Level.RISK, Kind.HARM_TO_OTHERS, signs=frozenset({Sign.CHILD})), "others"),
        (Risk(Level.RISK, Kind.PSYCHOSIS), "mind"),
        (Risk(Level.RISK, Kind.MEDICAL), "body"),
        (Risk(Level.RISK, Kind.EATING), "body"),
        (Risk(Level.RISK, Kind.THIRD_PARTY), "relative"),
        (Risk(Level.RISK, Kind.SUICIDE, signs=frozenset({Sign.MINOR})), "minor"),
        (Risk(Level.RISK, Kind.ABUSE, signs=frozenset({Sign.MINOR, Sign.CHILD})), "minor"),
        (Risk(Level.RISK, Kind.ABUSE, signs=frozenset({Sign.CHILD, Sign.NEAR_OTHER})), "child"),
        (Risk(Level.CONCERN, Kind.SUICIDE), "ask"),
        (Risk(Level.CONCERN, Kind.SELF_HARM), "ask"),
        (Risk(Level.CONCERN, Kind.BEREAVEMENT), "gently_heavy"),
        (Risk(Level.CONCERN, Kind.STRESS), "gently"),
        (Risk(Level.CONCERN, Kind.ABUSE), "gently_quiet"),
        (Risk(Level.CONCERN, Kind.EATING), "gently_body"),
        (Risk(Level.CONCERN, Kind.SUICIDE, signs=frozenset({Sign.NEAR_OTHER})), "gently_relative"),
    ],
)
def test_each_danger_has_its_way(risk: Risk, step_of_crisis: str):
    assert paths.path(risk) == step_of_crisis


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("level", [Level.CONCERN, Level.RISK, Level.IMMINENT])
@pytest.mark.parametrize("sign", [None, *Sign])
def test_no_danger_is_without_a_way(level: Level, kind: Kind, sign: Sign | None):
    risk = Risk(level, kind, "…", frozenset({sign}) if sign else frozenset())

    turn = step(at("menu/menu"), heard(risk))

    assert turn.state.noticed
    assert places(turn)[-1].startswith("crisis.") or places(turn)[-1] == "lines_words.emergency"


# Now.


def test_the_emergency_number_stands_on_the_first_line():
    turn = step(at("menu/menu"), heard(NOW))

    first = turn.effects[0]
    assert isinstance(first, Ask)
    assert first.texts[0] == Text("lines_words.emergency", (("number", "112"),))
    assert first.weight is Weight.CRISIS


def test_it_is_shown_to_somebody_who_agreed_to_nothing_and_wrote_their_first_word():
    turn = step(State(locale="en"), heard(NOW))

    assert places(turn) == ["lines_words.emergency"]
    assert alerts(turn) == [Alert(Level.IMMINENT, Kind.SUICIDE)]
    assert turn.state.waiting
    assert not any(isinstance(effect, Record) for effect in turn.effects)


def test_the_words_that_led_to_it_go_only_to_whoever_may_read_them():
    agreed = at("menu/menu", agreed=frozenset({"human"}))

    assert alerts(step(at("menu/menu"), heard(NOW)))[0].reason == ""
    assert alerts(step(agreed, heard(NOW)))[0].reason == "the pills are here"


def test_what_was_written_is_kept_for_a_therapist_only_by_whoever_agreed_and_waits():
    waiting = at("menu/menu", agreed=frozenset({"human"}), waiting=True)

    assert Record("said", "…") in step(waiting, heard(NOW)).effects
    assert Record("said", "…") not in step(replace(waiting, agreed=frozenset()), heard(NOW)).effects


def test_what_was_swallowed_is_danger_now_whatever_was_felt():
    taken = Risk(Level.RISK, Kind.MEDICAL, "…", frozenset({Sign.TAKEN}))

    turn = step(at("menu/menu"), heard(taken))

    assert turn.state.noticed
    assert turn.state.noticed.level is Level.IMMINENT


# An exercise is set aside, and goes on by choice only.


def test_a_risk_sets_the_exercise_aside_and_its_timer_no_longer_moves_it():
    walking = step(at("walk/ready"), tapped("8/walk/ready/yes")).state

    turn = step(walking, heard(RISK))

    assert turn.state.aside == walking.place
    assert turn.state.place == Place("crisis", "suicide")
    assert step(turn.state, tapped(f"{turn.state.question}/crisis/suicide/go_on", later(minutes=1))).state.place == (
        walking.place
    )


def test_a_number_typed_as_an_answer_is_still_read_for_danger():
    assert places(step(at("walk/ready"), heard(NOW, "1"))) == ["lines_words.emergency"]


# Nothing twice in the same words; a higher level always in full.


def test_what_was_shown_comes_back_shorter_and_never_the_same_twice_in_a_row():
    state, seen = at("menu/menu"), []
    for minute in range(6):
        turn = step(state, heard(RISK, minutes=minute))
        seen.append(places(turn)[0])
        state = turn.state

    assert seen[0] == "crisis.suicide"
    assert "crisis.suicide" not in seen[1:]
    assert all(one != other for one, other in pairwise(seen))


def test_a_higher_level_is_shown_in_full():
    state = step(step(at("menu/menu"), heard(RISK)).state, heard(RISK)).state

    assert places(step(state, heard(NOW))) == ["lines_words.emergency"]


def test_another_subject_is_shown_in_full():
    state = step(at("menu/menu"), heard(RISK)).state

    assert places(step(state, heard(Risk(Level.RISK, Kind.ABUSE)))) == ["crisis.abuse"]


@pytest.mark.parametrize(("hours", "shown"), [(6, "crisis.here_again"), (6.01, "crisis.suicide")])
def test_after_six_hours_it_is_shown_in_full_again(hours: float, shown: str):
    state = step(at("menu/menu"), heard(RISK)).state

    assert places(step(state, heard(RISK, hours=hours))) == [shown]


def test_an_age_said_after_the_danger_leads_to_the_lines_for_the_young_and_is_told_once():
    aged = Risk(Level.NONE, Kind.ORDINARY, signs=frozenset({Sign.MINOR}))
    state = step(at("menu/menu"), heard(Risk(Level.RISK, Kind.ABUSE))).state

    turn = step(state, heard(aged, "I am 15"))
    again = step(turn.state, heard(aged, "I am 15"))

    assert places(turn)[0].startswith("crisis.minor")
    assert alerts(turn) == [Alert(Level.RISK, Kind.ABUSE, signs=frozenset({Sign.MINOR, Sign.QUIET}))]
    assert (places(again)[0].split("+")[0], alerts(again)) == ("crisis.quiet_again", [])


@pytest.mark.parametrize(("hours", "signs"), [(1, {Sign.MINOR}), (7, set())])
def test_an_age_without_a_danger_is_none_and_counts_with_one_that_follows_soon(hours: float, signs: set[Sign]):
    aged = Risk(Level.NONE, Kind.ORDINARY, signs=frozenset({Sign.MINOR}))

    said = step(at("menu/menu"), heard(aged, "I am 15"))
    turn = step(said.state, heard(Risk(Level.RISK, Kind.ABUSE), "my father hits me", hours=hours))

    assert (said.state.noticed, alerts(said)) == (None, [])
    assert alerts(turn) == [Alert(Level.RISK, Kind.ABUSE, signs=frozenset({*signs, Sign.QUIET}))]
    assert places(turn)[0].startswith("crisis.minor") is bool(signs)


def test_the_number_is_in_every_shorter_form():
    state = step(at("menu/menu"), heard(NOW)).state

    for minute in range(1, 4):
        turn = step(state, heard(NOW, minutes=minute))
        texts = [text for effect in turn.effects if isinstance(effect, Ask) for text in effect.texts]
        assert any(("emergency", "112") in text.values for text in texts)
        state = turn.state


# A danger never goes by itself.


@pytest.mark.parametrize(
    "event",
    [
        heard(CONCERN),
        heard(NOTHING, "all is well"),
        heard(NOTHING, "you misunderstood me"),
        heard(NOTHING, "menu"),
        heard(NOTHING, "stop"),
        heard(RISK),
        ARRIVED,
        PersonLeft(NOON),
        heard(NOTHING, "hello", hours=1000),
    ],
)
def test_nothing_the_person_does_lowers_what_was_noticed(event: object):
    state = step(at("menu/menu"), heard(NOW)).state

    after = step(state, event).state  # type: ignore[arg-type]

    assert after.noticed
    assert after.noticed.level is Level.IMMINENT


def test_a_therapist_closes_it():
    state = step(at("menu/menu"), heard(NOW)).state

    assert step(state, TherapistClosedAlert(NOON, "ines", "Inès")).state.noticed is None


def test_under_a_therapist_another_one_does_not_close_it():
    state = step(at("menu/menu", owner="ines"), heard(NOW)).state

    assert step(state, TherapistClosedAlert(NOON, "tom", "Tom")).state.noticed == state.noticed


def test_giving_the_conversation_back_does_not_close_it():
    state = step(step(at("menu/menu"), heard(RISK)).state, TherapistTookOver(NOON, "ines", "Inès")).state

    turn = step(state, TherapistReleased(NOON, "ines", "Inès"))

    assert places(turn) == ["crisis.given_back"]
    assert turn.state.noticed
    assert places(step(turn.state, heard(RISK))) == ["crisis.suicide"]  # a human spoke since: in full


def test_a_conversation_is_not_closed_while_a_danger_is_open():
    state = step(step(at("menu/menu"), heard(RISK)).state, TherapistTookOver(NOON, "ines", "Inès")).state
    closes = TherapistClosed(NOON, "ines", "Inès")

    turn = step(state, closes)
    looked_at = step(state, TherapistClosedAlert(NOON, "ines", "Inès")).state

    assert (turn.effects, turn.state) == ((), state)
    assert places(step(looked_at, closes)) == ["release.closed"]


def test_it_survives_a_misunderstanding_and_the_desk_is_told_of_it():
    turn = step(step(at("menu/menu"), heard(RISK)).state, heard(NOTHING, "you misunderstood me"))

    assert turn.effects[1:] == (Dispute(),)
    assert words(turn.effects)[0].startswith("lines_words.emergency + crisis.misunderstood")


def test_a_misunderstanding_means_nothing_where_nothing_was_noticed():
    (answered,) = places(step(at("menu/menu"), heard(NOTHING, "you misunderstood me")))

    assert answered.startswith("free_words.")


def test_whoever_stops_waiting_still_has_their_danger_looked_at():
    state = step(at("menu/menu"), heard(RISK)).state

    assert step(state, tapped("3/human/asked/stop_waiting")).state.waiting


# Unclear signs: one direct question.


def test_a_concern_of_a_suicidal_colour_is_met_with_one_question_and_alerts_nobody():
    turn = step(at("walk/ready"), heard(CONCERN))

    assert places(turn) == ["crisis.ask"]
    assert alerts(turn) == []
    assert turn.state.aside == Place("walk", "ready")


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("yes", "crisis.suicide"),
        ("Sometimes, at night", "crisis.suicide"),
        ("parfois", "crisis.suicide"),
        ("no", "crisis.said_no"),
        ("never", "crisis.said_no"),
        ("well, actually yes", "crisis.suicide"),
        ("en fait oui un peu", "crisis.suicide"),
        ("well, no", "crisis.said_no"),
        ("actually", "crisis.unclear"),
        ("no but it hurts", "crisis.unclear"),
        ("it is complicated", "crisis.unclear"),
        ("🤷", "crisis.unclear"),
        ("menu", "menu.menu"),
        ("urgent help", "urgent.lines"),
    ],
)
def test_what_is_typed_under_the_question_sets_the_level(reply: str, place: str):
    asked = step(at("menu/menu"), heard(CONCERN)).state

    assert places(step(asked, heard(NOTHING, reply)))[-1] == place


@pytest.mark.parametrize(("reply", "heard_as"), [("maybe later", False), ("i want to", False), ("well, yes", True)])
def test_where_a_human_is_offered_too_only_a_clear_yes_is_one(reply: str, heard_as: bool):
    unclear = step(step(at("menu/menu"), heard(CONCERN)).state, heard(NOTHING, "it is complicated")).state

    assert bool(alerts(step(unclear, heard(NOTHING, reply)))) is heard_as


def test_a_yes_is_a_risk_and_a_human_is_alerted():
    asked = step(at("menu/menu"), heard(CONCERN)).state

    turn = step(asked, tapped(f"{asked.question}/crisis/ask/yes"))

    assert alerts(turn) == [Alert(Level.RISK, Kind.SUICIDE)]


def test_a_no_leaves_the_concern_open():
    asked = step(at("menu/menu"), heard(CONCERN)).state

    turn = step(asked, tapped(f"{asked.question}/crisis/ask/no"))

    assert turn.state.noticed
    assert (turn.state.noticed.level, alerts(turn)) == (Level.CONCERN, [])


def test_the_question_is_asked_once_and_after_it_a_human_is_offered():
    state = step(step(at("menu/menu"), heard(CONCERN)).state, heard(NOTHING, "no")).state

    assert places(step(state, heard(CONCERN))) == ["crisis.gently_heavy"]


def test_danger_said_under_the_question_goes_its_own_way():
    asked = step(at("menu/menu"), heard(CONCERN)).state

    assert places(step(asked, heard(NOW, "no, I have already done it"))) == ["lines_words.emergency"]


def test_a_wish_or_an_answer_that_sounds_heavy_is_taken_for_what_it_is():
    assert places(step(at("walk/ready"), heard(CONCERN, "talk to someone")))[0].startswith("human.")
    assert places(step(at("walk/ready"), heard(CONCERN, "yes"))) == ["walk.left"]


def test_what_could_not_be_read_is_a_concern():
    turn = step(at("menu/menu"), heard(None))

    assert turn.state.noticed == Noticed(Level.CONCERN, Kind.SADNESS, NOON, NOON, shown=frozenset({"gently_heavy"}))


# "If you ever think about dying, you can say it here": who takes that up is asked, and heard.

SAD = Risk(Level.CONCERN, Kind.SADNESS, "no strength left")


@pytest.mark.parametrize("reply", ["I think about it", "oui, j’y pense", "yes", "Yes, sometimes"])
@pytest.mark.parametrize("read", [NOTHING, SAD])
def test_who_says_that_they_think_about_it_is_asked_and_a_yes_is_then_a_risk(reply: str, read: Risk):
    told = step(at("menu/menu"), heard(SAD)).state

    asked = step(told, heard(read, reply))
    said_again = step(asked.state, heard(NOTHING, reply))

    assert (places(asked), alerts(asked)) == (["crisis.ask"], [])
    assert places(said_again)[0] == "crisis.suicide"
    assert alerts(said_again) == [Alert(Level.RISK, Kind.SUICIDE)]


def test_who_said_no_to_the_question_and_then_that_they_think_about_it_is_not_asked_again():
    state = step(step(at("menu/menu"), heard(CONCERN)).state, heard(NOTHING, "no")).state

    turn = step(state, heard(NOTHING, "I think about it"))

    assert places(turn)[0] == "crisis.suicide"
    assert alerts(turn) == [Alert(Level.RISK, Kind.SUICIDE)]


@pytest.mark.parametrize(
    ("place", "reply", "minutes"),
    [
        ("walk/saw", "yes", 1),  # an answer of the exercise
        ("menu/menu", "yes", 20),  # and what was told is no longer in sight
        ("menu/menu", "j’y pense pas", 1),
        ("menu/menu", "yes I do not know", 1),
        ("menu/menu", "menu", 1),
    ],
)
def test_other_words_after_it_are_not_taken_for_that(place: str, reply: str, minutes: int):
    told = step(at(place), heard(SAD)).state
    assert told.noticed
    assert told.noticed.shown == {"gently_heavy"}

    assert "crisis.ask" not in places(step(told, heard(NOTHING, reply, minutes=minutes)))


def test_where_nothing_was_told_a_yes_and_what_somebody_thinks_of_mean_nothing():
    for reply in ("yes", "I think about it"):
        assert "crisis.ask" not in places(step(at("menu/menu"), heard(NOTHING, reply)))


def test_what_leads_to_the_question_and_what_answers_it_are_kept_for_a_therapist_who_may_read_it():
    waiting = at("menu/menu", agreed=frozenset({"human"}), waiting=True)

    asked = step(waiting, heard(CONCERN, "what is the point"))
    answered = step(asked.state, heard(NOTHING, "it is complicated"))

    assert Record("said", "what is the point") in asked.effects
    assert Record("said", "it is complicated") in answered.effects
    assert not [e for e in step(at("menu/menu"), heard(CONCERN)).effects if isinstance(e, Record)]


# Other concerns: a human is offered beside the exercise.


def test_where_words_are_welcome_the_exercise_goes_on():
    heavy = Risk(Level.CONCERN, Kind.STRESS, "…")

    turn = step(at("walk/saw"), heard(heavy, "it is too much"))

    assert places(turn)[0] == "crisis.gently"
    assert turn.state.place
    assert turn.state.place.flow == "walk"
    assert alerts(turn) == []


def test_it_is_offered_once():
    heavy = Risk(Level.CONCERN, Kind.STRESS, "…")
    state = step(at("walk/saw"), heard(heavy)).state

    assert places(step(replace(state, place=Place("walk", "saw")), heard(heavy)))[0].startswith("walk.")


# Where a danger is open, nothing else is put forward.


def test_words_without_meaning_are_not_answered_with_a_menu():
    state = step(at("menu/menu"), heard(RISK)).state

    turn = step(state, heard(NOTHING, "blah"))

    assert places(turn) == ["crisis.here_again"]
    assert alerts(turn) == []


def test_the_menu_is_still_one_word_away():
    state = step(at("menu/menu"), heard(RISK)).state

    assert places(step(state, heard(NOTHING, "menu"))) == ["menu.menu"]


def test_asking_for_a_human_in_danger_asks_to_be_read_or_says_that_they_know():
    state = step(at("menu/menu"), heard(RISK)).state

    assert places(step(state, heard(NOTHING, "human"))) == ["crisis.let_read"]
    assert places(step(replace(state, agreed=frozenset({"human"})), heard(NOTHING, "human"))) == ["crisis.waiting"]


def test_whoever_waits_without_having_asked_is_asked_to_be_read_when_they_ask():
    told_of = at("menu/menu", waiting=True)  # by an answer to a questionnaire

    assert places(step(told_of, heard(NOTHING, "human"))) == ["crisis.let_read"]


def test_a_request_made_after_a_concern_says_what_was_noticed():
    noticed = step(at("menu/menu"), heard(CONCERN)).state.noticed

    turn = step(at("human/note", noticed=noticed, agreed=frozenset({"human"})), said("skip"))

    assert OpenRequest(Urgency.ROUTINE, "", Alert(Level.CONCERN, Kind.SUICIDE)) in turn.effects


# Captions and edits are read too.


@pytest.mark.parametrize(
    "event",
    [
        PersonSent(NOON, Media(MediaKind.PHOTO, caption="goodbye"), "m", risk=NOW),
        PersonEdited(NOON, "I will do it", "m", risk=NOW),
    ],
)
def test_danger_in_a_caption_or_an_edit_goes_the_same_way(event: PersonSent | PersonEdited):
    assert places(step(at("menu/menu"), event)) == ["lines_words.emergency"]
    assert alerts(step(at("menu/menu", owner="ines"), event)) == [
        Alert(Level.IMMINENT, Kind.SUICIDE, "the pills are here")
    ]


@pytest.mark.parametrize(
    "event",
    [
        PersonSent(NOON, Media(MediaKind.PHOTO, caption="urgent help"), "m1", risk=NOTHING),
        PersonEdited(NOON, "urgent help", "m1", NOTHING),
    ],
)
def test_urgent_help_is_understood_in_the_first_thing_somebody_sends(event: PersonSent | PersonEdited):
    assert places(step(State(locale="en"), event)) == ["urgent.lines"]


def test_a_voice_message_in_danger_is_answered_with_the_numbers():
    voice = PersonSent(NOON, Media(MediaKind.VOICE), "m1", risk=NOTHING)
    elsewhere = step(step(at("menu/menu"), heard(RISK)).state, said("menu")).state

    turn = step(elsewhere, voice)

    assert turn.state.place == paths.AGAIN
    assert "kind_answers.voice" in {text.id for e in turn.effects if isinstance(e, Ask) for text in e.texts}


@pytest.mark.parametrize(
    ("risk", "text", "step_of_crisis"),
    [
        (Risk(Level.IMMINENT, Kind.ABUSE), "he is in his room", "crisis.now_relative"),
        (Risk(Level.IMMINENT, Kind.ABUSE), "Il est à la maison avec moi", "crisis.now_relative"),
        (Risk(Level.IMMINENT, Kind.ABUSE), "he's here next to me", "crisis.now_relative"),
        (Risk(Level.RISK, Kind.SUICIDE), "want to die too", "crisis.suicide"),
        (Risk(Level.RISK, Kind.SUICIDE), "I want to die too", "crisis.suicide"),
    ],
)
def test_whoever_worries_about_somebody_still_speaks_of_them(risk: Risk, text: str, step_of_crisis: str):
    worried = Risk(Level.RISK, Kind.THIRD_PARTY, "my son talks about dying", frozenset({Sign.NEAR_OTHER}))

    turn = step(step(at("menu/menu"), heard(worried)).state, heard(risk, text))

    assert step_of_crisis in words(turn.effects)[0]
    assert alerts(turn)[0].kind is (Kind.THIRD_PARTY if "now_relative" in step_of_crisis else Kind.SUICIDE)


def test_another_subject_is_what_is_spoken_of_from_then_on_and_a_watched_screen_stays_watched():
    first = step(at("menu/menu"), heard(Risk(Level.RISK, Kind.ABUSE), "he hits me"))
    second = step(first.state, heard(RISK))

    assert second.state.noticed
    assert (second.state.noticed.kind, second.state.noticed.signs) == (Kind.SUICIDE, {Sign.QUIET})


def test_a_less_urgent_subject_is_told_by_its_name_and_decides_the_lines_and_lowers_nothing():
    first = step(at("menu/menu"), heard(Risk(Level.IMMINENT, Kind.MEDICAL, "I can’t breathe")))
    second = step(first.state, heard(Risk(Level.RISK, Kind.ABUSE, "he hits me")))

    assert [(alert.level, alert.kind) for alert in alerts(second)] == [(Level.IMMINENT, Kind.ABUSE)]
    assert second.state.noticed
    assert (second.state.noticed.level, second.state.noticed.kind) == (Level.IMMINENT, Kind.ABUSE)


@pytest.mark.parametrize(("reply", "heard_as"), [("ok", "here"), ("well", "here"), ("actually yes", "suicide")])
def test_after_a_no_only_what_takes_it_back_is_a_yes(reply: str, heard_as: str):
    no = step(step(at("menu/menu"), heard(CONCERN)).state, heard(NOTHING, "no")).state
    elsewhere = step(no, heard(NOTHING, "nothing that has a meaning here")).state

    for state in (no, elsewhere):
        turn = step(state, heard(NOTHING, reply))
        assert ("crisis.suicide" in places(turn)) is (heard_as == "suicide")
        assert bool(alerts(turn)) is (heard_as == "suicide")


# Under a human.


@pytest.mark.parametrize("risk", [RISK, NOW])
def test_under_a_human_not_a_word_is_said_and_the_therapist_is_alerted_with_the_words(risk: Risk):
    turn = step(at("menu/menu", owner="ines"), heard(risk))

    assert turn.effects == (
        RelayToTherapist("…", "m1"),
        Alert(risk.level, risk.kind, risk.reason),
    )


def test_under_a_human_each_message_is_told_as_it_reads():
    first = step(at("menu/menu", owner="ines"), heard(Risk(Level.IMMINENT, Kind.MEDICAL, "I can’t breathe")))

    assert alerts(step(first.state, heard(RISK))) == [Alert(RISK.level, RISK.kind, RISK.reason)]


def test_under_a_human_what_was_swallowed_is_told_as_a_danger_now():
    taken = Risk(Level.RISK, Kind.MEDICAL, "…", frozenset({Sign.TAKEN}))

    assert [alert.level for alert in alerts(step(at("menu/menu", owner="ines"), heard(taken)))] == [Level.IMMINENT]


def test_under_a_human_a_concern_is_only_noticed():
    turn = step(at("menu/menu", owner="ines"), heard(CONCERN))

    assert turn.effects == (RelayToTherapist("…", "m1"),)
    assert turn.state.noticed


def test_under_a_human_asking_for_urgent_help_asks_them():
    turn = step(at("menu/menu", owner="ines"), heard(NOTHING, "urgent help"))

    assert alerts(turn) == [Alert(Level.RISK, None, "urgent help")]
    assert turn.state.noticed is None


def test_a_therapists_own_words_are_not_read():
    turn = step(at("menu/menu", owner="ines"), TherapistSaid(NOON, "ines", "Inès", "I want to die", "d1"))

    assert turn.state.noticed is None


# What is remembered of the last words.


def test_only_words_that_may_be_kept_are_remembered():
    unasked = step(at("walk/saw"), said("a shadow")).state
    waiting = step(at("menu/menu", agreed=frozenset({"human"}), waiting=True), said("a shadow")).state
    owned = step(at("menu/menu", owner="ines"), said("a shadow")).state

    assert unasked.lately == ()
    assert [words for _, words in waiting.lately] == ["a shadow"]
    assert [words for _, words in owned.lately] == ["a shadow"]


def test_three_messages_of_a_quarter_of_an_hour_are_remembered():
    state = at("menu/menu", owner="ines")
    for minute, text in enumerate(["one", "two", "three", "four"]):
        state = step(state, said(text, later(minutes=minute))).state

    assert [words for _, words in state.lately] == ["two", "three", "four"]
    assert [words for _, words in step(state, said("five", later(minutes=18))).state.lately] == ["four", "five"]


def test_whoever_takes_back_their_agreement_is_forgotten():
    state = step(at("menu/menu", agreed=frozenset({"human"}), waiting=True), said("a shadow")).state

    asked = step(state, said("my data")).state
    assert step(asked, tapped(f"{asked.question}/data/choose/nothing")).state.lately == ()


# Where somebody says they are.


def test_the_country_somebody_says_is_remembered_and_its_numbers_are_shown():
    turn = step(at("walk/ready"), said("Je suis en Belgique"))

    assert turn.state.country == "BE"
    assert places(turn) == ["urgent.where"]
    assert turn.state.aside == Place("walk", "ready")
    assert isinstance(turn.effects[0], Ask)
    assert Text("lines_words.emergency", (("number", "113"),)) in turn.effects[0].texts


def test_it_is_heard_inside_a_message_of_danger_too():
    turn = step(at("menu/menu"), heard(NOW, "I’m in Belgium and I have taken them"))

    assert isinstance(turn.effects[0], Ask)
    assert turn.effects[0].texts[0] == Text("lines_words.emergency", (("number", "113"),))


def test_it_is_chosen_from_a_list():
    turn = step(at("urgent/countries"), tapped("8/urgent/countries/be"))

    assert (turn.state.country, places(turn)) == ("BE", ["urgent.lines"])


def test_saying_where_a_country_is_not_is_no_country():
    assert step(at("menu/menu"), said("my sister lives in Belgium")).state.country == ""


# The safety plan.


def written(state: State, *parts: str) -> State:
    for part in parts:
        state = step(state, said(part)).state
    return state


def planning() -> State:
    return step(step(at("menu/menu"), said("my plan")).state, said("yes")).state


def test_a_plan_is_kept_in_the_state_and_shown_from_anywhere():
    state = written(planning(), "I hide away")

    assert state.plan == (("signs", "I hide away"),)
    assert words(step(replace(state, place=Place("walk", "ready")), said("mon plan")).effects) == [
        "safety_plan.written + safety_plan.written.2 + safety_plan.written.3 | change go_on erase menu"
    ]


def test_its_words_are_in_no_other_record():
    turn = step(planning(), said("I hide away"))

    assert not any(isinstance(effect, Record) for effect in turn.effects)


def test_a_part_is_written_anew():
    state = written(planning(), "I hide away")
    changing = step(state, tapped(f"{state.question}/safety_plan/written/change")).state

    assert written(changing, "I stop answering").plan == (("signs", "I stop answering"),)


def test_what_is_too_long_to_be_read_in_a_hard_moment_is_not_kept_and_said_so():
    turn = step(planning(), said("x" * 501))

    assert turn.state.plan == ()
    assert words(turn.effects)[0].startswith("kind_answers.too_long_for_plan")
    assert step(planning(), said("x" * 500)).state.plan == (("signs", "x" * 500),)


def test_a_plan_that_speaks_of_dying_is_kept_shown_the_numbers_and_a_human_is_told():
    turn = step(planning(), heard(RISK, "I think about dying"))

    assert turn.state.plan == (("signs", "I think about dying"),)
    assert places(turn)[:2] == ["crisis.suicide", "safety_plan.written"]
    assert alerts(turn) == [Alert(Level.RISK, Kind.SUICIDE)]


def test_danger_now_takes_even_the_plan_out_of_their_hands():
    turn = step(planning(), heard(NOW, "I have taken them"))

    assert turn.state.plan == ()
    assert places(turn) == ["lines_words.emergency"]


def test_a_plan_is_erased_with_the_agreement_to_keep_it():
    state = written(planning(), "I hide away")

    turn = step(state, tapped(f"{state.question}/safety_plan/written/erase"))

    assert (turn.state.plan, "plan" in turn.state.agreed) == ((), False)


def test_an_exercise_that_forgets_its_words_leaves_the_plan():
    state = written(planning(), "I hide away")

    assert step(replace(state, place=Place("human", "note"), agreed=state.agreed | {"human"}), said("skip")).state.plan


def test_everything_erased_is_the_plan_and_what_was_noticed_too():
    state = step(written(planning(), "I hide away"), heard(NOW)).state

    turn = step(state, said("/stop and erase"))

    assert (turn.state.plan, turn.state.noticed, turn.state.lately) == ((), None, ())
    assert isinstance(turn.effects[0], Say)
    assert turn.effects[0].texts[0].id == "lines_words.emergency"
