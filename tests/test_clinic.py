from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.clinic import BrokenClinic, read
from bot.clinic_told import told
from flows.rules import Rules
from handoff.daysoff import Absence
from handoff.hours import Block, Shift
from handoff.roster import (
    Age,
    Clinic,
    Escalation,
    Fee,
    Gender,
    Modality,
    OnCall,
    Retention,
    SchedulingLink,
    Site,
    Theme,
    in_order,
    on_duty,
)
from tests.handoff.people import MORNING, NIGHT

ROOT = Path(__file__).parents[1]

WHOLE = """
country = "FR"
timezone = "Europe/Paris"
languages = ["fr", "en"]
offer_minutes = 10
idle_minutes = 20
urgent_minutes = 3
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
    assert all(t.gender and t.modalities and t.sees and t.helps_with and t.fee for t in demonstration.therapists)
    assert [t.id for t in on_duty(demonstration, NIGHT, "fr")] == ["ines"]
    assert [t.id for t in on_duty(demonstration, MORNING, "fr")] == ["ines", "tom"]


EVERYTHING = """
public_holidays = true
holidays = [2026-12-24]
call_back = true

[escalation]
one_by_one = 2
everyone_minutes = 15
days = 5
urgent_one_by_one = 1
urgent_again_hours = 2

[retention]
stranger_days = 10
quiet_days = 365

[[site]]
id = "north"
country = "CA"
region = "QC"
timezone = "America/Toronto"
name = { fr = "Nord", en = "North" }

[[on_call]]
therapist = "ana"
from = 2026-11-23
to = 2026-11-29
hours = { every_day = ["18:00-24:00"] }

