"""The Telegram bot therapists work with, with python-telegram-bot: a topic per conversation, or a private chat.

The library's Updater confirms updates before anyone has handled them, so telegram_inbox fetches them instead.
A person's words never fall into a group's general thread: where a topic is gone, ThreadGone is raised, also when
Telegram itself silently delivered elsewhere.
"""

import asyncio
import contextlib
import logging
import re
import warnings
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import orjson
import telegram
from telegram import (
    Bot,
    ChatMemberAdministrator,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    Update,
)
from telegram.constants import ChatAction, ChatType
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

from flows.events import FileRef, Media, MediaKind
from handlers import telegram_inbox
from handlers.buttons import rows
from handlers.errors import BadToken, DeliveryError, Rejected, ThreadGone, TryLater, Unreachable
from handlers.port import Message, Receipt, Topic
from handlers.port_desk import Commanded, DeskAct, DeskAnswer, DeskHeard, DeskRoad, Pressed, Reacted, Wrote
from handlers.telegram_content import CAPTION_LIMIT, FILE_LIMIT, content_of, in_words, reaction_of, sent_as, signed
from handoff.head import Stage

NAME = "desk_telegram"
TELEGRAM = "https://api.telegram.org"
ALLOWED = ["message", "edited_message", "callback_query", "message_reaction"]
REFUSED = "Telegram does not know this TELEGRAM_DESK_TOKEN. BotFather shows the right one."

