"""Text in, risk out. Two layers: a floor that always reads, and a statistical layer that may be handed in."""

import re
from collections.abc import Sequence

from flows.risk.bare import bare
from flows.risk.floor import REASON, Findings, floor
from flows.risk.layer import Chances, Layer
from flows.risk.lexicon import Tagged, read_words, tag, tagged
from flows.risk.risk import Kind, Level, Risk, Sign

# The labelling guide: a detector that fails acts as at "concern".
UNREADABLE = Risk(Level.CONCERN, Kind.SADNESS)

# A thought split over several messages is read as one, as far as these reach.
WINDOW = 3  # messages before this one
WINDOW_LENGTH = 300  # characters of them together
# "He is at home with me": where somebody is, and not a word about the writer.
BESIDE_ME = re.compile(
    r"\b(avec|chez|pr[eè]s de|[aà] c[oô]t[eé] de|devant|with|next to|beside|near) (moi|nous|me|us)\b", re.IGNORECASE
)
# By the floor alone: the layer has learnt from single messages, and took harmless ones for danger when joined.


def read(text: str, before: Sequence[str] = (), layer: Layer | None = None) -> Risk:
    """Return the risk in what somebody wrote. Never raises.

    before: the person's previous messages, oldest first, as far as they may be kept.
    layer:  None when it could not be loaded; the floor then reads alone.
    """
    return read_all([(text, before)], layer)[0]


def read_all(messages: Sequence[tuple[str, Sequence[str]]], layer: Layer | None = None) -> list[Risk]:
    """The same for several messages, each with what its person wrote before: the layer reads them at once."""
    alone = [_by_the_floor(text, before) for text, before in messages]
    risks = [risk for risk, _ in alone]
    asked = [(number, about) for number, (_, about) in enumerate(alone) if about and not bare(about[0].words)]
    if layer is None or not asked:
        return risks
    try:
        likely = layer.chances([about for _, about in asked])
        for (number, (message, _)), chances in zip(asked, likely, strict=True):
            risks[number] = together(risks[number], chances, message)
        return risks
    except Exception:  # a damaged layer never lowers the floor, nor what one message broke the reading of another
        return risks if len(messages) == 1 else [read(text, before, layer) for text, before in messages]


def speaks_of_another(text: str) -> bool:
    """Whether it names somebody, and not the writer but as the one they are with. False when it cannot be read."""
    try:
        present = tagged(read_words(BESIDE_ME.sub(" ", text))).all
    except Exception:  # as above
        return False
    return bool(present & (tag("THEY") | tag("NEAR") | tag("KID"))) and not present & (tag("I") | tag("ME"))


def _by_the_floor(text: str, before: Sequence[str]) -> tuple[Risk, tuple[Tagged, Findings] | None]:
    """The risk, and the message with what the floor read in it alone; None when it could not be read."""
    try:
        message = tagged(read_words(text))
        alone = floor(message)
        found = alone.risk
        earlier = _earlier(before)
        window = tagged(read_words(f"{earlier} {text}")) if earlier else None
        if window:
            found = max(found, floor(window, len(window.words.said) - len(message.words.said)).risk, key=_level)
    except Exception:  # a mistake of ours must not leave somebody unread: the guide says to act as at concern
        return UNREADABLE, None
    return found, (message, alone)


def together(found: Risk, likely: Chances, message: Tagged) -> Risk:
    """The higher of the two. Where only the layer noticed something, the reason is what was written, up to REASON."""
    if likely.level <= found.level:
        return found
    said = message.words
    reason = found.reason or (said.between(0, len(said.said) - 1)[:REASON] if said.said else "")
    kind = found.kind if found.level and found.kind is not Kind.SADNESS else likely.kind
    signs = found.signs | ({Sign.NEAR_OTHER} if kind is Kind.THIRD_PARTY else frozenset())
    return Risk(likely.level, kind, reason, signs)


def _earlier(before: Sequence[str]) -> str:
    """The last messages, as one; those that would make it too long are left out."""
    kept: list[str] = []
    left = WINDOW_LENGTH
    for text in reversed(before[-WINDOW:]):
        left -= len(text)
        if left < 0:
            break
        kept.append(text)
    return " ".join(reversed(kept))


def _level(risk: Risk) -> Level:
    return risk.level
