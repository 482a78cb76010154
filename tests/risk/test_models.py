"""A model of `transformers` in place of the layer: a tiny one, with random weights, that the test writes itself."""

import pytest

from bot import models
from flows.risk.floor import floor
from flows.risk.lexicon import read_words, tagged
from flows.risk.read import read
from flows.risk.risk import Level

LABELS = {0: "imminent", 1: "none", 2: "risk", 3: "concern"}  # in an order of its own


def tiny(folder, labels):
    torch = pytest.importorskip("torch", reason="the extra `models` is not installed: pip install '.[models]'")
    transformers = pytest.importorskip(
        "transformers", reason="the extra `models` is not installed: pip install '.[models]'"
    )
    torch.manual_seed(1)
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "je", "veux", "mourir"]))
    transformers.BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=8, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        num_labels=len(labels), id2label=labels, label2id={label: number for number, label in labels.items()},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_a_model_reads_beside_the_floor(tmp_path):
    model = models.Model(tiny(tmp_path, LABELS))
    message = tagged(read_words("je veux mourir \ud800"))

    (likely,) = model.chances([(message, floor(message))])

    assert sum(likely.levels) == pytest.approx(1)
    assert likely.level is models.cheapest(likely.levels)
    assert read("Je veux mourir", (), model).level >= Level.RISK


def test_a_model_with_other_labels_is_refused(tmp_path):
    name = tiny(tmp_path, {0: "good", 1: "bad"})

    with pytest.raises(models.BadModel, match="has no label none, concern, risk, imminent"):
        models.Model(name)


def test_a_model_that_cannot_be_had_leaves_the_layer_that_ships(tmp_path):
    assert models.load(str(tmp_path / "nowhere")).name == "linear and encoder"


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ((1.0, 0.0, 0.0, 0.0), Level.NONE),
        ((0.9, 0.1, 0.0, 0.0), Level.NONE),  # 0.1 x 2 costs less than 0.9 x 1
        ((0.9, 0.0, 0.1, 0.0), Level.CONCERN),  # 0.9 x 1 + 0.1 x 10 = 1.9; as none 3.0; as risk 3.6
        ((0.5, 0.0, 0.0, 0.5), Level.IMMINENT),  # as risk 0.5 x 4 + 0.5 x 8 = 6; as imminent 0.5 x 6 = 3
    ],
)
def test_the_level_that_costs_least(levels, level):
    assert models.cheapest(levels) is level
