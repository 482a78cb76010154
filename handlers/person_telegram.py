"""The Telegram bot people write to, with aiogram: its session, its methods and its errors.

Updates are read as raw JSON and answers no deeper than the message id: parsing whole Telegram objects costs more than
everything else in a turn (docs/performance.md). Of what is said here nothing may show in an error or a log.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar, cast

import aiohttp
import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    DeleteWebhook,
    GetMe,
    SendChatAction,
    SetMessageReaction,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import BotCommand, BufferedInputFile, ReactionTypeEmoji, ReactionTypeUnion
from aiogram.utils.token import TokenValidationError

from flows.events import (
    FileRef,
    Media,
    MediaKind,
    PersonArrived,
    PersonEdited,
    PersonEvent,
    PersonLeft,
    PersonReacted,
    PersonSaid,
    PersonSent,
    PersonTapped,
)
from handlers import telegram_inbox
from handlers.buttons import rows
from handlers.errors import BadToken, DeliveryError, Rejected, TryLater, Unreachable
from handlers.port import Incoming, Message, Receipt, Road, Sentences
from handlers.telegram_content import (
    CAPTION_LIMIT,
    FILE_LIMIT,
    content_of,
    in_words,
    reaction_of,
    sent_as,
    signed,
    words_of,
)

NAME = "telegram"
TELEGRAM = "https://api.telegram.org"
ALLOWED = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
COMMANDS = ("menu", "human", "urgent", "plan", "data", "language", "stop")
LOCALES = ("fr", "en")

SEND_SECONDS = 10  # a takeover waits for a message in flight at most this long
FILE_SECONDS = 30
POLL_SECONDS = 25
CONNECTIONS = 200
REFUSED = "Telegram does not know this TELEGRAM_TOKEN. BotFather shows the right one."
GONE = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid")

Json = dict[str, Any]
Answer = TypeVar("Answer")


class PersonTelegram:
    """A port.Platform, and the way in for what people write.

    url:    the Bot API server, Telegram's own if not another.
    secret: what Telegram must show when it posts to our webhook; "" takes no post.
    """

    name = NAME

    def __init__(self, token: str, sentences: Sentences, *, url: str = "", secret: str = "") -> None:
        server = TelegramAPIServer.from_base(url or TELEGRAM)
        session = _Session(api=server, limit=CONNECTIONS, timeout=SEND_SECONDS, json_loads=orjson.loads)
        try:
            self._bot = Bot(token, session=session)
        except TokenValidationError:
            raise BadToken(REFUSED) from None
        self._session = session
        self._sentences = sentences
        self._secret = secret
        self._taps: set[asyncio.Task[None]] = set()

    async def start(self, webhook: str = "") -> None:
        """Check the token, publish the commands, choose between webhook (its public URL) and polling ("").

        Raises BadToken, or TryLater when Telegram is out of reach.
        """
        await self._ask(GetMe())
        for locale in LOCALES:
            commands = [
                BotCommand(command=command, description=self._sentences.sentence(f"web.command_{command}", locale))
                for command in COMMANDS
            ]
            await self._do(SetMyCommands(commands=commands, language_code=locale))
            if locale == "en":
                await self._do(SetMyCommands(commands=commands))
        if webhook:
            await self._do(SetWebhook(url=webhook, secret_token=self._secret, allowed_updates=ALLOWED))
        else:
            await self._do(DeleteWebhook())

    async def close(self) -> None:
        if self._taps:
            await asyncio.wait(self._taps, timeout=SEND_SECONDS)
        await self._session.close()

    async def poll(self, road: Road) -> None:
        """Take what people write until cancelled. Raises BadToken when the token is no longer good."""

        async def fetch(offset: int | None) -> list[Json]:
            method = _GetUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED)
            return await self._ask(method, POLL_SECONDS + SEND_SECONDS)

        await telegram_inbox.poll(NAME, fetch, lambda update: self._take(road, update))

    async def webhook(self, road: Road, secret: str | None, body: bytes) -> int:
        """Take one posted update; return the HTTP status. secret: X-Telegram-Bot-Api-Secret-Token, if it came."""
        return await telegram_inbox.receive(self._secret, secret, body, lambda update: self._take(road, update))

    def read(self, update: Json, at: datetime) -> Incoming | None:
        """Return what a person did; None for anything else, groups and kinds not known here among it."""
        try:
            match update:
                case {"message": {"chat": {"type": "private"}} as message}:
                    event = _read_message(message, at)
                case {"edited_message": {"chat": {"type": "private"}} as message} if "location" not in message:
                    words = words_of(content_of(message, NAME))
                    event = PersonEdited(at, words, str(message["message_id"]))
                case {"callback_query": {"data": press, "message": {"chat": {"type": "private"}} as message}}:
                    event = PersonTapped(at, press)
                case {"message_reaction": {"chat": {"type": "private"}} as message}:
                    emoji = reaction_of(message)
                    event = PersonReacted(at, str(message["message_id"]), emoji) if emoji is not None else None
                case {
                    "my_chat_member": {"chat": {"type": "private"}, "new_chat_member": {"status": "kicked"}} as message
                }:
                    event = PersonLeft(at)
                case _:
                    return None
            if event is None:
                return None
            person = update["callback_query"]["from"] if "callback_query" in update else message.get("from", {})
            return Incoming(
                NAME, str(update["update_id"]), str(message["chat"]["id"]), event, person.get("language_code", "")
            )
        except (KeyError, TypeError, IndexError, AttributeError):
            # A shape that did not exist when this was written. One such update must not hold up everybody else's.
            return None

    async def send(self, address: str, message: Message, file: bytes | None) -> Receipt:
        if message.edits:
            return await self._edit(address, message)
        if message.reacts_to:
            return await self._react(address, message.text, message.reacts_to)
        chat = int(address)
        reply = int(message.reply_to) if message.reply_to else None
        if message.media is None or file is None:
            return await self._send_text(chat, in_words(message), reply)
        fits = len(_signed(message)[0]) <= CAPTION_LIMIT
        sent = await self._do(_with_file(chat, message, message.media, file, reply, whole=fits), FILE_SECONDS)
        if not fits:
            await self._send_text(chat, message, None)
        return Receipt(str(sent["message_id"]))

    async def typing(self, address: str) -> None:
        await self._do(SendChatAction(chat_id=int(address), action="typing"))

    async def _react(self, address: str, emoji: str, under: str) -> Receipt:
        reaction: list[ReactionTypeUnion] = [ReactionTypeEmoji(emoji=emoji)] if emoji else []
        with contextlib.suppress(Rejected):  # not one of those a bot may set, or the message is gone: no words are lost
            await self._do(SetMessageReaction(chat_id=int(address), message_id=int(under), reaction=reaction))
        return Receipt(under)

    async def fetch(self, file: FileRef) -> bytes:
        held = await self._do(_GetFile(file_id=file.id))
        if held.get("file_size", 0) > FILE_LIMIT:
            raise Rejected("the file is over 20 MB")
        url = self._session.api.file_url(self._bot.token, held["file_path"])
        chunks = self._session.stream_content(url, timeout=FILE_SECONDS)
        try:
            return b"".join([chunk async for chunk in chunks])
        except aiohttp.ClientResponseError as error:
            # Its text holds the URL, and that holds the token.
            kind = Rejected if error.status in (400, 404) else TryLater
            raise kind(f"file: HTTP {error.status}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TryLater(type(error).__name__) from None

    async def _take(self, road: Road, update: Json) -> None:
        incoming = self.read(update, datetime.now(UTC))
        if incoming is None:
            road.unknown(NAME, next((key for key in update if key != "update_id"), ""))
            return
        await road.take(incoming)
        if "callback_query" in update:
            task = asyncio.create_task(self._let_go(update["callback_query"]["id"]))
            self._taps.add(task)
            task.add_done_callback(self._taps.discard)

    async def _let_go(self, query: str) -> None:
        """Stop the button's waiting sign. Telegram does so itself after a while: a failure changes nothing."""
        try:
            await self._do(_AnswerCallbackQuery(callback_query_id=query))
        except DeliveryError:
            return

    async def _send_text(self, chat: int, message: Message, reply: int | None) -> Receipt:
        text, entities = _signed(message)
        sent = await self._do(
            _SendMessage(
                chat_id=chat,
                text=text,
                entities=entities,
                link_preview_options={"is_disabled": True},
                reply_parameters=_reply(reply),
                reply_markup=_keyboard(message),
            )
        )
        return Receipt(str(sent["message_id"]))

    async def _edit(self, address: str, message: Message) -> Receipt:
        number = int(message.edits or 0)
        text, entities = _signed(message)
        method: TelegramMethod[Json]
        if message.media:
            method = _EditMessageCaption(
                chat_id=int(address), message_id=number, caption=text, caption_entities=entities
            )
        else:
            method = _EditMessageText(
                chat_id=int(address),
                message_id=number,
                text=text,
                entities=entities,
                link_preview_options={"is_disabled": True},
                reply_markup=_keyboard(message),
            )
        try:
            await self._do(method)
        except Rejected as refusal:
            if "message is not modified" not in str(refusal):  # sent twice, and the first arrived
                raise
        return Receipt(str(number))

    async def _do(self, method: TelegramMethod[Answer], seconds: int | None = None) -> Answer:
        try:
            return await self._ask(method, seconds)
        except BadToken as refused:
            raise TryLater(str(refused)) from None  # a new token can be given; what was to be said waits for it

    async def _ask(self, method: TelegramMethod[Answer], seconds: int | None = None) -> Answer:
        try:
            return await self._bot(method, request_timeout=seconds or SEND_SECONDS)
        except AiogramError as error:
            raise _fact(error) from None  # the library's own texts hold chat ids and answers
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise TryLater(f"an answer of an unknown shape ({type(error).__name__})") from None


