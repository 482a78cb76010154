"""A message as it lies in the outbox, before it is sealed."""

from typing import Any

import orjson

from flows.events import FileRef, Media, MediaKind
from handlers.port import Button, Message, Topic
from handoff.head import Stage


def pack(message: Message, otherwise: str = "", text_ids: str = "", topic: Topic | None = None) -> bytes:
    """text_ids: of the reviewed sentences it is made of, for the record.

    otherwise: what to say instead, when the announcement of a takeover could not be delivered.
    topic:     what the thread is called from now on, when this stands at its head.
    """
    plain: dict[str, Any] = {"t": message.text}
    if message.buttons:
        plain["b"] = [[b.label, b.press, b.url] for b in message.buttons]
    if message.media:
        plain["m"] = pack_media(message.media)
    if message.author:
        plain["a"] = message.author
    if message.at_hand:
        plain["h"] = message.at_hand
    if text_ids:
        plain["i"] = text_ids
    if otherwise:
        plain["o"] = otherwise
    if topic:
        plain["topic"] = [topic.title, topic.stage.value]
    return orjson.dumps(plain)


def unpack(packed: bytes) -> tuple[Message, str]:
    """The message and its `otherwise`."""
    plain = orjson.loads(packed)
    return (
        Message(
            text=plain["t"],
            buttons=tuple(Button(*b) for b in plain.get("b", ())),
            media=unpack_media(plain["m"]) if "m" in plain else None,
            author=plain.get("a", ""),
            at_hand=plain.get("h", ""),
        ),
        plain.get("o", ""),
    )


def topic(packed: bytes) -> Topic | None:
    title, stage = orjson.loads(packed).get("topic", ("", ""))
    return Topic(title, Stage(stage)) if stage else None


def text_ids(packed: bytes) -> str:
    """Which reviewed sentences the message is made of; "" for a human's words."""
    ids: str = orjson.loads(packed).get("i", "")
    return ids


def pack_media(media: Media) -> list[str]:
    file = media.file or FileRef("", "")
    return [media.kind.value, file.platform, file.id, media.name, media.mime, media.caption]


def unpack_media(plain: list[str]) -> Media:
    kind, platform, id, name, mime, caption = plain
    return Media(MediaKind(kind), FileRef(platform, id) if id else None, name, mime, caption)


def pack_words(content: str | Media) -> bytes:
    """What a person said or sent, for the record."""
    if isinstance(content, str):
        return orjson.dumps({"t": content})
    return orjson.dumps({"t": content.caption, "m": pack_media(content)})


def unpack_words(packed: bytes) -> tuple[str, Media | None]:
    plain = orjson.loads(packed)
    return plain["t"], unpack_media(plain["m"]) if "m" in plain else None
