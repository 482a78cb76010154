"""`python -m bot review`: who reviewed which words, and signing them.

A signature stands in the head of the flow's file, as `reviewed`. What was signed stands beside it in `flows/reviewed/`,
a file for each flow, so that a later change can be shown.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.settings import CONTENT, LOCALES
from bot.wording import catalogues, parsed, places, translations
from bot.words import STALE, is_current
from flows import check, page
from flows.book import Book, BrokenFlow, proofread
from flows.flow import Flow, Review
from flows.page import Proof, Table, Word
from flows.review import Change, Signed, Standing, Words, changes, fingerprint, words_of

SIGNED = CONTENT.parent / "reviewed"


class CannotSign(Exception):
    """Says why a file is not signed."""


def listed(content: Path = CONTENT, locales: Path = LOCALES, signed: Path = SIGNED) -> Iterator[str]:
    """A line for each file, and one for all. Raises BrokenFlow."""
    translated = catalogues(locales)
    book = proofread(content)[0].speaking(translated)
    width = max(map(len, book.reviews), default=0)
    for name, state in book.reviews.items():
        flow = book.flows[name]
        line = f"{name:{width}}  {flow.kind:13}  {state.standing}"
        if state.by:
            line += " (" + "; ".join(f"{review.by}, {review.role}, {review.on}" for review in state.by) + ")"
        if state.standing is Standing.CHANGED:
            line += f": {_count(changes_of(flow, book, translated, signed))}"
        yield line
    done = sum(state.standing is Standing.REVIEWED for state in book.reviews.values())
    yield f"{done} of {len(book.reviews)} files are reviewed as they stand."


def sign(
    files: Sequence[str],
    name: str,
    role: str,
    on: date,
    content: Path = CONTENT,
    locales: Path = LOCALES,
    signed: Path = SIGNED,
) -> Iterator[str]:
    """Sign these files, all or none; return a line for each. Raises CannotSign, and BrokenFlow.

    files: paths, or the names of flows.
    """
    translated = catalogues(locales)
    book, _ = proofread(content)
    flows = [_flow(book, file) for file in files]
    if not name.strip() or not role.strip():
        raise CannotSign("A signature needs a --name and a --role.")
    _complain_first(content, locales, book, flows)
    for flow in flows:
        words = words_of(flow, book.sentences, translated)
        review = Review(name.strip(), role.strip(), on.isoformat(), fingerprint(words, flow.structure))
        together = (*(other for other in flow.reviewed if other.words == review.words and other.by != name), review)
        _write_head(content / flow.file, together)
        signed.mkdir(exist_ok=True)
        (signed / flow.file).write_text(_written(flow, words), encoding="utf-8")
        yield f"{flow.file}: {len(words)} sentences in {', '.join(['en', *sorted(set(translated) - {'en'})])}, signed."


def read_signed(flow: Flow, folder: Path = SIGNED) -> Signed | None:
    """What was signed of this flow; None when that is not known. Raises BrokenFlow."""
    path = folder / flow.file
    if not flow.reviewed or not path.is_file():
        return None
    problems: list[BrokenFlow] = []
    proof = Proof(f"{folder.name}/{path.name}", problems)
    root = page.read(path)
    proof.known(root, "structure", "sentences")
    structure, sentences = proof.table(root, "structure"), proof.table(root, "sentences")
    found = Signed(
        {id: _texts(proof.table(sentences, id)) for id in sentences.entries} if sentences else {}, _texts(structure)
    )
    if problems:
        raise problems[0]
    return found


def changes_of(
    flow: Flow, book: Book, translated: Mapping[str, Mapping[str, str]], folder: Path = SIGNED
) -> list[Change] | None:
    """What changed in this flow since it was signed; None when what was signed is not known."""
    signed = read_signed(flow, folder)
    return changes(signed, words_of(flow, book.sentences, translated), flow.structure) if signed else None


def _count(found: list[Change] | None) -> str:
    if found is None:
        return "what was signed is not known"
    sentences = len({change.of for change in found if change.language})
    others = sum(not change.language for change in found)
    parts = [f"{sentences} sentence{'s' * (sentences != 1)}"] * bool(sentences)
    parts += [f"{others} other thing{'s' * (others != 1)}"] * bool(others)
    return " and ".join(parts)


def _flow(book: Book, file: str) -> Flow:
    flow = book.flows.get(Path(file).stem)
    if flow is None:
        raise CannotSign(f"There is no file {file} to sign. There are: {', '.join(sorted(book.flows))}.")
    return flow


def _complain_first(content: Path, locales: Path, book: Book, flows: Sequence[Flow]) -> None:
    """What has to be mended would be a change of what was signed."""
    read = parsed(locales)
    of_them = [
        str(problem)
        for problem in check.problems(content, translations(read), places(read))
        if any(problem.file == flow.file or problem.sentence.startswith(f"{flow.name}.") for flow in flows)
    ]
    if not is_current(book.sentences, locales, read):
        of_them.append(STALE)
    if of_them:
        raise CannotSign("\n".join([*of_them, "Nothing was signed: this has to be mended first."]))


def _write_head(path: Path, reviews: Sequence[Review]) -> None:
    """Put the signatures where the head says `reviewed`, and leave every other line as it is."""
    first = page.read(path).lines["reviewed"] - 1
    old = path.read_text(encoding="utf-8").splitlines(keepends=True)
    last = first + 1
    while last < len(old) and old[last].startswith((" ", "-")):
        last += 1
    new = ["reviewed:\n"]
    for review in reviews:
        by, role, words = _quoted(review.by), _quoted(review.role), _quoted(review.words)
        new.append(f"  - {{by: {by}, role: {role}, on: {review.on}, words: {words}}}\n")
    path.write_text("".join([*old[:first], *new, *old[last:]]), encoding="utf-8")


def _written(flow: Flow, words: Words) -> str:
    written = [
        f"# What was reviewed of {flow.file}. Written by `python -m bot review sign`; do not edit.",
        "sentences:",
    ]
    for id, by_language in words.items():
        written.append(f"  {_quoted(id)}:")
        written += (f"    {language}: {_quoted(text)}" for language, text in by_language.items())
    written.append("structure:")
    written += (f"  {_quoted(place)}: {_quoted(text)}" for place, text in flow.structure.items())
    return "\n".join(written) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _texts(table: Table | None) -> dict[str, str]:
    return {key: value.text for key, value in table.entries.items() if isinstance(value, Word)} if table else {}
