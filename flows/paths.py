"""Which way of the flow `crisis` is right for what was read. The ways themselves are in content/crisis.yaml."""

from flows.risk.risk import Kind, Level, Risk, Sign
from flows.state import Place

CRISIS = "crisis"
SUGGESTED = Place("prescribed", "suggested")
ASK = Place(CRISIS, "ask")
LET_READ = Place(CRISIS, "let_read")
WAITING = Place(CRISIS, "waiting")
STOP_WAITING = Place(CRISIS, "stop_waiting")
MISUNDERSTOOD = Place(CRISIS, "misunderstood")
MISUNDERSTOOD_TAKEN = Place(CRISIS, "misunderstood_taken")
WHERE = Place("urgent", "where")
AGAIN = Place(CRISIS, "again")
GIVEN_BACK = Place(CRISIS, "given_back")
ANSWERS = {True: Place(CRISIS, "said_yes"), False: Place(CRISIS, "said_no")}
HEAVY, GENTLY = "gently_heavy", "gently"
UNCLEAR = Place(CRISIS, "unclear")
PANIC, STRONGER = "panic", Place("panic", "stronger")

_IMMINENT = {
    Kind.SUICIDE: "now",
    Kind.BEREAVEMENT: "now",
    Kind.ABUSE: "now_abuse",
    Kind.HARM_TO_OTHERS: "now_others",
    Kind.PSYCHOSIS: "now_mind",
    Kind.SELF_HARM: "now_body",
    Kind.MEDICAL: "now_body",
    Kind.EATING: "now_body",
}
_RISK = {
    Kind.SELF_HARM: "self_harm",
    Kind.ABUSE: "abuse",
    Kind.HARM_TO_OTHERS: "others",
    Kind.PSYCHOSIS: "mind",
    Kind.MEDICAL: "body",
    Kind.EATING: "body",
}
_CONCERN = {
    Kind.SUICIDE: "ask",
    Kind.SELF_HARM: "ask",
    Kind.SADNESS: HEAVY,
    Kind.BEREAVEMENT: HEAVY,
    Kind.ABUSE: "gently_quiet",
    Kind.MEDICAL: "gently_body",
    Kind.EATING: "gently_body",
}
# Shorter forms, said in turn.
SHORTER = {
    "now": ("now_again", "now_still"),
    "abuse": ("quiet_again", "quiet_still"),
    "": ("here_again", "here_still", "here_yet"),
}
_PATHS = {*_IMMINENT.values(), *_RISK.values(), *_CONCERN.values()}
_PATHS |= {"now_relative", "relative", "gently_relative", "suicide", "gently"}
_PATHS |= {"now_taken", "now_taken_relative", "child", "minor"}

# Where the flows are led to from here, and what is said from the desk. The book must have them.
PLACES = (
    SUGGESTED,
    ASK,
    AGAIN,
    GIVEN_BACK,
    UNCLEAR,
    *ANSWERS.values(),
    *(Place(CRISIS, step) for step in sorted({*_PATHS, *(step for steps in SHORTER.values() for step in steps)})),
    LET_READ,
    WAITING,
    STOP_WAITING,
    MISUNDERSTOOD,
    MISUNDERSTOOD_TAKEN,
    WHERE,
    Place("safety_plan", "plan"),
)


def path(risk: Risk) -> str:
    """The step of the flow `crisis` that is right for this."""
    relative = Sign.NEAR_OTHER in risk.signs or risk.kind is Kind.THIRD_PARTY
    if risk.level is Level.CONCERN:
        return "gently_relative" if relative else _CONCERN.get(risk.kind, GENTLY)
    if Sign.TAKEN in risk.signs:  # symptoms are not waited for
        return "now_taken_relative" if relative or Sign.CHILD in risk.signs else "now_taken"
    if risk.level is Level.IMMINENT:
        return "now_relative" if relative else _IMMINENT.get(risk.kind, "now")
    if Sign.MINOR in risk.signs and not relative:
        return "minor"
    if Sign.CHILD in risk.signs and risk.kind is not Kind.HARM_TO_OTHERS:
        return "child"
    return "relative" if relative else _RISK.get(risk.kind, "suicide")


# Said from the desk, wherever the person is.
MENTIONS = tuple(
    Place(CRISIS, step)
    for step in (
        "alerted",
        "alerted_words",
        "alerted_higher",
        "alerted_next",
        "alerted_team",
        "nobody",
        "stays",
        "closed",
    )
)
