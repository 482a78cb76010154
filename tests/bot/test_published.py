"""Nobody is recognised: what the shown numbers tell, also to somebody who knows exactly how they were chosen."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.published import WITHIN, Part, by_quarter, counts, may_be_shown, mondays, times, waited
from handlers.port_figures import Counted, Stretch, Times, Waited

FIRST = date(2026, 1, 5)
HIDDEN = range(1, 5)
BOTH = ("fr", "en")


def week(number: int) -> date:
    return FIRST + timedelta(days=7 * number)


def weeks(n: int) -> list[date]:
    return [week(number) for number in range(n)]


def shown(weekly: Sequence[int]) -> tuple[Stretch, ...]:
    counted = {Counted.WROTE: {(week(number), "fr"): count for number, count in enumerate(weekly)}}
    return counts(weeks(len(weekly)), ("fr",), counted)[Counted.WROTE][""]


@pytest.mark.parametrize(
    ("weekly", "stretches"),
    [
        ([5, 0, 12], [(0, 1, 5), (1, 1, 0), (2, 1, 12)]),
        ([4, 0, 1], [(0, 3, 5)]),
        ([4, 1, 3, 9], [(0, 2, 5), (2, 2, 12)]),
        ([6, 4], [(0, 1, 6)]),  # the last week is not added to the one before: that has been seen without it
        ([1, 2], []),
        ([], []),
    ],
)
def test_weeks_are_joined_until_there_are_five(weekly: list[int], stretches: list[tuple[int, int, int]]):
    assert shown(weekly) == tuple(Stretch(week(since), n, count) for since, n, count in stretches)


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(0, 12))
def test_what_was_shown_is_shown_again_next_week(weekly: list[int], until: int):
    before, after = shown(weekly[:until]), shown(weekly)

    assert after[: len(before)] == before


def test_the_languages_are_apart_until_one_cannot_be_shown_then_the_rest_of_the_quarter_is_one():
    weekly = [(8, 5), (7, 0), (8, 2), (1, 4), (6, 3), (9, 1)]
    counted = {
        Counted.WROTE: {
            (week(n), one): count for n, pair in enumerate(weekly) for one, count in zip(BOTH, pair, strict=True)
        }
    }

    assert counts(weeks(6), BOTH, counted, quarter=5)[Counted.WROTE] == {
        "": tuple(Stretch(week(n), 1, count) for n, count in enumerate([13, 7, 10, 5, 9, 10])),
        "fr": (Stretch(week(0), 1, 8), Stretch(week(1), 1, 7), Stretch(week(2), 3, 15)),
        "en": (Stretch(week(0), 1, 5), Stretch(week(1), 1, 0), Stretch(week(2), 3, 9)),
    }


def test_the_rest_of_a_quarter_that_would_tell_too_much_is_not_shown():
    # Both together: 14, then 5. In the first week one language could not be shown. It is French: English has too many.
    # Of 9 at most 5 are from the second, so 4 are left for the first.
    first, rest = Part(week(0), 1, (4, 10)), Part(week(1), 1, (5, 0))

    assert by_quarter([first, rest], 2, may_be_shown([])) == []
    assert by_quarter([first, Part(week(1), 1, (5, 1))], 2, may_be_shown([])) == [Part(week(0), 2, (9, 11))]


def test_how_many_did_not_is_a_number_of_people_too():
    counted = {
        Counted.WROTE: {(week(0), "fr"): 12, (week(1), "fr"): 9},
        Counted.EXERCISE: {(week(0), "fr"): 10, (week(1), "fr"): 6},
    }

    # After the first week two people would have done no exercise. After the second, five: 21 - 16.
    assert counts(weeks(2), ("fr",), counted)[Counted.EXERCISE][""] == (Stretch(week(0), 2, 16),)


worlds = st.lists(
    st.tuples(*(st.integers(0, 8) for _ in range(2 * len(Counted)))).map(
        lambda numbers: dict(zip(product(Counted, BOTH), numbers, strict=True))
    ),
    max_size=8,
)


@given(worlds)
def test_no_sum_and_no_difference_of_shown_numbers_is_a_count_from_one_to_four(world):
    """Every number that can be had: of some people, over some run of shown weeks, less what else is shown of them."""
    counted: dict[Counted, dict[tuple[date, str], int]] = defaultdict(dict)
    for number, numbers in enumerate(world):
        for (what, locale), count in numbers.items():
            counted[what][week(number), locale] = count
    figures = counts(weeks(len(world)), BOTH, counted, quarter=3)

    derived = []
    for what in Counted:
        for locale in ("", *BOTH):
            derived += runs(figures[what][locale])
        for one, other in (BOTH, BOTH[::-1]):
            # All together, less one language, over the same weeks.
            derived += [total - part for total, part, _ in matching(sums(figures[what][""]), sums(figures[what][one]))]
            assert [s.since for s in figures[what][one]] == [s.since for s in figures[what][other]]
    for what, whole in WITHIN.items():
        for locale in ("", *BOTH):
            # Everybody until then, less those who went further.
            derived += [
                total - part
                for total, part, since in matching(sums(figures[whole][locale]), sums(figures[what][locale]))
                if since == FIRST
            ]

    assert [number for number in derived if number in HIDDEN] == []


def sums(stretches: Sequence[Stretch]) -> dict[tuple[date, date], int]:
    """Of every run of stretches without a gap, by its first and last day."""
    found = {}
    for a in range(len(stretches)):
        for b in range(a, len(stretches)):
            if b > a and stretches[b].since != stretches[b - 1].until + timedelta(days=1):
                break
            found[stretches[a].since, stretches[b].until] = sum(stretch.count for stretch in stretches[a : b + 1])
    return found


def runs(stretches: Sequence[Stretch]) -> list[int]:
    return list(sums(stretches).values())


def matching(some: dict[tuple[date, date], int], others: dict[tuple[date, date], int]) -> list[tuple[int, int, date]]:
    return [(some[days], others[days], days[0]) for days in some.keys() & others.keys()]


def test_nobody_who_knows_the_rule_can_work_back_to_a_count_from_one_to_four():
    """All clinics of four weeks that look the same from outside differ in every run of weeks that is hidden."""
    alike = defaultdict(list)
    for weekly in product(range(9), repeat=4):
        seen = shown(weekly)
        if all(stretch.count < 9 for stretch in seen):  # else some that look the same lie beyond the range
            alike[seen].append(weekly)

    for same in alike.values():
        for a, b in combinations(range(5), 2):
            could_be = {sum(weekly[a:b]) for weekly in same}
            assert not (len(could_be) == 1 and could_be <= set(HIDDEN)), (same[:3], a, b)


@pytest.mark.parametrize(("of_weeks", "most"), [(2, 14), (3, 5)])
def test_nor_to_a_count_in_one_language(of_weeks: int, most: int):
    alike = defaultdict(list)
    pairs = [pair for pair in product(range(most + 1), repeat=2) if sum(pair) <= most]
    for weekly in product(pairs, repeat=of_weeks):
        seen = both_shown(weekly)
        if all(stretch.count <= most for stretch in seen[0]):
            alike[seen].append([*(pair[0] for pair in weekly), *(pair[1] for pair in weekly)])

    for same in alike.values():
        for chosen in (some for size in range(1, of_weeks + 1) for some in combinations(range(2 * of_weeks), size)):
            could_be = {sum(numbers[n] for n in chosen) for numbers in same}
            assert not (len(could_be) == 1 and could_be <= set(HIDDEN)), (same[:3], chosen)


def both_shown(pairs: Sequence[tuple[int, int]]) -> tuple[tuple[Stretch, ...], ...]:
    counted = {
        Counted.WROTE: {
            (week(n), one): count for n, pair in enumerate(pairs) for one, count in zip(BOTH, pair, strict=True)
        }
    }
    return tuple(counts(weeks(len(pairs)), BOTH, counted, quarter=len(pairs))[Counted.WROTE].values())


def took(*minutes_and_counts: tuple[int, int]) -> dict[tuple[date, str], dict[int, int]]:
    return {(week(0), "fr"): dict(minutes_and_counts)}


@pytest.mark.parametrize(
    ("minutes", "half", "most"),
    [
        (took((3, 9)), None, None),
        (took((3, 4), (8, 6)), 8, None),
        (took((3, 5), (8, 5)), 3, None),
        (took((3, 49)), 3, None),
        (took((3, 45), (90, 5)), 3, 3),
        (took((3, 44), (90, 6)), 3, 90),
    ],
)
def test_a_time_is_shown_when_five_people_waited_longer(minutes, half, most):
    assert times(weeks(1), ("fr",), {}, minutes) == Times(None, None, half, most)


def test_times_are_joined_until_ten_people_waited():
    answered = {(week(n), "fr"): {2 + n: 6} for n in range(3)}
    taken = {(week(n), "fr"): {1: 6} for n in range(3)}

    assert waited(weeks(3), ("fr",), taken, answered) == {"": (Waited(week(0), 2, Times(1, None, 2, None)),)}


def test_mondays_end_before_the_week_that_is_not_over():
    assert mondays(week(0), week(2)) == [week(0), week(1)]
