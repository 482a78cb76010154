"""Writes docs/risk.md: everything in it was computed by the run that wrote it. Needs the extra `train`."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from bot import encoder, risk_speed, risk_training, weights
from bot.risk_choosing import (
    FEWER,
    FOLDS,
    Unseen,
    chosen,
    cross_validated,
    level,
    read_by,
    theme,
    typing,
    without_encoder,
)
from bot.risk_data import DEVELOPMENT, blind, hand_written, hard_ids, read_labelled
from bot.risk_measuring import LANGUAGES, Figures, Judged, Share, by_kind, by_language, missed, smallest, table
from bot.settings import ROOT
from flows.risk.lexicon import read_words
from flows.risk.linear import Linear
from flows.risk.read import read_all
from flows.risk.risk import Level

WITHOUT = "both, without the encoder"
PAGE = ROOT / "docs" / "risk.md"
LAYERS = ("floor alone", "layer alone", "both", WITHOUT)


@dataclass(frozen=True, slots=True)
class Split:
    """name: as it is written in the tables. about: what it is, and what was fitted to it."""

    name: str
    about: str
    unseen: tuple[Unseen, ...]


def write() -> None:
    layer = weights.load()
    development, hand = read_labelled(DEVELOPMENT), hand_written()
    by_theme = cross_validated([*hand, *development], theme, FOLDS)
    by_typing = cross_validated(hand, typing, FEWER, always=development)
    known = {_wording(m.text) for m in [*hand, *development, *risk_training.generated()]}
    splits = [
        _blind("blind A", BLIND_A, "a", layer, known),
        _blind("blind B", BLIND_B, "b", layer, known),
        _blind("blind C", BLIND_C, "c", layer, known),
        Split("development", DEVELOPED, tuple(u for u in by_theme if not u.message.theme)),
        Split("hand-written, by theme", HAND, tuple(u for u in by_theme if u.message.theme)),
        Split("hand-written, by way of typing", TYPED, tuple(by_typing)),
    ]
    shipped = Readers(layer, weights.load(second=Path("none")))
    measured = Readers(chosen(layer, by_theme), chosen(layer, without_encoder(by_theme)))
    PAGE.write_text(_page(shipped, measured, [s for s in splits if s.unseen]))


BLIND_A = (
    "Written by an author who had seen neither the data nor the reader. What was missed in it "
    "and what alarmed for nothing has been looked at, and the weight of the tags and the regularisation were chosen "
    "with its scores in view: it is blind no longer."
)
BLIND_B = (
    "A second set by the same author. Nothing was fitted to its messages, and its misses are not quoted, so that it "
    "stays so. Its totals, with those of C, were compared between layers, told that too many ordinary messages were "
    "taken for a concern, and decided against stricter thresholds, which missed more: see decision 0056. Its totals by "
    "kind, with those of A and C, told which kinds of ordinary messages to write more of: see decision 0058."
)
BLIND_C = (
    "A third set by the same author: plain, ordinary ways of saying it above all; many situations are told in both "
    "languages. Nothing was fitted to its messages, and its misses are not quoted either. Its totals "
    "were used as those of B were."
)
DEVELOPED = (
    "The development set of the labelling guide. Read by the layers of a cross-validation, each trained without the "
    "messages it reads. **The floor’s words were written with this set in view**: they flatter the floor here, and the "
    "layer that hears of them. The thresholds were chosen on these messages and the hand-written ones. What to expect "
    "of messages by somebody else stands under the blind sets."
)
HAND = (
    "Read by layers that were trained without any message of the same theme, in either language. It is meant to be "
    "hard: most messages say it indirectly, and the ordinary ones beside them use the same words. The floor’s misses "
    "and its false alarms here were looked at, and the thresholds were chosen on these messages and the development "
    "set."
)
TYPED = (
    "The same messages, read by layers that were trained without any message typed in the same way: on about half of "
    "them."
)


Wording = tuple[str, ...]  # in its one form, without punctuation


def _wording(text: str) -> Wording:
    return tuple(word for word in read_words(text).said if word not in ".!?,")


def _blind(name: str, about: str, letter: str, layer: Linear, known: Set[Wording]) -> Split:
    """What stands word for word among the messages of the training is left out: short sentences coincide."""
    messages = blind(letter)
    new = [message for message in messages if _wording(message.text) not in known]
    left_out = f"{len(messages) - len(new)} of {len(messages)} stand word for word in the training and are left out."
    return Split(name, f"{about} {left_out}", tuple(read_by(layer, message) for message in new))


@dataclass(frozen=True, slots=True)
class Readers:
    """The layer with its thresholds, and the linear model with those for reading without the encoder."""

    layer: Linear
    linear: Linear

    def judged(self, split: Split, which: str) -> list[Judged]:
        judged = []
        reader, read = (self.linear, without_encoder(split.unseen)) if which == WITHOUT else (self.layer, split.unseen)
        for one in read:
            own = level(reader, one)
            said = {"floor alone": one.floor, "layer alone": own}.get(which, max(one.floor, own))
            judged.append(Judged(one.message, said))
        return judged


def _page(layer: Readers, measured: Readers, splits: Sequence[Split]) -> str:
    parts = [HEAD.format(linear=weights.LAYER.stat().st_size / 1e6, encoder=encoder.ENCODER.stat().st_size / 1e6)]
    for split in splits:
        of = layer if split.name.startswith("blind") else measured
        parts.append(f"## {split.name[0].upper()}{split.name[1:]}\n\n{split.about}\n")
        rows: list[tuple[str, Figures]] = []
        for which in LAYERS:
            rows += [(f"{name}, {which}", f) for name, f in by_language(of.judged(split, which))]
        parts.append(table(sorted(rows, key=lambda row: row[0].split(",")[0] != "French"), "language, what reads"))
    blinds = [split for split in splits if split.name.startswith("blind")]
    if seen := [j for split in blinds for j in layer.judged(split, "both")]:
        parts.append(_kinds(layer.layer, blinds))
        parts.append(f"## By kind\n\nThe blind sets together, both layers.\n\n{table(by_kind(seen), 'kind')}\n")
        name, number = smallest(seen)
        parts.append(_smallest(name, number))
    parts.append(_hard(measured, splits))
    parts.append(_missed(layer, measured, splits))
    parts.append(risk_speed.section())
    parts.append(TAIL)
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _smallest(name: str, number: int) -> str:
    low, _ = Share(number, number).interval
    return (
        f"The smallest of these cells that holds danger is “{name}”, with {number}. Even if every one of them "
        f"had been noticed, the share noticed of all such messages could be as low as {low:.2f}. Small cells show "
        "where to look; they prove nothing.\n"
    )


def _kinds(layer: Linear, blinds: Sequence[Split]) -> str:
    """How often what was noticed, and was something, was taken for what it is."""
    noticed = [one for split in blinds for one in split.unseen if one.message.level]
    risks = read_all([(one.message.text, ()) for one in noticed], layer)
    lines = ["| language | whatever noticed it | noticed by the floor | by the layer alone |", "|---|--:|--:|--:|"]
    for lang, name in LANGUAGES.items():
        right = [
            (one.floor > Level.NONE, risk.kind is one.message.kind)
            for one, risk in zip(noticed, risks, strict=True)
            if one.message.lang == lang and risk.level
        ]
        by_floor, by_layer = ([is_right for floor, is_right in right if floor is who] for who in (True, False))
        shares = (Share(sum(group), len(group)) for group in ([*by_floor, *by_layer], by_floor, by_layer))
        lines.append(f"| {name} | {' | '.join(map(str, shares))} |")
    return (
        "## Which kind\n\nThe kind decides the words somebody is met with and the lines that are shown. Of the "
        "concerns and dangers of the blind sets that were noticed, this is the share whose kind was the labelled one "
        "of twelve. A message can be of two kinds; the label names one.\n\n" + "\n".join(lines) + "\n"
    )


def _hard(measured: Readers, splits: Sequence[Split]) -> str:
    hard = hard_ids()
    rows = []
    for split in splits:
        if split.name != "development":
            continue
        for which in LAYERS:
            judged = [j for j in measured.judged(split, which) if j.message.id in hard]
            rows += [(f"{name}, {which}", figures_) for name, figures_ in by_language(judged)]
    lines = ["| language, what reads | taken for risk or more | for concern or more |", "|---|--:|--:|"]
    lines += [f"| {name} | {f.alarms_risk} | {f.alarms_concern} |" for name, f in rows]
    return (
        "## Hard ordinary messages\n\nIdioms, jokes, settled pasts, films, study and service questions of the "
        "development set, with the words of danger in them.\n\n" + "\n".join(lines) + "\n"
    )


def _missed(layer: Readers, measured: Readers, splits: Sequence[Split]) -> str:
    parts = ["## What was missed\n\nRisk or imminent, read as nothing or as concern, by both layers together.\n"]
    for split in splits:
        if split.name not in ("blind A", "development"):
            continue
        judged = (layer if split.name == "blind A" else measured).judged(split, "both")
        parts.append(f"### {split.name[0].upper()}{split.name[1:]}\n")
        parts += [
            f"- {j.message.level.word}, read as {j.level.word}: {' / '.join(j.message.text.split(chr(10)))}"
            for j in missed(judged)
        ]
        parts.append("")
    return "\n".join(parts)


HEAD = """# Noticing risk: what was measured