[[therapist]]
id = "bo"
name = "Bo"
languages = ["en"]
about = { fr = "Reçoit.", en = "Sees people." }
hours = { monday = ["09:00-12:30", "13:30-18:00"], tuesday = ["09:00-12:30", "13:30-18:00"] }
site = "north"
gender = "man"
modalities = ["online"]
sees = ["minors"]
helps_with = ["sleep", "work"]
fee = "80-95.50 CAD"
waiting_days = 21
holidays = [2026-11-30]
absences = [{ from = 2026-12-21, to = 2027-01-03, stand_in = "ana" }]
"""


def whole(tmp_path: Path) -> Clinic:
    head, therapists = WHOLE.split("[[therapist]]")
    file = tmp_path / "clinic.toml"
    file.write_text(f"{head}{EVERYTHING}[[therapist]]{therapists}", encoding="utf-8")
    return read(file)


def test_all_that_can_be_said_of_a_clinic_is_read(tmp_path: Path):
    clinic = whole(tmp_path)
    bo = clinic.therapists[0]

    assert clinic.escalation == Escalation(2, timedelta(minutes=15), 5, 1, timedelta(hours=2))
    assert clinic.retention == Retention(timedelta(days=10), timedelta(days=365))
    assert clinic.sites == (Site("north", (("fr", "Nord"), ("en", "North")), "CA", "QC", "America/Toronto"),)
    assert clinic.rules.call_back
    assert clinic.rules.askable == {"man", "online", "minors", "sleep", "work"}
    assert (bo.gender, bo.modalities, bo.sees) == (Gender.MAN, (Modality.ONLINE,), (Age.MINORS,))
    assert (bo.helps_with, bo.waiting_days) == ((Theme.SLEEP, Theme.WORK), 21)
    assert bo.fee == Fee(Decimal(80), Decimal("95.50"), "CAD")
    assert (bo.site, bo.timezone) == ("north", "America/Toronto")
    assert bo.off.absences == (Absence(date(2026, 12, 21), date(2027, 1, 3), "ana"),)
    assert clinic.on_call == (
        OnCall(
            "ana",
            Shift(
                tuple(Block(day, time(18), time.min) for day in range(7)),
                "Europe/Paris",
                within=Absence(date(2026, 11, 23), date(2026, 11, 29)),
            ),
        ),
    )


def test_public_holidays_are_those_of_where_somebody_works(tmp_path: Path):
    bo, ana = whole(tmp_path).therapists

    closed = [date(2026, 6, 24), date(2026, 7, 14), date(2026, 11, 30), date(2026, 12, 24), date(2026, 12, 25)]
    # Saint-Jean-Baptiste in Québec, the 14 July in France; his own day; the clinic's day; Christmas.
    assert [day for day in closed if day in bo.off.holidays] == [closed[0], *closed[2:]]
    assert [day for day in closed if day in ana.off.holidays] == [closed[1], *closed[3:]]


def test_check_says_in_sentences_what_was_understood(tmp_path: Path):
    assert told(whole(tmp_path), date(2026, 11, 24)) == [
        "Cabinet / Clinic: FR, Europe/Paris. It answers in French and English. Nobody is written to unasked from 21:00"
        " to 08:00.",
        "Nord / North: CA-QC, America/Toronto.",
        "Bo (bo): English; man; sees people under 18; online; helps with sleep and work; 80 to 95.50 CAD; a first"
        " appointment in about 21 days. Asked for a first contact Monday and Tuesday 09:00 to 12:30 and 13:30 to 18:00"
        " (America/Toronto). Next holiday: 30 November 2026. Away from 21 December 2026 to 3 January 2027; Ana stands"
        " in. No page for appointments.",
        "Ana (ana): French and English. Asked for a first contact Monday 09:00 to 12:30 and 12:30 to 24:00"
        " (Europe/Paris). Next holiday: 24 December 2026.",
        "Somebody asks for a human: up to 2 therapists on duty one after the other, 10 minutes each, those who speak"
        " the language first; then all on duty together, 15 minutes; then the person is told that nobody answers, and"
        " offered the pages for appointments, to be called back, and the urgent lines.",
        "Asked anew on the next working days, 5 in all.",
        "A person who has waited 20 minutes for their therapist's word: the therapist is reminded, then a colleague.",
        "A danger is noticed: up to 1 therapist on duty one after the other, 3 minutes each; then whoever is on call,"
        " then the whole team whatever their hours, twice; then whoever comes on duty, at the latest every 2 hours,"
        " until somebody takes or closes it.",
        "On call for a danger: Ana from 23 November 2026 to 29 November 2026, every day 18:00 to 24:00.",
        "What somebody left who agreed to nothing is erased after 10 days in which nothing happened; anybody's"
        " after 365. Nothing goes by itself while a therapist has the conversation, a request waits or an alert is"
        " open.",
    ]


def test_every_mistake_in_what_is_said_of_a_clinic_is_named(tmp_path: Path):
    more = """
[[therapist]]
id = "bo"
name = "Bo"
languages = ["en"]
about = { fr = "Reçoit.", en = "Sees people." }
site = "south"
gender = "male"
modalities = ["phone", "room"]
sees = "adults"
helps_with = ["sleeping"]
fee = "80 XYZ"
waiting_days = 0
holidays = ["2026-12-24"]
absences = [{ from = 2026-12-21, to = 2026-12-20 }, { from = 2026-12-21 }, { from = 1, to = 2026-12-21 },
    { from = 2026-12-21, to = 2026-12-22, stand_in = "cleo" }, { from = 2026-12-21, to = 2026-12-22, stand_in = "bo" }]

[[on_call]]
therapist = "cleo"

[retention]
stranger_days = 30
quiet_days = 10

