"""What stands at the head of a conversation's thread, as rows for the outbox: written whenever it changes.

Its text replaces the former one where it stands (bot/deliver.py). In a group everybody reads all of it; in private
chats whoever has the conversation does, and whoever no longer has it is left with how it stands.
"""

from bot import envelope
from bot.carry import DESK_TELEGRAM, Seat
from bot.lengths import cut, length
from bot.outbox import HEAD
from bot.store import Outgoing
from bot.wording import Wording
from flows.effects import Text, Weight
from flows.state import State
from handlers.port import TEXT_LIMIT, Button, Message, Topic
from handoff.head import Head, Stage, head
from handoff.request import Request
from handoff.roster import Clinic

# One call to name the thread, one to put the message there, one to pin it; one more to close the thread or open it
# again. What was not needed is given back.
MOST_CALLS, OPENING = 3, 1
SHARED = "desk.shared"


def changed(
    clinic: Clinic,
    wording: Wording,
    seat: Seat,
    before: tuple[State, Request | None],
    after: tuple[State, Request | None],
) -> list[Outgoing]:
    """Return one row for each place where something else is to be read from now on."""
    was, now = (head(request, state, clinic) for state, request in (before, after))
    if now is None or was == now:
        return []
    if seat.group:
        opening = OPENING if (was is not None and was.stage is Stage.CLOSED) != (now.stage is Stage.CLOSED) else 0
        return [_row(wording, seat, "group", clinic.languages[0], now, reads=True, calls=MOST_CALLS + opening)]
    languages = {therapist.id: therapist.languages[0] for therapist in clinic.therapists}
    owners = dict.fromkeys(owner for owner in (before[0].holder, after[0].holder) if owner in seat.joined)
    return [
        _row(wording, seat, owner, languages.get(owner, clinic.languages[0]), now, reads=owner == after[0].holder)
        for owner in owners
        if owner
    ]


def topic(wording: Wording, conversation: int, stage: Stage, locale: str) -> Topic:
    return Topic(wording.sentence(f"desk.topic_{stage}", locale, number=str(conversation)), stage)


def _row(
    wording: Wording, seat: Seat, place: str, locale: str, head: Head, reads: bool, calls: int = MOST_CALLS
) -> Outgoing:
    texts = (head.standing, *(head.lines if reads else ()))
    buttons = tuple(
        Button(wording.text(choice.label, locale), f"{choice.press}/{seat.conversation}")
        for choice in (head.choices if reads else ())
    )
    named = topic(wording, seat.conversation, head.stage, locale)
    title = "" if place == "group" else f"{named.title}\n"  # a private chat has no topics
    message = Message(f"{title}{_fitting(wording, texts, locale, TEXT_LIMIT - length(title))}", buttons)
    return Outgoing(
        conversation=seat.conversation,
        lane=f"{seat.conversation}/{place}/{HEAD}",
        platform=DESK_TELEGRAM,
        place=place,
        kind=HEAD,
        automated=False,
        epoch=0,
        weight=Weight.NORMAL.value,
        author="",
        body=seat.key.seal(
            envelope.pack(
                message,
                text_ids=" ".join(text.id for text in texts),
                topic=named,
            )
        ),
        calls=calls,
    )


def _fitting(wording: Wording, texts: tuple[Text, ...], locale: str, most: int) -> str:
    """One message. What the person chose to show gives way first: whoever was asked has read all of it."""
    words = wording.message(texts, locale)
    over = length(words) - most
    if over > 0:
        words = wording.message((_shortened(text, over) for text in texts), locale)
    return cut(words, most)


def _shortened(text: Text, over: int) -> Text:
    if text.id != SHARED:
        return text
    return Text(
        text.id, tuple((n, cut(v, max(length(v) - over, 1)) if isinstance(v, str) else v) for n, v in text.values)
    )
