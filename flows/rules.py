"""What a clinic decides about how the conversation goes. Read from clinic.toml by bot/clinic.py."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Rules:
    """
    timezone:   of the clinic.
    quiet_from, quiet_to: between these, by the person's clock, nobody is written to who did not just write.
    show_bands: a person is shown the sum of their answers and the range it lies in. It can make the program a medical
                device (decision 0031).
    only_reviewed: an exercise or a questionnaire is offered only as long as a clinician has signed it as it is.
    call_back:  a person nobody answers can leave how and when they can be called back.
    askable:    what a person can say they would prefer in who answers (handoff/choosing.py).
    """

    timezone: str = "Europe/Paris"
    quiet_from: time = time(21)
    quiet_to: time = time(8)
    show_bands: bool = False
    only_reviewed: bool = False
    call_back: bool = False
    askable: frozenset[str] = frozenset()


DEFAULT = Rules()
