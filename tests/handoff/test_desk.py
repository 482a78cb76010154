from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.effects import Choice, OpenRequest, SetTimer, Text, Urgency
from flows.events import (
    Event,
    OfferUndelivered,
    PersonArrived,
    PersonEdited,
    PersonLeft,
    PersonSaid,
    PersonTapped,
    TherapistClosed,
    TherapistDeclined,
    TherapistEdited,
    TherapistReleased,
    TherapistSaid,
    TherapistTookOver,
    TimerRang,
)
from flows.state import Place
from handoff import desk
from handoff.desk import Handled, Mention, Tell
from handoff.request import Request, Status
from handoff.roster import Clinic, Escalation, Lately
from tests.handoff.people import ANA, BO, CLEO, MORNING, MORNINGS, NIGHT, THREE, clinic, therapist

TEN = timedelta(minutes=10)
TWENTY = timedelta(minutes=20)
TOMORROW = datetime(2026, 11, 25, 7, tzinfo=UTC)  # 08:00 in Paris, when nobody is asleep any more


def opened(
    here: Clinic = THREE, at: datetime = MORNING, shared: str = "", locale: str = "fr", prefers: tuple[str, ...] = ()
) -> Handled:
    return desk.open(OpenRequest(Urgency.ROUTINE, shared, prefers=prefers), at, locale, here)


def after(handled: Handled, *events: Event, here: Clinic = THREE) -> Handled:
    """What the last of these events brings."""
    for event in events:
        owner = handled.request.owner if handled.request else None
        handled = desk.step(handled.request, event, here, owner)
    return handled


def offer(to: str, round: int, since: str = "10:02", language: str = "fr") -> Tell:
    return Tell(
        to,
        (Text("desk.offer_no_words", (("language", Text(f"desk.language_{language}")), ("since", since))),),
        (Choice(Text("desk.take_over"), f"take/{round}"), Choice(Text("desk.not_now"), f"decline/{round}")),
        offer=round,
    )


def together_offer(to: str, round: int) -> Tell:
    alone = offer(to, round)
    return replace(alone, texts=(Text("desk.everyone"), *alone.texts))


def told_taken(to: str, by: str) -> Tell:
    return Tell(to, (Text("desk.taken_by", (("therapist", by),)),))


def mention(step: str, therapist: str = "") -> Mention:
    return Mention(Place("human", step), (("therapist", therapist),) if therapist else ())


def rang(handled: Handled, timer: str, later: timedelta = TEN) -> TimerRang:
    assert handled.request
    token = handled.request.round if timer == "offer" else handled.request.idle
    return TimerRang(MORNING + later, timer, token)


def said(at: datetime = MORNING) -> PersonSaid:
    return PersonSaid(at, "…", "1")


def took(who: str, at: datetime = MORNING) -> TherapistTookOver:
    return TherapistTookOver(at, who, who.capitalize())


def closes(who: str) -> TherapistClosed:
    return TherapistClosed(MORNING, who, who.capitalize())


def wrote(who: str) -> TherapistSaid:
    return TherapistSaid(MORNING, who, who.capitalize(), "Bonjour.", "7")


# --- the offer -------------------------------------------------------------------------------------------------


def test_a_request_is_offered_to_the_first_on_duty_who_speaks_the_language():
    assert opened() == Handled(
        Request(
            Status.OFFERED, Urgency.ROUTINE, MORNING, "fr", asked=("ana",), offered_to="ana", round=1, since=MORNING
        ),
        (offer("ana", 1), mention("asked", "Ana"), SetTimer("offer", TEN, 1)),
    )


def test_the_words_the_person_chose_to_show_are_in_the_offer():
    words = opened(shared="Je dors mal.", locale="en").effects[0]

    assert words == Tell(
        "ana",
        (
            Text(
                "desk.offer",
                (("language", Text("desk.language_en")), ("since", "10:02"), ("shared", "Je dors mal.")),
            ),
        ),
        (Choice(Text("desk.take_over"), "take/1"), Choice(Text("desk.not_now"), "decline/1")),
        offer=1,
    )


def test_an_unanswered_offer_goes_to_the_next_and_the_person_hears_who():
    first = opened()

    second = after(first, rang(first, "offer"))

    assert second == Handled(
        replace(first.request, asked=("ana", "bo"), offered_to="bo", round=2),
        (offer("bo", 2), mention("asking_next", "Bo"), SetTimer("offer", TEN, 2)),
    )


