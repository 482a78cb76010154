"""Effects -> what a turn writes: rows for the outbox, words to keep, timers, links. No I/O here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

import orjson

from bot import envelope
from bot.decide import Decision
from bot.store import Outgoing
from bot.vault import PersonKey
from bot.wording import Wording
from flows.book import Book
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
    Weight,
    WithdrawRequest,
)
from flows.events import Media
from handlers.port import Button, Message
from handoff import booking
from handoff.desk import Tell
from handoff.roster import Clinic, SchedulingLink

DESK = "desk"  # the platform of rows that only mark something for the desk in the browser
DESK_TELEGRAM = "desk_telegram"


@dataclass(frozen=True, slots=True)
class Seat:
    """What the effects of one conversation need to become rows.

    key:       seals what is written.
    platform:  the person's.
    joined:    therapists who can be told on the desk's messenger.
    group:     the desk's messenger has a group, with a thread for each conversation.
    link:      makes a scheduling link: (therapist id, link) -> our own URL. Notes it in the turn.
    """

    conversation: int
    platform: str
    key: PersonKey
    joined: frozenset[str]
    group: bool
    link: Callable[[str, SchedulingLink], str]


@dataclass(slots=True)
class Carried:
    """What one decision asks to be written.

    data_at: where among `outgoing` the person's own words stand, in a file; None when they did not ask for them.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    timers: list[SetTimer] = field(default_factory=list)
    silence: SetTimer | None = None
    words: list[tuple[str, str | Media, str | None, str | None, bool]] = field(default_factory=list)
    agreements: list[Agree] = field(default_factory=list)
    owner: OwnerChanged | None = None
    erase: bool = False
    data_at: int | None = None


def carry(book: Book, clinic: Clinic, wording: Wording, seat: Seat, decision: Decision) -> Carried:
    """Turn the effects of a decision into what is to be written, in order."""
    carried = Carried()
    state = decision.state

    def person(
        message: Message,
        *,
        ids: str,
        weight: Weight = Weight.NORMAL,
        author: str = "",
        source: str | None = None,
        reply: str | None = None,
        edits: str | None = None,
    ) -> None:
        carried.outgoing.append(
            Outgoing(
                conversation=seat.conversation,
                lane=f"{seat.conversation}",
                platform=seat.platform,
                place="person",
                kind="relay" if author else "said",
                automated=not author,
                epoch=state.epoch,
                weight=weight.value,
                author=author,
                body=seat.key.seal(envelope.pack(message, text_ids=ids)),
                source=source,
                reply_source=reply,
                edits_source=edits,
            )
        )

    def desk(
        therapist: str,
        message: Message,
        *,
        kind: str,
        ids: str = "",
        offer: int | None = None,
        source: str | None = None,
        reply: str | None = None,
        edits: str | None = None,
        otherwise: str = "",
        platform: str = DESK_TELEGRAM,
    ) -> None:
        place = "group" if seat.group and platform == DESK_TELEGRAM else therapist
        carried.outgoing.append(
            Outgoing(
                conversation=seat.conversation,
                lane=f"{seat.conversation}/{place}/{platform}",
                platform=platform,
                place=place,
                kind=kind,
                automated=False,
                epoch=state.epoch,
                weight=Weight.NORMAL.value,
                author="",
                body=seat.key.seal(envelope.pack(message, otherwise, ids)),
                round=offer,
                source=source,
                reply_source=reply,
                edits_source=edits,
            )
        )

    def reachable(therapist: str) -> bool:
        return seat.group or therapist in seat.joined

    locales = {t.id: t.languages[0] for t in clinic.therapists}
    for effect in decision.effects:
        match effect:
            case Say(texts, weight):
                person(
                    Message(wording.message(texts, state.locale)),
                    ids=" ".join(t.id for t in texts),
                    weight=weight,
                )
            case Ask(texts, choices, _, weight):
                person(
                    Message(
                        wording.message(texts, state.locale),
                        tuple(_button(wording, choice, state.locale) for choice in choices),
                    ),
                    ids=" ".join(t.id for t in texts),
                    weight=weight,
                )
            case SetTimer("silence", _, _):
                carried.silence = effect
            case SetTimer():
                carried.timers.append(effect)
            case ShowTherapists():
                for card in _cards(clinic, wording, state.locale, seat.link):
                    person(card.message, ids=card.text_id)
            case RelayToTherapist(content, message, reply_to, edited):
                carried.words.append(("said", content, message, reply_to, edited))
                if state.owner and reachable(state.owner):
                    desk(
                        state.owner,
                        _relayed(content),
                        kind="relay",
                        source=message,
                        reply=reply_to,
                        edits=message if edited else None,
                    )
            case RelayToPerson(therapist, content, message, reply_to, edited):
                person(
                    _relayed(content, author=_name(clinic, therapist)),
                    ids="",
                    author=therapist,
                    source=message,
                    reply=reply_to,
                    edits=message if edited else None,
                )
            case OwnerChanged(to):
                carried.owner = effect
                if to:
                    # Told once the last automated message has settled: bot/deliver.py holds these rows until then.
                    locale = locales.get(to, state.locale)
                    told = wording.sentence("desk.yours", locale)
                    otherwise = wording.sentence("desk.yours_unannounced", locale)
                    platforms = [DESK, DESK_TELEGRAM] if reachable(to) else [DESK]
                    for platform in platforms:
                        desk(
                            to,
                            Message(told),
                            kind="yours",
                            ids="desk.yours",
                            otherwise=otherwise,
                            platform=platform,
                        )
            case Tell(therapist, texts, choices, offer):
                if reachable(therapist):
                    locale = locales.get(therapist, state.locale)
                    desk(
                        therapist,
                        Message(
                            wording.message(texts, locale),
                            tuple(_desk_button(wording, choice, locale, seat.conversation) for choice in choices),
                        ),
                        kind="told" if offer is None else "offer",
                        ids=" ".join(t.id for t in texts),
                        offer=offer,
                    )
            case Record(name, words):
                carried.words.append((name, words, None, None, False))
            case Agree():
                carried.agreements.append(effect)
            case ShowData():
                carried.data_at = len(carried.outgoing)
            case Erase():
                carried.erase = True
            case OpenRequest() | WithdrawRequest():
                raise AssertionError("bot/decide.py hands these to the desk")
            case _:
                assert_never(effect)
    return carried


