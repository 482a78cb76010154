"""How choices are shown where there is least room."""

import pytest

from flows.labels import Shape, Shown, room, shown


def test_up_to_three_short_labels_are_buttons():
    assert shown(["Yes", "No", "x" * 20]) == Shown(Shape.BUTTONS, (), ("Yes", "No", "x" * 20))


def test_one_character_more_or_one_choice_more_makes_a_list():
    assert shown(["Yes", "x" * 21]) == Shown(Shape.LIST, (), ("Yes", "x" * 21))
    assert shown(["a", "b", "c", "d"]) == Shown(Shape.LIST, (), ("a", "b", "c", "d"))
    assert shown(["x" * 24] * 10) == Shown(Shape.LIST, (), ("x" * 24,) * 10)


def test_a_label_too_long_for_a_row_stands_in_the_message_with_its_number():
    assert shown(["Nearly every day", "More than half of the days"]) == Shown(
        Shape.NUMBERED, ("1. Nearly every day", "2. More than half of the days"), ("1", "2")
    )


def test_more_choices_than_rows_are_answered_by_typing_their_number():
    assert shown(["a"] * 11) == Shown(Shape.NUMBERED, tuple(f"{number}. a" for number in range(1, 12)), ())


@pytest.mark.parametrize(("choices", "characters"), [(1, 20), (3, 20), (4, 24), (10, 24), (11, None)])
def test_a_label_has_room(choices: int, characters: int | None):
    assert room(choices) == characters