def test_whoever_is_asked_is_told_that_they_may_read_along_and_so_is_the_next():
    along = Text("desk.read_along")
    first = opened()

    let = desk.read_along(first.request, True, MORNING, THREE)
    second = after(let, TherapistDeclined(MORNING, "ana"))
    ended = desk.read_along(second.request, False, MORNING, THREE)

    assert let.effects == (Tell("ana", (along,)),)
    assert [tell.texts[-1] for tell in second.effects if isinstance(tell, Tell)] == [along]
    assert ended == Handled(replace(second.request, read_along=False))


def test_a_refused_offer_goes_to_the_next():
    first = opened()

    assert after(first, TherapistDeclined(MORNING, "ana")) == Handled(
        replace(first.request, asked=("ana", "bo"), refused=("ana",), offered_to="bo", round=2),
        (offer("bo", 2), mention("asking_next_busy", "Bo"), SetTimer("offer", TEN, 2)),
    )


@pytest.mark.parametrize("told", ["ana", ""])  # in a private chat, in the group
def test_undelivered_counts_as_unanswered_at_once(told: str):
    first = opened()

    assert after(first, OfferUndelivered(MORNING, told, 1)) == Handled(
        replace(first.request, asked=("ana", "bo"), refused=("ana",), offered_to="bo", round=2),
        (offer("bo", 2), mention("asking_next_unreached", "Bo"), SetTimer("offer", TEN, 2)),
    )


def test_an_offer_that_went_on_is_not_lost_by_what_comes_late_from_the_first():
    first = opened()
    second = after(first, rang(first, "offer"))

    for late in (TimerRang(MORNING + TEN, "offer", 1), OfferUndelivered(MORNING, "ana", 1)):
        assert after(second, late) == Handled(second.request)


def test_not_now_said_late_still_counts():
    first = opened()
    second = after(first, rang(first, "offer"))

    assert after(second, TherapistDeclined(MORNING, "ana")) == Handled(replace(second.request, refused=("ana",)))


def test_when_everybody_has_refused_the_person_is_told_the_truth_and_the_next_working_day_is_waited_for():
    all_three = ("ana", "bo", "cleo")

    last = after(opened(), *(TherapistDeclined(MORNING, who) for who in all_three))

    assert last == Handled(
        Request(
            Status.UNANSWERED,
            Urgency.ROUTINE,
            MORNING,
            "fr",
            asked=all_three,
            refused=all_three,
            round=4,
            since=MORNING,
        ),
        (mention("nobody_answered"), SetTimer("offer", TOMORROW - MORNING, 4)),
    )


# --- all together, and on another day --------------------------------------------------------------------------


def silent(handled: Handled, times: int = 1, here: Clinic = THREE) -> Handled:
    """Nobody answers, for so many offers."""
    for _ in range(times):
        handled = after(handled, rang(handled, "offer"), here=here)
    return handled


def test_after_one_by_one_all_on_duty_are_asked_together():
    together = silent(opened(), times=3)

    assert together == Handled(
        Request(
            Status.EVERYONE,
            Urgency.ROUTINE,
            MORNING,
            "fr",
            asked=("ana", "bo", "cleo"),
            round=4,
            since=MORNING,
            everyone=True,
        ),
        (
            *(together_offer(who, 4) for who in ("ana", "bo", "cleo")),
            mention("asking_everyone"),
            SetTimer("offer", TEN, 4),
        ),
    )


def test_a_larger_clinic_asks_so_many_one_by_one_and_then_all():
    here = replace(clinic(ANA, BO, CLEO, therapist("Dan")), escalation=Escalation(one_by_one=2))

    together = silent(opened(here), times=2, here=here)

    assert [tell.therapist for tell in together.effects if isinstance(tell, Tell)] == ["ana", "bo", "dan", "cleo"]


def test_whoever_said_not_now_is_left_out_when_all_are_asked():
    second = after(opened(), TherapistDeclined(MORNING, "ana"))

    together = silent(second, times=2)

    assert [tell.therapist for tell in together.effects if isinstance(tell, Tell)] == ["bo", "cleo"]


def test_one_who_is_alone_on_duty_is_not_asked_twice():
    here = clinic(ANA)

    assert silent(opened(here), here=here).effects[0] == mention("nobody_answered")


