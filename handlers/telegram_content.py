"""What a Telegram message holds, for both bots, without either library: read from raw JSON, and as it will be sent."""

from dataclasses import replace
from typing import Any

from flows.events import FileRef, Media, MediaKind
from handlers.port import Message

FILES = {
    "voice": (MediaKind.VOICE, "voice.ogg", "audio/ogg"),
    "sticker": (MediaKind.STICKER, "sticker.webp", "image/webp"),
    "video": (MediaKind.DOCUMENT, "video.mp4", "video/mp4"),
    "video_note": (MediaKind.DOCUMENT, "video.mp4", "video/mp4"),
    "animation": (MediaKind.DOCUMENT, "animation.mp4", "video/mp4"),  # before document, which comes with it
    "audio": (MediaKind.DOCUMENT, "audio.mp3", "audio/mpeg"),
    "document": (MediaKind.DOCUMENT, "file", ""),
}
PHOTO_LIMIT = 10 * 1024 * 1024  # bytes; a greater picture goes as a document
PHOTOS = ("image/jpeg", "image/png", "image/webp")
VOICES = ("audio/ogg", "audio/mpeg", "audio/mp4")  # Telegram plays no other as a voice message

MESSAGE_LIMIT = 4096  # characters of one message; the Bot API's limits, these three
CAPTION_LIMIT = 1024  # characters
FILE_LIMIT = 20 * 1024 * 1024  # bytes that a bot may fetch

NO_FILE = ("venue", "location", "contact", "poll", "dice", "checklist", "story", "game", "paid_media", "giveaway")


def content_of(message: dict[str, Any], platform: str) -> str | Media | None:
    """Return the words or the media of a message; None for what nobody wrote (a pin, a new title, a kind not known)."""
    if "text" in message:
        return str(message["text"])
    if "rich_message" in message:
        return "\n".join(_plain(block) for block in message["rich_message"]["blocks"])
    caption = message.get("caption", "")
    if "photo" in message:
        largest = message["photo"][-1]
        return Media(MediaKind.PHOTO, FileRef(platform, largest["file_id"]), "photo.jpg", "image/jpeg", caption)
    for key, (kind, name, mime) in FILES.items():
        if key in message:
            held = message[key]
            if kind is MediaKind.STICKER:
                caption = held.get("emoji", "")
            name, mime = held.get("file_name", name), held.get("mime_type", mime)
            return Media(kind, FileRef(platform, held["file_id"]), name, mime, caption)
    for key in NO_FILE:
        if key in message:
            return Media(MediaKind.OTHER, name=key, caption=_in_words(key, message[key]) or caption)
    return None


def reaction_of(update: dict[str, Any]) -> str | None:
    """The emoji of a message_reaction; "" when it was taken back, None for one that no other message can be given."""
    now = update["new_reaction"]
    plain = [one["emoji"] for one in now if one["type"] == "emoji"]
    return plain[-1] if plain else None if now else ""


def words_of(content: str | Media | None) -> str | None:
    """The words alone; None when there are none."""
    return (content.caption if isinstance(content, Media) else content) or None


def in_words(message: Message) -> Message:
    """The message without its file. What has no words either is at least named."""
    named = f"[{message.media.name}]" if message.media else ""
    return replace(message, text=message.text or named, media=None)


def signed(message: Message) -> tuple[str, int]:
    """Return the text under the name of the human who wrote it, and the name's length in UTF-16 units, to be set bold.

    0: no name. It is left out where it does not fit.
    """
    if not message.author or len(message.author) + 1 + len(message.text) > MESSAGE_LIMIT:
        return message.text, 0
    return f"{message.author}\n{message.text}".rstrip(), len(message.author.encode("utf-16-le")) // 2


def sent_as(media: Media, size: int) -> MediaKind:
    """Return PHOTO or VOICE where Telegram shows such a file as one, else DOCUMENT."""
    if media.kind is MediaKind.PHOTO and media.mime in PHOTOS and size <= PHOTO_LIMIT:
        return MediaKind.PHOTO
    if media.kind is MediaKind.VOICE and media.mime in VOICES:
        return MediaKind.VOICE
    return MediaKind.DOCUMENT


def _in_words(kind: str, held: dict[str, Any]) -> str:
    match kind:
        case "location":
            return f"{held['latitude']}, {held['longitude']}"
        case "venue":
            return f"{held['title']}, {held['address']}"
        case "contact":
            names = (held["first_name"], held.get("last_name", ""), held["phone_number"])
            return " ".join(name for name in names if name)
        case "poll":
            return "\n".join([held["question"], *(f"– {option['text']}" for option in held["options"])])
        case "checklist":
            return "\n".join([held["title"], *(f"– {task['text']}" for task in held["tasks"])])
        case "dice":
            return str(held["emoji"])
        case _:
            return ""


def _plain(rich: Any) -> str:
    """The words of a rich text or block, its looks left out."""
    match rich:
        case str():
            return rich
        case list():
            return "".join(_plain(part) for part in rich)
        case {"items": list(parts)} | {"blocks": list(parts)}:
            return "\n".join(_plain(part) for part in parts)
        case {"text": text}:
            return _plain(text)
        case _:
            return ""
