from pathlib import Path

import pytest

from bot.clinic import BrokenClinic, read
from handoff.roster import in_order, on_duty
from tests.handoff.people import MORNING, NIGHT

ROOT = Path(__file__).parents[1]

WHOLE = """
country = "FR"
timezone = "Europe/Paris"
languages = ["fr", "en"]
offer_minutes = 10
idle_minutes = 20
link_days = 30
name = { fr = "Cabinet", en = "Clinic" }

[[therapist]]
id = "ana"
name = "Ana"
languages = ["fr", "en"]
about = { fr = "Reçoit.", en = "Sees people." }
hours = { monday = ["09:00-12:30", "12:30-24:00"] }
link = { provider = "cal.com", url = "https://cal.com/ana" }
"""


def problems(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> list[str]:
    """What is wrong with the whole file once it was changed so."""
    text = WHOLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "clinic.toml"
    file.write_text(text + more, encoding="utf-8")
    with pytest.raises(BrokenClinic) as broken:
        read(file)
    assert str(broken.value) == "\n".join(broken.value.problems)
    return [problem.removeprefix("clinic.toml: ") for problem in broken.value.problems]


def test_the_demonstration_clinic_is_read_and_has_somebody_at_any_hour():
    demonstration = read(ROOT / "clinic.toml")

    assert [t.name for t in in_order(demonstration, "en")] == ["Inès Exemple", "Tom Sample", "Camille Démo"]
    assert [t.link.provider for t in demonstration.therapists if t.link] == ["cal.com", "calendly", "other"]
    assert [t.id for t in on_duty(demonstration, NIGHT, "fr")] == ["ines"]
    assert [t.id for t in on_duty(demonstration, MORNING, "fr")] == ["ines", "tom"]


def test_a_whole_file_without_its_optional_parts_is_read(tmp_path: Path):
    file = tmp_path / "clinic.toml"
    file.write_text("\n".join(WHOLE.splitlines()[:-2]), encoding="utf-8")

    clinic = read(file)

    assert (clinic.region, clinic.desk_group, clinic.fallback_link) == ("", "", None)
    assert (clinic.therapists[0].hours, clinic.therapists[0].link) == ((), None)


def _rows() -> list[tuple[str, str, str]]:
    monday, link = "therapist 1 (ana), hours.monday: ", "therapist 1 (ana), link."
    clock, address = (
        "is not on the clock. A day goes from 00:00 to 24:00.",
        "is not a web address. It begins with https://.",
    )
    return [
        ('country = "FR"', "", 'country: is missing. For example: country = "FR"'),
        ('"FR"', '"DE"', 'country: "DE" is not one of FR, BE, CH, LU, CA, GB, IE, US, whose urgent lines we hold.'),
        ('"FR"', "33", 'country: must be text in quotes, such as "FR".'),
        ('"Europe/Paris"', '"Paris"', 'timezone: "Paris" is not a time zone. It is written like "Europe/Paris".'),
        ('"Europe/Paris"', '"../x"', 'timezone: "../x" is not a time zone. It is written like "Europe/Paris".'),
        ('"Europe/Paris"', '""', 'timezone: is empty. It must be text, such as "Europe/Paris".'),
        ("= 10", "= 0", "offer_minutes: must be a whole number from 1 to 1440, such as 10."),
        ("= 10", "= true", "offer_minutes: must be a whole number from 1 to 1440, such as 10."),
        ("link_days = 30", "", "link_days: is missing. For example: link_days = 30"),
        (', en = "Clinic"', "", 'name.en: is missing. For example: en = "Cabinet de démonstration"'),
        ("30\n", "30\nlanguages = []\n", "is not TOML: Cannot overwrite a value (at line 8, column 15)."),
        (
            'name = "Ana"\nlanguages = ["fr", "en"]',
            'name = "Ana"\nlanguages = []',
            'therapist 1 (ana), languages: is empty. It must be a list, such as ["fr", "en"].',
        ),
        ("idle_minutes", "colour = 1\nidle_minutes", "colour: is not a key that is known here."),
        (
            'id = "ana"',
            'id = "A b"',
            'therapist 1 (A b), id: "A b" must be a short word of the letters a to z, such as "ines".',
        ),
        (
            ', en = "Sees people."',
            "",
            'therapist 1 (ana), about.en: is missing. For example: en = "Two or three sentences."',
        ),
        ('"Sees people."', f'"{"a" * 301}"', "therapist 1 (ana), about.en: has 301 characters; 300 is the most."),
        ('"09:00-12:30"', '"9-12"', monday + '"9-12" must be written like "09:00-12:30".'),
        ('"09:00-12:30"', '"09:00-12:60"', monday + f'"09:00-12:60" {clock}'),
        ('"12:30-24:00"', '"12:30-24:01"', monday + f'"12:30-24:01" {clock}'),
        (
            '"12:30-24:00"',
            '"22:00-06:00"',
            monday
            + '"22:00-06:00" ends before it starts. A night is written on two days: until 24:00, then from 00:00.',
        ),
        ('"12:30-24:00"', '"12:29-24:00"', monday + "09:00-12:30 and 12:29-24:00 overlap."),
        ("{ monday", '{ every_day = ["08:00-09:01"], monday', monday + "08:00-09:01 and 09:00-12:30 overlap."),
        ("monday", "moonday", "therapist 1 (ana), hours.moonday: is not a key that is known here."),
        ('"https://cal.com/ana"', '"cal.com/ana"', link + f'url: "cal.com/ana" {address}'),
        ('"https://cal.com/ana"', '"javascript:x"', link + f'url: "javascript:x" {address}'),
        ('"https://cal.com/ana"', '"https://cal.com:a/ana"', link + f'url: "https://cal.com:a/ana" {address}'),
        ("//cal.com", "//calendly.com", link + 'provider: is "cal.com", but calendly.com is a page of "calendly".'),
        (
            "//cal.com",
            "//app.calendly.com",
            link + 'provider: is "cal.com", but app.calendly.com is a page of "calendly".',
        ),
        ('"cal.com"', '"other"', link + 'provider: is "other", but cal.com is a page of "cal.com".'),
        ('"cal.com"', '"doctolib"', link + 'provider: "doctolib" is not one of cal.com, calendly, other.'),
    ]


@pytest.mark.parametrize(("old", "new", "complaint"), _rows())
def test_each_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, complaint: str):
    assert problems(tmp_path, (old, new)) == [complaint]