def test_when_all_of_them_say_not_now_nobody_is_waited_for_any_longer():
    together = silent(opened(), times=3)

    first = after(together, TherapistDeclined(MORNING, "bo"), OfferUndelivered(MORNING, "ana", 4))
    last = after(first, TherapistDeclined(MORNING, "cleo"))

    assert first == Handled(replace(together.request, refused=("bo", "ana")))
    assert last.effects == (mention("nobody_answered"), SetTimer("offer", TOMORROW - MORNING, 5))


def test_a_request_made_on_friday_evening_is_asked_for_on_monday_and_anew_on_tuesday():
    here = clinic(therapist("Ana", hours=MORNINGS))
    monday, tuesday = datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, tzinfo=UTC)

    evening = opened(here, datetime(2026, 11, 27, 20, tzinfo=UTC))
    morning = after(evening, TimerRang(monday, "offer", 1), here=here)
    nobody = after(morning, TimerRang(monday + TEN, "offer", 2), here=here)

    assert nobody.effects == (mention("nobody_answered"), SetTimer("offer", tuesday - monday - TEN, 3))


def test_one_of_all_who_takes_it_has_it_and_the_others_hear_who():
    together = silent(opened(), times=3)

    taken = after(together, took("bo"))

    assert taken.effects == (told_taken("ana", "Bo"), told_taken("cleo", "Bo"), SetTimer("idle", TWENTY, 1))


def test_on_the_next_working_day_it_begins_anew_and_the_person_is_told():
    nobody = silent(opened(), times=4)

    morning = after(nobody, TimerRang(TOMORROW, "offer", 5))

    assert morning == Handled(
        Request(
            Status.OFFERED,
            Urgency.ROUTINE,
            MORNING,
            "fr",
            asked=("ana",),
            offered_to="ana",
            round=6,
            since=TOMORROW,
            days=2,
        ),
        (offer("ana", 6, since="2026-11-24 10:02"), mention("asked_again"), SetTimer("offer", TEN, 6)),
    )


def test_after_the_last_day_the_person_is_told_that_nobody_else_is_asked():
    here = replace(clinic(ANA), escalation=Escalation(days=1))

    last = silent(opened(here), here=here)

    assert last.effects == (mention("nobody_came"),)
    assert last.request
    assert last.request.status is Status.UNANSWERED


def test_a_wish_to_be_called_back_reaches_those_who_were_asked_and_begins_the_days_anew():
    here = replace(clinic(ANA), escalation=Escalation(days=1))
    nobody = silent(opened(here), here=here)

    order = OpenRequest(Urgency.ROUTINE, call_back="06, le soir")
    wished = desk.open(order, MORNING + TWENTY, "fr", here, nobody.request)

    assert wished.effects == (
        Tell("ana", (Text("desk.call_back", (("words", "06, le soir"),)),)),
        SetTimer("offer", TOMORROW - MORNING - TWENTY, 3),
    )
    at = MORNING + TWENTY
    assert wished.request == replace(nobody.request, call_back="06, le soir", days=0, since=at, round=3)


# --- whom it suits ---------------------------------------------------------------------------------------------


def test_the_person_hears_how_long_it_usually_takes_where_it_was_measured():
    here = replace(THREE, lately=Lately(usual=(("fr", timedelta(minutes=12)),)))

    assert opened(here).effects[1] == Mention(
        Place("human", "asked_usual"), (("therapist", "Ana"), ("usual", Text("waiting.minutes", (("n", "15"),))))
    )
    assert opened(here, locale="en").effects[1] == mention("asked", "Ana")


def test_what_the_person_prefers_is_told_to_whoever_is_asked():
    words = opened(prefers=("woman",)).effects[0]

    assert isinstance(words, Tell)
    assert words.texts[1] == Text("desk.prefers", (("what", Text("facts.woman")),))


def test_at_night_with_nobody_on_duty_the_truth_is_told_and_the_morning_is_waited_for():
    here = clinic(therapist("Ana", hours=MORNINGS))

    night = opened(here, NIGHT)
    morning = after(night, TimerRang(datetime(2026, 11, 24, 8, tzinfo=UTC), "offer", 1), here=here)

    assert night == Handled(
        Request(Status.WAITING, Urgency.ROUTINE, NIGHT, "fr", round=1),
        (
            Mention(Place("human", "nobody_until"), (("day", date(2026, 11, 24)), ("hour", "09:00"))),
            SetTimer("offer", timedelta(hours=6, minutes=30), 1),
        ),
    )
    assert morning.effects == (
        offer("ana", 2, since="02:30"),
        mention("asked", "Ana"),
        SetTimer("offer", TEN, 2),
    )