[escalation]
one_by_one = 0
minutes = 3
"""
    him = "therapist 2 (bo), "

    assert problems(tmp_path, ('"FR"', '"FR"\npublic_holidays = "yes"'), more=more) == [
        "public_holidays: must be true or false, without quotes.",
        him + 'site: there is no site "south".',
        him + 'gender: "male" is not one of woman, man, non_binary.',
        him + "absences 1, to: 2026-12-20 is before 2026-12-21.",
        him + "absences 2, to: is missing. For example: to = 2026-12-24",
        him + "absences 3, from: must be a day without quotes, such as 2026-12-24.",
        him + "holidays: must be a list of days without quotes, such as [2026-12-24, 2026-12-31].",
        him + 'modalities: "phone" is not one of online, room.',
        him + 'sees: must be a list of texts, such as ["adults"].',
        him + 'helps_with: "sleeping" is not one of ' + ", ".join(Theme) + ".",
        him + 'fee: "XYZ" is not a currency. It is written like EUR, CHF, CAD or GBP.',
        him + "waiting_days: must be a whole number from 1 to 730, such as 14.",
        him + 'absences: there is no therapist "cleo" to stand in.',
        him + "absences: somebody who is away cannot stand in for themselves.",
        'on_call 1, therapist: there is no therapist "cleo".',
        "escalation.one_by_one: must be a whole number from 1 to 50, such as 3.",
        "escalation.minutes: is not a key that is known here.",
        "retention.quiet_days: 10 is less than stranger_days, 30.",
    ]


@pytest.mark.parametrize(
    ("fee", "complaint"),
    [
        ("60 euros", '"60 euros" must be written like "60 EUR", or "60-80 EUR".'),
        ("80-60 EUR", '"80-60 EUR" goes down. The lower price comes first.'),
        ("60.123 EUR", '"60.123 EUR" must be written like "60 EUR", or "60-80 EUR".'),
    ],
)
def test_a_fee_is_a_price_and_a_currency(tmp_path: Path, fee: str, complaint: str):
    more = f'fee = "{fee}"\n'

    assert problems(tmp_path, more=more) == [f"therapist 1 (ana), fee: {complaint}"]


def test_a_whole_file_without_its_optional_parts_is_read(tmp_path: Path):
    file = tmp_path / "clinic.toml"
    file.write_text("\n".join(WHOLE.splitlines()[:-2]), encoding="utf-8")

    clinic = read(file)

    assert (clinic.region, clinic.desk_group, clinic.fallback_link) == ("", "", None)
    assert (clinic.therapists[0].hours, clinic.therapists[0].link) == ((), None)


def test_what_is_not_said_of_nights_and_questionnaires_is_the_careful_way(tmp_path: Path):
    file = tmp_path / "clinic.toml"
    file.write_text(WHOLE, encoding="utf-8")
    assert read(file).rules == Rules("Europe/Paris", time(21), time(8), show_bands=False)

    chosen = 'quiet_hours = "22:30-07:00"\n' + WHOLE + "[questionnaires]\nshow_bands = true\n"
    file.write_text(chosen, encoding="utf-8")
    assert read(file).rules == Rules("Europe/Paris", time(22, 30), time(7), show_bands=True)


def _rows() -> list[tuple[str, str, str]]:
    monday, link = "therapist 1 (ana), hours.monday: ", "therapist 1 (ana), link."
    like, never = 'must be written like "21:00-08:00".', "begins when it ends: nobody could ever be written to."
    asking = "questionnaires = { show_bands ="
    clock, address = (
        "is not on the clock. A day goes from 00:00 to 24:00.",
        "is not a web address. It begins with https://.",
    )
    return [
        ("link_days", 'quiet_hours = "9pm"\nlink_days', 'quiet_hours: "9pm" must be written like "21:00-08:00".'),
        ("link_days", 'quiet_hours = "25:00-08:00"\nlink_days', f'quiet_hours: "25:00-08:00" {like}'),
        ("link_days", 'quiet_hours = "08:00-08:00"\nlink_days', f'quiet_hours: "08:00-08:00" {never}'),
        ("link_days", f"{asking} 1 }}\nlink_days", "questionnaires.show_bands: must be true or false, without quotes."),
        (
            "link_days",
            "questionnaires = { bands = true }\nlink_days",
            "questionnaires.bands: is not a key that is known here.",
        ),
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
        ("30\n", "30\nlanguages = []\n", "is not TOML: Cannot overwrite a value (at line 9, column 15)."),
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
        (
            '"cal.com"',
            '"zoom"',
            link + 'provider: "zoom" is not one of cal.com, calendly, acuity, doctolib, easyappointments, other.',
        ),
        ('"cal.com"', '"doctolib"', link + 'provider: is "doctolib", but cal.com is a page of "cal.com".'),
        (
            "//cal.com/ana",
            "//www.doctolib.fr/ana",
            link + 'provider: is "cal.com", but www.doctolib.fr is a page of "doctolib".',
        ),
        (
            'com/ana"',
            'com/ana", reference_field = "zip"',
            link + 'reference_field: is known or not needed with "cal.com"; leave it out.',
        ),
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


@pytest.mark.parametrize(
    ("provider", "url", "field"),
    [
        ("acuity", "https://ana.as.me/first", "field:12345"),
        ("acuity", "https://app.acuityscheduling.com/schedule.php?owner=1", "field:1"),
        ("easyappointments", "https://rdv.clinic.org/?provider=2", "zip"),
    ],
)
def test_the_clinic_says_which_field_of_a_form_holds_our_reference(tmp_path: Path, provider: str, url: str, field: str):
    file = tmp_path / "clinic.toml"
    said = f'provider = "{provider}", url = "{url}", reference_field = "{field}"'
    file.write_text(WHOLE.replace('provider = "cal.com", url = "https://cal.com/ana"', said), encoding="utf-8")

    assert read(file).therapists[0].link == SchedulingLink(provider, url, field)


@pytest.mark.parametrize(
    ("provider", "host", "field", "example"),
    [
        ("acuity", "ana.as.me", "12345", "field:12345"),
        ("acuity", "ana.as.me", "field:1&x=2", "field:12345"),
        ("easyappointments", "rdv.clinic.org", "notes", "zip"),
    ],
)
def test_a_field_that_a_form_cannot_be_given_is_no_place_for_it(
    tmp_path: Path, provider: str, host: str, field: str, example: str
):
    said = f'provider = "{provider}", url = "https://{host}/", reference_field = "{field}"'

    assert problems(tmp_path, ('provider = "cal.com", url = "https://cal.com/ana"', said)) == [
        f'therapist 1 (ana), link.reference_field: "{field}" is no field of "{provider}" that can be filled in, '
        f'such as "{example}".'
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
        'therapist 1 (ana), link.provider: "cal" is not one of cal.com, calendly, acuity, doctolib, '
        "easyappointments, other.",
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
        "is not TOML: Invalid value (at line 8, column 13)."
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


def test_check_says_each_time_that_people_are_shown_a_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "clinic.toml"
    monkeypatch.setenv("CLINIC", str(file))
    said = []
    for more in ("", "[questionnaires]\nshow_bands = true\n"):
        file.write_text(WHOLE + more, encoding="utf-8")
        main(["check"])
        said.append("can be a medical device (decision 0031)" in capsys.readouterr().out)

    assert said == [False, True]


@pytest.mark.parametrize(
    ("provider", "url", "env", "said"),
    [
        ("cal.com", "https://cal.com/ines", {}, ["CALCOM_WEBHOOK_SECRET"]),
        ("cal.com", "https://cal.com/ines", {"CALCOM_WEBHOOK_SECRET": "s" * 32}, []),
        ("calendly", "https://calendly.com/ines", {"CALCOM_WEBHOOK_SECRET": "s" * 32}, ["CALENDLY_SIGNING_KEY"]),
        ("cal.com", "https://cal.example/ines", {}, []),  # nobody's
        ("doctolib", "https://www.doctolib.fr/ines", {}, []),  # it tells nothing
    ],
)
def test_check_names_a_booking_page_that_nothing_is_heard_of(
    provider: str,
    url: str,
    env: dict[str, str],
    said: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    file = tmp_path / "clinic.toml"
    page = f'link = {{ provider = "{provider}", url = "{url}" }}'
    cal = 'link = { provider = "cal.com", url = "https://cal.com/ana" }'
    assert cal in WHOLE
    file.write_text(WHOLE.replace(cal, page), encoding="utf-8")
    monkeypatch.setenv("CLINIC", str(file))
    for name, secret in env.items():
        monkeypatch.setenv(name, secret)

    main(["check"])

    warned = [line for line in capsys.readouterr().out.splitlines() if "no booking made there is heard of" in line]
    assert warned == [
        f"To be looked at: clinic.toml has a page of {provider}, and {setting} is not set: "
        "no booking made there is heard of (docs/bookings.md)."
        for setting in said
    ]