def _fact(error: AiogramError) -> DeliveryError | BadToken:
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound():
            return BadToken(REFUSED)
        case TelegramRetryAfter():
            return TryLater("Telegram asks us to slow down", timedelta(seconds=error.retry_after))
        case TelegramEntityTooLarge():
            return Rejected("the file is too large")
        case TelegramForbiddenError():
            return Unreachable(error.message or "")
        case TelegramBadRequest(message=said) if any(words in (said or "").lower() for words in GONE):
            return Unreachable(said)
        case TelegramBadRequest() | TelegramMigrateToChat():
            return Rejected(error.message or "")
        case _:  # busy, out of reach, or an answer that nobody knew of when this was written
            return TryLater(type(error).__name__)


def _read_message(message: Json, at: datetime) -> PersonEvent | None:
    content = content_of(message, NAME)
    number = str(message["message_id"])
    reply_to = str(message["reply_to_message"]["message_id"]) if "reply_to_message" in message else None
    if content is None:
        return None
    if isinstance(content, Media):
        return PersonSent(at, content, number, reply_to)
    if content == "/start" or content.startswith("/start "):
        return PersonArrived(at)
    return PersonSaid(at, content, number, reply_to)


def _signed(message: Message) -> tuple[str, list[Json] | None]:
    text, name = signed(message)
    return text, [{"type": "bold", "offset": 0, "length": name}] if name else None


