"""What a person reads of a therapist: what the clinic says of them, and the facts it gives, in a few lines."""

from babel.lists import format_list
from babel.numbers import format_currency

from bot.wording import Wording
from handoff.roster import Clinic, Fee, Therapist

WEEKS_FROM = 14  # days; a longer wait is told in weeks


def introduced(clinic: Clinic, therapist: Therapist, wording: Wording, locale: str) -> str:
    about = dict(therapist.about)
    lines = [therapist.name, about.get(locale) or next(iter(about.values()))]
    if facts := " ".join(_facts(clinic, therapist, wording, locale)):
        lines.append(facts)
    if therapist.waiting_days is not None:
        lines.append(_wait(therapist.waiting_days, wording, locale))
    return "\n".join(lines)


def _facts(clinic: Clinic, therapist: Therapist, wording: Wording, locale: str) -> list[str]:
    facts = []
    for said, values in (
        ("sees", therapist.sees),
        ("how", therapist.modalities),
        ("helps_with", therapist.helps_with),
    ):
        if values:
            words = [wording.sentence(f"facts.{value.value}", locale) for value in values]
            facts.append(wording.sentence(f"facts.{said}", locale, what=format_list(words, locale=locale)))
    if site := next((dict(site.name) for site in clinic.sites if site.id == therapist.site), None):
        facts.append(f"{site.get(locale) or next(iter(site.values()))}.")
    if therapist.fee:
        facts.append(_fee(therapist.fee, wording, locale))
    return facts


def _fee(fee: Fee, wording: Wording, locale: str) -> str:
    least, most = (format_currency(amount, fee.currency, locale=locale) for amount in (fee.least, fee.most))
    if not fee.most:
        return wording.sentence("facts.free", locale)
    if fee.least == fee.most:
        return wording.sentence("facts.fee", locale, fee=most)
    return wording.sentence("facts.fee_from_to", locale, least=least, most=most)


def _wait(days: int, wording: Wording, locale: str) -> str:
    if days == 1:
        return wording.sentence("facts.wait_day", locale)
    if days < WEEKS_FROM:
        return wording.sentence("facts.wait_days", locale, n=str(days))
    return wording.sentence("facts.wait_weeks", locale, n=str(-(-days // 7)))