SEND_SECONDS = 10
FILE_SECONDS = 30
POLL_SECONDS = 25
TITLE_LIMIT = 128  # characters, of a topic
# Of the pictures that any bot may give a topic (getForumTopicIconStickers).
ICONS = {
    Stage.WAITING: "💬",
    Stage.URGENT: "‼",
    Stage.TAKEN: "🗣",
    Stage.GIVEN_BACK: "🤖",
    Stage.WITHDRAWN: "✅",
    Stage.CLOSED: "📁",
}
PLAIN = "\ufe0f"  # follows some emoji, and says that it is one
COMMAND = re.compile(r"/([A-Za-z]\w*)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
GONE = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid")
NO_THREAD = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid", "topic_not_found")

Json = dict[str, Any]
Answer = TypeVar("Answer")

# The library warns whenever it is told to slow down, about a type that will change; both types are read here.
warnings.filterwarnings("ignore", message=".*retry_after", category=PTBDeprecationWarning)


class DeskTelegram:
    """A port.Platform with port.Threads, and the way in for what therapists do. url, secret: as in PersonTelegram."""

    name = NAME

    def __init__(self, token: str, *, url: str = "", secret: str = "") -> None:
        # These libraries log addresses with the token in them, and what was said.
        for library in ("telegram", "httpx", "httpcore"):
            logging.getLogger(library).setLevel(logging.WARNING)
        base = (url or TELEGRAM).rstrip("/")
        self._bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=_request(64),
            get_updates_request=_request(1),
        )
        self._secret = secret
        self._username = ""
        self._icons: dict[str, str] = {}  # emoji -> id
        self._answers: set[asyncio.Task[None]] = set()

    async def start(self, webhook: str = "") -> None:
        """Check the token and choose between webhook (its public URL) and polling ("").

        No command list is published: whoever finds this bot uninvited learns nothing from it.
        Raises BadToken, or TryLater when Telegram is out of reach.
        """
        await self._ask(self._bot.initialize())
        self._username = self._bot.username.lower()
        if webhook:
            await self._do(self._bot.set_webhook(webhook, secret_token=self._secret, allowed_updates=ALLOWED))
        else:
            await self._do(self._bot.delete_webhook())

    async def missing_in(self, group: str) -> str:
        """What keeps us from working in this group, for whoever runs it to mend; "" for nothing. Raises TryLater."""
        try:
            chat = await self._do(self._bot.get_chat(int(group)))
            we = await self._do(self._bot.get_chat_member(int(group), self._bot.id))
        except (Rejected, Unreachable) as refusal:
            return f"Telegram says “{refusal}”. Is the number right, and is the desk’s bot in the group?"
        if not chat.is_forum:
            return "Turn on Topics in the group."
        if not isinstance(we, ChatMemberAdministrator) or not (we.can_manage_topics and we.can_pin_messages):
            return "Make the desk’s bot an administrator of it, with the rights Manage topics and Pin messages."
        return ""

    async def close(self) -> None:
        if self._answers:
            await asyncio.wait(self._answers, timeout=SEND_SECONDS)
        await self._bot.shutdown()

    async def poll(self, road: DeskRoad) -> None:
        """Take what therapists do until cancelled. Raises BadToken when the token is no longer good."""

        async def fetch(offset: int | None) -> list[Json]:
            return await self._ask(self._bot.raw_updates(offset))

        await telegram_inbox.poll(NAME, fetch, lambda update: self._take(road, update))

    async def webhook(self, road: DeskRoad, secret: str | None, body: bytes) -> int:
        """Take one posted update; return the HTTP status. secret: X-Telegram-Bot-Api-Secret-Token, if it came."""
        return await telegram_inbox.receive(self._secret, secret, body, lambda update: self._take(road, update))

    def read(self, update: Json, at: datetime) -> DeskHeard | None:
        """Return what a human did; None for what no human did."""
        try:
            whole = Update.de_json(update, self._bot)
            if whole.callback_query:
                return _read_press(whole, at)
            if "message_reaction" in update:
                return _read_reaction(update, at)
            message, raw = whole.message or whole.edited_message, update.get("message") or update.get("edited_message")
            if message is None or raw is None or (whole.edited_message and message.location):
                return None
            act = self._act(message, raw)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError):
            # A shape that did not exist when this was written. One such update must not hold up everybody else's.
            return None
        human = message.from_user
        as_the_group = message.sender_chat is not None and message.sender_chat.id == message.chat.id
        if act is None or human is None or (not as_the_group and (human.is_bot or message.sender_chat)):
            return None
        who = "" if as_the_group else str(human.id)
        private = message.chat.type == ChatType.PRIVATE
        return DeskHeard(NAME, str(whole.update_id), at, who, str(message.chat.id), _thread_of(message), private, act)

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        chat, _, thread = address.partition("/")
        if message.reacts_to:
            return await self._react(chat, message.text, message.reacts_to)
        if message.edits:
            return await self._edit(chat, message)
        reply = int(message.reply_to) if message.reply_to else None
        if message.media is None or file is None:
            sent = await self._send_text(chat, thread, in_words(message), reply)
        else:
            sent = await self._send_file(chat, thread, message, message.media, file, reply)
        return Receipt(str(sent.message_id))

    async def fetch(self, file: FileRef) -> bytes:
        held = await self._do(self._bot.get_file(file.id))
        if (held.file_size or 0) > FILE_LIMIT:
            raise Rejected("the file is over 20 MB")
        try:
            return bytes(await self._ask(held.download_as_bytearray(read_timeout=FILE_SECONDS)))
        except BadToken:  # the library's word for every 404
            raise Rejected("Telegram no longer has this file") from None

    async def open_thread(self, chat: str, topic: Topic) -> str:
        icon = await self._icon(topic.stage)
        opening = self._bot.create_forum_topic(int(chat), topic.title[:TITLE_LIMIT], icon_custom_emoji_id=icon)
        return str((await self._do(opening)).message_thread_id)

    async def rename_thread(self, chat: str, thread: str, topic: Topic) -> None:
        icon = await self._icon(topic.stage)
        title = topic.title[:TITLE_LIMIT]
        await self._change(self._bot.edit_forum_topic(int(chat), int(thread), title, icon_custom_emoji_id=icon))

    async def close_thread(self, chat: str, thread: str) -> None:
        await self._change(self._bot.close_forum_topic(int(chat), int(thread)))

    async def reopen_thread(self, chat: str, thread: str) -> None:
        await self._change(self._bot.reopen_forum_topic(int(chat), int(thread)))

    async def pin(self, address: str, message: str) -> None:
        chat, _, _ = address.partition("/")
        await self._do(self._bot.pin_chat_message(int(chat), int(message), disable_notification=True))

    async def typing(self, address: str) -> None:
        chat, _, thread = address.partition("/")
        await self._do(
            self._bot.send_chat_action(int(chat), ChatAction.TYPING, message_thread_id=int(thread) if thread else None)
        )

    async def _change(self, changing: Awaitable[object]) -> None:
        """Change a topic, unless it is so already: the change may have arrived, and its answer not."""
        try:
            await self._do(changing)
        except Rejected as refusal:
            if "topic_not_modified" not in str(refusal).lower():
                raise

    async def _icon(self, stage: Stage) -> str | None:
        """The picture of a topic: one of those Telegram offers to everybody. None when it offers this one no more."""
        if not self._icons:
            offered = await self._do(self._bot.get_forum_topic_icon_stickers())
            self._icons = {(icon.emoji or "").rstrip(PLAIN): icon.custom_emoji_id or "" for icon in offered}
        return self._icons.get(ICONS[stage]) or None

    def _act(self, message: telegram.Message, raw: Json) -> DeskAct | None:
        content = content_of(raw, NAME)
        if content is None:
            return None
        reply_to = _reply_of(message)
        edited = message.edit_date is not None
        command = COMMAND.fullmatch(content) if isinstance(content, str) and not edited else None
        if command is None:
            return Wrote(content, str(message.message_id), reply_to, edited)
        name, bot, argument = command.groups()
        if bot and bot.lower() != self._username:
            return None  # another bot of the group is meant
        return Commanded(name.lower(), (argument or "").strip(), reply_to)

    async def _take(self, road: DeskRoad, update: Json) -> None:
        heard = self.read(update, datetime.now(UTC))
        if heard is None:
            road.unknown(NAME, next((key for key in update if key != "update_id"), ""))
            return
        answer = await road.hear(heard)
        if answer is None:
            return
        query = update["callback_query"]["id"] if isinstance(heard.act, Pressed) else None
        if query or answer.say:
            task = asyncio.create_task(self._answer(heard, answer, query))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)

    async def _answer(self, heard: DeskHeard, answer: DeskAnswer, query: str | None) -> None:
        try:
            if query:
                await self._do(self._bot.answer_callback_query(query, answer.notice[:200] or None))
            if answer.say:
                await self._send_text(heard.chat, heard.thread or "", Message(answer.say, answer.buttons), None)
        except DeliveryError:
            return  # it was only said in passing; what must arrive goes through the outbox

    async def _send_text(self, chat: str, thread: str, message: Message, reply: int | None) -> telegram.Message:
        text, entities = _signed(message)
        return await self._placed(
            thread,
            self._bot.send_message(
                int(chat),
                text,
                entities=entities,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                message_thread_id=int(thread) if thread else None,
                reply_parameters=_reply(reply),
                reply_markup=_keyboard(message),
            ),
        )

    async def _send_file(
        self, chat: str, thread: str, message: Message, media: Media, file: bytes, reply: int | None
    ) -> telegram.Message:
        caption, entities = _signed(message)
        whole = len(caption) <= CAPTION_LIMIT
        around: Json = {
            "caption": caption if whole and caption else None,
            "caption_entities": entities if whole else None,
            "reply_markup": _keyboard(message) if whole else None,
            "reply_parameters": _reply(reply),
            "message_thread_id": int(thread) if thread else None,
            "filename": media.name or "file",
            "write_timeout": FILE_SECONDS,
        }
        sending: Awaitable[telegram.Message]
        match sent_as(media, len(file)):
            case MediaKind.PHOTO:
                sending = self._bot.send_photo(int(chat), file, **around)
            case MediaKind.VOICE:
                sending = self._bot.send_voice(int(chat), file, **around)
            case _:
                sending = self._bot.send_document(int(chat), file, **around)
        sent = await self._placed(thread, sending)
        if not whole:
            await self._send_text(chat, thread, message, None)
        return sent

    async def _placed(self, thread: str, sending: Awaitable[telegram.Message]) -> telegram.Message:
        """Return what was sent; take it back and raise ThreadGone when it landed outside its thread."""
        sent = await self._do(sending)
        # Telegram has delivered to the main chat when a topic was gone (tdlib/telegram-bot-api#854).
        if thread and str(sent.message_thread_id) != thread:
            await self._do(self._bot.delete_message(sent.chat.id, sent.message_id))
            raise ThreadGone("delivered outside its thread, and taken back")
        return sent

    async def _react(self, chat: str, emoji: str, under: str) -> Receipt:
        reaction = telegram.ReactionTypeEmoji(emoji) if emoji else None
        with contextlib.suppress(Rejected):  # not one of those a bot may set, or the message is gone: no words are lost
            await self._do(self._bot.set_message_reaction(int(chat), int(under), reaction))
        return Receipt(under)

    async def _edit(self, chat: str, message: Message) -> Receipt:
        number = int(message.edits or 0)
        text, entities = _signed(message)
        editing: Awaitable[object]
        if message.media:
            editing = self._bot.edit_message_caption(int(chat), number, caption=text, caption_entities=entities)
        else:
            editing = self._bot.edit_message_text(
                text,
                int(chat),
                number,
                entities=entities,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=_keyboard(message),
            )
        try:
            await self._do(editing)
        except Rejected as refusal:
            if "message is not modified" not in str(refusal).lower():  # sent twice, and the first arrived
                raise
        return Receipt(str(number))

    async def _do(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await self._ask(call)
        except BadToken as refused:
            raise TryLater(str(refused)) from None  # a new token can be given; what was to be said waits for it

    async def _ask(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except TelegramError as error:
            raise _fact(error) from None  # the library's own texts hold answers
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise TryLater(f"an answer of an unknown shape ({type(error).__name__})") from None


def _fact(error: TelegramError) -> DeliveryError | BadToken:
    words = error.message.lower()
    match error:
        case InvalidToken():
            return BadToken(REFUSED)
        case RetryAfter(retry_after=wait):
            return TryLater(
                "Telegram asks us to slow down", wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            )
        case Forbidden():
            return Unreachable(error.message)
        case BadRequest() if any(each in words for each in NO_THREAD):
            return ThreadGone(error.message)
        case BadRequest() if any(each in words for each in GONE):
            return Unreachable(error.message)
        case BadRequest():
            return Rejected(error.message)
        case ChatMigrated():
            return Rejected("the group has become a supergroup, with a new id")
        case NetworkError() if "too large" in words:
            return Rejected("the file is too large")
        case NetworkError() | Conflict() | TelegramError():
            return TryLater(type(error).__name__)


def _read_press(whole: Update, at: datetime) -> DeskHeard | None:
    query = whole.callback_query
    if query is None or query.data is None or query.message is None:
        return None
    under = query.message
    thread = _thread_of(under) if isinstance(under, telegram.Message) else None
    private = under.chat.type == ChatType.PRIVATE
    return DeskHeard(
        NAME,
        str(whole.update_id),
        at,
        str(query.from_user.id),
        str(under.chat.id),
        thread,
        private,
        Pressed(query.data),
    )


def _read_reaction(update: Json, at: datetime) -> DeskHeard | None:
    """Telegram does not say in which topic it was, nor who, when it was somebody writing as the group."""
    reacted = update["message_reaction"]
    emoji, human = reaction_of(reacted), reacted.get("user")
    if emoji is None or human is None or human["is_bot"]:
        return None
    chat = reacted["chat"]
    act = Reacted(emoji, str(reacted["message_id"]))
    private = chat["type"] == ChatType.PRIVATE
    return DeskHeard(NAME, str(update["update_id"]), at, str(human["id"]), str(chat["id"]), None, private, act)


def _thread_of(message: telegram.Message) -> str | None:
    """The topic. Outside of topics Telegram numbers chains of replies the same way."""
    return str(message.message_thread_id) if message.is_topic_message else None


def _reply_of(message: telegram.Message) -> str | None:
    """What it answers. In a topic every message seems to answer the topic's first, which nobody wrote."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    if message.is_topic_message and answered.message_id == message.message_thread_id:
        return None
    return str(answered.message_id)


def _signed(message: Message) -> tuple[str, list[MessageEntity] | None]:
    text, name = signed(message)
    return text, [MessageEntity(MessageEntity.BOLD, 0, name)] if name else None


def _reply(number: int | None) -> telegram.ReplyParameters | None:
    return None if number is None else telegram.ReplyParameters(number, allow_sending_without_reply=True)


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, url=button.url)
                if button.url
                else InlineKeyboardButton(button.label, callback_data=button.press)
                for button in row
            ]
            for row in rows(message.buttons)
        ]
    )


class _Bot(Bot):
    async def raw_updates(self, offset: int | None) -> list[Json]:
        """As get_updates, unparsed: one update that the library cannot read must not hold up the others."""
        asked: Json = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": ALLOWED}
        updates: list[Json] = await self._post("getUpdates", asked, read_timeout=POLL_SECONDS + SEND_SECONDS)
        return updates


class _Request(HTTPXRequest):
    __slots__ = ()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """The library's own logs what it cannot read."""
        try:
            answer: Json = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("not JSON") from None
        return answer


def _request(connections: int) -> HTTPXRequest:
    return _Request(
        connections,
        read_timeout=SEND_SECONDS,
        write_timeout=SEND_SECONDS,
        connect_timeout=SEND_SECONDS,
        pool_timeout=SEND_SECONDS,
    )