Written by `make risk-report`; every figure on this page was computed by that run. A share stands with its 95 % interval
(Wilson). What the levels mean is in the labelling guide, `docs/risk-labels.md`.

## What this is, and what it is not

- **No clinician has labelled any of this.** Every message was written by a language model, or with the help of one,
  and labelled by whoever wrote it. The voices are plausible; they were not collected from anybody. How often people
  really write so is not known, and the shares of the levels are not those of a clinic.
- It notices words. It makes no diagnosis, and a message in which it notices nothing is not a message without danger.
- Everybody sees “urgent help” at all times, whatever was or was not noticed.
- A clinic can measure it on messages of its own: `python -m bot risk measure FILE`. Nothing leaves the machine.

The floor is compositions of words (`flows/risk/rules.py`), pure and always there. The layer is a linear model over
words, pieces of words and what they are about, a file of {linear:.1f} megabytes, and a small neural network, the
encoder, of {encoder:.1f}, which is asked where the linear model is not sure that a message is ordinary and the
floor has found no imminent danger; then the two count alike. Of the floor and the layer the higher level counts.
"""

TAIL = """## Run it again

    make risk-train     # trains the layer anew, chooses its thresholds, writes bot/layer.json.gz
                        # and bot/encoder.safetensors; three quarters of an hour on one core
    make risk-report    # rewrites this page
"""
