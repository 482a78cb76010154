"""A book without what no clinician has signed, for a clinic that serves nothing else.

Only exercises and questionnaires are ever withheld. Conversations and single sentences are not: they are the way to a
human, to the urgent lines, through a crisis, to one's own plan and data, and out.
"""

from collections.abc import Mapping
from dataclasses import replace

from flows.flow import Flow, Go, Kind, Step
from flows.review import Standing, State
from flows.state import Place

WITHHELD = "review.withheld"
_CAN_WAIT = (Kind.EXERCISE, Kind.QUESTIONNAIRE)


def withheld(flows: Mapping[str, Flow], reviews: Mapping[str, State]) -> frozenset[str]:
    """The names of the flows that wait for a clinician."""
    return frozenset(
        name
        for name, flow in flows.items()
        if flow.kind in _CAN_WAIT and reviews[name].standing is not Standing.REVIEWED
    )


def cut(flow: Flow, gone: frozenset[str], menu: Place) -> Flow:
    """This flow, in which nothing leads to those that are gone."""
    return replace(flow, steps={id: _cut(step, gone, menu) for id, step in flow.steps.items()})


def told(step: Step, before: Step | None) -> Step:
    """This step; where it has lost all there was to choose from, it says so.

    before: what it was when nothing was withheld.
    """
    if before is None or len(before.options) == len(step.options):
        return step
    offered_only_these = not any(option.minutes for option in step.options) if step.listing else len(step.options) < 2
    return replace(step, says=(WITHHELD,)) if offered_only_these else step


def _cut(step: Step, gone: frozenset[str], menu: Place) -> Step:
    def instead(go: Go) -> Go:
        return menu if isinstance(go, Place) and go.flow in gone else go

    kept = tuple(option for option in step.options if instead(option.go) is option.go)
    if step.options and not kept and not step.hear:  # a question has to have an answer
        kept = (replace(step.options[-1], go=menu),)
    return replace(
        step,
        options=kept,
        hear=replace(step.hear, go=instead(step.hear.go)) if step.hear else None,
        go=instead(step.go) if step.go else None,
        fork=replace(step.fork, yes=instead(step.fork.yes), no=instead(step.fork.no)) if step.fork else None,
        silence=replace(step.silence, go=instead(step.silence.go))
        if step.silence and step.silence.go
        else step.silence,
    )
