"""A picture in which nothing lies on anything else."""

import re

from hypothesis import given
from hypothesis import strategies as st

from flows.diagram import Edge, Node, svg

RECT = re.compile(
    r'<rect class="(step|halo)[^"]*" x="(-?[\d.]+)" y="(-?[\d.]+)"[^>]* width="([\d.]+)" height="([\d.]+)"'
)
PIECE = re.compile(r"<svg .*?</svg>", re.DOTALL)
GROUP = re.compile(r'<g transform="translate\((-?\d+) (-?\d+)\)">(.*?)</g>', re.DOTALL)
NAMES = [f"step_{number}" for number in range(12)]


def boxes(picture: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every step and label; one piece of the picture under the other."""
    found = []
    for number, piece in enumerate(PIECE.findall(picture)):
        for dx, dy, inside in GROUP.findall(piece):
            for _, x, y, width, height in RECT.findall(inside):
                left, top = float(x) + float(dx), float(y) + float(dy) + number * 10_000
                found.append((left, top, left + float(width), top + float(height)))
    return found


def nodes(count: int) -> list[Node]:
    return [Node(name, "asks", (name, "What is said there")) for name in NAMES[:count]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Node], list[Edge]]:
    count = draw(st.integers(1, len(NAMES)))
    ends = st.sampled_from(NAMES[:count])
    joined = draw(st.sets(st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]), max_size=24))
    labels = st.lists(st.sampled_from(["Begin", "A rather long label here", "Skip"]), max_size=3, unique=True)
    return nodes(count), [Edge(source, target, tuple(draw(labels))) for source, target in sorted(joined)]


@given(graphs())
def test_no_step_and_no_label_lies_on_another(graph: tuple[list[Node], list[Edge]]):
    picture = svg(*graph, "Any")

    placed = boxes(picture)
    assert len(placed) == len(graph[0]) + sum(bool(edge.lines) for edge in graph[1])
    for number, (left, top, right, bottom) in enumerate(placed):
        for other in placed[number + 1 :]:
            assert (
                right <= other[0] + 0.2 or other[2] <= left + 0.2 or bottom <= other[1] + 0.2 or other[3] <= top + 0.2
            )


@given(graphs())
def test_every_way_is_drawn_and_the_same_each_time(graph: tuple[list[Node], list[Edge]]):
    picture = svg(*graph, "Any")

    assert picture.count('class="head ') == len(graph[1])
    assert picture == svg(*graph, "Any")


def test_a_conversation_is_read_from_top_to_bottom():
    one, two, three = nodes(3)

    places = boxes(
        svg([one, two, three], [Edge(one.id, two.id), Edge(two.id, three.id), Edge(three.id, one.id)], "Round")
    )

    assert [top for _, top, _, _ in places] == sorted(top for _, top, _, _ in places)


def test_words_are_escaped():
    assert "<b>" not in svg([Node("a", "", ("<b>", "&"))], [], "<b>")
