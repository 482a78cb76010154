"""What a therapist orders on their messenger: read whole, or answered with the choices there are."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.desk_orders import Order, Orders
from bot.talks import Stage
from flows.events import (
    TherapistCalledOff,
    TherapistClosed,
    TherapistClosedAlert,
    TherapistEvent,
    TherapistNoted,
    TherapistPassed,
    TherapistPrescribed,
    TherapistSaid,
    TherapistSentLink,
)
from flows.floor import can_lead
from handlers.port_desk import Canned, DeskAnswer, Led
from handoff.roster import SchedulingLink
from tests.handoff.people import ANA, BO, CLEO, clinic

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # 10:00 in Paris
PAGE = SchedulingLink("url", "https://clinic.example/book")
TALKS = Stage()
CLINIC = clinic(ANA, BO, replace(CLEO, link=PAGE))
OWN = [Canned(4, "Prenez votre temps."), Canned(9, "Je reviens dans dix minutes.")]


def orders() -> Orders:
    return Orders(CLINIC, TALKS.wording, lambda: TALKS.book)


def read(verb: str, argument: str = "", own: list[Canned] | None = None) -> TherapistEvent | DeskAnswer | None:
    return orders().read(Order(ANA, AT, verb, argument, 17, "d1"), own or [])


def presses(answer: TherapistEvent | DeskAnswer | None) -> list[str]:
    assert isinstance(answer, DeskAnswer)
    return [button.press for button in answer.buttons]


def test_a_conversation_is_passed_to_a_colleague_by_id_or_name() -> None:
    for said in ("bo", "Bo", "BO"):
        assert read("pass", said) == TherapistPassed(AT, "ana", "Ana", "bo")
    assert presses(read("pass")) == ["pass/bo/17", "pass/cleo/17"]
    assert presses(read("pass", "nobody")) == []


def test_a_note_names_its_colleague_first() -> None:
    assert read("ask", "Bo que penses-tu\nde cela ?") == TherapistNoted(
        AT, "ana", "Ana", "bo", "que penses-tu\nde cela ?"
    )
    assert presses(read("ask", "Bo")) == []


def test_a_page_for_appointments_is_ones_own_or_a_named_one() -> None:
    assert read("link", "cleo") == TherapistSentLink(AT, "ana", "Ana", "cleo", "d1")
    assert presses(read("link")) == ["link/cleo/17"]
    own = orders().read(Order(replace(CLEO, link=PAGE), AT, "link", "", 17, "d1"), [])
    assert own == TherapistSentLink(AT, "cleo", "Cleo", "cleo", "d1")


@pytest.mark.parametrize("said", ["2", "je reviens", "#9"])
def test_a_sentence_of_ones_own_is_sent_by_its_number_its_beginning_or_its_button(said: str) -> None:
    assert read("say", said, OWN) == TherapistSaid(AT, "ana", "Ana", "Je reviens dans dix minutes.", "d1")


def test_which_sentence_is_asked_when_it_is_not_clear() -> None:
    assert presses(read("say", "", OWN)) == ["say/#4/17", "say/#9/17"]
    assert presses(read("say", "", [])) == []


def test_a_digit_that_is_no_number_is_one_of_the_beginnings() -> None:
    assert presses(read("say", "²", OWN)) == ["say/#4/17", "say/#9/17"]
    assert read("lend", "breathing/²") is None


def test_prescribing_lets_nothing_speak_before_it_is_said_so() -> None:
    assert presses(read("prescribe", "breathing")) == ["lend/breathing/0/17"]
    assert presses(read("prescribe", "respirer")) == ["lend/breathing/0/17"]
    assert sorted(presses(read("prescribe"))) == [f"prescribe/{flow}/17" for flow in sorted(can_lead(TALKS.book))]
    assert read("lend", "breathing/0") == TherapistPrescribed(AT, "ana", "Ana", "breathing", None)
    assert read("call_off", "0") == TherapistCalledOff(AT, "ana")


def test_what_can_be_led_is_listed_by_name() -> None:
    led = orders().led("fr")

    assert led[4:6] == [
        Led("gad7", "GAD-7, sept questions", "2", questionnaire=True),
        Led("urge", "Laisser passer l’envie", "4", questionnaire=False),
    ]
    assert sorted(one.flow for one in led) == sorted(can_lead(TALKS.book))


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("breathing 14:30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("breathing 14h30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("breathing 9:00", datetime(2026, 11, 25, 8, 0, tzinfo=UTC)),  # that hour of today is over
        ("breathing 2026-12-01 8:15", datetime(2026, 12, 1, 7, 15, tzinfo=UTC)),
    ],
)
def test_an_hour_is_of_the_clinics_clock(said: str, due: datetime) -> None:
    (press,) = presses(read("prescribe", said))

    assert read("lend", press.removeprefix("lend/").removesuffix("/17")) == TherapistPrescribed(
        AT, "ana", "Ana", "breathing", due
    )


def test_what_is_no_hour_is_taken_for_a_name() -> None:
    for said in ("breathing 25:99", "breathing 2026-11-24 9:00"):  # that hour of that day is over
        assert presses(read("prescribe", said)) == presses(read("prescribe"))


def test_every_press_fits_on_a_button() -> None:
    big = Order(ANA, AT, "prescribe", "", 2**40, "d1")
    answer = orders().read(big, [])

    assert isinstance(answer, DeskAnswer)
    assert max(len(f"lend/{flow}/1764000000/{2**40}".encode()) for flow in can_lead(TALKS.book)) <= 64
    assert all(len(button.press.encode()) <= 64 for button in answer.buttons)


def test_a_conversation_and_an_alert_are_closed_by_orders_of_their_own() -> None:
    assert read("close") == TherapistClosed(AT, "ana", "Ana")
    assert read("close_alert") == TherapistClosedAlert(AT, "ana", "Ana")


def test_what_is_no_order_is_none() -> None:
    assert read("sing") is None
    assert read("lend", "breathing") is None