def _reply(number: int | None) -> Json | None:
    return None if number is None else {"message_id": number, "allow_sending_without_reply": True}


def _keyboard(message: Message) -> Json | None:
    if message.at_hand and not message.buttons:
        # Telegram lets no message that carries this be edited: only what the bot itself says does.
        return {"keyboard": [[{"text": message.at_hand}]], "is_persistent": True, "resize_keyboard": True}
    if not message.buttons:
        return None
    return {
        "inline_keyboard": [
            [
                {"text": button.label, "url": button.url}
                if button.url
                else {"text": button.label, "callback_data": button.press}
                for button in row
            ]
            for row in rows(message.buttons)
        ]
    }


class _Session(AiohttpSession):
    """aiogram's session; calls without a file go as one piece of JSON."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Answer], timeout: int | None = None) -> Answer:
        if not isinstance(method, _Lean):
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=orjson.dumps(method.model_dump(exclude_none=True)),
                headers={"content-type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=timeout or self.timeout),
            ) as response:
                body = await response.read()
        except (TimeoutError, aiohttp.ClientError) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from None
        if response.status == HTTPStatus.OK and (answer := _result(body)) is not None:
            return cast(Answer, answer)
        return cast(Answer, self.check_response(bot, method, response.status, body.decode(errors="replace")).result)


def _result(body: bytes) -> object:
    """What a call that went well gave back; None for anything else, which aiogram then makes sense of."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer.get("result") if isinstance(answer, dict) and answer.get("ok") is True else None