def test_calendly_is_only_at_calendly_while_cal_com_can_run_anywhere(tmp_path: Path):
    own_server = tmp_path / "clinic.toml"
    own_server.write_text(WHOLE.replace("//cal.com", "//book.clinic.org"), encoding="utf-8")

    assert read(own_server).therapists[0].link
    assert problems(tmp_path, ('"cal.com"', '"calendly"'), ("//cal.com", "//book.clinic.org")) == [
        'therapist 1 (ana), link.provider: is "calendly", but book.clinic.org is not a page of calendly.com.'
    ]


def test_all_mistakes_are_named_at_once(tmp_path: Path):
    more = """
[[therapist]]
id = "ana"
name = ""
languages = ["fr", "es", "fr"]
about = "Psychologue"
hours = { every_day = ["09:00-12:00", "11:00-13:00"], sunday = "never" }
"""

    assert problems(tmp_path, ('"FR"', '"ES"'), ("= 20", '= "soon"'), ('"cal.com"', '"cal"'), more=more) == [
        'country: "ES" is not one of FR, BE, CH, LU, CA, GB, IE, US, whose urgent lines we hold.',
        'therapist 1 (ana), link.provider: "cal" is not one of cal.com, calendly, other.',
        'therapist 2 (ana), name: is empty. It must be text, such as "Inès Exemple".',
        'therapist 2 (ana), languages: "es" is not spoken here yet, only "fr" and "en".',
        "therapist 2 (ana), languages: names a language twice.",
        'therapist 2 (ana), about: must be a table, such as about = { fr = "Two or three sentences." }.',
        "therapist 2 (ana), hours.every_day: 09:00-12:00 and 11:00-13:00 overlap.",
        'therapist 2 (ana), hours.sunday: must be a list of texts, such as ["09:00-12:30"].',
        'therapist: 2 therapists have the id "ana". Each needs one of their own.',
        "idle_minutes: must be a whole number from 1 to 1440, such as 20.",
    ]


def test_a_clinic_without_a_therapist_is_refused(tmp_path: Path):
    head, _ = WHOLE.split("[[therapist]]")
    file = tmp_path / "clinic.toml"

    for text in (head, "therapist = []" + head):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BrokenClinic, match="therapist: "):
            read(file)


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path):
    assert problems(tmp_path, ("link_days = 30", "link_days = ")) == [
        "is not TOML: Invalid value (at line 7, column 13)."
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / "latin.toml").write_bytes("nom = é".encode("latin-1"))

    for name, complaint in (
        ("absent.toml", "absent.toml: cannot be read (No such file or directory)."),
        ("latin.toml", "latin.toml: is not UTF-8 text (byte 6)."),
    ):
        with pytest.raises(BrokenClinic) as broken:
            read(tmp_path / name)
        assert broken.value.problems == [complaint]
