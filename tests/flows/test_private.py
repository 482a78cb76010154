"""What the bot reads back that nobody but the person is to see."""

from bot.talks import Stage

BOOK = Stage().book


def test_ones_own_words_read_back_are_private_and_so_is_the_brief_before_it_is_sent() -> None:
    steps = {".".join(id.split(".")[:2]) for id in BOOK.private}

    assert {step for step in steps if not step.startswith("brief.")} == {
        *("memory.shown", "choosing.heavy", "lists.note", "lists.felt_row"),
        *(f"safety_plan.{part}" for part in ("written", "signs", "alone", "people", "ask", "care", "around")),
        *(f"{exercise}.before_this" for exercise in ("small_step", "good_things", "friend_voice")),
        *(f"{flow.name}.given_back" for flow in BOOK.flows.values() if flow.words and "given_back" in flow.steps),
    }
    assert {f"brief.{name}" for name in ("said", "score", "exercise", "noticed")} <= BOOK.private