def to_desk(key: PersonKey, conversation: int, therapist: str, group: bool, told: str) -> Outgoing:
    """A word to a therapist on their messenger, outside any turn."""
    place = "group" if group else therapist
    return Outgoing(
        conversation=conversation,
        lane=f"{conversation}/{place}/{DESK_TELEGRAM}",
        platform=DESK_TELEGRAM,
        place=place,
        kind="told",
        automated=False,
        epoch=0,
        weight=Weight.NORMAL.value,
        author="",
        body=key.seal(envelope.pack(Message(told))),
    )


def timer_payload(conversation: int, timer: SetTimer) -> tuple[bytes, timedelta]:
    return orjson.dumps({"c": conversation, "t": timer.timer, "k": timer.token}), timer.after


def data_file(
    wording: Wording,
    locale: str,
    state_words: Mapping[str, str],
    recorded: list[tuple[datetime, str, str]],
) -> str:
    """Everything kept of a person's words, as a text they can read and keep.

    state_words: by the name a flow gave them; recorded: (when, name, words).
    """
    parts = [
        f"{wording.sentence(f'kept.{name}', locale)} ({at:%Y-%m-%d %H:%M} UTC)\n{words}" for at, name, words in recorded
    ]
    known = {words for _, _, words in recorded}
    parts += [
        f"{wording.sentence(f'kept.{name}', locale)}\n{words}"
        for name, words in state_words.items()
        if words not in known
    ]
    return "\n\n".join([wording.sentence("kept.title", locale), *(parts or [wording.sentence("kept.nothing", locale)])])


@dataclass(frozen=True, slots=True)
class _Card:
    message: Message
    text_id: str


def _cards(clinic: Clinic, wording: Wording, locale: str, link: Callable[[str, SchedulingLink], str]) -> list[_Card]:
    book = wording.sentence("booking_cards.book", locale)
    cards = []
    for therapist in booking.matching(clinic, locale):
        assert therapist.link, "booking.matching gives only therapists with a link"
        about = dict(therapist.about)
        words = about.get(locale) or next(iter(about.values()))
        cards.append(
            _Card(
                Message(
                    f"{therapist.name}\n{words}",
                    (Button(book, url=link(therapist.id, therapist.link)),),
                ),
                f"clinic.{therapist.id}",
            )
        )
    if not cards and clinic.fallback_link:
        cards.append(
            _Card(
                Message(
                    wording.sentence("booking_cards.clinic", locale),
                    (Button(book, url=link("", clinic.fallback_link)),),
                ),
                "booking_cards.clinic",
            )
        )
    if not cards:
        cards.append(_Card(Message(wording.sentence("booking_cards.none", locale)), "booking_cards.none"))
    return cards


def _button(wording: Wording, choice: Choice, locale: str) -> Button:
    return Button(wording.text(choice.label, locale), choice.press, choice.url)


def _desk_button(wording: Wording, choice: Choice, locale: str, conversation: int) -> Button:
    # "take/3" becomes "take/3/17": a desk message can be pressed far from its conversation.
    return Button(wording.text(choice.label, locale), f"{choice.press}/{conversation}", choice.url)


def _relayed(content: str | Media, author: str = "") -> Message:
    if isinstance(content, Media):
        return Message(content.caption, media=content, author=author)
    return Message(content, author=author)


def _name(clinic: Clinic, therapist: str) -> str:
    return next((t.name for t in clinic.therapists if t.id == therapist), therapist)
