"""The steps of a flow and the ways between them, as a diagram."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from textwrap import shorten, wrap

from flows.diagram import Edge, Node, svg
from flows.effects import Weight
from flows.flow import Flow, Go, Step
from flows.phones import Reader, fork_says
from flows.state import Place

BREADTH, LINES = 30, 2  # characters of a line in a step; lines of its message that are shown
LABEL = 26  # characters of a line of a label
CHAIN = 3  # so many messages that come by themselves are drawn as one
CROSSROADS = 4  # a step that so many ways lead to is named where they begin; the lines would hide all others


def picture(reader: Reader, flow: Flow) -> str:
    """Return the diagram, as SVG; what leads out of the flow is named in the step it leads from."""
    groups = _groups(flow)
    home = {step.place: group[0].place for group in groups for step in group}
    drawn, named = _thinned([edge for group in groups for edge in _edges(reader, flow, group, home)], _id(flow.start))
    nodes = [_node(reader, flow, group, named.get(_id(group[0].place), [])) for group in groups]
    start = next((number for number, group in enumerate(groups) if group[0].place == flow.start), 0)
    nodes = [nodes[start], *nodes[:start], *nodes[start + 1 :]]
    return svg(nodes, drawn, reader.plain("diagram_of", flow=flow.name))


def _thinned(edges: Sequence[Edge], start: str) -> tuple[list[Edge], dict[str, list[str]]]:
    """Return the ways to draw, and by box the names of the crossroads that its other ways lead to.

    The way on which one first comes to a crossroads is drawn.
    """
    sources: dict[str, set[str]] = {}
    out: dict[str, list[Edge]] = {}
    for edge in edges:
        sources.setdefault(edge.target, set()).add(edge.source)
        out.setdefault(edge.source, []).append(edge)
    crossroads = {target for target, many in sources.items() if len(many) >= CROSSROADS}
    first: dict[str, Edge] = {}
    pending, seen = [start], {start}
    for edge in edges:
        if edge.source not in seen and edge.source not in sources:
            pending.append(edge.source)
    while pending:
        for edge in out.get(pending.pop(0), []):
            if edge.target not in seen:
                seen.add(edge.target)
                first[edge.target] = edge
                pending.append(edge.target)
    drawn: list[Edge] = []
    named: dict[str, list[str]] = {}
    for edge in edges:
        if edge.target in crossroads and edge is not first.get(edge.target):
            names = named.setdefault(edge.source, [])
            name = edge.target.partition(".")[2]
            if name not in names:
                names.append(name)
        else:
            drawn.append(edge)
    return drawn, named


def _groups(flow: Flow) -> list[list[Step]]:
    """The steps of each box: one, or a chain that goes by itself, or all questions of an instrument."""
    steps = list(flow.steps.values())
    led_to: dict[Place, int] = {}
    for step in steps:
        for go in {go for _, go in _ways(step, flow) if isinstance(go, Place)}:
            led_to[go] = led_to.get(go, 0) + 1
    chains: list[list[Step]] = []
    for step in steps:
        last = chains[-1][-1] if chains else None
        goes_by_itself = last and _passes(last) and last.go == step.place and _passes(step) and led_to[step.place] == 1
        if (last and last.item and step.item) or goes_by_itself:
            chains[-1].append(step)
        else:
            chains.append([step])
    return [
        group
        for chain in chains
        for group in ([chain] if len(chain) >= CHAIN or chain[0].item else [[step] for step in chain])
    ]


def _passes(step: Step) -> bool:
    return not (step.asks or step.fork or step.items) and bool(step.says) and not step.do


def _node(reader: Reader, flow: Flow, group: Sequence[Step], crossroads: Sequence[str]) -> Node:
    first, last = group[0], group[-1]
    name = first.place.step if len(group) == 1 else f"{first.place.step} … {last.place.step}"
    if first.item:
        said = [reader.plain("questions", count=str(len(group)))]
    elif len(group) > 1:
        time = sum((step.wait for step in group if step.wait), timedelta())
        said = [reader.plain("messages", count=str(len(group)), time=reader.time(time))]
    else:
        words = " ".join(reader.words[reader.locale].get(id, "") for id in first.says[:1])
        said = wrap(shorten(words, BREADTH * LINES - 4, placeholder=" …"), BREADTH) if words else []
    out = {reader.name(go, flow.name): None for _, go in _ways(last, flow) if not _inside(go, flow)}
    out |= {reader.name(go, flow.name): None for step in group for _, go in _ways(step, flow) if not _inside(go, flow)}
    marked = [("→ ", crossroads), ("↗ ", list(out))]
    exits = [
        line.replace("\u00a0", " ")
        for mark, names in marked
        if names
        for line in wrap(mark + " · ".join(name.replace(" ", "\u00a0") for name in names), BREADTH + 4)
    ]
    return Node(_id(first.place), _look(first, flow), (name, *said[:LINES], *exits))


def _look(step: Step, flow: Flow) -> str:
    kinds = []
    if step.fork or step.items:
        kinds.append("fork")
    elif step.asks:
        kinds.append("asks")
    if step.weight is Weight.CRISIS:
        kinds.append("crisis")
    if step.place == flow.start:
        kinds.append("start")
    return " ".join(kinds)


def _inside(go: Go | None, flow: Flow) -> bool:
    return isinstance(go, Place) and go.flow == flow.name and go.step in flow.steps


def _edges(reader: Reader, flow: Flow, group: Sequence[Step], home: dict[Place, Place]) -> Iterator[Edge]:
    source = home[group[0].place]
    labels: dict[tuple[Place, str], list[str]] = {}
    for step in group:
        for how, go in _ways(step, flow):
            if not _inside(go, flow) or not isinstance(go, Place) or home[go] == source:
                continue
            label, kind = _said(reader, step, how)
            said = labels.setdefault((home[go], kind), [])
            if label and label not in said:
                said.append(label)
    for (target, kind), said in labels.items():
        yield Edge(_id(source), _id(target), tuple(_label(said)), kind)


def _id(place: Place) -> str:
    return f"{place.flow}.{place.step}"


def _ways(step: Step, flow: Flow) -> Iterator[tuple[str, Go]]:
    """Each way on from here, and how it is taken: an option's id, or one of the words of `_said`."""
    yield from ((f"tap {option.id}", option.go) for option in step.options)
    if step.hear:
        yield "hear", step.hear.go
    if step.silence and step.silence.go:
        yield "silence", step.silence.go
    if step.fork:
        yield "yes", step.fork.yes
        yield "no", step.fork.no
    if step.items:
        first = next((item.place for item in flow.steps.values() if item.item), None)
        yield from (("ask", first),) if first else ()
    if step.item:
        yield "next", step.item.next
        if step.item.silent:
            yield "unanswered", step.item.silent
    if step.go:
        yield "go", step.go


def _said(reader: Reader, step: Step, how: str) -> tuple[str, str]:
    """What stands on a way, and how it is drawn."""
    if how.startswith("tap "):
        option = step.option(how.removeprefix("tap "))
        return (reader.words[reader.locale].get(option.label, "") if option else ""), ""
    if how == "hear":
        return reader.plain("own_words"), ""
    if how == "silence" and step.silence:
        return reader.plain("silence_of", time=reader.time(step.silence.after)), "later"
    if how == "unanswered":
        return reader.plain("unanswered"), "later"
    if how == "yes" and step.fork:
        return fork_says(reader, step.fork), ""
    if how == "no":
        return reader.plain("fork_no"), ""
    return (reader.time(step.wait) if step.wait else ""), ""


def _label(said: Iterable[str]) -> list[str]:
    labels = list(said)
    shown = labels if len(labels) <= 3 else [*labels[:2], f"+ {len(labels) - 2}"]
    return [shorten(label, LABEL, placeholder="…") if len(label) > LABEL else label for label in shown]
