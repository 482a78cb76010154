"""clinic.toml -> Clinic. Everything that is wrong with the file is named at once."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from bot.clinic_hours import STRETCH, days_off, hours, on_call, public_holidays
from bot.clinic_table import Table
from flows.rules import DEFAULT, Rules
from handoff import links
from handoff.choosing import askable
from handoff.roster import (
    Age,
    Clinic,
    Escalation,
    Fee,
    Gender,
    Modality,
    Retention,
    SchedulingLink,
    Site,
    Theme,
    Therapist,
)

COUNTRIES = ("FR", "BE", "CH", "LU", "CA", "GB", "IE", "US")  # those whose urgent lines we hold
LANGUAGES = ("fr", "en")
QUIET = "21:00-08:00"
ABOUT_LIMIT = 300  # characters, as for every message a person gets

ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
FEE = re.compile(r"(\d{1,6}(?:\.\d{1,2})?)(?:-(\d{1,6}(?:\.\d{1,2})?))? ([A-Z]{3})")
GROUP = re.compile(r"-?\d{5,20}")

# Where each provider's pages live. A clinic can run Cal.com and Easy!Appointments on a server of its own.
HOSTS = {
    links.CALCOM: ("cal.com",),
    links.CALENDLY: ("calendly.com",),
    links.ACUITY: ("acuityscheduling.com", "as.me"),
    links.DOCTOLIB: ("doctolib.fr", "doctolib.de", "doctolib.it", "doctolib.com"),
}
PROVIDERS = (*HOSTS, links.EASYAPPOINTMENTS, links.OTHER)
ANYWHERE = frozenset({links.CALCOM})
# The fields of a booking form that can be filled in by its address: those an intake form of the clinic's adds, and
# those every customer has. The clinic says which of them holds our reference.
REFERENCE_FIELDS = {
    links.ACUITY: (re.compile(r"field:\d{1,12}"), "field:12345"),
    links.EASYAPPOINTMENTS: (re.compile(r"address|city|zip"), "zip"),
}
PLACEHOLDERS = re.compile(r"(.+\.)?example(\.(com|net|org))?")  # RFC 2606: nobody's


class BrokenClinic(Exception):
    """Says everything that is wrong with the clinic file, one sentence a line, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(path: Path) -> Clinic:
    """Raises BrokenClinic."""
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenClinic([f"{path.name}: cannot be read ({error.strerror})."]) from error
    except UnicodeDecodeError as error:
        raise BrokenClinic([f"{path.name}: is not UTF-8 text (byte {error.start})."]) from error
    except tomllib.TOMLDecodeError as error:
        raise BrokenClinic([f"{path.name}: is not TOML: {error}."]) from error
    problems: list[str] = []
    clinic = _clinic(Table(plain, "", problems))
    if problems:
        raise BrokenClinic([f"{path.name}: {problem}" for problem in problems])
    return clinic


def _clinic(file: Table) -> Clinic:
    languages = _languages(file)
    timezone = _timezone(file)
    name = _by_language(file, "name", languages, "Cabinet de démonstration")
    country = _country(file)
    region = file.text("region", "QC", may_lack=True)
    sites = _sites(file, languages, timezone)
    closed = file.days("holidays")
    public = file.yes_or_no("public_holidays")
    therapists = _therapists(file, languages, [Site("", (), country, region, ""), *sites], closed, public)
    offer_after = timedelta(minutes=file.number("offer_minutes", 10, most=24 * 60))
    clinic = Clinic(
        name=name,
        country=country,
        region=region,
        timezone=timezone,
        languages=languages,
        therapists=therapists,
        offer_after=offer_after,
        idle_after=timedelta(minutes=file.number("idle_minutes", 20, most=24 * 60)),
        urgent_after=timedelta(minutes=file.number("urgent_minutes", 3, most=60)),
        link_days=file.number("link_days", 30, most=366),
        desk_group=_desk_group(file),
        fallback_link=_link(file, "fallback_link"),
        rules=_rules(file, timezone, askable(therapists)),
        sites=sites,
        on_call=on_call(file, therapists, timezone),
        escalation=_escalation(file, offer_after),
        retention=_retention(file),
    )
    file.close()
    return clinic


def _sites(file: Table, languages: tuple[str, ...], timezone: str) -> tuple[Site, ...]:
    sites = []
    for table in file.tables("site", may_lack=True):
        sites.append(
            Site(
                id=_id(table, "paris"),
                name=_by_language(table, "name", languages, "Paris, rive gauche"),
                country=_country(table),
                region=table.text("region", "QC", may_lack=True),
                timezone=_timezone(table) if table.has("timezone") else timezone,
            )
        )
        table.close()
    _each_its_own(file, "site", [site.id for site in sites])
    return tuple(sites)


def _each_its_own(file: Table, key: str, ids: list[str]) -> None:
    for id, times in Counter(ids).items():
        if id and times > 1:
            file.wrong(key, f'{times} {key}s have the id "{id}". Each needs one of their own.')