class _Lean:
    """A method whose fields are plain JSON already."""


class _GetUpdates(_Lean, TelegramMethod[list[Json]]):
    __returning__ = list[Json]
    __api_method__ = "getUpdates"
    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class _SendMessage(_Lean, TelegramMethod[Json]):
    __returning__ = Json
    __api_method__ = "sendMessage"
    chat_id: int
    text: str
    entities: list[Json] | None = None
    link_preview_options: Json | None = None
    reply_parameters: Json | None = None
    reply_markup: Json | None = None


class _EditMessageText(_Lean, TelegramMethod[Json]):
    __returning__ = Json
    __api_method__ = "editMessageText"
    chat_id: int
    message_id: int
    text: str
    entities: list[Json] | None = None
    link_preview_options: Json | None = None
    reply_markup: Json | None = None


class _AnswerCallbackQuery(_Lean, TelegramMethod[bool]):
    __returning__ = bool
    __api_method__ = "answerCallbackQuery"
    callback_query_id: str


class _EditMessageCaption(_Lean, TelegramMethod[Json]):
    __returning__ = Json
    __api_method__ = "editMessageCaption"
    chat_id: int
    message_id: int
    caption: str
    caption_entities: list[Json] | None = None


class _GetFile(_Lean, TelegramMethod[Json]):
    __returning__ = Json
    __api_method__ = "getFile"
    file_id: str


class _WithFile(TelegramMethod[Json]):
    """Goes as a form, the way aiogram uploads."""

    __returning__ = Json
    chat_id: int
    caption: str | None = None
    caption_entities: list[Json] | None = None
    reply_markup: Json | None = None
    reply_parameters: Json | None = None


class _SendPhoto(_WithFile):
    __api_method__ = "sendPhoto"
    photo: BufferedInputFile


class _SendVoice(_WithFile):
    __api_method__ = "sendVoice"
    voice: BufferedInputFile


class _SendDocument(_WithFile):
    __api_method__ = "sendDocument"
    document: BufferedInputFile


def _with_file(chat: int, message: Message, media: Media, file: bytes, reply: int | None, *, whole: bool) -> _WithFile:
    """whole: the text goes with it, as the caption; otherwise it follows in a message of its own, with the buttons."""
    held = BufferedInputFile(file, media.name or "file")
    caption, entities = _signed(message) if whole else ("", None)
    around: Json = {
        "chat_id": chat,
        "caption": caption or None,
        "caption_entities": entities,
        "reply_markup": _keyboard(message) if whole else None,
        "reply_parameters": _reply(reply),
    }
    match sent_as(media, len(file)):
        case MediaKind.PHOTO:
            return _SendPhoto(photo=held, **around)
        case MediaKind.VOICE:
            return _SendVoice(voice=held, **around)
        case _:
            return _SendDocument(document=held, **around)
