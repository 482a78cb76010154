"""A clinic to test on: Ana, Bo and Cleo, in the order they are asked in French. All invented."""

from datetime import UTC, datetime, time, timedelta

from handoff.hours import Block
from handoff.roster import Clinic, SchedulingLink, Therapist

ALWAYS = tuple(Block(day, time(0), time(0)) for day in range(7))
MORNINGS = tuple(Block(day, time(9), time(12, 30)) for day in range(5))

NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # a Tuesday, 02:30 in Paris
MORNING = datetime(2026, 11, 24, 9, 2, tzinfo=UTC)  # 10:02 in Paris


def therapist(
    name: str,
    hours: tuple[Block, ...] = ALWAYS,
    languages: tuple[str, ...] = ("fr", "en"),
    link: SchedulingLink | None = None,
) -> Therapist:
    return Therapist(name.lower(), name, languages, (("fr", "…"), ("en", "…")), hours, link)


def clinic(*therapists: Therapist) -> Clinic:
    return Clinic(
        name=(("fr", "Cabinet d’essai"), ("en", "Test clinic")),
        country="FR",
        region="",
        timezone="Europe/Paris",
        languages=("fr", "en"),
        therapists=therapists,
        offer_after=timedelta(minutes=10),
        idle_after=timedelta(minutes=20),
        urgent_after=timedelta(minutes=3),
        link_days=30,
        desk_group="",
        fallback_link=None,
    )


ANA, BO, CLEO = therapist("Ana"), therapist("Bo"), therapist("Cleo", languages=("en",))
THREE = clinic(ANA, BO, CLEO)
