"""Effects -> what a turn writes: rows for the outbox, words to keep, timers, links. No I/O here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

import orjson

from bot import calendar_file, envelope
from bot.decide import Decision
from bot.introduced import introduced
from bot.lengths import parted
from bot.outbox import NOTE, PRIVATE, REACTION, UNKEPT, WEB
from bot.store import Outgoing
from bot.vault import PersonKey
from bot.wording import Wording
from flows import appointments, notes, regularity
from flows.book import Book
from flows.effects import (
    Agree,
    Alert,
    Ask,
    Choice,
    Dispute,
    Erase,
    GiveCalendar,
    OpenRequest,
    OwnerChanged,
    Record,
    RecordAnswers,
    RelayReaction,
    RelayToPerson,
    RelayToTherapist,
    ReportBooking,
    Say,
    SetTimer,
    ShowData,
    ShowTherapists,
    Text,
    Weight,
    WithdrawRequest,
)
from flows.events import FileRef, Media, MediaKind
from flows.state import Answers, Held, Note, State
from handlers.port import TEXT_LIMIT, Button, Message
from handoff import links
from handoff.colleagues import KeepNote, SendLink
from handoff.desk import Tell
from handoff.roster import Clinic, SchedulingLink

DESK = "desk"  # the platform of rows that only mark something for the desk in the browser
DESK_TELEGRAM = "desk_telegram"
AT_HAND = "web.urgent"  # understood when it is typed, in either language


@dataclass(frozen=True, slots=True)
class Seat:
    """What the effects of one conversation need to become rows.

    key:       seals what is written.
    platform:  the person's.
    joined:    therapists who can be told on the desk's messenger.
    group:     the desk's messenger has a group, with a thread for each conversation.
    link:      makes a scheduling link: (therapist id, link) -> our own URL. Notes it in the turn.
    file:      keeps a file for the person, sealed, in the turn.
    at:        of the turn.
    """

    conversation: int
    platform: str
    key: PersonKey
    joined: frozenset[str]
    group: bool
    link: Callable[[str, SchedulingLink], str]
    file: Callable[[bytes], FileRef]
    at: datetime


@dataclass(slots=True)
class Carried:
    """What one decision asks to be written.

    booked_by: links by which the person says that they booked.
    data_at: where among `outgoing` the person's own words stand, in a file; None when they did not ask for them.
    """

    outgoing: list[Outgoing] = field(default_factory=list)
    timers: list[SetTimer] = field(default_factory=list)
    silence: SetTimer | None = None
    words: list[tuple[str, str | Media, str | None, str | None, bool]] = field(default_factory=list)
    agreements: list[Agree] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    notes: list[KeepNote] = field(default_factory=list)
    booked_by: list[str] = field(default_factory=list)
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
        kept: bool = True,
        private: bool = False,
        kind: str = "",
    ) -> None:
        carried.outgoing.append(
            Outgoing(
                conversation=seat.conversation,
                lane=f"{seat.conversation}",
                platform=seat.platform,
                place="person",
                kind=kind or ("relay" if author else PRIVATE if private else "said" if kept else UNKEPT),
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
        weight: Weight = Weight.NORMAL,
    ) -> None:
        """What is too long for one message goes as several; the last of them is answered to."""
        place = "group" if seat.group and platform == DESK_TELEGRAM and kind != NOTE else therapist
        parts = [message.text] if message.media else parted(message.text, TEXT_LIMIT)
        for number, part in enumerate(parts, 1):
            last = number == len(parts)
            carried.outgoing.append(
                Outgoing(
                    conversation=seat.conversation,
                    lane=f"{seat.conversation}/{place}/{platform}",
                    platform=platform,
                    place=place,
                    kind=kind,
                    automated=False,
                    epoch=state.epoch,
                    weight=weight.value,
                    author="",
                    body=seat.key.seal(
                        envelope.pack(
                            replace(message, text=part, buttons=message.buttons if last else ()), otherwise, ids
                        )
                    ),
                    round=offer if last else None,
                    source=source,
                    reply_source=reply if number == 1 else None,
                    edits_source=edits if len(parts) == 1 else None,
                )
            )

    def reachable(therapist: str) -> bool:
        return seat.group or therapist in seat.joined

    locales = {t.id: t.languages[0] for t in clinic.therapists}
    in_group: set[tuple[tuple[Text, ...], tuple[Choice, ...]]] = set()
    for effect in decision.effects:
        match effect:
            case Say(texts, weight, kept):
                person(
                    Message(wording.message(texts, state.locale), at_hand=wording.sentence(AT_HAND, state.locale)),
                    ids=" ".join(t.id for t in texts),
                    weight=weight,
                    kept=kept,
                    private=_is_private(book, texts),
                )
            case Ask(texts, choices, _, weight):
                person(
                    Message(
                        wording.message(texts, state.locale),
                        tuple(_button(wording, choice, state.locale) for choice in choices),
                    ),
                    ids=" ".join(t.id for t in texts),
                    weight=weight,
                    private=_is_private(book, (*texts, *(choice.label for choice in choices))),
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
                if state.holder and reachable(state.holder):
                    desk(
                        state.holder,
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
            case RelayReaction("", message, emoji):
                if emoji:  # the desk in a browser shows it as words that answer others
                    carried.words.append(("said", emoji, None, message, False))
                if state.holder and reachable(state.holder):
                    desk(state.holder, Message(emoji), kind=REACTION, reply=message)
            case RelayReaction(therapist, message, emoji):
                if emoji or seat.platform != WEB:
                    name = _name(clinic, therapist)
                    person(Message(emoji, author=name), ids="", author=therapist, reply=message, kind=REACTION)
            case OwnerChanged(to, back):
                carried.owner = effect
                if to:
                    # Told once the last automated message has settled: bot/deliver.py holds these rows until then.
                    locale = locales.get(to, state.locale)
                    yours = back or Text("desk.yours")
                    otherwise = wording.text(back or Text("desk.yours_unannounced"), locale)
                    platforms = [DESK, DESK_TELEGRAM] if reachable(to) else [DESK]
                    for platform in platforms:
                        desk(
                            to,
                            Message(wording.text(yours, locale)),
                            kind="yours",
                            ids=yours.id,
                            otherwise=otherwise,
                            platform=platform,
                        )
            case Tell(therapist, texts, note_of=author) if author:
                if therapist in seat.joined:  # in their own chat, also where the others work in a group
                    words = wording.message(texts, locales.get(therapist, state.locale))
                    desk(therapist, Message(words), kind=NOTE, ids=" ".join(t.id for t in texts), source=author)
            case Tell(therapist, texts, choices, offer, told_weight):
                # In the group what is for several of them stands once.
                if reachable(therapist) and not (seat.group and (texts, choices) in in_group):
                    in_group.add((texts, choices))
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
                        weight=told_weight,
                    )
            case KeepNote():
                carried.notes.append(effect)
            case SendLink(therapist, of, message):
                card = _card_of(clinic, wording, state.locale, seat.link, of)
                name = _name(clinic, therapist)
                person(replace(card.message, author=name), ids=card.text_id, author=therapist, source=message)
            case Record(name, words):
                carried.words.append((name, words, None, None, False))
            case RecordAnswers(answers):
                carried.answers.append(answers)
            case Agree():
                carried.agreements.append(effect)
            case ReportBooking(link):
                carried.booked_by.append(link)
            case GiveCalendar(appointment):
                title = wording.sentence("booking_cards.calendar", state.locale)
                file = seat.file(calendar_file.as_file(appointment, title, seat.at))
                media = Media(MediaKind.DOCUMENT, file, calendar_file.NAME, calendar_file.MIME)
                person(Message("", media=media), ids="booking_cards.calendar")
            case ShowData():
                carried.data_at = len(carried.outgoing)
            case Erase():
                carried.erase = True
            case OpenRequest() | WithdrawRequest() | Alert() | Dispute():
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
    book: Book,
    wording: Wording,
    state: State,
    recorded: list[tuple[datetime, str, str]],
    filled: list[str],
) -> str:
    """Everything kept of a person's words, as a text they can read and keep.

    recorded: (when, name, words). filled: questionnaires, as text.
    """
    locale = state.locale
    parts = [
        f"{_called(book, wording, name, locale)} ({at:%Y-%m-%d %H:%M} UTC)\n{words}" for at, name, words in recorded
    ]
    known = {words for _, _, words in recorded}
    at_hand: list[Note | Held] = [*state.notes, *(held for held in state.held if held.words not in known)]
    for kept in at_hand:
        name = wording.text(notes.name_of(book, kept), locale)
        on = f" ({kept.on:%Y-%m-%d})" if isinstance(kept, Note) else ""
        value = notes.value_of(book, kept)
        parts.append(f"{name}{on}\n{wording.text(value, locale) if isinstance(value, Text) else value}")
    parts += [f"{_called(book, wording, part, locale)}\n{words}" for part, words in state.plan]
    parts += filled
    if state.rhythm:
        parts.append(wording.text(regularity.kept(state.rhythm), locale))
    parts += [wording.text(appointments.kept(one, book.rules), locale) for one in state.appointments]
    return "\n\n".join([wording.sentence("kept.title", locale), *(parts or [wording.sentence("kept.nothing", locale)])])


def _called(book: Book, wording: Wording, name: str, locale: str) -> str:
    """What words recorded under this name are called; the name may be one that no flow has any more."""
    id = f"kept.{name}"
    return wording.sentence(id if id in book.sentences else notes.NAMELESS, locale)


@dataclass(frozen=True, slots=True)
class _Card:
    message: Message
    text_id: str


def _cards(clinic: Clinic, wording: Wording, locale: str, link: Callable[[str, SchedulingLink], str]) -> list[_Card]:
    whose = [therapist.id for therapist in links.matching(clinic, locale)]
    if not whose and clinic.fallback_link:
        whose = [""]
    if not whose:
        return [_Card(Message(wording.sentence("booking_cards.none", locale)), "booking_cards.none")]
    return [_card_of(clinic, wording, locale, link, therapist) for therapist in whose]


def _card_of(
    clinic: Clinic, wording: Wording, locale: str, link: Callable[[str, SchedulingLink], str], therapist: str
) -> _Card:
    """therapist: one with a page for appointments; "" for the clinic's own page."""
    page = links.page_of(clinic, therapist)
    assert page, "asked only for a page that is there"
    button = Button(wording.sentence("booking_cards.book", locale), url=link(therapist, page))
    if not therapist:
        return _Card(Message(wording.sentence("booking_cards.clinic", locale), (button,)), "booking_cards.clinic")
    whose = next(one for one in clinic.therapists if one.id == therapist)
    return _Card(Message(introduced(clinic, whose, wording, locale), (button,)), f"clinic.{therapist}")


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


def _is_private(book: Book, texts: Sequence[Text]) -> bool:
    return any(text.id in book.private for text in texts)
