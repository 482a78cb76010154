"""A larger model that a clinic chose, in place of the layer that ships. Needs the extra `models`.

`RISK_MODEL` names a model for sequence classification, on the hub or in a folder, whose labels are none, concern, risk
and imminent. Only safetensors are loaded, and no code that comes with a model is run.
"""

from collections.abc import Sequence
from typing import Any

import structlog

from bot import weights
from flows.risk.floor import Findings
from flows.risk.layer import COSTS, Chances, Four, Layer
from flows.risk.lexicon import Tagged
from flows.risk.risk import Kind, Level

log = structlog.get_logger()

MOST_TOKENS = 512


class BadModel(Exception):
    """Says why this model cannot read."""


class Model:
    """Reads with `transformers`, on whatever the machine has."""

    def __init__(self, name: str) -> None:
        """Raises BadModel. It takes seconds, or minutes when it is fetched for the first time."""
        try:
            import torch  # the extra `models` is not there in most clinics
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise BadModel("needs the extra `models`") from error
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(name, use_safetensors=True).eval()
        except (OSError, ValueError) as error:
            raise BadModel(f"cannot be loaded ({type(error).__name__})") from error
        labels = {str(label).lower(): int(number) for number, label in self._model.config.id2label.items()}
        if missing := [level.word for level in Level if level.word not in labels]:
            raise BadModel(f"has no label {', '.join(missing)}")
        self._order = [labels[level.word] for level in Level]
        self._torch: Any = torch
        self.name = name

    def chances(self, messages: Sequence[tuple[Tagged, Findings]]) -> list[Chances]:
        return [self._chances(message) for message, _ in messages]

    def _chances(self, message: Tagged) -> Chances:
        text = message.words.text.encode("utf-8", "ignore").decode()
        tokens = self._tokenizer(text, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
        with self._torch.inference_mode():
            likely = self._model(**tokens).logits[0].softmax(-1).tolist()
        none, concern, risk, imminent = (likely[number] for number in self._order)
        levels = (none, concern, risk, imminent)
        level = cheapest(levels)
        return Chances(levels, level, Kind.SUICIDE if level >= Level.RISK else Kind.SADNESS)


def cheapest(levels: Four) -> Level:
    """The level that costs least, as likely as each is, by the labelling guide."""
    return min(Level, key=lambda said: sum(likely * COSTS[true][said] for true, likely in enumerate(levels)))


def load(name: str) -> Layer:
    """The model of this name; without one, or when it cannot be had, the layer that ships. Raises weights.BadLayer."""
    if not name:
        return _shipped()
    try:
        return Model(name)
    except BadModel as bad:
        log.warning("model_not_loaded", model=name, reason=str(bad))
        return _shipped()


def _shipped() -> Layer:
    layer = weights.load()
    if layer.second is None:
        log.warning("encoder_not_loaded", reason=layer.name)
    return layer
