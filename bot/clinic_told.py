"""What the clinic's file was understood to say, in sentences: `python -m bot check`."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from babel.dates import format_date
from babel.lists import format_list

from handoff.daysoff import DaysOff
from handoff.hours import Block
from handoff.roster import Clinic, Fee, OnCall, Therapist, named

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LANGUAGES = {"fr": "French", "en": "English"}
WORDS = {"room": "at the clinic", "minors": "people under 18", "self_esteem": "self-esteem", "non_binary": "non-binary"}


def told(clinic: Clinic, today: date) -> list[str]:
    """One sentence, or a few of them about one thing, a line. What lies before today is left out."""
    return [
        _clinic(clinic),
        *(f"{_name(site.name)}: {_place(site.country, site.region)}, {site.timezone}." for site in clinic.sites),
        *(_therapist(clinic, therapist, today) for therapist in clinic.therapists),
        *_asked(clinic),
        *_danger(clinic, today),
        *_kept(clinic),
    ]


def _clinic(clinic: Clinic) -> str:
    where = f"{_place(clinic.country, clinic.region)}, {clinic.timezone}"
    rules = clinic.rules
    quiet = f"Nobody is written to unasked from {rules.quiet_from:%H:%M} to {rules.quiet_to:%H:%M}."
    return f"{_name(clinic.name)}: {where}. It answers in {_languages(clinic.languages)}. {quiet}"


def _therapist(clinic: Clinic, therapist: Therapist, today: date) -> str:
    parts = [f"{therapist.name} ({therapist.id}): {_languages(therapist.languages)}"]
    if therapist.gender:
        parts.append(_word(therapist.gender.value))
    if therapist.sees:
        parts.append(f"sees {_list(_word(age.value) for age in therapist.sees)}")
    if therapist.modalities:
        parts.append(_list(_word(modality.value) for modality in therapist.modalities))
    if therapist.helps_with:
        parts.append(f"helps with {_list(_word(theme.value) for theme in therapist.helps_with)}")
    if therapist.fee:
        parts.append(_fee(therapist.fee))
    if therapist.waiting_days is not None:
        parts.append(f"a first appointment in about {_counted(therapist.waiting_days, 'day')}")
    sentences = [f"{'; '.join(parts)}.", _hours(therapist, clinic.timezone), *_days_off(clinic, therapist.off, today)]
    if therapist.link is None:
        sentences.append("No page for appointments.")
    return " ".join(sentences)


def _hours(therapist: Therapist, timezone: str) -> str:
    if not therapist.hours:
        return "Never asked for a first contact: no hours."
    zone = therapist.timezone or timezone
    return f"Asked for a first contact {_week(therapist.hours)} ({zone})."


def _week(blocks: tuple[Block, ...]) -> str:
    by_day = [tuple((b.start, b.end) for b in blocks if b.day == day) for day in range(7)]
    stretches: list[tuple[int, int]] = []
    for day, hours in enumerate(by_day):
        if hours and stretches and stretches[-1][1] == day - 1 and by_day[day - 1] == hours:
            stretches[-1] = (stretches[-1][0], day)
        elif hours:
            stretches.append((day, day))
    if stretches == [(0, 6)]:
        return f"every day {_clock(by_day[0])}"
    return ", ".join(f"{_from_to(first, last)} {_clock(by_day[first])}" for first, last in stretches)


def _from_to(first: int, last: int) -> str:
    if first == last:
        return DAYS[first]
    return f"{DAYS[first]} {'and' if last == first + 1 else 'to'} {DAYS[last]}"


def _clock(stretches: tuple[tuple[time, time], ...]) -> str:
    if stretches == ((time.min, time.min),):
        return "at any hour"
    shown = (f"{start:%H:%M} to {'24:00' if end == time.min else f'{end:%H:%M}'}" for start, end in stretches)
    return _list(shown)


def _days_off(clinic: Clinic, off: DaysOff, today: date) -> Iterator[str]:
    coming = sorted(day for day in off.holidays if day >= today)
    if coming:
        yield f"Next holiday: {_day(coming[0])}."
    for absence in sorted(off.absences, key=lambda absence: absence.first):
        if absence.last >= today:
            who = f"{named(clinic, absence.stand_in)} stands in" if absence.stand_in else "nobody stands in"
            yield f"Away from {_day(absence.first)} to {_day(absence.last)}; {who}."


def _asked(clinic: Clinic) -> Iterator[str]:
    steps = clinic.escalation
    one = _counted(steps.one_by_one, "therapist")
    yield (
        f"Somebody asks for a human: up to {one} on duty one after the other, {_long(clinic.offer_after)} each, those"
        f" who speak the language first; then all on duty together, {_long(steps.everyone_after)}; then the person is"
        f" told that nobody answers, and offered {_list(_otherwise(clinic))}."
    )
    if steps.days > 1:
        yield f"Asked anew on the next working days, {steps.days} in all."
    waited = _long(clinic.idle_after)
    yield f"A person who has waited {waited} for their therapist's word: the therapist is reminded, then a colleague."


def _otherwise(clinic: Clinic) -> Iterator[str]:
    if clinic.fallback_link or any(therapist.link for therapist in clinic.therapists):
        yield "the pages for appointments"
    if clinic.rules.call_back:
        yield "to be called back"
    yield "the urgent lines"


def _danger(clinic: Clinic, today: date) -> Iterator[str]:
    steps = clinic.escalation
    called = "whoever is on call, then " if clinic.on_call else ""
    one = _counted(steps.urgent_one_by_one, "therapist")
    yield (
        f"A danger is noticed: up to {one} on duty one after the other, {_long(clinic.urgent_after)} each; then"
        f" {called}the whole team whatever their hours, twice; then whoever comes on duty, at the latest every"
        f" {_long(steps.urgent_again)}, until somebody takes or closes it."
    )
    yield from (_on_call(clinic, call, today) for call in clinic.on_call)


def _on_call(clinic: Clinic, call: OnCall, today: date) -> str:
    within = call.shift.within
    when = _week(call.shift.blocks)
    if within is None:
        return f"On call for a danger: {named(clinic, call.therapist)}, {when}."
    over = " (over)" if within.last < today else ""
    stretch = f"from {_day(within.first)} to {_day(within.last)}"
    return f"On call for a danger: {named(clinic, call.therapist)} {stretch}, {when}{over}."


def _kept(clinic: Clinic) -> Iterator[str]:
    strangers, quiet = clinic.retention.strangers, clinic.retention.quiet
    rest = f"anybody's after {quiet.days}" if quiet else "the rest is kept until the person erases it"
    yield (
        f"What somebody left who agreed to nothing is erased after {_counted(strangers.days, 'day')} in which nothing"
        f" happened; {rest}. Nothing goes by itself while a therapist has the conversation, a request waits or an alert"
        " is open."
    )


def _fee(fee: Fee) -> str:
    if not fee.most:
        return "no fee"
    range_ = f"{fee.least}" if fee.least == fee.most else f"{fee.least} to {fee.most}"
    return f"{range_} {fee.currency}"


def _name(name: tuple[tuple[str, str], ...]) -> str:
    return " / ".join(words for _, words in name)


def _place(country: str, region: str) -> str:
    return f"{country}-{region}" if region else country


def _languages(languages: tuple[str, ...]) -> str:
    return _list(LANGUAGES[language] for language in languages)


def _word(word: str) -> str:
    return WORDS.get(word, word)


def _list(words: Iterator[str]) -> str:
    return format_list(list(words), locale="en")


def _counted(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _long(time: timedelta) -> str:
    minutes = int(time / timedelta(minutes=1))
    return _counted(minutes, "minute") if minutes % 60 else _counted(minutes // 60, "hour")


def _day(day: date) -> str:
    return format_date(day, "d MMMM yyyy", "en")
