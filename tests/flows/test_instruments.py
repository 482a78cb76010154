"""The official words stay as they are; the codes say what they are said to say."""

import hashlib
import json
from pathlib import Path

import pytest

from flows import instruments
from flows.instruments import Instrument, form_of, words
from flows.page import BrokenFlow

CONTENT = Path(__file__).parent.parent.parent / "flows" / "content"
problems: list[BrokenFlow] = []
INSTRUMENTS = instruments.load(CONTENT, problems)
PHQ9, GAD7 = INSTRUMENTS["phq9"], INSTRUMENTS["gad7"]

# Of all words, by version. Whoever changes a word changes the version, and compares with the official form.
WORDS = {("phq9", "2026-11-23"): "da2cbfbcc3fa54ac", ("gad7", "2026-11-23"): "2f20d40772045783"}


def fingerprint(instrument: Instrument) -> str:
    plain = {
        name: [form.stem, form.answers, form.items, form.difficulty, form.difficulty_answers]
        for name, form in sorted(instrument.forms.items())
    }
    body = json.dumps([plain, dict(sorted(instrument.attribution.items()))], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def test_everything_can_be_read():
    assert problems == []
    assert list(INSTRUMENTS) == ["gad7", "phq9"]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda instrument: instrument.id)
def test_a_changed_word_is_a_new_version(instrument: Instrument):
    assert fingerprint(instrument) == WORDS[instrument.id, instrument.version]


@pytest.mark.parametrize(
    ("locale", "country", "form"),
    [
        ("fr", "FR", "fr-FR"),
        ("fr", "BE", "fr-FR"),
        ("fr", "CH", "fr-FR"),
        ("fr", "LU", "fr-FR"),
        ("fr", "GB", "fr-FR"),
        ("fr", "CA", "fr-CA"),
        ("en", "CA", "en"),
        ("en", "FR", "en"),
    ],
)
def test_the_country_of_the_clinic_decides_which_form(locale: str, country: str, form: str):
    assert form_of(locale, country) == form


def test_the_french_forms_are_never_mixed():
    france, canada = words(INSTRUMENTS, "fr", "FR"), words(INSTRUMENTS, "fr", "CA")

    assert france["instrument.phq9.answer_2"] == "Plus de la moitié du temps"
    assert canada["instrument.phq9.answer_2"] == "Plus de sept jours"
    assert canada["instrument.gad7.answer_2"] == "Plus de la moitié des jours"
    assert france["instrument.phq9.item_9"] == (
        "Penser qu'il vaudrait mieux mourir ou envisager de vous faire du mal d'une manière ou d'une autre"
    )
    assert canada["instrument.phq9.item_9"] == (
        "Vous avez pensé que vous seriez mieux mort(e) ou pensé à vous blesser d’une façon ou d’une autre"
    )
    alike = {"Jamais", "Plusieurs jours", "Presque tous les jours", "PHQ-9", "GAD-7", *PHQ9.attribution.values()}
    assert {france[id] for id in france if france[id] == canada.get(id)} <= alike


def test_the_quebec_form_asks_nothing_about_difficulty():
    assert "instrument.phq9.difficulty" in words(INSTRUMENTS, "en", "CA")
    assert "instrument.phq9.difficulty" not in words(INSTRUMENTS, "fr", "CA")


def test_the_attribution_is_there_in_both_languages():
    assert words(INSTRUMENTS, "en", "FR")["instrument.phq9.attribution"] == (
        "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational"
        " grant from Pfizer Inc. No permission required to reproduce, translate, display or distribute."
    )
    assert "Pfizer Inc." in words(INSTRUMENTS, "fr", "FR")["instrument.gad7.attribution"]


