"""Telegram, as a bot sees it: several bots, people with phones, a forum group, and everything that can go wrong.

Bots call /bot<token>/<method>, and every call is checked against the Bot API's own description. Tests hold the phones:
in the same process through the methods of FakeBotApi, or over HTTP, where POST /control/<method> takes the same
arguments as JSON and gives back what the method returns.

    python -m tests.telegram.fake_bot_api --port 8081 --token 1001:AAA...
"""

import argparse
import asyncio
import inspect
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import uvloop

from tests.telegram.spec import Files, Spec
from tests.telegram.wire import Answer, Connection, CutLine, Request, Response, fields_and_files, json_response

NO_GIFTS = dict.fromkeys((f"{kind}_gifts" for kind in ("unlimited", "limited", "unique")), False) | {
    "premium_subscription": False,
    "gifts_from_channels": False,
}
GROUP_LIMIT = 20  # messages a minute in one group; grammy.dev/advanced/flood, quoting Telegram's FAQ
MEDIA = {"sendPhoto": "photo", "sendVoice": "voice", "sendDocument": "document", "sendSticker": "sticker"}
FILE_LIMIT = 20 * 1024 * 1024
KEPT = 200_000  # entries of the log
STICKER_LOOK = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
# Some of the pictures Telegram offers for topics. Their ids here are made up.
REACTIONS = {"👍", "❤", "🙏", "😢"}  # some of those that a bot may set
TOPIC_ICONS = {"501": "💬", "502": "‼️", "503": "🗣", "504": "🤖", "505": "✅", "506": "⚡️", "507": "📁"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a bot did to a chat. at: seconds since 1970; text: the words, or the caption."""

    number: int
    at: float
    token: str
    method: str
    chat: int
    thread: int | None
    message: int
    text: str
    values: dict[str, Any]


@dataclass(slots=True)
class Trouble:
    """What goes wrong with the next calls that match; None matches all.

    kind:  "refuse" (status, description, retry_after), "reset", "accept_then_reset", "slow" or "accept_then_slow".
    times: how many calls; -1 for all to come.
    skip:  how many calls pass first.
    """

    kind: str
    token: str | None = None
    method: str | None = None
    chat: int | None = None
    times: int = 1
    skip: int = 0
    status: int = 400
    description: str = ""
    retry_after: int = 0
    seconds: float = 0.0


class Refused(Exception):
    def __init__(self, status: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.status, self.description, self.retry_after = status, description, retry_after

    def response(self) -> Response:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after:
            body["parameters"] = {"retry_after": self.retry_after}
        return json_response(body, self.status)


def bad_request(words: str) -> Refused:
    return Refused(400, f"Bad Request: {words}")


@dataclass(slots=True)
class Held:
    """A message as Telegram keeps it, as much as a later edit or reply needs."""

    text: str | None
    markup: Any
    ours: bool
    thread: int | None


@dataclass(slots=True)
class Bot:
    token: str
    username: str
    last_update: int = 1000
    last_message: int = 0
    last_file: int = 0
    pending: deque[dict[str, Any]] = field(default_factory=deque)
    again: list[dict[str, Any]] = field(default_factory=list)
    past: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    polls: int = 0
    allowed: list[str] | None = None
    webhook: str = ""
    secret: str = ""
    lines: dict[int, deque[dict[str, Any]]] = field(default_factory=dict)
    chats: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    messages: dict[tuple[int, int], Held] = field(default_factory=dict)
    topics: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    without_topics: set[int] = field(default_factory=set)
    cannot_pin: set[int] = field(default_factory=set)
    closed_topics: set[tuple[int, int]] = field(default_factory=set)  # to the bot too
    shut_topics: set[tuple[int, int]] = field(default_factory=set)  # by the bot, which made them
    leaky: set[tuple[int, int]] = field(default_factory=set)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    queries: set[str] = field(default_factory=set)

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": self.username, "username": self.username}

    @property
    def id(self) -> int:
        return int(self.token.partition(":")[0])

    def new_message(self) -> int:
        self.last_message += 1
        return self.last_message


class FakeBotApi:
    """watchers are told of everything a bot sends, at once; for load tests that answer as people do."""

    def __init__(self, tokens: tuple[str, ...] = ()) -> None:
        self.spec = Spec()
        self.bots: dict[str, Bot] = {}
        self.log: deque[Sent] = deque(maxlen=KEPT)
        self.wrong: list[str] = []
        self.calls: dict[str, int] = defaultdict(int)
        self.troubles: list[Trouble] = []
        self.watchers: list[Callable[[Sent], None]] = []
        self.flood_limits = False
        self.url = ""
        self._groups: dict[int, deque[float]] = defaultdict(deque)
        self._count = 0
        self._news = asyncio.Event()
        self._posting: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._client: aiohttp.ClientSession | None = None
        for token in tokens:
            self.bot(token)

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Listen on localhost; gives the base URL."""
        server = await asyncio.get_running_loop().create_server(lambda: Connection(self.answer), "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self.url
        finally:
            for task in self._posting.values():
                task.cancel()
            if self._client:
                await self._client.close()
            server.close()

    def answer(self, request: Request) -> Answer:
        kind, _, rest = request.path.lstrip("/").partition("/")
        if kind == "control":
            return self._control(rest, request)
        if kind.startswith("bot"):
            return self._call(kind.removeprefix("bot"), rest, request)
        if kind == "file":
            token, _, file = rest.removeprefix("bot").partition("/")
            if token in self.bots and file in self.bots[token].files:
                return Response(200, self.bots[token].files[file][1], "application/octet-stream")
        return Refused(404, "Not Found").response()

    # What tests may do. Each is also POST /control/<name>.

    def bot(self, token: str, username: str = "") -> int:
        """Register a bot; return its user id."""
        if token not in self.bots:
            self.bots[token] = Bot(token, username or f"bot{token.partition(':')[0]}_bot")
        return self.bots[token].id

    def update(self, token: str, update: dict[str, Any], chat: int = 0, copies: int = 1) -> int:
        """Deliver this update, as many times as asked under one update id; return the id."""
        bot = self.bots[token]
        bot.last_update += 1
        whole = {"update_id": bot.last_update, **update}
        bot.past.append(whole)
        if bot.webhook:
            self._post_in_order(bot, chat, [whole] * copies)
        else:
            bot.pending.extend([whole] * copies)
            bot.arrived.set()
        return bot.last_update

    def redeliver(self, token: str, update: int) -> bool:
        """Deliver an update once more, whether or not it was confirmed."""
        bot = self.bots[token]
        whole = next(each for each in bot.past if each["update_id"] == update)
        if bot.webhook:
            self._post_in_order(bot, 0, [whole])
        else:
            bot.again.append(whole)
            bot.arrived.set()
        return True

    def say(
        self,
        token: str,
        chat: int,
        text: str = "",
        *,
        user: int = 0,
        thread: int | None = None,
        reply_to: int | None = None,
        locale: str = "fr",
        copies: int = 1,
        content: dict[str, Any] | None = None,
    ) -> dict[str, int]:
        """A human writes. content: what the message holds instead of text; user: who, in a group."""
        message = self._message(token, chat, user or chat, thread, reply_to, locale)
        message |= content if content is not None else {"text": text}
        held = message.get("text", message.get("caption"))
        self.bots[token].messages[chat, message["message_id"]] = Held(held, None, False, thread)
        return {
            "message": message["message_id"],
            "update": self.update(token, {"message": message}, chat, copies),
        }

    def file(self, token: str, body: bytes | str, name: str = "file.bin") -> str:
        """Put a file on Telegram's servers; return its id."""
        bot = self.bots[token]
        bot.last_file += 1
        file_id = f"file{bot.last_file}"
        bot.files[file_id] = (name, body.encode() if isinstance(body, str) else body)
        return file_id

    def edit(self, token: str, chat: int, message: int, text: str, *, user: int = 0, thread: int | None = None) -> int:
        """A human edits a message; return the update id."""
        changed = self._message(token, chat, user or chat, thread, None, "fr")
        changed |= {"message_id": message, "edit_date": int(time.time()), "text": text}
        return self.update(token, {"edited_message": changed}, chat)

    def press(
        self,
        token: str,
        chat: int,
        *,
        label: str = "",
        press: str = "",
        message: int | None = None,
        user: int = 0,
        locale: str = "fr",
        copies: int = 1,
    ) -> dict[str, Any]:
        """A human taps a button: the last one in this chat with this label, or this callback_data."""
        found = self._button(token, chat, label, press, message)
        under, data = found if found else (message or 0, press)
        bot = self.bots[token]
        query = f"query{bot.last_update + 1}"
        bot.queries.add(query)
        held = bot.messages.get((chat, under))
        shown = {"message_id": under, "date": int(time.time()), "chat": _chat(chat), "from": bot.user}
        if held and held.thread:
            shown |= {"message_thread_id": held.thread, "is_topic_message": True}
        pressed = {
            "id": query,
            "from": _user(user or chat, locale),
            "chat_instance": str(chat),
            "data": data,
            "message": shown,
        }
        return {"query": query, "update": self.update(token, {"callback_query": pressed}, chat, copies)}

    def react(
        self, token: str, chat: int, message: int, emoji: str = "", *, user: int = 0, custom: bool = False
    ) -> int:
        """A human sets an emoji under a message, or takes it back; return the update id."""
        plain: dict[str, Any] = {"type": "emoji", "emoji": emoji}
        now = {"type": "custom_emoji", "custom_emoji_id": "5368"} if custom else plain
        reacted = {
            "chat": _chat(chat),
            "message_id": message,
            "user": _user(user or chat, "fr"),
            "date": int(time.time()),
            "old_reaction": [],
            "new_reaction": [now] if emoji or custom else [],
        }
        return self.update(token, {"message_reaction": reacted}, chat)

    def block(self, token: str, chat: int, blocked: bool = True) -> int:
        """A person blocks the bot, or comes back; return the update id."""
        bot = self.bots[token]
        (bot.blocked.add if blocked else bot.blocked.discard)(chat)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": _chat(chat),
            "from": _user(chat, "fr"),
            "date": int(time.time()),
            "old_chat_member": _member(bot, old),
            "new_chat_member": _member(bot, new),
        }
        return self.update(token, {"my_chat_member": change}, chat)

    def group(self, token: str, chat: int) -> bool:
        """The bot has been put into this forum group."""
        self.bots[token].chats.add(chat)
        return True

    def delete_topic(self, token: str, chat: int, thread: int, leaky: bool = False) -> bool:
        """Delete a topic.

        leaky: what is sent there afterwards lands in the main chat, silently (tdlib/telegram-bot-api#854).
        """
        bot = self.bots[token]
        del bot.topics[chat, thread]
        if leaky:
            bot.leaky.add((chat, thread))
        return True

    def turn_topics_off(self, token: str, chat: int) -> bool:
        self.bots[token].without_topics.add(chat)
        return True

    def forbid_pins(self, token: str, chat: int) -> bool:
        """The bot is an administrator of this group without the right to pin."""
        self.bots[token].cannot_pin.add(chat)
        return True

    def delete(self, token: str, chat: int, message: int) -> bool:
        """Somebody deletes a message; a bot hears nothing of it."""
        del self.bots[token].messages[chat, message]
        return True

    def close_topic(self, token: str, chat: int, thread: int) -> bool:
        self.bots[token].closed_topics.add((chat, thread))
        return True

    def trouble(self, **trouble: Any) -> bool:
        """The next matching calls go wrong; arguments as in Trouble."""
        self.troubles.append(Trouble(**trouble))
        return True

    def calm(self) -> bool:
        """No more trouble."""
        self.troubles.clear()
        return True

    def flood(self, on: bool = True) -> bool:
        """Whether a group that gets more than 20 messages a minute answers 429."""
        self.flood_limits = on
        return True

    async def sent(
        self, after: int = 0, token: str | None = None, chat: int | None = None, wait: float = 0.0
    ) -> list[dict[str, Any]]:
        """What bots sent with a greater number, oldest first; waits up to `wait` seconds for the first."""
        until = time.monotonic() + wait
        while True:
            found: list[Sent] = []
            for entry in reversed(self.log):
                if entry.number <= after:
                    break
                if (token is None or entry.token == token) and (chat is None or entry.chat == chat):
                    found.append(entry)
            left = until - time.monotonic()
            if found or left <= 0:
                return [asdict(entry) for entry in reversed(found)]
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), left)
            except TimeoutError:
                continue

    def unconfirmed(self, token: str) -> list[int]:
        """Updates that this bot has not yet said yes to."""
        bot = self.bots[token]
        waiting = [each["update_id"] for line in bot.lines.values() for each in line]
        return waiting + [each["update_id"] for each in bot.pending]

    def violations(self) -> list[str]:
        """Every call that did not follow the Bot API."""
        return list(self.wrong)

    def counts(self) -> dict[str, int]:
        """Calls so far, by method."""
        return dict(self.calls)

    # The Bot API.

    def _call(self, token: str, name: str, request: Request) -> Answer:
        bot = self.bots.get(token)
        if bot is None:
            return Refused(401, "Unauthorized").response()
        method = self.spec.name(name)
        if method is None:
            self.wrong.append(f"{name}: no such method")
            return Refused(404, "Not Found").response()
        self.calls[method] += 1
        fields, files = fields_and_files(request)
        values, wrong = self.spec.read(method, fields, files)
        if wrong:
            self.wrong += wrong
            return bad_request(wrong[0]).response()
        if method == "getUpdates":
            return self._get_updates(bot, values, self._trouble(bot, method, values))
        trouble = self._trouble(bot, method, values)
        if trouble is None:
            return self._do(bot, method, values, files)
        match trouble.kind:
            case "refuse":
                return Refused(trouble.status, trouble.description, trouble.retry_after).response()
            case "reset":
                raise CutLine
            case "accept_then_reset":
                self._do(bot, method, values, files)
                raise CutLine
            case "slow":
                return self._later(trouble.seconds, lambda: self._do(bot, method, values, files))
            case "accept_then_slow":
                response = self._do(bot, method, values, files)
                return self._later(trouble.seconds, lambda: response)
            case other:
                raise ValueError(other)

    async def _later(self, seconds: float, respond: Callable[[], Response]) -> Response:
        await asyncio.sleep(seconds)
        return respond()

    def _trouble(self, bot: Bot, method: str, values: dict[str, Any]) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.token not in (None, bot.token) or trouble.method not in (None, method):
                continue
            if trouble.chat is not None and trouble.chat != values.get("chat_id"):
                continue
            if trouble.skip:
                trouble.skip -= 1
                continue
            if trouble.times == 1:
                self.troubles.remove(trouble)
            trouble.times -= 1
            return trouble
        return None

    def _do(self, bot: Bot, method: str, values: dict[str, Any], files: Files) -> Response:
        try:
            return json_response({"ok": True, "result": self._result(bot, method, values, files)})
        except Refused as refused:
            return refused.response()

    def _result(self, bot: Bot, method: str, values: dict[str, Any], files: Files) -> Any:
        match method:
            case "sendMessage" | "sendPhoto" | "sendVoice" | "sendDocument" | "sendSticker":
                return self._send(bot, method, values, files)
            case "editMessageText" | "editMessageCaption" | "editMessageReplyMarkup":
                return self._edit(bot, method, values)
            case "deleteMessage":
                if bot.messages.pop((values["chat_id"], values["message_id"]), None) is None:
                    raise bad_request("message to delete not found")
                self._note(bot, method, values["chat_id"], None, values["message_id"], "", values)
                return True
            case "answerCallbackQuery":
                if values["callback_query_id"] not in bot.queries:
                    raise bad_request("query is too old and response timeout expired or query ID is invalid")
                bot.queries.discard(values["callback_query_id"])
                self._note(bot, method, 0, None, 0, values.get("text", ""), values)
                return True
            case "createForumTopic":
                return self._create_topic(bot, values)
            case "editForumTopic":
                return self._edit_topic(bot, values)
            case "closeForumTopic" | "reopenForumTopic":
                return self._open_or_close(bot, method, values)
            case "getForumTopicIconStickers":
                return [
                    STICKER_LOOK
                    | {"file_id": id, "file_unique_id": id, "type": "custom_emoji", "emoji": emoji}
                    | {"custom_emoji_id": id}
                    for id, emoji in TOPIC_ICONS.items()
                ]
            case "pinChatMessage":
                return self._pin(bot, values)
            case "getMe":
                return bot.user | {"can_join_groups": True, "can_read_all_group_messages": True}
            case "getChat":
                if values["chat_id"] not in bot.chats:
                    raise bad_request("chat not found")
                shown = _chat(values["chat_id"]) | {"is_forum": values["chat_id"] not in bot.without_topics}
                return shown | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
            case "getChatMember":
                return _administrator(bot, can_pin=values["chat_id"] not in bot.cannot_pin)
            case "getFile":
                return self._get_file(bot, values["file_id"])
            case "setWebhook":
                bot.webhook, bot.secret = values["url"], values.get("secret_token", "")
                waiting, bot.pending = list(bot.pending), deque()
                self._post_in_order(bot, 0, waiting)
                return True
            case "deleteWebhook":
                bot.webhook = bot.secret = ""
                return True
            case "getWebhookInfo":
                waiting_count = len(self.unconfirmed(bot.token))
                return {"url": bot.webhook, "has_custom_certificate": False, "pending_update_count": waiting_count}
            case "setMessageReaction":
                return self._react(bot, values)
            case "setMyCommands" | "sendChatAction":
                self._note(bot, method, values.get("chat_id", 0), None, 0, "", values)
                return True
            case _:
                return True

    def _send(self, bot: Bot, method: str, values: dict[str, Any], files: Files) -> dict[str, Any]:
        chat, thread = values["chat_id"], values.get("message_thread_id")
        thread = self._check_target(bot, chat, thread)
        text = values.get("text") if method == "sendMessage" else values.get("caption", "")
        if method == "sendMessage" and not values["text"].strip():
            raise bad_request("message text is empty")
        self._check_markup(values.get("reply_markup"))
        if reply := values.get("reply_parameters"):
            there = (chat, reply.get("message_id")) in bot.messages
            if not there and not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
        if self.flood_limits and chat < 0:
            self._check_flood(chat)
        number = bot.new_message()
        message = {"message_id": number, "date": int(time.time()), "chat": _chat(chat), "from": bot.user}
        if thread:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        if method == "sendMessage":
            message["text"] = text
        else:
            message |= self._store_media(bot, method, values[MEDIA[method]], files)
            if text:
                message["caption"] = text
        if markup := values.get("reply_markup"):
            message["reply_markup"] = markup
        bot.messages[chat, number] = Held(
            text if method == "sendMessage" else None, values.get("reply_markup"), True, thread
        )
        self._note(bot, method, chat, thread, number, text or "", values)
        return message

    def _check_target(self, bot: Bot, chat: Any, thread: int | None) -> int | None:
        if chat not in bot.chats:
            raise bad_request("chat not found")
        if chat in bot.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if thread is None:
            return None
        if (chat, thread) in bot.leaky:
            return None
        if (chat, thread) not in bot.topics:
            raise bad_request("message thread not found")
        if (chat, thread) in bot.closed_topics:
            raise bad_request("TOPIC_CLOSED")
        return thread

    def _check_markup(self, markup: dict[str, Any] | None) -> None:
        for row in (markup or {}).get("inline_keyboard", ()):
            for button in row:
                url = button.get("url")
                host = urlsplit(url).hostname if url else None
                if url and (not host or "." not in host):
                    raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")

    def _check_flood(self, chat: int) -> None:
        recent, now = self._groups[chat], time.monotonic()
        while recent and recent[0] < now - 60:
            recent.popleft()
        if len(recent) >= GROUP_LIMIT:
            wait = int(60 - (now - recent[0])) + 1
            raise Refused(429, f"Too Many Requests: retry after {wait}", wait)
        recent.append(now)

    def _store_media(self, bot: Bot, method: str, value: str, files: Files) -> dict[str, Any]:
        if value.startswith("attach://"):
            name, body = files[value.removeprefix("attach://")]
            if not body:
                raise bad_request("file must be non-empty")
            value = self.file(bot.token, body, name)
        elif value not in bot.files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        name, body = bot.files[value]
        held: dict[str, Any] = {"file_id": value, "file_unique_id": f"u{value}", "file_size": len(body)}
        match method:
            case "sendPhoto":
                return {"photo": [held | {"width": 90, "height": 90}]}
            case "sendVoice":
                return {"voice": held | {"duration": 1, "mime_type": "audio/ogg"}}
            case "sendSticker":
                return {"sticker": held | STICKER_LOOK | {"type": "regular"}}
            case _:
                return {"document": held | {"file_name": name}}

    def _edit(self, bot: Bot, method: str, values: dict[str, Any]) -> dict[str, Any]:
        chat, number = values["chat_id"], values["message_id"]
        if chat in bot.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        held = bot.messages.get((chat, number))
        if held is None:
            raise bad_request("message to edit not found")
        if not held.ours:
            raise bad_request("message can't be edited")
        self._check_markup(values.get("reply_markup"))
        text, markup = values.get("text"), values.get("reply_markup")
        if method == "editMessageText":
            if held.text is None:
                raise bad_request("there is no text in the message to edit")
            if (text, markup) == (held.text, held.markup):
                raise bad_request(
                    "message is not modified: specified new message content and reply markup are exactly the same "
                    "as a current content and reply markup of the message"
                )
            held.text = text
        if self.flood_limits and chat < 0:
            self._check_flood(chat)
        held.markup = markup
        words = text or values.get("caption", "")
        self._note(bot, method, chat, held.thread, number, words, values)
        message = {"message_id": number, "date": int(time.time()), "edit_date": int(time.time()), "chat": _chat(chat)}
        return message | {"from": bot.user, "text": words}

    def _create_topic(self, bot: Bot, values: dict[str, Any]) -> dict[str, Any]:
        chat = values["chat_id"]
        if chat not in bot.chats:
            raise bad_request("chat not found")
        if chat > 0:
            raise bad_request("the chat is not a forum")
        thread = bot.new_message()
        self._check_icon(values)
        if self.flood_limits:
            self._check_flood(chat)
        bot.topics[chat, thread] = values["name"], values.get("icon_custom_emoji_id", "")
        bot.messages[chat, thread] = Held(None, None, True, thread)
        self._note(bot, "createForumTopic", chat, thread, thread, values["name"], values)
        return {"message_thread_id": thread, "name": values["name"], "icon_color": 7322096}

    def _edit_topic(self, bot: Bot, values: dict[str, Any]) -> bool:
        chat, thread = values["chat_id"], values["message_thread_id"]
        if (chat, thread) not in bot.topics:
            raise bad_request("TOPIC_ID_INVALID")
        name, icon = bot.topics[chat, thread]
        changed = values.get("name") or name, values.get("icon_custom_emoji_id", icon)
        self._check_icon(values)
        if changed == (name, icon):
            raise bad_request("TOPIC_NOT_MODIFIED")
        if self.flood_limits:
            self._check_flood(chat)
        bot.topics[chat, thread] = changed
        self._note(bot, "editForumTopic", chat, thread, 0, changed[0], values)
        return True

    def _open_or_close(self, bot: Bot, method: str, values: dict[str, Any]) -> bool:
        """Whoever made a topic goes on writing there when it is closed; so does this bot."""
        place = chat, thread = values["chat_id"], values["message_thread_id"]
        if place not in bot.topics:
            raise bad_request("TOPIC_ID_INVALID")
        if (place in bot.shut_topics) is (method == "closeForumTopic"):
            raise bad_request("TOPIC_NOT_MODIFIED")
        if self.flood_limits:
            self._check_flood(chat)
        bot.shut_topics ^= {place}
        self._note(bot, method, chat, thread, 0, "", values)
        return True

    def _check_icon(self, values: dict[str, Any]) -> None:
        if (icon := values.get("icon_custom_emoji_id")) and icon not in TOPIC_ICONS:
            raise bad_request("DOCUMENT_INVALID")

    def _react(self, bot: Bot, values: dict[str, Any]) -> bool:
        chat, message = values["chat_id"], values["message_id"]
        reaction = values.get("reaction", [])
        if (chat, message) not in bot.messages:
            raise bad_request("message to react not found")
        if any(one.get("emoji") not in REACTIONS for one in reaction):
            raise bad_request("REACTION_INVALID")
        self._note(bot, "setMessageReaction", chat, None, message, "".join(one["emoji"] for one in reaction), values)
        return True

    def _pin(self, bot: Bot, values: dict[str, Any]) -> bool:
        chat, message = values["chat_id"], values["message_id"]
        held = bot.messages.get((chat, message))
        if held is None:
            raise bad_request("message to pin not found")
        if chat in bot.cannot_pin:
            raise bad_request("not enough rights to manage pinned messages in the chat")
        if self.flood_limits and chat < 0:
            self._check_flood(chat)
        self._note(bot, "pinChatMessage", chat, held.thread, message, "", values)
        return True

    def _get_file(self, bot: Bot, file_id: str) -> dict[str, Any]:
        if file_id not in bot.files:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        size = len(bot.files[file_id][1])
        if size > FILE_LIMIT:
            raise bad_request("file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": file_id}

    def _get_updates(self, bot: Bot, values: dict[str, Any], trouble: Trouble | None) -> Answer:
        if trouble and trouble.kind == "refuse":
            return Refused(trouble.status, trouble.description, trouble.retry_after).response()
        if trouble and trouble.kind == "reset":
            raise CutLine
        if bot.webhook:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            return Refused(409, f"Conflict: {words}").response()
        bot.polls += 1
        bot.arrived.set()
        offset = values.get("offset", 0)
        if offset < 0:
            bot.pending = deque(list(bot.pending)[offset:])
        while bot.pending and bot.pending[0]["update_id"] < offset:
            bot.pending.popleft()
        if "allowed_updates" in values:
            bot.allowed = values["allowed_updates"]
        return self._long_poll(bot, bot.polls, values.get("limit", 100), values.get("timeout", 0))

    async def _long_poll(self, bot: Bot, poll: int, limit: int, timeout: int) -> Response:
        until = time.monotonic() + timeout
        while True:
            if poll != bot.polls:
                words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                return Refused(409, f"Conflict: {words}").response()
            left = until - time.monotonic()
            if bot.again or bot.pending or left <= 0:
                found = (bot.again + list(bot.pending))[:limit] if bot.again else _first(bot.pending, limit)
                bot.again = bot.again[limit:]
                return json_response({"ok": True, "result": found})
            bot.arrived.clear()
            try:
                await asyncio.wait_for(bot.arrived.wait(), left)
            except TimeoutError:
                continue

    def _post_in_order(self, bot: Bot, chat: int, updates: list[dict[str, Any]]) -> None:
        line = bot.lines.setdefault(chat, deque())
        line.extend(updates)
        task = self._posting.get((bot.token, chat))
        if task is None or task.done():
            self._posting[bot.token, chat] = asyncio.ensure_future(self._post_line(bot, line))

    async def _post_line(self, bot: Bot, line: deque[dict[str, Any]]) -> None:
        """Post a chat's updates to the webhook one by one; what is not answered with 2xx is posted again."""
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        tries = 0
        while line:
            headers = {"content-type": "application/json"}
            if bot.secret:
                headers["X-Telegram-Bot-Api-Secret-Token"] = bot.secret
            try:
                async with self._client.post(bot.webhook, data=orjson.dumps(line[0]), headers=headers) as response:
                    taken = 200 <= response.status < 300
            except (aiohttp.ClientError, TimeoutError):
                taken = False
            if taken:
                line.popleft()
                tries = 0
            else:
                tries += 1
                await asyncio.sleep(min(0.05 * 2**tries, 2.0))

    def _note(
        self, bot: Bot, method: str, chat: int, thread: int | None, message: int, text: str, values: dict[str, Any]
    ) -> None:
        self._count += 1
        entry = Sent(self._count, time.time(), bot.token, method, chat, thread, message, text, values)
        self.log.append(entry)
        self._news.set()
        for watch in self.watchers:
            watch(entry)

    def _message(
        self, token: str, chat: int, user: int, thread: int | None, reply_to: int | None, locale: str
    ) -> dict[str, Any]:
        bot = self.bots[token]
        bot.chats.add(chat)
        message: dict[str, Any] = {
            "message_id": bot.new_message(),
            "date": int(time.time()),
            "chat": _chat(chat),
            "from": _user(user, locale),
        }
        if thread:
            # Telegram makes every message of a topic an answer to the topic's first, unless it answers another.
            root = {"message_id": thread, "date": int(time.time()), "chat": _chat(chat), "from": bot.user}
            root["forum_topic_created"] = {"name": "topic", "icon_color": 7322096}
            message |= {"message_thread_id": thread, "is_topic_message": True, "reply_to_message": root}
        if reply_to:
            answered = {"message_id": reply_to, "date": int(time.time()), "chat": _chat(chat), "from": bot.user}
            message["reply_to_message"] = answered
        return message

    def _button(self, token: str, chat: int, label: str, press: str, message: int | None) -> tuple[int, str] | None:
        if not label:
            return None
        for entry in reversed(self.log):
            if entry.token != token or entry.chat != chat or (message and entry.message != message):
                continue
            for row in entry.values.get("reply_markup", {}).get("inline_keyboard", ()):
                for button in row:
                    if button["text"] == label and "callback_data" in button:
                        return entry.message, button["callback_data"]
        raise LookupError(f"no button {label!r} in chat {chat}")

    def _control(self, name: str, request: Request) -> Answer:
        if name not in CONTROLS:
            return Refused(404, f"no control {name}; there are {', '.join(sorted(CONTROLS))}").response()
        arguments = orjson.loads(request.body) if request.body else {}
        try:
            outcome = getattr(self, name)(**arguments)
        except (TypeError, LookupError, ValueError) as error:
            return json_response({"error": f"{name}: {error}"}, 400)
        if inspect.iscoroutine(outcome):
            return _as_json(outcome)
        return json_response(outcome)