def test_an_offer_of_another_day_says_the_day():
    here = clinic(therapist("Ana", hours=MORNINGS))
    evening = datetime(2026, 11, 23, 21, 14, tzinfo=UTC)

    night = opened(here, evening)
    morning = after(night, TimerRang(datetime(2026, 11, 24, 8, tzinfo=UTC), "offer", 1), here=here)

    assert morning.effects[0] == offer("ana", 2, since="2026-11-23 22:14")


def test_a_clock_that_runs_early_does_not_tell_the_person_twice():
    here = clinic(therapist("Ana", hours=MORNINGS))
    night = opened(here, NIGHT)

    early = after(night, TimerRang(datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC), "offer", 1), here=here)

    assert early.effects == (SetTimer("offer", timedelta(seconds=1), 2),)


def test_who_comes_on_duty_later_and_was_not_asked_is_asked_then():
    here = clinic(ANA, therapist("Bo", hours=MORNINGS))
    night = opened(here, NIGHT)

    nobody = after(night, TherapistDeclined(NIGHT, "ana"), here=here)
    morning = after(nobody, TimerRang(datetime(2026, 11, 24, 8, tzinfo=UTC), "offer", 2), here=here)

    assert nobody.effects == (mention("nobody_answered"), SetTimer("offer", timedelta(hours=6, minutes=30), 2))
    assert morning.effects == (
        offer("bo", 3, since="02:30"),
        mention("asking_next", "Bo"),
        SetTimer("offer", TEN, 3),
    )


def test_a_clinic_where_nobody_is_ever_on_duty_says_so_and_sets_no_timer():
    here = clinic(therapist("Ana", hours=()))

    assert opened(here) == Handled(
        Request(Status.WAITING, Urgency.ROUTINE, MORNING, "fr", round=1), (mention("nobody_now"),)
    )


def test_the_timers_of_a_withdrawn_request_mean_nothing_to_the_next_one():
    first = opened()
    withdrawn = desk.withdraw(first.request, MORNING, THREE)

    second = desk.open(OpenRequest(Urgency.ROUTINE), MORNING + TEN / 2, "fr", THREE, withdrawn.request)

    assert second.effects[-1] == SetTimer("offer", TEN, 2)
    assert after(second, rang(first, "offer")) == Handled(second.request)


# --- takeover --------------------------------------------------------------------------------------------------


def test_whoever_takes_over_has_it_and_the_others_who_were_asked_hear_who():
    second = after(opened(), TherapistDeclined(MORNING, "ana"))

    taken = after(second, took("bo"))

    assert taken.request == replace(
        second.request, status=Status.TAKEN, offered_to=None, owner="bo", idle=1, unanswered=True
    )
    assert taken.effects == (told_taken("ana", "Bo"), SetTimer("idle", TWENTY, 1))


def test_writing_is_a_takeover_and_answers_the_person():
    first = opened()

    assert after(first, wrote("ana")) == Handled(
        replace(first.request, status=Status.TAKEN, offered_to=None, owner="ana"), ()
    )


def test_two_claims_one_wins_and_the_other_is_told_who():
    taken = after(opened(), took("bo"))

    for second in (took("ana"), wrote("ana"), TherapistReleased(MORNING, "ana", "Ana")):
        assert after(taken, second) == Handled(taken.request, (told_taken("ana", "Bo"),))


def test_claiming_twice_changes_nothing():
    taken = after(opened(), took("ana"))

    assert after(taken, took("ana")) == Handled(taken.request)


def test_a_late_press_on_an_expired_offer_still_takes_over():
    first = opened()
    second = after(first, rang(first, "offer"))

    late = after(second, took("ana"))

    assert late.request
    assert (late.request.status, late.request.owner) == (Status.TAKEN, "ana")
    assert late.effects[0] == told_taken("bo", "Ana")


def test_an_unanswered_a_waiting_and_a_never_opened_conversation_can_be_taken_by_anybody():
    nobody = after(opened(), *(TherapistDeclined(MORNING, who) for who in ("ana", "bo", "cleo")))
    waiting = opened(clinic(therapist("Ana", hours=())))

    for before in (nobody, waiting, Handled(None)):
        taken = after(before, took("bo"))

        assert taken.request
        assert (taken.request.status, taken.request.owner) == (Status.TAKEN, "bo")