def test_each_code_has_its_official_display_name():
    assert [(c.code, c.display) for c in PHQ9.codes.items] == [
        ("44250-9", "Little interest or pleasure in doing things in last 2 weeks"),
        ("44255-8", "Feeling down, depressed, or hopeless in last 2 weeks"),
        ("44259-0", "Trouble falling or staying asleep, or sleeping too much in last 2 weeks [Reported.PHQ]"),
        ("44254-1", "Feeling tired or having little energy in last 2 weeks [Reported.PHQ]"),
        ("44251-7", "Poor appetite or overeating in last 2 weeks [Reported.PHQ]"),
        (
            "44258-2",
            "Feeling bad about yourself - or that you are a failure or have let yourself or your family down in last 2"
            " weeks [Reported.PHQ]",
        ),
        (
            "44252-5",
            "Trouble concentrating on things, such as reading the newspaper or watching television in last 2 weeks"
            " [Reported.PHQ]",
        ),
        (
            "44253-3",
            "Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or"
            " restless that you have been moving around a lot more than usual in last 2 weeks [Reported.PHQ]",
        ),
        (
            "44260-8",
            "Thoughts that you would be better off dead, or of hurting yourself in some way in last 2 weeks"
            " [Reported.PHQ]",
        ),
    ]
    assert [(c.code, c.display) for c in GAD7.codes.items] == [
        ("69725-0", "Feeling nervous, anxious or on edge in last 2 weeks"),
        ("68509-9", "Not able to stop or control worrying in the last 2 weeks"),
        ("69733-4", "Worrying too much about different things in last 2 weeks [Reported.PHQ]"),
        ("69734-2", "Trouble relaxing in last 2 weeks [Reported.PHQ]"),
        ("69735-9", "Being so restless that it is hard to sit still in last 2 weeks [Reported.PHQ]"),
        ("69689-8", "Becoming easily annoyed or irritable in last 4 weeks [Reported.PHQ]"),
        ("69736-7", "Feeling afraid as if something awful might happen in last 2 weeks [Reported.PHQ]"),
    ]
    totals = [(c.code, c.display) for i in (PHQ9, GAD7) for c in (i.codes.panel, i.codes.total)]
    assert totals == [
        ("44249-1", "PHQ-9 quick depression assessment panel [Reported.PHQ]"),
        ("44261-6", "Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]"),
        ("69737-5", "Generalized anxiety disorder 7 item (GAD-7)"),
        ("70274-6", "Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]"),
    ]
    answers = [(0, "LA6568-5"), (1, "LA6569-3"), (2, "LA6570-1"), (3, "LA6571-9")]
    for instrument in (PHQ9, GAD7):
        codes = [code.code for code in instrument.codes.answers]
        assert list(zip(instrument.scores, codes, strict=True)) == answers
        assert [code.display for code in instrument.codes.answers] == list(instrument.forms["en"].answers)
    assert [(c.code, c.display) for c in PHQ9.codes.difficulty_answers] == [
        ("LA6572-7", "Not difficult at all"),
        ("LA6573-5", "Somewhat difficult"),
        ("LA6575-0", "Very difficult"),
        ("LA6574-3", "Extremely difficult"),
    ]


@pytest.mark.parametrize(("instrument", "words_of_codes"), [(PHQ9, 9), (GAD7, 7)], ids=["phq9", "gad7"])
def test_each_code_stands_beside_the_item_it_is_about(instrument: Instrument, words_of_codes: int):
    """In public code, items 6 and 7 of the GAD-7 are often swapped. Both lists begin with the same words."""
    for item, code in zip(instrument.forms["en"].items, instrument.codes.items, strict=True):
        meant = set(item.casefold().replace(",", "").split()[-3:])
        assert meant & set(code.display.casefold().replace(",", "").split()), (item, code)
    assert len(instrument.codes.items) == words_of_codes


def test_what_clinicians_read_a_change_by():
    assert [(i.reliable_change, i.caseness, i.most) for i in (PHQ9, GAD7)] == [(6, 10, 27), (4, 8, 21)]


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_a_total_lies_in_one_band(total: int, band: str):
    assert PHQ9.band(total) == band


def test_the_item_on_death_is_watched():
    assert (PHQ9.watched, GAD7.watched) == (9, None)


def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path: Path):
    folder = tmp_path / instruments.FOLDER
    folder.mkdir()
    broken = (CONTENT / instruments.FOLDER / "gad7.yaml").read_text(encoding="utf-8")
    for right, wrong in (
        ("  - {from: 15, to: 21, name: severe}", "  - {from: 16, to: 21, name: severe}"),
        ('      - "Trouble relaxing"\n', ""),
        ("caseness: 8", "caseness: eight\nauthor: nobody"),
    ):
        assert right in broken
        broken = broken.replace(right, wrong, 1)
    (folder / "gad7.yaml").write_text(broken, encoding="utf-8")
    found: list[BrokenFlow] = []

    assert instruments.load(tmp_path, found) == {}

    assert [problem.sentence for problem in found] == [
        "does not know `author` here; it knows instrument, name, version, recall_days, scores, watched, caseness,"
        " reliable_change, bands, attribution, forms, loinc.",
        "`caseness` must be a whole number.",
        "`en` must have 7 items and 4 answers, as `loinc` and `scores`.",
        "`bands` must hold each total from 0 to 21 once.",
    ]
    assert {problem.file for problem in found} == {"instruments/gad7.yaml"}
