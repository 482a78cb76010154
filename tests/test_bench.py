"""The bench walks through an exercise of the book; it must still be there."""

import orjson

from tests.bench import walk


def test_the_round_the_bench_walks_is_in_the_book():
    assert len(orjson.loads(walk.written())["round"]) == len(walk.ROUND)
