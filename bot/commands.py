"""The commands. `python -m bot` alone lists them."""

import argparse
import asyncio
import errno
import os
import socket
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import uvloop
from sqlalchemy.exc import DBAPIError

from bot import audit, check, clinic_told, content, doors, library, logs, preview, review, talk, talks, words
from bot.clinic import BrokenClinic
from bot.clinic import read as read_clinic
from bot.database import Database, DatabaseAway, migrate, migrated, open_database, refused
from bot.doors import Door
from bot.library import BrokenLibrary, Library
from bot.review import CannotSign
from bot.settings import CONTENT, LOCALES, BrokenSettings, Settings, is_file
from bot.settings import read as read_settings
from bot.vault import Vault
from flows.book import BrokenFlow
from handlers.errors import BadToken
from handoff.roster import Clinic

WRONG_INPUT = 2
SHOWS_BANDS = (
    "Noted: people are shown the sum of their answers and the range it lies in (clinic.toml, show_bands). A program"
    " that interprets a score for the person can be a medical device (decision 0031)."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 2 for what somebody has to mend first, with one message that names all of it."""
    arguments = _parser().parse_args(argv)
    logs.configure(json=arguments.command in ("web", "worker"))
    try:
        return int(arguments.do(arguments) or 0)
    except (
        BrokenSettings,
        BrokenClinic,
        BrokenLibrary,
        BrokenFlow,
        DatabaseAway,
        BadToken,
        CannotSign,
        _Unknown,
    ) as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except DBAPIError as error:
        if not refused(error):
            raise
        print(f"PostgreSQL does not allow it: {error.orig}.", file=sys.stderr)
        return WRONG_INPUT
    except ExceptionGroup as group:
        if matching := group.subgroup((DatabaseAway, BadToken, BrokenFlow)):
            print(matching.exceptions[0], file=sys.stderr)
            return WRONG_INPUT
        raise
    except KeyboardInterrupt:
        return 130


class _Unknown(Exception):
    """An argument that names nothing."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Passerelle: a footbridge to a therapist.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, does: str, do: object) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does, description=does)
        made.set_defaults(do=do)
        return made

    command("run", "migrate, then serve everything in one process, with a demonstration sign-in", _run)
    command("web", "serve the pages and the webhooks", lambda a: _serve(a, web=True))
    command("worker", "ring timers, clean up, and poll Telegram where there are no webhooks", _worker)
    command("migrate", "bring the database to this version", _migrate)
    command("check", "name every problem of the settings, the clinic's file and the content", _check)
    talking = command("talk", "converse in the terminal, without any server", _talk)
    talking.add_argument("locale", nargs="?", default="fr", choices=["fr", "en"])
    golden = command("talks", "run the golden talks; --rewrite takes what happens as what is expected", _talks)
    golden.add_argument("paths", nargs="*", type=Path)
    golden.add_argument("--rewrite", action="store_true")
    command("words", "take the sentences out of the content into the catalogues", _words)
    command("content", "measure how easily each flow is read; writes docs/content.md", _content)
    previewing = command(
        "preview", "write one page with everything the program can say, to read, print and sign", _preview
    )
    previewing.add_argument("flows", nargs="*", metavar="FLOW", help="only these, such as breathing; all if left out")
    previewing.add_argument("--language", choices=["fr", "en"], help="of the page; the clinic's first if left out")
    previewing.add_argument(
        "--to", type=Path, default=Path("preview.html"), metavar="FILE", help="preview.html if left out"
    )
    reviewing = command("review", "list who reviewed which words; `review sign` signs a file as it stands", _review)
    acts = reviewing.add_subparsers(dest="act")
    signing = acts.add_parser(
        "sign", help="say in your name that you reviewed every sentence of a file, in every language"
    )
    signing.add_argument("files", nargs="+", metavar="FILE", help="flows/content/breathing.yaml, or just breathing")
    signing.add_argument("--name", required=True, help="as people may read it")
    signing.add_argument("--role", required=True, help="such as “clinical psychologist”; people may read it too")
    signing.add_argument("--on", type=date.fromisoformat, default=None, help="when, as 2026-11-23; today if left out")
    invite = command("invite", "make a one-time invitation to the desk bot for a therapist of the clinic", _invite)
    invite.add_argument("therapist")
    sign_in = command("sign-in", "make a one-time link to the desk in a browser for a therapist", _sign_in)
    sign_in.add_argument("therapist")
    auditing = command("audit", "list who saw or did what, when, in which conversation; no words are in it", _audit)
    auditing.add_argument("--who", help="a therapist's id, “person” or “bot”")
    auditing.add_argument("--conversation", type=int, metavar="NUMBER")
    auditing.add_argument("--since", type=datetime.fromisoformat, metavar="DAY", help="such as 2026-11-23")
    commands.add_parser("risk", help="read, measure or train the reading of risk")  # `__main__` gives it to bot/risk.py
    return parser


def _run(arguments: argparse.Namespace) -> None:
    from bot.app import BOTH, Program  # takes seconds to import, for which whoever writes content need not wait

    settings, clinic = _read()
    _listen(settings)
    database = open_database(settings)

    async def run() -> None:
        await migrate(database)
        program = Program(settings, database, clinic, BOTH)
        await program.run(lambda: _greet(settings, database, clinic, library.reviewed(program.library.book)))

    uvloop.run(run())


async def _greet(settings: Settings, database: Database, clinic: Clinic, reviewed: str) -> None:
    therapist = clinic.therapists[0]
    link = await _link(settings, database, therapist.id)
    print(f"\n  The web chat       {settings.public_url}/")
    print(f"  The desk           {settings.public_url}/desk")
    print(f"  Sign in, once, as {therapist.name}:\n  {link}\n")
    for name, token in (("people", settings.person_token), ("therapists", settings.desk_token)):
        print(f"  Telegram, {name}: {'served' if token else 'no token given'}")
    print(f"\n  {reviewed}\n\n  Ctrl-C stops it; its data stays.\n", flush=True)


def _worker(arguments: argparse.Namespace) -> None:
    _serve(arguments, worker=True)


def _serve(_: argparse.Namespace, web: bool = False, worker: bool = False) -> None:
    from bot.app import Program, Roles  # as above

    settings, clinic = _read()
    if web:
        _listen(settings)
    database = open_database(settings)

    async def run() -> None:
        await migrated(database)
        await Program(settings, database, clinic, Roles(web=web, worker=worker)).run()

    uvloop.run(run())


def _migrate(_: argparse.Namespace) -> None:
    settings, _clinic = _read()
    uvloop.run(migrate(open_database(settings)))


def _check(_: argparse.Namespace) -> int:
    problems: list[str] = []
    warnings: list[str] = []
    today = datetime.now().astimezone().date()
    settings = None
    try:
        settings = read_settings(os.environ)
        clinic_path = settings.clinic
    except BrokenSettings as error:
        problems += error.problems
        clinic_path = _clinic_file()
    country = ""
    if is_file(clinic_path):
        try:
            clinic = read_clinic(clinic_path)
            country = "-".join(filter(None, (clinic.country, clinic.region)))
            print("\n".join(clinic_told.told(clinic, today)), end="\n\n")
            if clinic.rules.show_bands:
                print(SHOWS_BANDS)
            if settings:
                warnings += check.unheard(clinic, settings.booking_secrets)
        except BrokenClinic as broken:
            problems += broken.problems
    problems += check.problems(CONTENT, LOCALES)
    for warning in warnings + check.warnings(CONTENT, country, today):
        print(f"To be looked at: {warning}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print("Nothing to mend." if not problems else f"{len(problems)} to mend.")
    return WRONG_INPUT if problems else 0


def _talk(arguments: argparse.Namespace) -> None:
    problems: list[str] = []
    clinic = _clinic(_clinic_file(), problems)
    if problems or not clinic:
        raise BrokenSettings(problems)
    shelf = Library(clinic)
    talk.run(shelf.book, clinic, shelf.wording, arguments.locale)


def _talks(arguments: argparse.Namespace) -> int:
    return talks.main(arguments.paths, rewrite=arguments.rewrite)


def _words(_: argparse.Namespace) -> None:
    words.update(CONTENT, LOCALES)


def _content(_: argparse.Namespace) -> None:
    content.write()


def _preview(arguments: argparse.Namespace) -> None:
    clinic = read_clinic(_clinic_file())
    only = [Path(flow).stem for flow in arguments.flows]
    if unknown := [flow for flow in only if not (CONTENT / f"{flow}.yaml").is_file()]:
        raise _Unknown(f"There is no flow {', '.join(unknown)} in {CONTENT}.")
    page = preview.page(arguments.language or clinic.languages[0], only, clinic.country, clinic.region)
    arguments.to.write_text(page, encoding="utf-8")
    print(f"{arguments.to}: open it in a browser.")


def _review(arguments: argparse.Namespace) -> None:
    if arguments.act == "sign":
        on = arguments.on or datetime.now().astimezone().date()
        said = review.sign(arguments.files, arguments.name, arguments.role, on)
    else:
        said = review.listed()
    for line in said:
        print(line)


def _invite(arguments: argparse.Namespace) -> None:
    settings, clinic = _read()
    _known(clinic, arguments.therapist)
    database = open_database(settings)
    token = asyncio.run(_made(database, Door.INVITATION, arguments.therapist))
    print("Give this to the therapist. It works once, for three days, in a private chat with the desk bot:\n")
    print(f"  /start {token}\n")


def _sign_in(arguments: argparse.Namespace) -> None:
    settings, clinic = _read()
    _known(clinic, arguments.therapist)
    print(asyncio.run(_link(settings, open_database(settings), arguments.therapist)))


async def _link(settings: Settings, database: Database, therapist: str) -> str:
    return f"{settings.public_url}/desk/sign-in?token={await _made(database, Door.SIGN_IN, therapist)}"


def _audit(arguments: argparse.Namespace) -> None:
    settings, _clinic = _read()
    database = open_database(settings)

    async def entries() -> Sequence[audit.Entry]:
        await migrated(database)
        engine = database.engine(1)
        try:
            async with engine.connect() as db:
                since = arguments.since.astimezone() if arguments.since else None
                return await audit.entries(db, arguments.who, arguments.conversation, since)
        finally:
            await engine.dispose()

    for entry in asyncio.run(entries()):
        print(entry)


async def _made(database: Database, kind: Door, therapist: str) -> str:
    await migrated(database)
    engine = database.engine(1)
    try:
        async with engine.begin() as db:
            return await doors.make(db, Vault(database.master_key), kind, therapist)
    finally:
        await engine.dispose()


def _known(clinic: Clinic, therapist: str) -> None:
    known = [t.id for t in clinic.therapists]
    if therapist not in known:
        raise _Unknown(f"The clinic has no therapist {therapist!r}. It has: {', '.join(known)}.")


def _read() -> tuple[Settings, Clinic]:
    """Raises BrokenSettings, naming also all that is wrong with the clinic's file and the content."""
    problems: list[str] = []
    try:
        settings = read_settings(os.environ)
    except BrokenSettings as broken:
        problems += broken.problems
    path = _clinic_file()
    clinic = _clinic(path, problems) if is_file(path) else None
    if problems:
        raise BrokenSettings(problems)
    assert clinic, "settings.read complains of a clinic file that is not there"
    return settings, clinic


def _clinic(path: Path, problems: list[str]) -> Clinic | None:
    """Add what is wrong with the clinic's file to the problems, and with what is said there."""
    try:
        clinic = read_clinic(path)
    except BrokenClinic as broken:
        problems += broken.problems
        return None
    try:
        library.read(clinic)
    except BrokenLibrary as broken:
        problems += broken.problems
    return clinic


def _clinic_file() -> Path:
    return Path(os.environ.get("CLINIC", "clinic.toml"))


def _listen(settings: Settings) -> None:
    """Raises BrokenSettings when the port cannot be had; uvicorn would only end."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        why = "is in use by another program" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        raise BrokenSettings([f"PORT {settings.port} of {settings.host} {why}."]) from error