CONTROLS = {
    name
    for name, value in vars(FakeBotApi).items()
    if inspect.isfunction(value) and not name.startswith("_") and name not in ("serving", "answer")
}


async def _as_json(outcome: Coroutine[Any, Any, Any]) -> Response:
    return json_response(await outcome)


def _first(pending: deque[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    return [update for update, _ in zip(pending, range(limit), strict=False)]


def _chat(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"Person {chat}"}
    return {"id": chat, "type": "supergroup", "title": "The desk", "is_forum": True}


def _user(user: int, locale: str) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"Person {user}", "language_code": locale}


def _member(bot: Bot, status: str) -> dict[str, Any]:
    return {"status": status, "user": bot.user} | ({"until_date": 0} if status == "kicked" else {})


def _administrator(bot: Bot, can_pin: bool) -> dict[str, Any]:
    others = "post_stories edit_stories delete_stories manage_chat delete_messages manage_video_chats restrict_members"
    others += " promote_members change_info invite_users manage_topics"
    rights = {f"can_{right}": True for right in others.split()} | {"can_pin_messages": can_pin}
    return _member(bot, "administrator") | {"can_be_edited": False, "is_anonymous": False} | rights


async def _serve(port: int, tokens: tuple[str, ...]) -> None:
    api = FakeBotApi(tokens)
    async with api.serving(port) as url:
        print(url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A Telegram Bot API for tests.")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--token", action="append", default=[])
    chosen = arguments.parse_args()
    uvloop.run(_serve(chosen.port, tuple(chosen.token)))
