"""What a Telegram message holds, for both bots: words, or a file with its words. Reads raw JSON, not deeper."""

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


def words_of(content: str | Media | None) -> str | None:
    """The words alone; None when there are none."""
    return (content.caption if isinstance(content, Media) else content) or None


def text_of(message: Message) -> str:
    """The words to send. A thing without words or a file we could send is at least named."""
    return message.text or (f"[{message.media.name}]" if message.media and not message.media.file else "")


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