def test_a_conversation_nobody_asked_to_have_taken_waits_for_no_word():
    assert after(Handled(None), took("bo")) == Handled(
        Request(Status.TAKEN, Urgency.ROUTINE, MORNING, "fr", owner="bo")
    )


def test_who_owns_the_conversation_without_a_request_still_wins():
    assert desk.step(None, took("ana"), THREE, "bo") == Handled(None, (told_taken("ana", "Bo"),))


def test_the_owner_named_after_the_takeover_changes_nothing():
    first = opened()

    assert desk.step(first.request, took("ana"), THREE, "ana") == desk.step(first.request, took("ana"), THREE, None)


def test_a_colleague_who_went_off_duty_since_is_not_told():
    here = clinic(therapist("Ana", hours=MORNINGS), BO)
    asked = after(opened(here), TherapistDeclined(MORNING, "ana"), here=here)

    taken = after(asked, took("bo", MORNING + timedelta(hours=4)), here=here)

    assert taken.effects == (SetTimer("idle", TWENTY, 1),)


def test_a_conversation_given_back_can_be_taken_again():
    back = after(opened(), took("ana"), TherapistReleased(MORNING, "ana", "Ana"))

    assert back.request
    assert (back.request.status, back.request.owner, back.request.unanswered) == (Status.RELEASED, None, False)
    assert back.effects == (Tell("ana", (Text("desk.released"),)),)
    assert after(back, took("bo")).request == replace(back.request, status=Status.TAKEN, owner="bo")


def test_a_conversation_closed_has_no_owner_and_no_wait_and_can_be_taken_again():
    open_here = after(opened(), took("ana"))

    closed = after(open_here, closes("ana"))

    assert open_here.request
    assert closed == Handled(
        replace(open_here.request, status=Status.CLOSED, owner=None, unanswered=False),
        (Tell("ana", (Text("desk.closed"),)),),
    )
    assert after(closed, TimerRang(MORNING + TWENTY, "idle", open_here.request.idle)).effects == ()
    assert after(closed, took("bo")).request == replace(closed.request, status=Status.TAKEN, owner="bo")


def test_a_conversation_given_back_is_closed_without_a_word_to_the_person_and_once():
    back = after(opened(), took("ana"), TherapistReleased(MORNING, "ana", "Ana"))

    closed = after(back, closes("bo"))

    assert closed.request == replace(back.request, status=Status.CLOSED)
    assert closed.effects == (Tell("bo", (Text("desk.closed_unsaid"),)),)
    assert after(closed, closes("ana")) == Handled(closed.request, (Tell("ana", (Text("desk.too_late"),)),))


def test_who_waits_for_a_human_is_not_closed_out():
    first = opened()

    take = (Choice(Text("desk.take_over"), "take/1"),)
    assert after(first, closes("ana")) == Handled(first.request, (Tell("ana", (Text("desk.close_waits"),), take),))


def test_a_conversation_is_closed_by_nobody_but_its_owner():
    held = after(opened(), took("ana"))

    refused = after(held, closes("bo"))

    assert refused == Handled(held.request, (Tell("bo", (Text("desk.taken_by", (("therapist", "Ana"),)),)),))


def test_giving_back_what_nobody_has_changes_nothing():
    first = opened()

    assert after(first, TherapistReleased(MORNING, "ana", "Ana")) == Handled(first.request)
    assert after(Handled(None), TherapistReleased(MORNING, "ana", "Ana")) == Handled(None)


# --- an idle human ---------------------------------------------------------------------------------------------


def held(here: Clinic = THREE) -> Handled:
    """Ana has it, and has written."""
    return after(opened(here), wrote("ana"), here=here)


def test_the_first_unanswered_message_starts_the_wait_and_the_next_do_not_prolong_it():
    waiting = after(held(), said())

    assert waiting.effects == (SetTimer("idle", TWENTY, 1),)
    assert after(waiting, said(MORNING + TEN)) == Handled(waiting.request)
    assert after(held(), PersonEdited(MORNING, "…", "1")) == waiting


def test_an_answer_ends_the_wait():
    waiting = after(held(), said())
    answered = after(waiting, wrote("ana"))

    assert answered == Handled(replace(waiting.request, unanswered=False))
    assert after(answered, rang(waiting, "idle", TWENTY)) == Handled(answered.request)


