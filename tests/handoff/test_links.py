import pytest

from handoff.links import matching, target
from handoff.roster import SchedulingLink
from tests.handoff.people import clinic, therapist

PAGE = SchedulingLink("other", "https://agenda.example/x")


def test_those_with_a_link_are_shown_the_speakers_of_the_language_first():
    french = therapist("Ana", languages=("fr",), link=PAGE)
    english = therapist("Bo", languages=("en",), link=PAGE)
    here = clinic(french, therapist("Cleo"), english)

    assert matching(here, "fr") == (french, english)
    assert matching(here, "en") == (english, french)


def test_somebody_off_duty_can_still_be_booked():
    away = therapist("Ana", hours=(), link=PAGE)

    assert matching(clinic(away), "fr") == (away,)


@pytest.mark.parametrize(
    ("provider", "url", "expected"),
    [
        ("cal.com", "https://cal.example/ana/30", "https://cal.example/ana/30?metadata%5Bref%5D=a-B_9"),
        ("calendly", "https://calendly.example/ana", "https://calendly.example/ana?utm_content=a-B_9"),
        ("other", "https://agenda.example/ana?x=1", "https://agenda.example/ana?x=1"),
        ("doctolib", "https://www.doctolib.fr/psychologue/x/ana", "https://www.doctolib.fr/psychologue/x/ana"),
        ("acuity", "https://ana.as.me/?appointmentType=3", "https://ana.as.me/?appointmentType=3"),
        ("easyappointments", "https://rdv.example/?provider=2", "https://rdv.example/?provider=2"),
        (
            "cal.com",
            "https://cal.example/ana?month=2026-12&notes=a%20b+c#top",
            "https://cal.example/ana?month=2026-12&notes=a%20b+c&metadata%5Bref%5D=a-B_9#top",
        ),
        (
            "calendly",
            "https://calendly.example/ana?utm_content=poster&hide_gdpr_banner=1",
            "https://calendly.example/ana?hide_gdpr_banner=1&utm_content=a-B_9",
        ),
        (
            "cal.com",
            "https://cal.example/ana?metadata[ref]=old&metadata%5Bref%5D=older",
            "https://cal.example/ana?metadata%5Bref%5D=a-B_9",
        ),
    ],
)
def test_our_reference_stands_in_the_providers_own_field_and_the_rest_is_kept(provider: str, url: str, expected: str):
    assert target(SchedulingLink(provider, url), "a-B_9") == expected


def test_a_reference_cannot_break_out_of_its_field():
    assert target(SchedulingLink("calendly", "https://calendly.example/a"), "a&b=c#d é") == (
        "https://calendly.example/a?utm_content=a%26b%3Dc%23d%20%C3%A9"
    )


@pytest.mark.parametrize(
    ("provider", "field", "expected"),
    [
        ("acuity", "field:12345", "https://page.example/?type=3&field%3A12345=a-B_9"),
        ("easyappointments", "zip", "https://page.example/?type=3&zip=a-B_9"),
    ],
)
def test_where_the_clinic_says_which_field_our_reference_stands_in_it(provider: str, field: str, expected: str):
    assert target(SchedulingLink(provider, "https://page.example/?type=3", field), "a-B_9") == expected
