"""A bare aiogram bot: MemoryStorage, its FSM for where a person is, nothing else. As its documentation shows it.

python -m tests.bench.bare_aiogram <url> <token> <exercise.json>
"""

import sys
from pathlib import Path

import uvloop
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers.buttons import rows
from handlers.port import Button
from tests.bench.exercise import WORDS, Said, next_steps, read


async def main(url: str, token: str, exercise_path: Path) -> None:
    exercise = read(exercise_path)
    steps, ways = next_steps(exercise)
    keyboards = [_keyboard(said) for said in steps]
    dispatcher = Dispatcher(storage=MemoryStorage())

    @dispatcher.message(CommandStart())
    async def greet(message: Message, state: FSMContext) -> None:
        await state.set_state("0")
        for said in exercise.greeting[:-1]:
            await message.answer(said.text)
        await message.answer(steps[0].text, reply_markup=keyboards[0])

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery, state: FSMContext) -> None:
        step = int(await state.get_state() or 0)
        following = ways[step].get(query.data or "", step)
        await state.set_state(str(following))
        if isinstance(query.message, Message):
            await query.message.answer(steps[following].text, reply_markup=keyboards[following])
        await query.answer()

    @dispatcher.message()
    async def said(message: Message, state: FSMContext) -> None:
        step = int(await state.get_state() or 0)
        following = ways[step].get(WORDS, step)
        await state.set_state(str(following))
        await message.answer(steps[following].text, reply_markup=keyboards[following])

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(bot)


def _keyboard(said: Said) -> InlineKeyboardMarkup:
    laid = rows(tuple(Button(label, label) for label in said.buttons))
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=b.label, callback_data=b.press) for b in row] for row in laid]
    )


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