def _escalation(file: Table, offer_after: timedelta) -> Escalation:
    usual = Escalation(everyone_after=offer_after)
    table = file.table("escalation", "", may_lack=True)
    if table is None:
        return usual
    together = int(offer_after / timedelta(minutes=1))
    again = int(usual.urgent_again / timedelta(hours=1))
    alerted = usual.urgent_one_by_one
    escalation = Escalation(
        one_by_one=table.number("one_by_one", usual.one_by_one, most=50, may_lack=True),
        everyone_after=timedelta(minutes=table.number("everyone_minutes", together, most=24 * 60, may_lack=True)),
        days=table.number("days", usual.days, most=30, may_lack=True),
        urgent_one_by_one=table.number("urgent_one_by_one", alerted, most=10, may_lack=True),
        urgent_again=timedelta(hours=table.number("urgent_again_hours", again, most=24, may_lack=True)),
    )
    table.close()
    return escalation


def _retention(file: Table) -> Retention:
    usual = Retention()
    table = file.table("retention", "", may_lack=True)
    if table is None:
        return usual
    strangers = timedelta(days=table.number("stranger_days", usual.strangers.days, most=3660, may_lack=True))
    quiet = timedelta(days=table.number("quiet_days", 365, most=3660)) if table.has("quiet_days") else None
    if quiet is not None and quiet < strangers:
        table.wrong("quiet_days", f"{quiet.days} is less than stranger_days, {strangers.days}.")
    table.close()
    return Retention(strangers, quiet)


def _rules(file: Table, timezone: str, asked_about: frozenset[str]) -> Rules:
    quiet_from, quiet_to = _quiet_hours(file)
    asking = file.table("questionnaires", "", may_lack=True)
    show_bands = asking.yes_or_no("show_bands") if asking else False
    if asking:
        asking.close()
    return Rules(
        timezone=timezone or "UTC",
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        show_bands=show_bands,
        only_reviewed=file.yes_or_no("only_reviewed"),
        call_back=file.yes_or_no("call_back"),
        askable=asked_about,
    )


def _quiet_hours(file: Table) -> tuple[time, time]:
    """From and to, of a night that may begin on one day and end on the next."""
    text = file.text("quiet_hours", QUIET, may_lack=True)
    if not text:
        return DEFAULT.quiet_from, DEFAULT.quiet_to
    match = STRETCH.fullmatch(text)
    try:
        hours = [int(digits) for digits in match.groups()] if match else []
        quiet_from, quiet_to = time(hours[0], hours[1]), time(hours[2], hours[3])
    except (IndexError, ValueError):
        file.wrong("quiet_hours", f'"{text}" must be written like "{QUIET}".')
        return DEFAULT.quiet_from, DEFAULT.quiet_to
    if quiet_from == quiet_to:
        file.wrong("quiet_hours", f'"{text}" begins when it ends: nobody could ever be written to.')
    return quiet_from, quiet_to


def _therapists(
    file: Table, languages: tuple[str, ...], sites: list[Site], closed: frozenset[date], public: bool
) -> tuple[Therapist, ...]:
    """sites: the clinic itself first, under the id "". closed: days on which nobody works anywhere."""
    places = {site.id: site for site in sites}
    off = {site.id: closed | _public_holidays(site, public) for site in sites}
    tables = file.tables("therapist")
    therapists = tuple(_therapist(table, languages, places, off) for table in tables)
    _each_its_own(file, "therapist", [t.id for t in therapists])
    known = {therapist.id for therapist in therapists}
    for table, therapist in zip(tables, therapists, strict=True):
        for absence in therapist.off.absences:
            if absence.stand_in == therapist.id:
                table.wrong("absences", "somebody who is away cannot stand in for themselves.")
            elif absence.stand_in and absence.stand_in not in known:
                table.wrong("absences", f'there is no therapist "{absence.stand_in}" to stand in.')
    return therapists


def _public_holidays(site: Site, closed: bool) -> frozenset[date]:
    return public_holidays(site.country, site.region) if closed and site.country in COUNTRIES else frozenset()


def _therapist(
    table: Table, languages: tuple[str, ...], places: Mapping[str, Site], off: Mapping[str, frozenset[date]]
) -> Therapist:
    site = table.text("site", "paris", may_lack=True)
    if site not in places:
        table.wrong("site", f'there is no site "{site}".')
        site = ""
    gender = table.one_of("gender", tuple(Gender))
    therapist = Therapist(
        id=_id(table, "ines"),
        name=table.text("name", "Inès Exemple"),
        languages=_languages(table),
        about=_by_language(table, "about", languages, "Two or three sentences."),
        hours=hours(table),
        link=_link(table, "link"),
        timezone=places[site].timezone,
        off=days_off(table, off[site]),
        site=site,
        gender=Gender(gender) if gender else None,
        modalities=tuple(Modality(word) for word in table.some_of("modalities", tuple(Modality))),
        sees=tuple(Age(word) for word in table.some_of("sees", tuple(Age))),
        helps_with=tuple(Theme(word) for word in table.some_of("helps_with", tuple(Theme))),
        fee=_fee(table),
        waiting_days=table.number("waiting_days", 14, most=730) if table.has("waiting_days") else None,
    )
    for language, words in therapist.about:
        if len(words) > ABOUT_LIMIT:
            table.wrong(f"about.{language}", f"has {len(words)} characters; {ABOUT_LIMIT} is the most.")
    table.close()
    return therapist


