"""A picture of steps and the ways between them: SVG, drawn from top to bottom.

Laid out in the way of Sugiyama, Tagawa and Toda (1981): ways that lead back are turned round, steps put on layers,
layers ordered so that few ways cross, and everything moved to where its ways are straight. A way's label has a place of
its own, as a step has, so that nothing lies on anything else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

WIDTH = 1080.0  # what is drawn wider is made smaller by the page
NAME, LETTER, LABEL, LINE = 7.9, 6.9, 6.4, 17.0  # px: the breadth of a letter of each kind, the height of a line
NODE_PAD, NODE_GAP, LAYER_GAP, PART_GAP = 12.0, 26.0, 18.0, 44.0
SWEEPS = 12  # more change nothing in flows of our size


@dataclass(frozen=True, slots=True)
class Node:
    """kind: names how it looks (a class of the page's style). lines: the first one is its name."""

    id: str
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    source: str
    target: str
    lines: tuple[str, ...] = ()
    kind: str = ""


@dataclass(slots=True)
class _Spot:
    """A node, or the place of a label or of a bend, on its layer.

    x, y: of its middle. top, bottom: of its layer; a way goes straight through it.
    """

    width: float
    height: float
    node: Node | None = None
    edge: Edge | None = None
    labelled: bool = False
    x: float = 0.0
    y: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    up: list["_Spot"] = field(default_factory=list)
    down: list["_Spot"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the picture that nothing joins to the others."""

    layers: list[list[_Spot]]
    ways: list[tuple[Edge, list[_Spot], bool]]
    width: float
    height: float


def svg(nodes: Sequence[Node], edges: Sequence[Edge], title: str) -> str:
    """Return the picture, in pieces that paper may break between. The first node is where it begins."""
    shelves = _shelves([_part(*part) for part in _parts(nodes, edges)])
    return "".join(_piece(shelf, title) for shelf in shelves)


def _piece(shelf: Sequence[_Part], title: str) -> str:
    drawn = []
    left = 0.0
    for part in shelf:
        drawn.append(f'<g transform="translate({left + 2:.0f} 2)">{_drawn(part)}</g>')
        left += part.width + PART_GAP
    width, height = left - PART_GAP + 4, max(part.height for part in shelf) + 4
    return (
        f'<svg class="diagram" role="img" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}"><title>{escape(title)}</title>{"".join(drawn)}</svg>'
    )


def _parts(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[tuple[list[Node], list[Edge]]]:
    home = {node.id: node.id for node in nodes}

    def root(id: str) -> str:
        while home[id] != id:
            id = home[id]
        return id

    for edge in edges:
        home[root(edge.target)] = root(edge.source)
    parts: dict[str, tuple[list[Node], list[Edge]]] = {}
    for node in nodes:
        parts.setdefault(root(node.id), ([], []))[0].append(node)
    for edge in edges:
        parts[root(edge.source)][1].append(edge)
    return list(parts.values())


def _shelves(parts: Iterable[_Part]) -> list[list[_Part]]:
    shelves: list[list[_Part]] = []
    room = 0.0
    for part in parts:
        if not shelves or part.width > room:
            shelves.append([])
            room = WIDTH
        shelves[-1].append(part)
        room -= part.width + PART_GAP
    return shelves


def _part(nodes: list[Node], edges: list[Edge]) -> _Part:
    turned = _turned(nodes, edges)
    layer_of = _layers(nodes, edges, turned)
    layers: list[list[_Spot]] = [[] for _ in range(max(layer_of.values(), default=0) + 1)]
    spots: dict[str, _Spot] = {}
    for node in _from_the_first(nodes, edges, turned):
        width = max(len(node.lines[0]) * NAME, *(len(line) * LETTER for line in node.lines[1:]), 60.0) + 2 * NODE_PAD
        spots[node.id] = _Spot(width, len(node.lines) * LINE + 1.2 * NODE_PAD, node=node)
        layers[layer_of[node.id]].append(spots[node.id])
    ways = []
    for edge in edges:
        back = edge in turned
        upper, lower = (edge.target, edge.source) if back else (edge.source, edge.target)
        way = [spots[upper]]
        for layer in range(layer_of[upper] + 1, layer_of[lower]):
            first = layer == layer_of[upper] + 1
            bend = _Spot(8.0, 4.0, edge=edge, labelled=first and bool(edge.lines))
            if bend.labelled:
                bend.width = max(map(len, edge.lines)) * LABEL + 10
                bend.height = len(edge.lines) * (LINE - 3) + 2
            layers[layer].append(bend)
            way.append(bend)
        way.append(spots[lower])
        for above, below in pairwise(way):
            above.down.append(below)
            below.up.append(above)
        ways.append((edge, way, back))
    _order(layers)
    width, height = _place(layers)
    return _Part(layers, ways, width, height)


def _turned(nodes: Sequence[Node], edges: Sequence[Edge]) -> set[Edge]:
    """The ways that lead back to a step one has come from."""
    out: Mapping[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        out[edge.source].append(edge)
    turned: set[Edge] = set()
    done: set[str] = set()
    if nodes:  # nothing stands above where it begins
        turned.update(edge for edge in edges if edge.target == nodes[0].id)
    for start in (node.id for node in nodes):
        if start in done:
            continue
        path = {start}
        pending = [(start, iter(out[start]))]
        while pending:
            id, following = pending[-1]
            way = next(following, None)
            if way is None:
                pending.pop()
                path.discard(id)
                done.add(id)
            elif way.target in path:
                turned.add(way)
            elif way.target not in done and way not in turned:
                path.add(way.target)
                pending.append((way.target, iter(out[way.target])))
    return turned


def _layers(nodes: Sequence[Node], edges: Sequence[Edge], turned: set[Edge]) -> dict[str, int]:
    """Return the layer of each node: even numbers, so that there is one for labels between any two."""
    layer = {node.id: 0 for node in nodes}
    ways = [(e.target, e.source) if e in turned else (e.source, e.target) for e in edges]
    for _ in nodes:
        moved = False
        for upper, lower in ways:
            if layer[lower] < layer[upper] + 2:
                layer[lower] = layer[upper] + 2
                moved = True
        if not moved:
            break
    # What nothing leads to stands right above what it leads to.
    led_to = {lower for _, lower in ways}
    for node in nodes:
        below = [layer[lower] for upper, lower in ways if upper == node.id]
        if node.id not in led_to and below:
            layer[node.id] = max(min(below) - 2, 0)
    return layer


def _from_the_first(nodes: Sequence[Node], edges: Sequence[Edge], turned: set[Edge]) -> list[Node]:
    """The nodes as one walks through them, branch by branch: a good order to begin with."""
    by_id = {node.id: node for node in nodes}
    seen: dict[str, Node] = {}

    def walk(id: str) -> None:
        pending = [id]
        while pending:
            here = pending.pop()
            if here not in seen:
                seen[here] = by_id[here]
                pending += [e.target for e in reversed(edges) if e.source == here and e not in turned]

    for node in nodes:
        walk(node.id)
    return list(seen.values())


def _order(layers: list[list[_Spot]]) -> None:
    """Move each spot to the middle of those it is joined to, down and up, while fewer ways cross."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            at = {id(spot): place for near in layers for place, spot in enumerate(near)}
            middles = {}
            for place, spot in enumerate(layer):
                joined = [at[id(other)] for other in (spot.up if down else spot.down)]
                middles[id(spot)] = sum(joined) / len(joined) if joined else float(place)
            layer.sort(key=lambda spot: middles[id(spot)])
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _crossings(layers: list[list[_Spot]]) -> int:
    crossings = 0
    for upper, lower in pairwise(layers):
        at = {id(spot): place for place, spot in enumerate(lower)}
        ends = [at[id(below)] for spot in upper for below in sorted(spot.down, key=lambda other: at[id(other)])]
        crossings += sum(first > second for number, first in enumerate(ends) for second in ends[number + 1 :])
    return crossings


def _place(layers: list[list[_Spot]]) -> tuple[float, float]:
    """Give every spot its place; return width and height."""
    for layer in layers:
        left = 0.0
        for spot in layer:
            spot.x = left + spot.width / 2
            left += spot.width + NODE_GAP
    for sweep in range(2 * SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _straighten(layer, down=sweep % 2 == 0)
    top = 0.0
    for number, layer in enumerate(layers):
        height = max((spot.height for spot in layer), default=0.0)
        for spot in layer:
            # Steps hang from the top of their layer, labels stand in the middle of theirs.
            spot.y = top + (spot.height if number % 2 == 0 else height) / 2
            spot.top, spot.bottom = top, top + height
        farthest = max((abs(spot.x - below.x) for spot in layer for below in spot.down), default=0.0)
        top += height + min(LAYER_GAP + farthest / 12, 2.5 * LAYER_GAP)
    left = min(spot.x - spot.width / 2 for layer in layers for spot in layer)
    for layer in layers:
        for spot in layer:
            spot.x -= left
    return max(spot.x + spot.width / 2 for layer in layers for spot in layer), max(spot.bottom for spot in layers[-1])


def _straighten(layer: list[_Spot], down: bool) -> None:
    """Move the spots as near as they can to the middle of what they are joined to, in their order.

    The least squares under an order: neighbours that would overlap are pooled and moved together.
    """
    pools: list[tuple[float, float, int]] = []  # where it wants to be, how much, how many
    offsets = []
    offset = 0.0
    for number, spot in enumerate(layer):
        if number:
            offset += (layer[number - 1].width + spot.width) / 2 + NODE_GAP
        offsets.append(offset)
        joined = (spot.up if down else spot.down) or [spot]
        wanted = sum(other.x for other in joined) / len(joined) - offset
        weight = 1.0 if spot.node else 3.0  # a long way that bends is worse than a step aside
        pools.append((wanted, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (first, much, many), (second, more, further) = pools[-2], pools[-1]
            pools[-2:] = [((first * much + second * more) / (much + more), much + more, many + further)]
    number = 0
    for wanted, _, many in pools:
        for spot in layer[number : number + many]:
            spot.x = wanted + offsets[number]
            number += 1


def _drawn(part: _Part) -> str:
    spots = [spot for layer in part.layers for spot in layer]
    ways = [_way(edge, way, back) for edge, way, back in part.ways]
    labels = [_label(spot) for spot in spots if spot.edge and spot.labelled]
    return "".join([*ways, *labels, *(_node(spot, spot.node) for spot in spots if spot.node)])


def _way(edge: Edge, way: list[_Spot], back: bool) -> str:
    first, last = way[0], way[-1]
    start = _port(first, first.down, way[1], first.y + first.height / 2)
    end = _port(last, last.up, way[-2], last.y - last.height / 2)
    # A way turns between the layers only: within them it would run across a step or a label.
    points = [start, (start[0], first.bottom)]
    for spot in way[1:-1]:
        points += [(spot.x, spot.top), (spot.x, spot.bottom)]
    points.append(end)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x1, y1), (x2, y2) in pairwise(points):
        bend = (y2 - y1) * 0.55
        path += f"C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
    (x, y), sign = (points[0], 1) if back else (points[-1], -1)
    head = f"M{x - 4:.1f} {y + sign * 7:.1f}L{x:.1f} {y:.1f}L{x + 4:.1f} {y + sign * 7:.1f}z"
    return f'<path class="way {edge.kind}" d="{path}"/><path class="head {edge.kind}" d="{head}"/>'


def _port(spot: _Spot, joined: list[_Spot], other: _Spot, y: float) -> tuple[float, float]:
    """Where on its edge a way leaves a node: beside the others, in the order in which they go."""
    in_order = sorted(joined, key=lambda towards: towards.x)
    place = next(number for number, towards in enumerate(in_order) if towards is other)
    step = min(22.0, (spot.width - 24) / max(len(in_order) - 1, 1))
    return spot.x + (place - (len(in_order) - 1) / 2) * step, y


def _label(spot: _Spot) -> str:
    assert spot.edge
    top = spot.y - spot.height / 2
    lines = "".join(
        f'<tspan x="{spot.x:.1f}" y="{top + number * (LINE - 3) + 12:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(spot.edge.lines)
    )
    return (
        f'<rect class="halo" x="{spot.x - spot.width / 2 + 3:.1f}" y="{top:.1f}" width="{spot.width - 6:.1f}"'
        f' height="{spot.height:.1f}"/><text class="choice {spot.edge.kind}">{lines}</text>'
    )


def _node(spot: _Spot, node: Node) -> str:
    left, top = spot.x - spot.width / 2, spot.y - spot.height / 2
    lines = "".join(
        f'<tspan class="{"name" if number == 0 else "said"}" x="{left + NODE_PAD:.1f}"'
        f' y="{top + NODE_PAD * 0.6 + (number + 0.72) * LINE:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(node.lines)
    )
    return (
        f'<a href="#{escape(node.id)}"><rect class="step {node.kind}" x="{left:.1f}" y="{top:.1f}" rx="9"'
        f' width="{spot.width:.1f}" height="{spot.height:.1f}"/><text>{lines}</text></a>'
    )
