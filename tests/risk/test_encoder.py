"""The second half of the layer: its file, what it does with anything, and what is left without it."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest
import safetensors.numpy
import sentencepiece
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import encoder, risk_encoder, weights
from bot.models import load
from bot.settings import ROOT
from flows.risk.layer import Four, Opinion
from flows.risk.lexicon import read_words
from flows.risk.linear import together
from flows.risk.read import read
from flows.risk.risk import Kind, Level

LAYER = weights.load()
DANGER = "i keep looking at the water from the bridge and i do not see a reason to go home"


def levels(text: str) -> Four:
    assert LAYER.second is not None
    return LAYER.second.opinions([read_words(text).plain])[0].levels


@given(st.text(st.characters(exclude_categories=()), max_size=400))  # lone surrogates too
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_its_levels_and_kinds_add_up_to_one(text: str) -> None:
    assert LAYER.second is not None
    opinion = LAYER.second.opinions([read_words(text).plain])[0]

    assert sum(opinion.levels) == pytest.approx(1, abs=1e-4)
    assert sum(opinion.kinds) == pytest.approx(1, abs=1e-4)


def test_a_sentence_longer_than_it_reads_is_read_to_its_limit() -> None:
    assert LAYER.second is not None
    long = "je veux mourir " * encoder.MOST

    assert levels(long) == levels(long + "le chat dort " * 100)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Je suis désespérée, j’ai peur", "je suis desesperee, j'ai peur"),
        ("JE VEUX MOURIR", "je veux mourir"),
        ("jsp quoi dire", "je sais pas quoi dire"),
        ("jveux  mourrir", "je veux mourir"),
        ("m o u r i r, su1c1de\u200b", "mourir, suicide"),
        ("wanna kms 2nite", "want to kill myself tonight"),
        ("Qu’elle s’en aille…\n\n« voilà »", "qu'elle s'en aille... « voila »"),
    ],
)
def test_ways_of_typing_change_nothing(one: str, other: str) -> None:
    assert read_words(one).plain == other
    assert levels(one) == levels(other)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mon mari me tape quand il a bu", Kind.ABUSE),
        ("i make myself sick after every meal", Kind.EATING),
        ("the voices tell me what to do", Kind.PSYCHOSIS),
        ("ma soeur parle de mourir", Kind.THIRD_PARTY),
        ("je me coupe les bras le soir", Kind.SELF_HARM),
    ],
)
def test_its_columns_are_the_kinds_in_their_order(text: str, kind: Kind) -> None:
    assert LAYER.second is not None
    kinds = LAYER.second.opinions([read_words(text).plain])[0].kinds

    assert list(Kind)[kinds.index(max(kinds))] is kind


def test_it_is_asked_where_the_linear_model_is_not_sure() -> None:
    asked = []

    class Second:
        def opinions(self, plain: Sequence[str]) -> list[Opinion]:
            asked.extend(plain)
            return [Opinion((0.0, 0.0, 0.0, 1.0), tuple(float(kind is Kind.MEDICAL) for kind in Kind))] * len(plain)

    layer = replace(LAYER, second=Second())

    assert read("ok merci, à demain", (), layer).level is Level.NONE
    assert not asked
    read_ = read(DANGER, (), layer)
    assert (read_.level, read_.kind) == (Level.IMMINENT, Kind.MEDICAL)
    assert asked == [DANGER]


def test_sentences_read_together_are_read_as_each_alone() -> None:
    assert LAYER.second is not None
    several = [DANGER, "ok", "", "je n'en peux plus . " * 40, DANGER]

    together_ = LAYER.second.opinions(several)

    for one, read_ in zip(several, together_, strict=True):
        alone = LAYER.second.opinions([one])[0]
        assert read_.levels == pytest.approx(alone.levels, abs=1e-5)
        assert read_.kinds == pytest.approx(alone.kinds, abs=1e-5)


def test_what_it_is_trained_as_is_what_it_reads_as(monkeypatch) -> None:
    """Two programs say the same: the network as PyTorch trains it, and as NumPy reads it."""
    torch = pytest.importorskip("torch", reason="the extra `train` is not installed: make risk-train installs it")
    monkeypatch.setattr(risk_encoder, "DROPPED", 0.0)
    monkeypatch.setattr(risk_encoder, "DROPPED_ABOVE", 0.0)
    tensors = safetensors.numpy.load_file(encoder.ENCODER)
    shipped = encoder.Encoder(tensors)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=tensors["pieces"].tobytes())
    several = [DANGER, "ok", "je n'en peux plus"]
    vectors = encoder.unpacked(tensors["vectors"]).reshape(*tensors["vectors.scale"].shape, encoder.TOGETHER)
    table = (vectors * tensors["vectors.scale"].astype("float32")[..., None]).reshape(len(vectors), -1)
    of = {name: torch.tensor(numbers) for name, numbers in encoder.numbers(tensors).items()}
    batch = [[encoder.BEGIN, *pieces.encode(text), encoder.END] for text in several]

    scores = risk_encoder._scores(of, torch.tensor(table), batch, torch)

    trained = (torch.softmax(of_it, -1).tolist() for of_it in scores)
    for levels_, kinds, read_ in zip(*trained, shipped.opinions(several), strict=True):
        assert levels_ == pytest.approx(read_.levels, abs=1e-4)
        assert kinds == pytest.approx(read_.kinds, abs=1e-4)


def test_one_that_rules_out_a_level_does_not_decide_alone() -> None:
    none, _, _, imminent = together((0.0, 0.0, 0.0, 1.0), (0.9, 0.05, 0.05, 0.0))

    assert 0 < none < 1
    assert 0 < imminent < 1
    assert together((0.4, 0.3, 0.2, 0.1), (0.4, 0.3, 0.2, 0.1)) == pytest.approx((0.4, 0.3, 0.2, 0.1))


def test_without_its_file_the_linear_model_reads_by_its_own_thresholds(tmp_path) -> None:
    alone = weights.load(second=tmp_path / "nowhere")

    assert alone.second is None
    assert alone.name == "linear; the encoder is missing"
    assert (alone.french, alone.english) != (LAYER.french, LAYER.english)
    assert read("Je veux mourir ce soir", (), alone).level is Level.IMMINENT


@pytest.mark.parametrize("damage", [b"", b"nothing of ours", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_damaged_file_is_refused(tmp_path, damage) -> None:
    file = tmp_path / "encoder.safetensors"
    file.write_bytes(damage)

    assert weights.load(second=file).name == "linear; the encoder is damaged, or another one"


def test_a_file_that_is_cut_short_or_changed_is_refused(tmp_path) -> None:
    whole = encoder.ENCODER.read_bytes()
    file = tmp_path / "encoder.safetensors"

    for damaged in (whole[: len(whole) // 2], whole[:-9] + b"\x55" + whole[-8:]):
        file.write_bytes(damaged)
        assert weights.load(second=file).second is None


def test_a_file_without_what_it_needs_says_so(tmp_path) -> None:
    file = tmp_path / "encoder.safetensors"
    tensors = safetensors.numpy.load_file(encoder.ENCODER)
    del tensors["pieces"]
    safetensors.numpy.save_file(tensors, file)

    with pytest.raises(encoder.BadEncoder, match="cannot be read"):
        encoder.load(file, encoder.digest(file))


def test_one_that_knows_other_levels_or_kinds_is_refused(tmp_path) -> None:
    file = tmp_path / "encoder.safetensors"
    tensors = safetensors.numpy.load_file(encoder.ENCODER)
    for name in ("kinds", "kinds.scale", "kinds.bias"):
        tensors[name] = tensors[name][..., :-1].copy()
    safetensors.numpy.save_file(tensors, file)

    with pytest.raises(encoder.BadEncoder, match="knows other levels or kinds"):
        encoder.load(file, encoder.digest(file))


def test_the_program_loads_both() -> None:
    assert load("").name == "linear and encoder"


def test_without_it_the_command_reads_on_and_says_so(tmp_path) -> None:
    program = "from bot import encoder, weights; from pathlib import Path\n"
    program += "weights.load.__defaults__ = (weights.LAYER, Path('nowhere')); from bot.risk import main\n"
    program += "main(['read', '-'])"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, input='{"id": "a", "text": "Je veux mourir"}', capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert '"level":"risk"' in said.stdout
    assert said.stderr == "The statistical layer is linear; the encoder is missing.\n"