def test_a_new_wait_is_not_cut_short_by_the_timer_of_an_old_one():
    first = after(held(), said())
    second = after(first, wrote("ana"), said())

    assert after(second, rang(first, "idle", TWENTY)) == Handled(second.request)


def test_an_idle_owner_is_asked_then_each_colleague_on_duty_and_never_the_person():
    waiting = after(held(), said())
    told = []
    for _ in range(4):
        waiting = after(waiting, rang(waiting, "idle"))
        told.append(waiting.effects)

    assert told == [
        (Tell("ana", (Text("desk.idle_owner"),)), SetTimer("idle", TWENTY, 2)),
        (stand_in_for_ana("bo"), SetTimer("idle", TWENTY, 3)),
        (stand_in_for_ana("cleo"), SetTimer("idle", TWENTY, 4)),
        (SetTimer("idle_anew", TOMORROW - MORNING - TEN, 5),),
    ]


def test_when_nobody_is_left_it_begins_anew_on_the_next_working_day_and_until_then_whoever_was_asked_can_stand_in():
    nobody = idle(after(held(), said()), times=4)

    morning = after(nobody, TimerRang(TOMORROW, "idle_anew", 5))
    next_one = after(morning, TimerRang(TOMORROW + TWENTY, "idle", 6))

    assert desk.standing_in(nobody.request, took("cleo")) == replace(took("cleo"), relieves="ana")
    assert morning == Handled(
        replace(nobody.request, idle=6, idle_told=("ana",)),
        (Tell("ana", (Text("desk.idle_owner"),)), SetTimer("idle", TWENTY, 6)),
    )
    assert next_one.effects[0] == stand_in_for_ana("bo")


def test_one_therapist_alone_is_reminded_on_friday_and_then_on_monday():
    here = clinic(therapist("Ana", hours=MORNINGS))
    friday, monday = datetime(2026, 11, 27, 11, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)
    waiting = after(held(here), said(friday), here=here)
    reminded = after(waiting, TimerRang(friday + TWENTY, "idle", 1), here=here)

    nobody = after(reminded, TimerRang(friday + 2 * TWENTY, "idle", 2), here=here)

    assert nobody.effects == (SetTimer("idle_anew", monday - friday - 2 * TWENTY, 3),)
    assert after(nobody, TimerRang(monday, "idle_anew", 3), here=here).effects[0] == reminded.effects[0]


def test_under_an_owner_who_works_here_no_more_somebody_is_asked_every_working_day():
    taken = held(clinic(therapist("Ana", hours=MORNINGS), therapist("Bo", hours=MORNINGS)))
    here = clinic(therapist("Bo", hours=MORNINGS))
    tomorrow = datetime(2026, 11, 25, 8, tzinfo=UTC)
    words = Text("desk.idle_next", (("therapist", "ana"),))

    asked = after(taken, said(), here=here)
    nobody = after(asked, TimerRang(MORNING + TWENTY, "idle", 1), here=here)

    assert asked.effects == (replace(stand_in_for_ana("bo"), texts=(words,)), SetTimer("idle", TWENTY, 1))
    assert nobody.effects == (SetTimer("idle_anew", tomorrow - MORNING - TWENTY, 2),)
    assert after(nobody, TimerRang(tomorrow, "idle_anew", 2), here=here).effects[0] == asked.effects[0]


def test_an_answer_ends_what_would_have_begun_anew():
    nobody = idle(after(held(), said()), times=4)

    answered = after(nobody, wrote("ana"))

    assert after(answered, TimerRang(TOMORROW, "idle_anew", 5)) == Handled(answered.request)


def idle(handled: Handled, times: int) -> Handled:
    for _ in range(times):
        handled = after(handled, rang(handled, "idle"))
    return handled


def stand_in_for_ana(to: str) -> Tell:
    words = Text("desk.idle_next", (("therapist", "Ana"),))
    return Tell(to, (words,), (Choice(Text("desk.take_over"), "take/1"),))


def test_a_colleague_who_was_asked_to_stand_in_takes_over_the_owner_is_told_and_the_wait_is_now_the_colleagues():
    asked = idle(after(held(), said()), times=2)

    event = desk.standing_in(asked.request, took("bo"))
    relieved = desk.step(asked.request, event, THREE, "bo")

    assert event == replace(took("bo"), relieves="ana")
    assert relieved == Handled(
        replace(asked.request, owner="bo", idle=4, idle_told=()),
        (told_taken("ana", "Bo"), SetTimer("idle", TWENTY, 4)),
    )
    assert after(relieved, rang(relieved, "idle")).effects[0] == Tell("bo", (Text("desk.idle_owner"),))


