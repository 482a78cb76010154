"""The content and the clinic as they are now. Files that change are read again; what is broken is refused, and the last
good one stays.

The files are looked at every few seconds. A signal would be quicker, but a clinic's platform cannot send one, nor can
whoever edits a file beside `make run`; and a watcher of the operating system misses changes on mounted volumes.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import structlog

from bot.clinic import BrokenClinic
from bot.clinic import read as read_clinic
from bot.settings import CONTENT, LOCALES
from bot.wording import CATALOGUE, Wording, catalogues
from flows import check
from flows.book import Book, BrokenFlow, proofread
from flows.review import Standing
from handoff.roster import Clinic, Lately

log = structlog.get_logger()

# What pages, weeks of figures and the group's threads were made with: another value waits for the next start.
SETTLED = ("timezone", "languages", "desk_group")
LOOK_EVERY = timedelta(seconds=2)  # somebody who saves a file then turns to the chat sees what they wrote

_Stamp = frozenset[tuple[str, int, int]]


class BrokenLibrary(Exception):
    """Says everything for which the content cannot be said, one sentence a line, each with file and line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(
    clinic: Clinic, content: Path = CONTENT, locales: Path = LOCALES
) -> tuple[Book, Mapping[str, Mapping[str, str]]]:
    """Return the clinic's book, and the translations. Raises BrokenLibrary."""
    book, broken = proofread(content, clinic.country, clinic.region)
    problems = [str(problem) for problem in broken]
    translated: Mapping[str, Mapping[str, str]] = {}
    try:
        translated = catalogues(locales)
    except BrokenFlow as unreadable:
        problems.append(str(unreadable))
    problems += (str(problem) for problem in check.cannot_be_said(book, translated))
    if problems:
        raise BrokenLibrary(problems)
    return book.speaking(translated).under(clinic.rules), translated


class Library:
    """book, clinic: the newest that were good. wording: always the same object, which says the words of that book."""

    def __init__(
        self,
        clinic: Clinic,
        content: Path = CONTENT,
        locales: Path = LOCALES,
        file: Path | None = None,
        renewed: Callable[[Clinic], None] = lambda _: None,
    ) -> None:
        """file: the clinic's, to be read again; None for never. renewed: told of the clinic as it is from then on.

        Raises BrokenLibrary.
        """
        self.clinic = clinic
        self._file = file
        self._renewed = renewed
        self._content = content
        self._locales = locales
        self._seen = self._stamp()
        self.book, translated = read(clinic, content, locales)
        self.wording = Wording(self.book, translated)

    async def watch(self, stop: asyncio.Event) -> None:
        """Look for changes until told to stop."""
        while not stop.is_set():
            before = self._stamp()
            try:
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await stop.wait()
            except TimeoutError:
                # What is still being saved is left until it has been the same for a while.
                if before != self._seen and before == self._stamp():
                    await self.renew()

    async def renew(self) -> None:
        """Read everything again, and say it from here on if it is good."""
        self._seen = self._stamp()
        try:
            clinic = await asyncio.to_thread(self._clinic_read)
            book, translated = await asyncio.to_thread(read, clinic, self._content, self._locales)
        except BrokenClinic as broken:
            log.error("clinic_refused", problems=broken.problems)
            return
        except BrokenLibrary as broken:
            log.error("content_refused", problems=broken.problems)
            return
        self.wording.renew(book, translated)
        self.book = book
        log.info("content_renewed", **facts(book))
        if clinic != self.clinic:
            self._take(clinic)
            log.info("clinic_renewed", therapists=len(clinic.therapists))

    def measured(self, lately: Lately) -> None:
        """Go by these measurements from here on."""
        if lately != self.clinic.lately:
            self._take(replace(self.clinic, lately=lately))

    def _take(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self._renewed(clinic)

    def _clinic_read(self) -> Clinic:
        """The clinic as its file has it now, but for what is settled until the next start. Raises BrokenClinic."""
        if self._file is None:
            return self.clinic
        clinic, before = read_clinic(self._file), self.clinic
        if waiting := [key for key in SETTLED if getattr(clinic, key) != getattr(before, key)]:
            log.warning("clinic_waits_for_a_start", keys=waiting)
        return replace(
            clinic,
            timezone=before.timezone,
            languages=before.languages,
            desk_group=before.desk_group,
            lately=before.lately,
        )

    def _stamp(self) -> _Stamp:
        """What tells one state of the files from another: names, times and sizes."""
        found = []
        own = (self._file,) if self._file else ()
        for path in (*self._content.rglob("*.yaml"), *self._locales.glob(f"*/{CATALOGUE}"), *own):
            try:
                known = path.stat()
            except OSError:  # gone since it was listed
                continue
            found.append((str(path), known.st_mtime_ns, known.st_size))
        return frozenset(found)


def facts(book: Book) -> dict[str, object]:
    """What is worth knowing of a book, in the log and on /ready."""
    unreviewed = sum(state.standing is not Standing.REVIEWED for state in book.reviews.values())
    return {"flows": len(book.reviews), "unreviewed_flows": unreviewed, "withheld": sorted(book.withheld)}


def reviewed(book: Book) -> str:
    """What whoever starts the program has to know about who reviewed its words."""
    done = sum(state.standing is Standing.REVIEWED for state in book.reviews.values())
    said = f"{done} of {len(book.reviews)} files of content are reviewed as they stand."
    if not done:
        said = "No clinician has reviewed these words yet."
    if book.withheld:
        return f"{said} Withheld until a clinician signs them (only_reviewed): {', '.join(sorted(book.withheld))}."
    if done < len(book.reviews):
        return f"{said} All are served; `only_reviewed` in clinic.toml would withhold what is not."
    return said
