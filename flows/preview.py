"""Everything the program can say, as one page of HTML for clinicians to read, print and sign.

The page needs no script, no server and no network.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from itertools import groupby
from re import findall

from flows.book import Book
from flows.check import flow_ease
from flows.effects import Text
from flows.flow import Flow, Kind
from flows.phones import Reader, screens
from flows.picture import picture
from flows.review import Change, Standing, fingerprint, words_of

_FACTS = ("purpose", "technique", "source", "minutes", "not_for")
_ORDER = (Kind.EXERCISE, Kind.QUESTIONNAIRE, Kind.CONVERSATION, Kind.SENTENCES)

Changes = Mapping[str, Sequence[Change] | None]


def page(
    book: Book,
    catalogues: Mapping[str, Mapping[str, str]],
    say: Callable[[Text, str], str],
    *,
    locale: str,
    style: str,
    changes: Changes,
    problems: Sequence[str] = (),
    only: Sequence[str] = (),
) -> str:
    """Return the page.

    catalogues: the translations by language, as signatures cover them.
    say:        a text with its values, in a language.
    locale:     of the page's own words; its language stands first in the screens too.
    changes:    of each flow that was signed, what changed since; None where that is not known.
    problems:   what `check` complains of, shown first.
    only:       the names of the flows to show; all without any.
    """
    words = {"en": book.english()} | {
        other: {**translated, **book.official(other)} for other, translated in catalogues.items() if other != "en"
    }
    reader = Reader(book, words, say, locale, tuple(sorted(words, key=lambda language: (language != locale, language))))
    flows = sorted(
        (book.flows[name] for name in book.reviews if not only or name in only),
        key=lambda flow: (_ORDER.index(flow.kind), flow.name),
    )
    title = reader.label("title")
    body = [
        _cover(reader, flows, problems),
        *(_flow(reader, flow, catalogues, changes) for flow in flows),
        f"<footer><p>{reader.label('end')}</p></footer>",
    ]
    return (
        f'<!doctype html>\n<html lang="{locale}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        # No request at all: not even for the icon that a browser looks for by itself.
        f'<link rel="icon" href="data:,">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n'
        f"{''.join(body)}</body>\n</html>\n"
    )


def _cover(reader: Reader, flows: Sequence[Flow], problems: Sequence[str]) -> str:
    sentences = sum(sentence.file in {flow.file for flow in flows} for sentence in reader.book.sentences.values())
    standing = [reader.book.reviews[flow.name].standing for flow in flows]
    counted = reader.label(
        "counted",
        flows=str(len(flows)),
        sentences=str(sentences),
        reviewed=str(standing.count(Standing.REVIEWED)),
        changed=str(standing.count(Standing.CHANGED)),
    )
    contents = "".join(
        f"<section><h3>{reader.label(f'kind_{kind}')}</h3>"
        f"<ol>{''.join(_entry(reader, flow) for flow in group)}</ol></section>"
        for kind, group in groupby(flows, key=lambda flow: flow.kind)
    )
    mend = ""
    if problems:
        items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
        mend = f'<section class="mend"><h2>{reader.label("to_mend")}</h2><ul>{items}</ul></section>'
    return (
        f'<header class="cover" id="contents"><h1>{reader.label("title")}</h1>'
        f'<p class="lead">{reader.label("lead")}</p>'
        f"<p>{counted}</p><p>{reader.label('how')}</p>{mend}"
        f'<nav class="contents" aria-label="{reader.label("contents")}">{contents}</nav></header>'
    )


def _entry(reader: Reader, flow: Flow) -> str:
    return (
        f'<li><a href="#{flow.name}">{_title(reader, flow, reader.locale)}</a> {_badge(reader, flow, short=True)}</li>'
    )


def _title(reader: Reader, flow: Flow, locale: str) -> str:
    return reader.sentence(flow.title, locale) if flow.title else escape(flow.name.replace("_", " "))


def _badge(reader: Reader, flow: Flow, *, short: bool = False) -> str:
    state = reader.book.reviews[flow.name]
    name = state.standing.name.lower()
    by = "" if short else "".join(f"<br>{escape(r.by)}, {escape(r.role)}, {escape(r.on)}" for r in state.by)
    return f'<span class="badge {name}">{reader.label(f"standing_{name}")}{by}</span>'


def _flow(reader: Reader, flow: Flow, catalogues: Mapping[str, Mapping[str, str]], changes: Changes) -> str:
    titles = " <span>·</span> ".join(
        f'<span lang="{language}">{_title(reader, flow, language)}</span>'
        for language in (reader.languages if flow.title else reader.languages[:1])
    )
    return (
        f'<article class="flow" id="{flow.name}"><header><p class="where">{reader.label(f"one_{flow.kind}")}'
        f" · {escape(flow.file)}</p><h2>{titles}</h2>{_badge(reader, flow)}</header>"
        f"{_facts(reader, flow)}{_changed(reader, flow, changes)}"
        f"{_steps(reader, flow) if flow.steps else _table(reader, flow)}"
        f"{_signing(reader, flow, catalogues)}"
        f'<p class="up"><a href="#contents">{reader.label("contents")}</a></p></article>'
    )


def _facts(reader: Reader, flow: Flow) -> str:
    facts = [(reader.label(fact), escape(flow.head[fact])) for fact in _FACTS if flow.head.get(fact)]
    measured = [
        (language, flow_ease(flow, reader.book, reader.words[language], language)) for language in reader.languages
    ]
    if all(score is not None for _, score in measured):
        eases = ", ".join(f"{reader.label(f'language_{language}')} {score:.0f}" for language, score in measured)
        facts.append((reader.label("ease"), f'{eases} <span class="soft">({reader.label("ease_means")})</span>'))
    if flow.words:
        names = "<br>".join(
            ' <span class="soft">·</span> '.join(
                f'<span lang="{language}">{reader.sentence(id, language)}</span>' for language in reader.languages
            )
            for id in flow.words.values()
        )
        facts.append((reader.label("kept_called"), names))
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    return f'<dl class="facts">{rows}</dl>' if rows else ""


def _changed(reader: Reader, flow: Flow, changes: Changes) -> str:
    state = reader.book.reviews[flow.name]
    if state.standing is not Standing.CHANGED:
        return ""
    found = changes.get(flow.name)
    title = f"<h3>{reader.label('changed_since', on=max(review.on for review in state.by))}</h3>"
    if found is None:
        return f'<section class="changed">{title}<p>{reader.label("signed_unknown")}</p></section>'
    languages = {language: reader.label(f"language_{language}") for language in reader.languages}
    rows = "".join(
        f"<tr><th>{escape(change.of)}</th><td>{languages.get(change.language, '')}</td>"
        f"<td>{difference(change.before, change.after)}</td></tr>"
        for change in found
    )
    return f'<section class="changed">{title}<table>{rows}</table></section>'


def difference(before: str, after: str) -> str:
    """Both texts in one, as HTML: what went crossed out, what came underlined, word by word."""
    old, new = (findall(r"\s+|[^\s]+", text) for text in (before, after))
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[a:b])), escape("".join(new[c:d]))
        if kind == "equal":
            pieces.append(come)
        else:
            pieces += [f"<del>{gone}</del>"] * bool(gone) + [f"<ins>{come}</ins>"] * bool(come)
    return "".join(pieces)


def _steps(reader: Reader, flow: Flow) -> str:
    return (
        f'<h3>{reader.label("diagram")}</h3><p class="soft">{reader.label("diagram_reads")}</p>'
        f'<figure class="scroll" tabindex="0">{picture(reader, flow)}</figure>'
        f'<h3>{reader.label("screens")}</h3><p class="soft">{reader.label("screens_read")}</p>'
        f'<div class="screens">{screens(reader, flow)}</div>'
    )


def _table(reader: Reader, flow: Flow) -> str:
    heads = "".join(f"<th>{reader.label(f'language_{language}')}</th>" for language in reader.languages)
    rows = "".join(
        f'<tr id="{escape(id)}"><th>{escape(id.partition(".")[2])}</th>'
        + "".join(f'<td lang="{language}">{reader.sentence(id, language)}</td>' for language in reader.languages)
        + "</tr>"
        for id, sentence in reader.book.sentences.items()
        if sentence.file == flow.file
    )
    return f'<table class="sentences"><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _signing(reader: Reader, flow: Flow, catalogues: Mapping[str, Mapping[str, str]]) -> str:
    words = words_of(flow, reader.book.sentences, catalogues)
    command = f'python -m bot review sign {flow.name} --name "…" --role "…"'
    blanks = "".join(f"<span>{reader.label(blank)}</span>" for blank in ("sign_name", "sign_role", "sign_on"))
    return (
        f'<section class="signing"><h3>{reader.label("signing")}</h3><p>{reader.label("signing_how")}</p>'
        f"<p><code>{escape(command)}</code></p>"
        f'<p class="blanks">{blanks}</p>'
        f'<p class="soft">{reader.label("fingerprint")} <code>{fingerprint(words, flow.structure)}</code></p></section>'
    )