def test_a_colleague_who_stands_in_by_writing_has_answered():
    asked = idle(after(held(), said()), times=2)

    relieved = after(asked, desk.standing_in(asked.request, wrote("bo")))

    assert relieved == Handled(
        replace(asked.request, owner="bo", unanswered=False, idle_told=()), (told_taken("ana", "Bo"),)
    )


def test_a_colleague_who_was_not_asked_does_not_stand_in():
    waiting = after(held(), said())

    assert desk.standing_in(waiting.request, took("bo")) == took("bo")


def test_who_has_the_conversation_is_told_that_the_person_erased_it():
    assert desk.erased(held().request, "ana", MORNING, THREE) == Handled(
        None, (Tell("ana", (Text("desk.erased_by_person"),)),)
    )


def test_with_no_colleague_on_duty_the_next_to_come_is_waited_for():
    here = clinic(therapist("Ana", hours=MORNINGS), therapist("Bo", hours=MORNINGS))
    noon = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)  # 12:30 in Paris, the end of the morning
    waiting = after(held(here), said(), here=here)
    reminded = after(waiting, rang(waiting, "idle"), here=here)

    alone = after(reminded, TimerRang(noon, "idle", 2), here=here)
    tomorrow = after(alone, TimerRang(noon + timedelta(hours=20, minutes=30), "idle", 3), here=here)

    assert alone.effects == (SetTimer("idle", timedelta(hours=20, minutes=30), 3),)
    assert tomorrow.effects[0] == stand_in_for_ana("bo")


def test_whoever_comes_on_duty_only_later_holds_up_no_new_beginning():
    wednesdays = tuple(block for block in MORNINGS if block.day == 2)
    here = clinic(therapist("Ana", hours=MORNINGS), therapist("Bo", hours=wednesdays))
    wednesday = datetime(2026, 11, 25, 8, tzinfo=UTC)
    waiting = after(held(here), said(wednesday + 4 * TWENTY), here=here)  # Bo's next morning is in a week
    for times in (1, 2):
        waiting = after(waiting, TimerRang(wednesday + timedelta(hours=4 + times), "idle", times), here=here)

    assert waiting.effects == (SetTimer("idle_anew", timedelta(hours=18), 3),)


def test_a_button_pressed_late_starts_no_wait():
    assert after(held(), PersonTapped(MORNING, "1/menu/menu/human")) == Handled(held().request)


# --- the person goes -------------------------------------------------------------------------------------------


def test_a_person_who_no_longer_waits_is_answered_and_those_asked_are_told():
    second = after(opened(), TherapistDeclined(MORNING, "ana"))

    assert desk.withdraw(second.request, MORNING, THREE) == Handled(
        replace(second.request, status=Status.WITHDRAWN, offered_to=None),
        (Tell("ana", (Text("desk.withdrawn"),)), Tell("bo", (Text("desk.withdrawn"),)), mention("withdrawn")),
    )


def test_there_is_nothing_to_withdraw_without_an_open_request():
    taken = held().request

    assert desk.withdraw(taken, MORNING, THREE) == Handled(taken)
    assert desk.withdraw(None, MORNING, THREE) == Handled(None)


def test_a_person_who_left_is_not_waited_for_and_not_written_to():
    first = opened()

    assert after(first, PersonLeft(MORNING)) == Handled(
        replace(first.request, status=Status.WITHDRAWN, offered_to=None), (Tell("ana", (Text("desk.withdrawn"),)),)
    )


def test_nobody_is_reminded_of_a_person_who_left():
    waiting = after(held(), said())
    gone = after(waiting, PersonLeft(MORNING))

    assert after(gone, rang(waiting, "idle")) == Handled(gone.request)


def test_what_concerns_no_request_changes_none():
    first = opened()

    for event in (
        PersonArrived(MORNING),
        PersonTapped(MORNING, "x"),
        TherapistEdited(MORNING, "ana", "…", "7"),
        TimerRang(MORNING, "silence", 1),
        said(),
    ):
        assert after(first, event) == Handled(first.request)
        assert after(Handled(None), event) == Handled(None)
