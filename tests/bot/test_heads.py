"""Where the head of a conversation is written, and what of it may be read there."""

from dataclasses import replace
from datetime import UTC, datetime

from bot import envelope, heads
from bot.carry import Seat
from bot.lengths import length
from bot.talks import Stage as Talks
from bot.vault import Vault
from flows.effects import Text, Urgency
from flows.events import FileRef
from flows.state import State
from handlers.port import TEXT_LIMIT
from handoff.request import Request, Status
from tests.handoff.people import THREE

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ASKED = Request(Status.OFFERED, Urgency.ROUTINE, NOW, "fr", "je dors mal", ("bo",), "bo")
TAKEN = replace(ASKED, status=Status.TAKEN, owner="ana", offered_to=None)
RELEASED = replace(TAKEN, status=Status.RELEASED, owner=None)
VAULT = Vault(b"m" * 32)
KEY = VAULT.key(VAULT.new_key())
WORDING = Talks().wording


def no_file(body: bytes) -> FileRef:
    raise AssertionError("a head has no file")


def written(
    group: bool, before: tuple[State, Request | None], after: tuple[State, Request | None]
) -> dict[str, tuple[str, list[str]]]:
    """By place: the text, and what its buttons give back."""
    seat = Seat(17, "telegram", KEY, frozenset({"ana", "bo"}), group, lambda therapist, link: "", no_file, NOW)
    rows = heads.changed(THREE, WORDING, seat, before, after)
    messages = {row.place: envelope.unpack(KEY.open(row.body))[0] for row in rows}
    return {place: (message.text, [b.press for b in message.buttons]) for place, message in messages.items()}


def test_in_a_group_there_is_one_for_everybody() -> None:
    shown = written(True, (State(), None), (State(waiting=True), ASKED))

    assert list(shown) == ["group"]
    text, presses = shown["group"]
    assert "je dors mal" in text
    assert presses == ["take/0/17", "decline/0/17"]


def test_alone_in_a_private_chat_it_is_shown_to_whoever_has_the_conversation() -> None:
    shown = written(False, (State(), ASKED), (State(owner="ana", epoch=1), TAKEN))

    assert list(shown) == ["ana"]
    assert shown["ana"][0].startswith("Conversation 17")
    assert "je dors mal" in shown["ana"][0]


def test_whoever_no_longer_has_it_is_left_with_how_it_stands() -> None:
    shown = written(False, (State(owner="ana", epoch=1), TAKEN), (State(epoch=2), RELEASED))

    assert list(shown) == ["ana"]
    text, presses = shown["ana"]
    assert "je dors mal" not in text
    assert presses == []


def test_long_words_are_shortened_and_what_else_is_read_first_stands() -> None:
    long = replace(ASKED, shared="😀 je dors mal " * 270, brief=(Text("desk.read_along"),))  # 4050 units and the rest

    text, presses = written(True, (State(), None), (State(waiting=True), long))["group"]

    assert length(text) == TEXT_LIMIT
    assert "…\N{NO-BREAK SPACE}»" in text
    assert text.endswith(WORDING.sentence("desk.read_along", "fr"))
    assert presses == ["take/0/17", "decline/0/17"]


def test_what_stays_as_it_was_is_not_written_again() -> None:
    taken = State(owner="ana", epoch=1), TAKEN

    assert written(True, taken, (taken[0], replace(TAKEN, unanswered=True, idle=3))) == {}
    assert written(True, (State(), None), (State(), None)) == {}
