"""What does not fit in one message."""

import pytest

from bot.lengths import cut, length, parted


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("un deux", ["un deux"]),
        ("un deux trois", ["un deux", "trois"]),
        ("un\n\ndeux trois quatre", ["un\n\ndeux", "trois", "quatre"]),
        ("un, deux\n\ntrois quatre", ["un, deux", "trois", "quatre"]),
        ("abcdefghijklmno", ["abcdefghij", "klmno"]),
        ("😀😀😀😀😀😀", ["😀😀😀😀😀", "😀"]),  # two units each
        ("a😀😀😀😀😀", ["a😀😀😀😀", "😀"]),
    ],
)
def test_a_long_text_is_parted_where_it_reads_best_and_none_of_it_is_lost(text: str, parts: list[str]) -> None:
    assert parted(text, 10) == parts


def test_where_something_is_missing_it_says_so() -> None:
    assert cut("abcdefghij", 10) == "abcdefghij"
    assert cut("abcdefghijk", 10) == "abcdefghi…"
    assert length(cut("a😀😀😀😀😀", 10)) == 10
