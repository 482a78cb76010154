"""A bare python-telegram-bot bot: Application, where a person is in the in-memory user_data, nothing else.

python -m tests.bench.bare_ptb <url> <token> <exercise.json>
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvloop
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    JobQueue,
    MessageHandler,
    filters,
)

from handlers.buttons import rows
from handlers.port import Button
from tests.bench.exercise import WORDS, Said, next_steps, read

Store = dict[Any, Any]
Context = ContextTypes.DEFAULT_TYPE
Bare = Application[ExtBot[None], Context, Store, Store, Store, JobQueue[Context]]


def main(url: str, token: str, exercise_path: Path) -> None:
    exercise = read(exercise_path)
    steps, ways = next_steps(exercise)
    keyboards = [_keyboard(said) for said in steps]

    async def greet(update: Update, context: Context) -> None:
        assert update.message
        assert context.user_data is not None
        context.user_data["step"] = 0
        for said in exercise.greeting[:-1]:
            await update.message.reply_text(said.text)
        await update.message.reply_text(steps[0].text, reply_markup=keyboards[0])

    async def tapped(update: Update, context: Context) -> None:
        query = update.callback_query
        assert query
        assert context.user_data is not None
        step: int = context.user_data["step"]
        following = ways[step].get(query.data or "", step)
        context.user_data["step"] = following
        assert update.effective_chat
        await update.effective_chat.send_message(steps[following].text, reply_markup=keyboards[following])
        await query.answer()

    async def said(update: Update, context: Context) -> None:
        assert update.message
        assert context.user_data is not None
        step: int = context.user_data["step"]
        following = ways[step].get(WORDS, step)
        context.user_data["step"] = following
        await update.message.reply_text(steps[following].text, reply_markup=keyboards[following])

    # One update at a time, its default: with concurrent_updates its HTTP client spent more per turn than was won.
    bot: Bare = Application.builder().token(token).base_url(f"{url}/bot").build()
    bot.add_handler(CommandHandler("start", greet))
    bot.add_handler(CallbackQueryHandler(tapped))
    bot.add_handler(MessageHandler(filters.TEXT, said))
    asyncio.set_event_loop(uvloop.new_event_loop())
    bot.run_polling()


def _keyboard(said: Said) -> InlineKeyboardMarkup:
    laid = rows(tuple(Button(label, label) for label in said.buttons))
    return InlineKeyboardMarkup([[InlineKeyboardButton(b.label, callback_data=b.press) for b in row] for row in laid])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
