"""What a person sees of a flow, for clinicians: its steps as phone screens, one language beside the other.

A screen is what comes without anybody answering: one message after the other, with the time between them, until a
choice is offered or words are awaited.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import assert_never

from flows.book import STARTS, Book
from flows.effects import Ask, Say, Text, Weight
from flows.flow import Do, Flow, Fork, Go, HandOver, Keep, Kind, LeaveOut, Option, Order, Step, ThrowAway
from flows.labels import Shape, shown
from flows.state import Place, State
from flows.walk import Values, Walk

_SLOT = re.compile(r"\{(\w+)\}")
_MARK = re.compile("\ue000(\\w+)\ue001")  # around the name of a value that is not known here
_SEEN_ON_THE_SCREEN = {
    *(Do.SHOW_LINES, Do.SHOW_SILENT_LINES, Do.EMERGENCY_FIRST, Do.SHOW_ATTRIBUTION),
    *(Do.LIST_COUNTRIES, Do.NUMBER_IN_DANGER),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """The book, and how its words are read.

    words:     by language, then by text id.
    say:       a text with its values, in a language.
    locale:    of the page around the screens. languages: of the screens, in their order.
    """

    book: Book
    words: Mapping[str, Mapping[str, str]]
    say: Callable[[Text, str], str]
    locale: str
    languages: tuple[str, ...]

    def label(self, name: str, /, **values: str) -> str:
        """Words of the page itself, as HTML."""
        return escape(self.plain(name, **values))

    def plain(self, name: str, /, **values: str) -> str:
        return self.say(Text(f"preview.{name}", tuple(values.items())), self.locale)

    def sentence(self, id: str, locale: str) -> str:
        """A sentence as HTML. What stands in braces is filled in where it is known now, and marked where it is not."""
        words = self.words[locale].get(id, "")
        if not words:
            return f'<em class="lacking">{self.label("not_translated")}</em>'
        known = {"emergency": self.book.lines.emergency, "review": self.say(self.book.reviewed, locale)}
        return "".join(
            escape(piece) if number % 2 == 0 else escape(known[piece]) if piece in known else _slot(piece)
            for number, piece in enumerate(_SLOT.split(words))
        )

    def message(self, step: Step, locale: str) -> str:
        """What this step says, as HTML, put together as it is in a conversation."""
        walk = _Shown(self.book, State(locale=locale), None)
        walk.tell(step)
        texts = [text for effect in walk.effects if isinstance(effect, Say | Ask) for text in effect.texts]
        return "".join(f"<p>{self._text(text, locale)}</p>" for text in texts)

    def choice(self, option: Option, locale: str) -> str:
        """A label as HTML, with the minutes of the exercise it stands for."""
        if not option.minutes:
            return self.sentence(option.label, locale)
        return escape(self.say(_Shown(self.book, State(locale=locale), None).label(option), locale))

    def _text(self, text: Text, locale: str) -> str:
        if not self.words[locale].get(text.id):
            return self.sentence(text.id, locale)
        return _MARK.sub(lambda found: _slot(found[1]), escape(self.say(text, locale)))

    def time(self, time: timedelta) -> str:
        seconds = int(time.total_seconds())
        for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
            if seconds >= length and seconds % length == 0:
                return self._counted(unit, seconds // length)
        return self._counted("second", seconds)

    def _counted(self, unit: str, count: int) -> str:
        name = unit if count == 1 else "minutes_of_time" if unit == "minute" else f"{unit}s"
        return self.plain(name, count=str(count))

    def name(self, go: Go, home: str) -> str:
        """What a way leads to is called, seen from this flow."""
        if not isinstance(go, Place):
            return self.plain(f"way_{go.name.lower()}")
        if go.flow == home:
            return go.step
        flow = self.book.flows.get(go.flow)
        if flow and flow.start == go and (go.flow in STARTS or flow.kind in (Kind.EXERCISE, Kind.QUESTIONNAIRE)):
            return go.flow
        return f"{go.flow}/{go.step}"

    def to(self, go: Go, home: str) -> str:
        """Where a way leads, as HTML: a link to it."""
        name = escape(self.name(go, home))
        if not isinstance(go, Place):
            return f'<span class="to">{name}</span>'
        return f'<a class="to" href="#{escape(go.flow)}.{escape(go.step)}">{name}</a>'


class _Shown(Walk):
    """A conversation in which every value is known by its name only."""

    def filled(self, says: tuple[str, ...], values: Values, flow: str) -> tuple[Text, ...]:
        known = self.known(values)
        return tuple(
            Text(
                id,
                tuple(
                    (name, known.get(name, f"\ue000{name}\ue001"))
                    for name in sorted(self.book.placeholders.get(id, ()))
                ),
            )
            for id in says
        )


def _slot(name: str) -> str:
    return f'<span class="slot">{escape(name.replace("_", " "))}</span>'


def screens(reader: Reader, flow: Flow) -> str:
    """Every step of the flow, as HTML, in the order of its file."""
    whole = _throughout(reader, flow)
    return "".join([whole, *(_screen(reader, flow, steps) for steps in stretches(flow))])


def stretches(flow: Flow) -> list[list[Step]]:
    """The steps of each screen."""
    found: list[list[Step]] = []
    for step in flow.steps.values():
        last = found[-1][-1] if found else None
        if last and not last.asks and not last.fork and not last.items and last.go == step.place:
            found[-1].append(step)
        else:
            found.append([step])
    return found


# A row of a screen: its HTML in each language.
_Row = Mapping[str, str]


def _screen(reader: Reader, flow: Flow, steps: list[Step]) -> str:
    rows = [row for step in steps for row in _rows(reader, flow, step, last=step is steps[-1])]
    anchors = "".join(f'<span class="anchor" id="{_anchor(step.place)}"></span>' for step in steps[1:])
    names = " → ".join(escape(step.place.step) for step in (steps if len(steps) < 4 else (steps[0], steps[-1])))
    if len(steps) >= 4:
        names = f"{escape(steps[0].place.step)} … {escape(steps[-1].place.step)}"
    return (
        f'<section class="screen" id="{_anchor(steps[0].place)}">{anchors}<h4>{names}</h4>'
        f"{_pair(reader, rows, flow)}</section>"
    )


def _anchor(place: Place) -> str:
    return f"{escape(place.flow)}.{escape(place.step)}"


def _pair(reader: Reader, rows: list[_Row], flow: Flow) -> str:
    phones = "".join(
        f'<div class="phone" lang="{language}" style="--rows:{len(rows) + 1}">'
        f'<div class="top"><b>{reader.sentence(flow.title, language) if flow.title else "Passerelle"}</b>'
        f"<span>{escape(reader.say(Text(f'preview.language_{language}'), language))}</span></div>"
        f"{''.join(row[language] for row in rows)}</div>"
        for language in reader.languages
    )
    return f'<div class="pair">{phones}</div>'


def _rows(reader: Reader, flow: Flow, step: Step, last: bool) -> Iterator[_Row]:
    """What is seen at this step, from top to bottom."""
    each = reader.languages
    said = {locale: reader.message(step, locale) for locale in each}
    if any(said.values()):
        kind = " crisis" if step.weight is Weight.CRISIS else ""
        yield {locale: _bubble(message, kind) for locale, message in said.items()}
    orders = [_ordered(order) for order in step.do if order not in _SEEN_ON_THE_SCREEN]
    if step.listing:
        orders.append(f"list {step.listing.of.value}")
    if orders:
        yield _note(each, f"{reader.label('does')} {escape(', '.join(orders))}", "does")
    if step.options:
        yield {locale: _choices(reader, flow, step, locale) for locale in each}
    if step.hear:
        yield {locale: _own_words(reader, flow, step, locale) for locale in each}
    yield from _otherwise(reader, flow, step)
    if step.fork:
        yes, no = reader.to(step.fork.yes, flow.name), reader.to(step.fork.no, flow.name)
        yield _note(each, f"{escape(fork_says(reader, step.fork))} {yes}<br>{reader.label('fork_no')} {no}")
    if step.wait:
        yield _note(each, reader.label("passes", time=reader.time(step.wait)), "passes")
    if last and step.go:
        yield _note(each, f"{reader.label('on_to')} {reader.to(step.go, flow.name)}")


def _ordered(order: Order) -> str:
    match order:
        case Keep(names):
            return f"keep {' and '.join(names)}"
        case ThrowAway(names):
            return f"throw away {' and '.join(names)}"
        case HandOver(names):
            return f"hand over {' and '.join(names)}"
        case LeaveOut(part):
            return f"leave out {part.value}"
        case Do():
            return order.value
        case _:
            assert_never(order)


def _bubble(paragraphs: str, kind: str = "") -> str:
    return f'<div class="bubble{kind}">{paragraphs}</div>'


def _choices(reader: Reader, flow: Flow, step: Step, locale: str) -> str:
    labels = [reader.words[locale].get(option.label, "") for option in step.options]
    items = "".join(
        f'<li{_class("beside", option.id in step.beside)}><span class="button">{reader.choice(option, locale)}'
        f"</span> {reader.to(option.go, flow.name)}{_when(reader, option)}</li>"
        for option in step.options
    )
    numbered = shown(labels).shape is Shape.NUMBERED
    note = f'<p class="note">{reader.label("numbered")}</p>' if numbered else ""
    return f'<div class="row"><ul class="choices">{items}</ul>{note}</div>'


def _when(reader: Reader, option: Option) -> str:
    return f' <span class="note">{reader.label("only_when", when=option.when.value)}</span>' if option.when else ""


def fork_says(reader: Reader, fork: Fork) -> str:
    """When one goes the first way."""
    return reader.plain("fork_if", what=f"{fork.on.value}: {', '.join(fork.names)}")


def _class(name: str, given: bool) -> str:
    return f' class="{name}"' if given else ""


def _own_words(reader: Reader, flow: Flow, step: Step, locale: str) -> str:
    assert step.hear
    kept = reader.label("kept_as", words=step.hear.name) if step.hear.name else reader.label("not_kept")
    return (
        f'<div class="row"><span class="write">{reader.label("own_words")}</span> {reader.to(step.hear.go, flow.name)}'
        f'<p class="note">{kept}</p></div>'
    )


def _otherwise(reader: Reader, flow: Flow, step: Step) -> Iterator[_Row]:
    """What this step answers to silence and to the unexpected, where it is not what the whole flow does."""
    each = reader.languages
    if step.unexpected and step.unexpected != f"{flow.name}.unexpected":
        yield {
            locale: _aside(reader.label("if_unexpected"), reader.sentence(step.unexpected, locale)) for locale in each
        }
    silence = step.silence
    if silence and silence.go:
        after = reader.label("if_silent", time=reader.time(silence.after))
        yield _note(each, f"{after} {reader.to(silence.go, flow.name)}")
    elif silence and silence.say != f"{flow.name}.silence":
        after = reader.label("if_silent", time=reader.time(silence.after))
        yield {locale: _aside(after, reader.sentence(silence.say, locale)) for locale in each}
    elif silence is None and step.asks and f"{flow.name}.silence" in reader.book.sentences:
        yield _note(each, reader.label("silence_is_fine"))


def _throughout(reader: Reader, flow: Flow) -> str:
    """What the whole flow answers to silence and to the unexpected."""
    each, sentences = reader.languages, reader.book.sentences
    rows: list[_Row] = []
    if f"{flow.name}.unexpected" in sentences:
        rows.append(
            {
                locale: _aside(reader.label("if_unexpected"), reader.sentence(f"{flow.name}.unexpected", locale))
                for locale in each
            }
        )
    silent = next(
        (s.silence for s in flow.steps.values() if s.silence and s.silence.say == f"{flow.name}.silence"), None
    )
    if silent:
        after = reader.label("if_silent", time=reader.time(silent.after))
        rows.append({locale: _aside(after, reader.sentence(silent.say, locale)) for locale in each})
    if not rows:
        return ""
    return f'<section class="screen"><h4>{reader.label("throughout")}</h4>{_pair(reader, rows, flow)}</section>'


def _aside(when: str, sentence: str) -> str:
    return f'<div class="row"><p class="note">{when}</p>{_bubble(f"<p>{sentence}</p>", " later")}</div>'


def _note(languages: Iterable[str], html: str, kind: str = "") -> _Row:
    row = f'<div class="row note {kind}">{html}</div>'
    return dict.fromkeys(languages, row)
