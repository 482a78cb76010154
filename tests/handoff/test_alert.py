"""A danger: one on duty, the next, the whole team; and under an owner, the owner first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.effects import Alert, Choice, OpenRequest, SetTimer, Text, Urgency, Weight
from flows.events import (
    Event,
    OfferUndelivered,
    PersonLeft,
    PersonSaid,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistDeclined,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.risk.risk import Kind, Level, Sign
from flows.state import Place
from handoff import desk
from handoff.daysoff import Absence, DaysOff
from handoff.desk import Handled, Mention, Tell
from handoff.request import Request, Status, from_json, to_json
from handoff.roster import Clinic
from tests.handoff.people import ANA, BO, MORNING, MORNINGS, NIGHT, THREE, clinic, therapist

THREE_MINUTES = timedelta(minutes=3)
RISK = Alert(Level.RISK, Kind.SUICIDE)
NOW = Alert(Level.IMMINENT, Kind.SUICIDE)
DAY = clinic(ANA, BO, therapist("Cleo", MORNINGS))
SLEEPING = clinic(therapist("Ana", MORNINGS), therapist("Bo", MORNINGS))


def alerted(alert: Alert = RISK, here: Clinic = THREE, at=MORNING, request: Request | None = None) -> Handled:
    owner = request.owner if request else None
    return desk.alert(alert, at, "fr", here, request, owner)


def after(handled: Handled, *events: Event, here: Clinic = THREE) -> Handled:
    for event in events:
        owner = handled.request.owner if handled.request else None
        handled = desk.step(handled.request, event, here, owner)
        assert handled.request is None or from_json(to_json(handled.request)) == handled.request
    return handled


def rang(handled: Handled, timer: str = "offer", later: timedelta = THREE_MINUTES) -> TimerRang:
    assert handled.request
    return TimerRang(MORNING + later, timer, handled.request.round if timer == "offer" else handled.request.idle)


def told(handled: Handled) -> list[str]:
    return [effect.therapist for effect in handled.effects if isinstance(effect, Tell)]


def ids(handled: Handled) -> list[list[str]]:
    return [[text.id.removeprefix("desk.") for text in e.texts] for e in handled.effects if isinstance(e, Tell)]


def mentioned(handled: Handled) -> list[str]:
    return [effect.place.step for effect in handled.effects if isinstance(effect, Mention)]


def timers(handled: Handled) -> list[timedelta]:
    return [effect.after for effect in handled.effects if isinstance(effect, SetTimer)]


def taken(by: str = "ana", alert: Alert | None = None) -> Handled:
    event = TherapistSaid(MORNING, by, by.capitalize(), "Bonjour.", "1")
    handled = after(Handled(None), event)
    assert handled.request
    return Handled(replace(handled.request, alert=alert))


# Nobody has the conversation.


def test_the_first_on_duty_is_alerted_without_any_agreement_and_without_a_word_of_the_person():
    handled = alerted(NOW)

    assert handled == Handled(
        Request(
            Status.OFFERED,
            Urgency.URGENT,
            MORNING,
            "fr",
            asked=("ana",),
            offered_to="ana",
            round=1,
            alert=NOW,
            alerted=("ana",),
            told_of=(Kind.SUICIDE,),
            alerted_at=MORNING,
        ),
        (
            Tell(
                "ana",
                (
                    Text(
                        "desk.alert_imminent",
                        (
                            ("kind", Text("desk.kind_suicide")),
                            ("language", Text("desk.language_fr")),
                            ("since", "10:02"),
                        ),
                    ),
                    Text("desk.alert_no_words"),
                ),
                (Choice(Text("desk.take_over"), "take/1"), Choice(Text("desk.not_now"), "decline/1")),
                offer=1,
                weight=Weight.CRISIS,
            ),
            Mention(Place("crisis", "alerted"), (("therapist", "Ana"),)),
            SetTimer("offer", THREE_MINUTES, 1),
        ),
    )


def test_words_that_may_be_read_and_signs_are_in_the_alert():
    shown = alerted(replace(RISK, reason="je veux mourir", signs=frozenset({Sign.MINOR, Sign.TAKEN})))

    assert ids(shown) == [["alert_risk", "alert_words", "alert_minor", "alert_taken"]]
    assert mentioned(shown) == ["alerted_words"]


def test_unanswered_it_goes_to_the_next_then_to_the_whole_team_and_then_the_truth_is_told():
    first = alerted()
    second = after(first, rang(first))
    team = after(second, rang(second))
    again = after(team, rang(team))

    assert [told(each) for each in (first, second, team, again)] == [
        ["ana"],
        ["bo"],
        ["ana", "bo", "cleo"],
        ["ana", "bo", "cleo"],
    ]
    assert [mentioned(each) for each in (first, second, team, again)] == [
        ["alerted"],
        ["alerted_next"],
        ["alerted_team"],
        ["nobody"],
    ]
    assert [timers(each) for each in (first, second, team)] == [[THREE_MINUTES]] * 3
    assert timers(again) == [timedelta(hours=4)]


def test_after_that_whoever_is_on_duty_is_told_again_and_the_person_is_left_in_peace():
    handled = alerted(here=DAY)
    for _ in range(4):
        handled = after(handled, rang(handled), here=DAY)

    late = after(handled, TimerRang(MORNING + timedelta(hours=12), "offer", handled.request.round), here=DAY)

    assert (told(late), mentioned(late)) == (["ana", "bo"], [])  # Cleo works in the morning


def test_when_nobody_is_on_duty_everybody_is_alerted_at_once():
    handled = alerted(NOW, SLEEPING, NIGHT)

    assert (told(handled), mentioned(handled)) == (["ana", "bo"], ["alerted_team"])
    assert handled.request.status is Status.UNANSWERED


def test_the_next_look_is_when_somebody_comes_on_duty_if_that_is_sooner():
    handled = alerted(NOW, SLEEPING, NIGHT.replace(hour=5))
    twice = after(handled, TimerRang(NIGHT.replace(hour=5), "offer", handled.request.round), here=SLEEPING)

    assert timers(twice) == [timedelta(hours=2, minutes=30)]  # 06:30 in Paris, until 09:00


@pytest.mark.parametrize("pass_by", [TherapistDeclined(MORNING, "ana"), OfferUndelivered(MORNING, "ana", 1)])
def test_who_declines_or_cannot_be_reached_is_passed_by_at_once(pass_by: Event):
    assert told(after(alerted(), pass_by)) == ["bo"]


def test_the_same_danger_is_not_told_twice_within_a_quarter_of_an_hour():
    first = alerted()

    assert alerted(at=MORNING + timedelta(minutes=14), request=first.request).effects == ()
    assert told(alerted(at=MORNING + timedelta(minutes=15), request=first.request)) == ["ana"]


def test_words_that_may_be_read_by_now_are_kept_with_the_alert():
    first = alerted()

    again = alerted(replace(RISK, reason="je veux mourir"), request=first.request)

    assert again.request.alert.reason == "je veux mourir"


def test_a_higher_level_is_told_at_once_from_the_beginning():
    first = alerted()
    second = after(first, rang(first))

    higher = alerted(NOW, request=second.request)

    assert (told(higher), mentioned(higher)) == (["ana"], ["alerted_higher"])
    assert ids(higher)[0][0] == "alert_imminent"


def test_a_lower_level_lowers_nothing():
    first = alerted(NOW)

    assert alerted(RISK, request=first.request).request.alert == NOW


def test_a_request_made_before_becomes_urgent_and_keeps_the_words_chosen_for_it():
    asked = desk.open(OpenRequest(Urgency.ROUTINE, "Je dors mal."), MORNING, "fr", THREE)

    handled = alerted(request=asked.request)

    assert (handled.request.urgency, handled.request.shared) == (Urgency.URGENT, "Je dors mal.")
    assert ids(handled) == [["alert_risk", "shared"]]
    assert mentioned(handled) == ["alerted_higher"]


def test_a_request_made_in_danger_is_urgent_from_the_start():
    handled = desk.open(OpenRequest(Urgency.URGENT, "", RISK), MORNING, "fr", THREE)

    assert (told(handled), timers(handled)) == (["ana"], [THREE_MINUTES])


def test_what_was_only_a_concern_is_noted_beside_an_ordinary_request():
    handled = desk.open(OpenRequest(Urgency.ROUTINE, "", Alert(Level.CONCERN, Kind.STRESS)), MORNING, "fr", THREE)

    assert ids(handled) == [["offer_no_words", "noticed"]]
    assert timers(handled) == [timedelta(minutes=10)]


def test_another_subject_and_what_changes_what_is_right_are_told_at_once_and_once():
    first = alerted(RISK)
    abuse = Alert(Level.RISK, Kind.ABUSE, signs=frozenset({Sign.QUIET}))

    second = alerted(abuse, request=first.request)
    again = alerted(abuse, request=second.request)
    taken = alerted(replace(RISK, signs=frozenset({Sign.TAKEN, Sign.QUIET})), request=again.request)

    assert [ids(each) for each in (second, again, taken)] == [
        [["alert_also", "alert_quiet"]],
        [],
        [["alert_also_so", "alert_taken"]],
    ]
    assert taken.request.alert.signs == {Sign.TAKEN, Sign.QUIET}
    assert mentioned(second) == []


def test_who_may_be_overlooked_gets_no_message_later_and_the_therapist_is_warned():
    first = alerted(Alert(Level.RISK, Kind.ABUSE, signs=frozenset({Sign.QUIET})))
    second = after(first, rang(first))
    team = after(second, rang(second))

    assert [mentioned(each) for each in (first, second, team)] == [["alerted"], [], []]
    assert all(texts[-1] == "alert_quiet" for texts in (*ids(first), *ids(second), *ids(team)))


def test_whoever_is_taken_over_ends_the_search_and_those_woken_are_told():
    handled = alerted(NOW, SLEEPING, NIGHT)

    took = after(handled, TherapistTookOver(NIGHT, "bo", "Bo"), here=SLEEPING)

    assert took.request.status is Status.TAKEN
    assert (told(took), ids(took)) == (["ana"], [["taken_by"]])
    assert timers(took) == [THREE_MINUTES]  # the person waits for a word, and is in danger


# What the person does closes nothing.


def test_whoever_no_longer_waits_still_has_the_alert_looked_at():
    handled = alerted()

    stopped = desk.withdraw(handled.request, MORNING, THREE)

    assert stopped == Handled(
        handled.request,
        (Tell("ana", (Text("desk.waits_no_more"),)), Mention(Place("crisis", "stays"))),
    )


def test_whoever_leaves_leaves_the_alert():
    handled = alerted()

    assert after(handled, PersonLeft(MORNING)) == Handled(
        handled.request, (Tell("ana", (Text("desk.left_in_danger"),)),)
    )


def test_under_a_therapist_too_and_somebody_is_still_waited_for():
    owner = alerted(NOW, request=taken().request)
    second = after(owner, rang(owner, "idle"))

    gone = after(second, PersonLeft(MORNING))

    left = (Text("desk.left_in_danger"),)
    assert gone == Handled(second.request, (Tell("ana", left), Tell("bo", left)))
    assert told(after(gone, rang(gone, "idle"))) == ["bo", "cleo"]


def test_whoever_leaves_an_owner_who_has_answered_leaves_the_alert():
    handled = taken(alert=RISK)

    assert after(handled, PersonLeft(MORNING)) == Handled(
        handled.request, (Tell("ana", (Text("desk.left_in_danger"),)),)
    )


def test_a_misunderstanding_is_told_to_whoever_was_alerted():
    assert desk.dispute(alerted().request, THREE).effects == (Tell("ana", (Text("desk.disputed"),)),)
    assert desk.dispute(taken(alert=RISK).request, THREE).effects == (Tell("ana", (Text("desk.disputed"),)),)
    assert desk.dispute(None, THREE) == Handled(None)


def test_whoever_is_no_longer_to_be_read_leaves_no_word_behind():
    read = replace(alerted(replace(RISK, reason="…")).request, shared="…")

    unread = desk.unread(read)

    assert unread == replace(read, shared="", alert=RISK)


# A therapist closes it.


def closed(by: str) -> TherapistClosedAlert:
    return TherapistClosedAlert(MORNING, by, by.capitalize())


def test_a_therapist_closes_an_alert_without_taking_over_and_the_request_goes_on_as_any_other():
    handled = after(alerted(), closed("bo"))

    assert handled.request == replace(
        alerted().request, urgency=Urgency.ROUTINE, alert=None, alerted=(), told_of=(), alerted_at=None
    )
    assert handled.effects == (
        Tell("bo", (Text("desk.alert_closed"),)),
        Mention(Place("crisis", "closed"), (("therapist", "Bo"),)),
    )


def test_under_a_colleague_nobody_else_closes_it():
    handled = taken("ana", alert=RISK)

    other = after(handled, closed("bo"))

    assert (other.request, ids(other)) == (handled.request, [["taken_by"]])
    assert after(handled, closed("ana")).request.alert is None


def test_where_nothing_is_open_there_is_nothing_to_close():
    assert ids(after(taken(), closed("ana"))) == [["nothing_open"]]


def test_giving_back_keeps_it_open_and_says_so():
    handled = after(taken(alert=RISK), TherapistReleased(MORNING, "ana", "Ana"))

    assert handled.request.alert == RISK
    assert handled.effects == (
        Tell(
            "ana",
            (Text("desk.released"), Text("desk.still_open")),
            (Choice(Text("desk.close_alert"), "close_alert/0"),),
        ),
    )


def test_a_conversation_is_not_closed_before_the_alert_is():
    open_here = taken(alert=RISK)
    closes = TherapistClosed(MORNING, "ana", "Ana")

    refused = after(open_here, closes)

    close_alert = (Choice(Text("desk.close_alert"), "close_alert/0"),)
    assert refused == Handled(open_here.request, (Tell("ana", (Text("desk.close_danger"),), close_alert),))
    assert after(open_here, closed("ana"), closes).request.status is Status.CLOSED


def test_what_is_less_than_a_danger_is_closed_with_the_conversation():
    concern = replace(RISK, level=Level.CONCERN)

    assert after(taken(alert=concern), TherapistClosed(MORNING, "ana", "Ana")).request.alert is None


def test_a_new_danger_after_that_is_searched_for_with_what_was_open():
    released = after(taken(alert=NOW), TherapistReleased(MORNING, "ana", "Ana"))

    again = alerted(RISK, request=released.request)

    assert (again.request.status, again.request.alert) == (Status.OFFERED, NOW)


# Under a therapist.


def test_the_owner_is_alerted_with_the_words_and_has_three_minutes():
    handled = alerted(replace(NOW, reason="ce soir"), request=taken().request)

    assert (told(handled), ids(handled)) == (["ana"], [["alert_owner", "alert_words"]])
    assert timers(handled) == [THREE_MINUTES]
    assert mentioned(handled) == []
    assert handled.effects[0].weight is Weight.CRISIS


def test_unanswered_the_next_one_is_told_and_then_the_whole_team():
    owner = alerted(NOW, request=taken().request)
    second = after(owner, rang(owner, "idle"))
    team = after(second, rang(second, "idle"))

    assert [told(each) for each in (owner, second, team)] == [["ana"], ["bo"], ["bo", "cleo"]]
    assert [mentioned(each) for each in (owner, second, team)] == [[], [], []]
    assert timers(team) == [timedelta(hours=4)]


def test_whoever_was_told_can_stand_in():
    owner = alerted(NOW, request=taken().request)
    second = after(owner, rang(owner, "idle"))
    stand_in = desk.standing_in(second.request, TherapistTookOver(MORNING, "bo", "Bo"))

    handled = after(second, stand_in)

    assert (handled.request.owner, handled.request.alert) == ("bo", NOW)


def test_after_whoever_stood_in_by_a_press_alone_somebody_is_still_waited_for():
    owner = alerted(NOW, request=taken().request)
    second = after(owner, rang(owner, "idle"))
    stood_in = after(second, desk.standing_in(second.request, TherapistTookOver(MORNING, "bo", "Bo")))
    reminded = after(stood_in, rang(stood_in, "idle"))
    next_one = after(reminded, rang(reminded, "idle"))

    assert [told(each) for each in (stood_in, reminded, next_one)] == [["ana"], ["bo"], ["ana"]]
    assert [timers(each) for each in (stood_in, reminded, next_one)] == [[THREE_MINUTES]] * 3


def test_whoever_was_asked_to_stand_in_before_the_danger_is_told_of_it_and_still_can():
    asked = waited(taken(), times=2)

    handled = alerted(replace(NOW, reason="ce soir"), request=asked.request)

    assert (told(handled), timers(handled)) == (["ana", "bo"], [THREE_MINUTES])
    assert ids(handled) == [["alert_owner", "alert_words"], ["alert_colleague", "alert_words"]]
    assert handled.effects[1].choices == (Choice(Text("desk.take_over"), "take/0"),)
    assert handled.effects[1].weight is Weight.CRISIS
    assert desk.standing_in(handled.request, TherapistTookOver(MORNING, "bo", "Bo")).relieves == "ana"
    assert told(after(handled, rang(handled, "idle"))) == ["bo", "cleo"]  # owner and one more knew: the whole team


def test_of_a_danger_at_night_nobody_is_woken_because_they_were_asked_by_day():
    asked = waited(taken(), times=3)

    handled = desk.alert(NOW, NIGHT, "fr", DAY, asked.request, "ana")

    assert asked.request.idle_told == ("ana", "bo", "cleo")
    assert told(handled) == ["ana", "bo"]  # Cleo works in the morning
    assert desk.standing_in(handled.request, TherapistTookOver(NIGHT, "cleo", "Cleo")).relieves == "ana"


def test_asking_for_urgent_help_takes_the_right_to_stand_in_from_nobody():
    asked = waited(taken(), times=2)

    handled = alerted(Alert(Level.RISK, None, "aide urgente"), request=asked.request)

    assert (told(handled), handled.request.idle_told) == (["ana"], ("ana", "bo"))


AWAY = clinic(
    replace(ANA, off=DaysOff(absences=(Absence(date(2026, 11, 23), date(2026, 11, 27), "cleo"),))),
    BO,
    therapist("Cleo", MORNINGS),
)


def test_under_an_owner_who_is_absent_whoever_stands_in_is_told_of_a_danger_at_once():
    handled = alerted(NOW, AWAY, request=taken().request)

    assert (told(handled), ids(handled)) == (["ana", "cleo"], [["alert_owner"], ["alert_colleague"]])
    assert timers(handled) == [THREE_MINUTES]
    assert told(after(handled, rang(handled, "idle"), here=AWAY)) == ["bo", "cleo"]


def test_under_an_owner_who_works_here_no_more_the_next_one_is_told_of_a_danger_at_once():
    handled = alerted(NOW, clinic(BO, therapist("Cleo")), request=taken().request)

    assert (told(handled), timers(handled)) == (["ana", "bo"], [THREE_MINUTES])


def test_under_an_absent_owner_whoever_was_asked_before_is_the_next_one():
    asked = after(taken(), PersonSaid(MORNING, "…", "1"), here=AWAY)

    handled = alerted(NOW, AWAY, request=asked.request)

    assert (told(asked), told(handled)) == (["cleo"], ["ana", "cleo"])
    assert timers(handled) == [THREE_MINUTES]


def waited(handled: Handled, times: int) -> Handled:
    """The person writes, and is not answered for so long."""
    handled = after(handled, PersonSaid(MORNING, "…", "1"))
    for _ in range(times):
        handled = after(handled, rang(handled, "idle"))
    return handled


def test_an_answer_ends_the_wait_and_closes_nothing():
    owner = alerted(NOW, request=taken().request)

    answered = after(owner, TherapistSaid(MORNING, "ana", "Ana", "Je suis là.", "2"))

    assert (answered.request.unanswered, answered.request.alert) == (False, NOW)
    assert after(answered, rang(owner, "idle")).effects == ()


def test_each_new_sign_is_told_and_the_wait_is_not_begun_anew():
    first = alerted(RISK, request=taken().request)

    second = alerted(NOW, request=first.request)

    assert (told(second), timers(second)) == (["ana"], [])


def test_while_it_is_open_every_word_of_the_person_waits_less_long():
    handled = after(taken(alert=RISK), PersonSaid(MORNING, "…", "1"))

    assert timers(handled) == [THREE_MINUTES]


def test_asking_for_urgent_help_is_told_and_opens_no_danger():
    asked = alerted(Alert(Level.RISK, None, "aide urgente"), request=taken().request)

    assert (ids(asked), asked.request.alert) == ([["alert_asked", "alert_words"]], None)
    assert timers(asked) == [THREE_MINUTES]


def test_urgent_help_asked_for_again_when_nobody_is_left_to_ask_is_told_and_waits_as_little():
    urgent = Alert(Level.RISK, None, "aide urgente")
    waiting = alerted(urgent, request=taken().request)
    for _ in range(3):
        waiting = after(waiting, rang(waiting, "idle"))
    assert waiting.effects == (SetTimer("idle_anew", timedelta(hours=21, minutes=55), 4),)  # 08:00 the day after

    again = alerted(urgent, request=waiting.request)

    assert (told(again), timers(again)) == (["ana"], [THREE_MINUTES])


def test_who_has_a_conversation_nobody_asked_to_have_taken_is_alerted_too():
    handled = desk.alert(RISK, MORNING, "fr", THREE, None, "ana")

    assert (told(handled), handled.request.owner) == (["ana"], "ana")