def _id(table: Table, example: str) -> str:
    id = table.text("id", example)
    if id and not ID.fullmatch(id):
        table.wrong("id", f'"{id}" must be a short word of the letters a to z, such as "{example}".')
    return id


def _fee(table: Table) -> Fee | None:
    text = table.text("fee", "60 EUR", may_lack=True)
    if not text:
        return None
    match = FEE.fullmatch(text)
    if not match:
        table.wrong("fee", f'"{text}" must be written like "60 EUR", or "60-80 EUR".')
        return None
    least, most, currency = match.groups()
    if currency not in list_currencies():
        table.wrong("fee", f'"{currency}" is not a currency. It is written like EUR, CHF, CAD or GBP.')
        return None
    if Decimal(most or least) < Decimal(least):
        table.wrong("fee", f'"{text}" goes down. The lower price comes first.')
        return None
    return Fee(Decimal(least), Decimal(most or least), currency)


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages", '["fr", "en"]')
    for language in languages:
        if language not in LANGUAGES:
            table.wrong("languages", f'"{language}" is not spoken here yet, only "fr" and "en".')
    if len(set(languages)) < len(languages):
        table.wrong("languages", "names a language twice.")
    known = tuple(dict.fromkeys(language for language in languages if language in LANGUAGES))
    return known or LANGUAGES


def _by_language(table: Table, key: str, languages: tuple[str, ...], example: str) -> tuple[tuple[str, str], ...]:
    texts = table.table(key, f'{key} = {{ fr = "{example}" }}')
    if texts is None:
        return ()
    found = []
    for language in LANGUAGES:
        if language in languages or texts.has(language):
            found.append((language, texts.text(language, example)))
    texts.close()
    return tuple(found)


def _country(file: Table) -> str:
    country = file.text("country", "FR")
    if country and country not in COUNTRIES:
        file.wrong("country", f'"{country}" is not one of {", ".join(COUNTRIES)}, whose urgent lines we hold.')
    return country


def _timezone(file: Table) -> str:
    name = file.text("timezone", "Europe/Paris")
    try:
        ZoneInfo(name or "UTC")
    except (LookupError, ValueError, OSError):
        file.wrong("timezone", f'"{name}" is not a time zone. It is written like "Europe/Paris".')
    return name


def _desk_group(file: Table) -> str:
    group = file.text("desk_group", "-1001234567890", may_lack=True)
    if group and not GROUP.fullmatch(group):
        file.wrong("desk_group", f'"{group}" is not the id of a Telegram group, such as "-1001234567890".')
    return group


def _link(table: Table, key: str) -> SchedulingLink | None:
    link = table.table(key, "", may_lack=True)
    if link is None:
        return None
    provider, url = link.text("provider", "cal.com"), link.text("url", "https://cal.example/ines")
    field = link.text("reference_field", "field:12345", may_lack=True)
    link.close()
    if provider and provider not in PROVIDERS:
        link.wrong("provider", f'"{provider}" is not one of {", ".join(PROVIDERS)}.')
    elif url:
        _check_page(link, provider, url)
    if field:
        _check_field(link, provider, field)
    return SchedulingLink(provider, url, field)


def _check_field(link: Table, provider: str, field: str) -> None:
    if provider not in REFERENCE_FIELDS:
        link.wrong("reference_field", f'is known or not needed with "{provider}"; leave it out.')
    elif not REFERENCE_FIELDS[provider][0].fullmatch(field):
        example = REFERENCE_FIELDS[provider][1]
        link.wrong(
            "reference_field", f'"{field}" is no field of "{provider}" that can be filled in, such as "{example}".'
        )


def _check_page(link: Table, provider: str, url: str) -> None:
    host = _host(url)
    if not host:
        link.wrong("url", f'"{url}" is not a web address. It begins with https://.')
        return
    lives_at = next((name for name, homes in HOSTS.items() if _is_at(host, homes)), None)
    if lives_at and lives_at != provider:
        link.wrong("provider", f'is "{provider}", but {host} is a page of "{lives_at}".')
    elif provider in HOSTS and not lives_at and provider not in ANYWHERE and not PLACEHOLDERS.fullmatch(host):
        link.wrong("provider", f'is "{provider}", but {host} is not a page of {HOSTS[provider][0]}.')


def _is_at(host: str, homes: tuple[str, ...]) -> bool:
    return any(host == home or host.endswith(f".{home}") for home in homes)


def _host(url: str) -> str:
    """The host of a web address, or "" when it is none."""
    try:
        page = urlsplit(url)
        page.port  # noqa: B018  read for the ValueError of a port that is no number
    except ValueError:
        return ""
    return (page.hostname or "") if page.scheme in ("http", "https") and not re.search(r"\s", url) else ""
