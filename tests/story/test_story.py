"""The whole story, in both languages, on a phone and on a desk: the running program, a person and a therapist."""

import asyncio
import re
import struct
import time
import zlib
from collections.abc import Awaitable, Callable
from itertools import product
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from handoff.links import matching
from tests.browser import SIZES

from .conftest import Desks, Running
from .people import BOOK, CLINIC, Person, Therapist, one_line, opened

OTHER = {"fr": "en", "en": "fr"}
INES = "Inès Exemple"
AT_THE_DESK = {"fr": ("ines", INES), "en": ("tom", "Tom Sample")}

UNEXPECTED = {"fr": "Le chat de la voisine aime le soleil.", "en": "The neighbour’s cat likes the sun."}
MISTYPED = {"fr": "un humian", "en": "a humna"}
URGENT = {"fr": "c’est urgent", "en": "it’s urgent"}
SEEN = {"fr": "la lampe, le bord de la table", "en": "the lamp, the edge of the table"}
SILENCE_GIVES = {"fr": "Je n’ai rien à expliquer.", "en": "I do not have to explain anything."}
NOTE = {"fr": "Je voudrais parler de mon travail.", "en": "I would like to talk about my work."}
HELLO = {"fr": "Bonjour, je viens de vous lire.", "en": "Hello, I have just read your words."}
THANKS = {"fr": "Merci d’être là.", "en": "Thank you for being here."}
NO_HURRY = {"fr": "Prenez votre temps.", "en": "Take your time."}
LOOK = {"fr": "Voici une photo.", "en": "This is what I see from here."}
AGAIN = {"fr": "Encore une chose, pour jeudi.", "en": "One more thing, for Thursday."}
WRITING = {"fr": "Je suis encore là, je vous écoute.", "en": "I am still here, and listening."}
PLAN = b"Ce qui aide / What helps\n"

# What a browser may complain of.
AWAY = "ERR_INTERNET_DISCONNECTED"
SPENT = r"\b410\b.*/desk/sign-in"

PICTURES = frozenset(
    {
        *("person-fr-phone", "person-en-desktop", "exercise-fr-phone", "urgent-fr-phone", "booking-en-phone"),
        *("waiting-en-phone", "takeover-fr-phone", "takeover-en-desktop", "request-fr-phone"),
        *("desk-fr-desktop", "desk-en-phone", "data-fr-desktop"),
    }
)

everywhere = pytest.mark.parametrize("size", SIZES)
in_both = pytest.mark.parametrize("locale", ["fr", "en"])


@in_both
async def test_people_find_what_they_came_for(program: Running, browser: Browser, locale: str):
    """Six people at once, who know nothing of each other."""
    async with asyncio.TaskGroup() as people:
        for wish, size in product((comes_back_to_the_room, looks_for_somebody, breathes), SIZES):
            people.create_task(arrives_and(wish, program, browser, locale, size))


async def arrives_and(
    wish: Callable[[Person], Awaitable[None]], program: Running, browser: Browser, locale: str, size: str
) -> None:
    async with opened(browser, locale, size) as page:
        person = Person(page, locale, size)
        await person.arrives(program.url)
        await person.reads("welcome.hello", "welcome.gift", "menu.menu")
        await wish(person)
        await person.sees_nothing_more()


async def comes_back_to_the_room(person: Person) -> None:
    await person.photograph("person", PICTURES)
    await changes_language_and_back(person)
    await returns_to_the_room(person)
    await is_not_understood(person)


async def looks_for_somebody(person: Person) -> None:
    await needs_numbers(person)
    await looks_at_what_holds_back(person)
    await looks_for_an_appointment(person)


async def chooses(person: Person, feeling: str, exercise: str) -> None:
    await person.taps("menu.menu.exercise")
    await person.reads("choosing.feeling")
    await person.taps(f"choosing.feeling.{feeling}")
    await person.reads(f"choosing.{feeling}")
    minutes = BOOK.flows[exercise].head["minutes"]
    await person.taps("lists.exercise", exercise=person.words(f"{exercise}.title"), minutes=minutes)


async def breathes(person: Person) -> None:
    """The messages come at the pace of the breath; nobody presses anything."""
    await chooses(person, "unsure", "breathing")
    await person.reads("breathing.before")
    await person.taps("breathing.before.begin")
    await person.reads("breathing.pace")
    began = time.monotonic()
    await person.taps("breathing.pace.short")
    await person.reads("breathing.short_first")

    await person.reads("breathing.short_second")

    assert time.monotonic() - began >= 7  # seconds: in 3 and out 4


@everywhere
@in_both
async def test_a_therapist_takes_over_and_gives_back(
    program: Running, desks: Desks, browser: Browser, locale: str, size: str
):
    async with (
        opened(browser, locale, size, expected=AWAY) as person_page,
        opened(
            browser, locale, size, expected=r"\b410\b.*/desk/sign-in", storage_state=desks.kept(locale)
        ) as desk_page,
    ):
        person = Person(person_page, locale, size)
        therapist = Therapist(desk_page, locale, size)
        await comes_to_the_desk(therapist, program, desks)
        await person.arrives(program.url)
        await person.reads("welcome.hello", "welcome.gift", "menu.menu")

        await person.asks_for_a_human(NOTE[locale])
        await person.photograph("waiting", PICTURES)
        await takes_over_while_the_person_is_away(therapist, person)
        await they_write_to_each_other(therapist, person)
        await the_page_comes_back_as_it_was(person)
        await leaves(therapist, person)

        await asks_again_without_a_note(person)
        await takes_over_by_writing(therapist, person)
        await leaves(therapist, person)

        await takes_the_words_away_and_erases_them(person)
        await expect(therapist.page.locator(".card")).to_have_count(0)


async def comes_to_the_desk(therapist: Therapist, program: Running, desks: Desks) -> None:
    """By a one-time link, the first time; then this device is known."""
    if desks.kept(therapist.locale):
        await therapist.page.goto(f"{program.url}/desk")
    else:
        id, _ = AT_THE_DESK[therapist.locale]
        link = program.printed if id == CLINIC.therapists[0].id else await program.sign_in_link(id)
        await therapist.opens_the_desk(link)
        await desks.keep(therapist)
        await therapist.is_refused(link)
    await expect(therapist.page.locator("#list")).to_contain_text(therapist.words("web.desk_nobody"))


async def takes_over_while_the_person_is_away(therapist: Therapist, person: Person) -> None:
    """The person, out of reach, presses a button of the program that has become an old one."""
    name = AT_THE_DESK[person.locale][1]
    await therapist.opens(NOTE[person.locale])
    questions = therapist.page.locator("#shared li", has_text=therapist.words("brief.ask_today"))
    await expect(questions).to_be_visible()
    await therapist.photograph("request", PICTURES)
    await person.page.context.set_offline(True)
    await therapist.button("web.desk_take_over").click()
    await therapist.has_it()
    await person.taps("human.asked.exercise")
    await expect(person.page.locator(".own .after").last).to_have_text(person.words("web.waiting"))

    await person.page.context.set_offline(False)

    await person.reads("takeover.here", therapist=name, emergency=BOOK.lines.emergency)
    await expect(person.page.locator("#owner")).to_have_text(person.words("web.with_human", therapist=name))
    await expect(person.page.locator(".own .after").last).to_have_text(person.words("web.sent"))
    await expect(person.page.locator(".choices button")).to_have_count(0)
    await person.sees_nothing_more()


async def they_write_to_each_other(therapist: Therapist, person: Person) -> None:
    locale, name = person.locale, AT_THE_DESK[person.locale][1]
    await therapist.types(HELLO[locale])
    await person.sees(("human", HELLO[locale]))
    await person.writes(THANKS[locale])
    await person.photograph("takeover", PICTURES)
    await therapist.button("web.reply").last.click()
    await therapist.types(NO_HURRY[locale])
    await person.sees(("human", f"{THANKS[locale]} / {NO_HURRY[locale]}"))
    await person.button("web.reply").last.click()
    await person.types(LOOK[locale])
    await person.sees(("own", f"{NO_HURRY[locale]} / {LOOK[locale]}"))

    await person.hands_over("ciel-sky.png", "image/png", evening())
    await person.sees(("own", f"[{person.words('web.photo')}, {person.words('web.you')}]"))
    await expect(therapist.page.get_by_role("img", name=therapist.words("web.photo"))).to_be_visible()
    await therapist.hands_over("plan.txt", "text/plain", PLAN)
    await person.sees(("human", "plan.txt"))
    await expect(therapist.page.locator(".ours .after").last).to_have_text(therapist.words("web.desk_delivered"))
    await therapist.photograph("desk", PICTURES)

    assert await person.saves(person.page.get_by_role("link", name="plan.txt")) == PLAN
    spoken = [
        ("ours", HELLO[locale]),
        ("person", THANKS[locale]),
        ("ours", f"{THANKS[locale]} / {NO_HURRY[locale]}"),
        ("person", f"{NO_HURRY[locale]} / {LOOK[locale]}"),
        ("person", f"[{therapist.words('web.photo')}, {therapist.words('web.desk_person')}]"),
        ("ours", "plan.txt"),
    ]
    assert [line for line in await therapist.there() if line[0] != "program"] == spoken
    assert name in await person.page.locator(".human .by").first.inner_text()


async def the_page_comes_back_as_it_was(person: Person) -> None:
    await person.page.reload()
    # A photo of one's own is not kept for oneself: its name stands for it.
    person.lines = [
        (who, f"{person.words('web.photo')} : ciel-sky.png") if text.startswith("[") else (who, text)
        for who, text in person.lines
    ]
    await person.sees_nothing_more()


async def leaves(therapist: Therapist, person: Person) -> None:
    await therapist.gives_back()
    await person.reads("release.given_back", therapist=AT_THE_DESK[person.locale][1])
    await expect(person.page.locator("#owner")).to_have_text(person.words("web.program"))
    await expect(therapist.page.locator("#log .message")).to_have_count(0)
    await person.taps("release.given_back.menu")
    await person.reads("menu.menu")


async def asks_again_without_a_note(person: Person) -> None:
    await person.taps("menu.menu.human")
    await person.reads("human.door")
    await person.reads_of(person.words("human.note"), person.words("brief.ask_today"))
    await person.taps("human.note.skip")
    await person.reads("human.asking")
    await person.reads_who_is_asked()


async def takes_over_by_writing(therapist: Therapist, person: Person) -> None:
    locale = person.locale
    await therapist.opens(therapist.words("web.desk_no_words"))
    await expect(therapist.page.locator("#hint")).to_have_text(therapist.words("web.desk_write_takes"))
    await therapist.types(WRITING[locale])

    await person.reads("takeover.here", therapist=AT_THE_DESK[locale][1], emergency=BOOK.lines.emergency)
    await person.sees(("human", WRITING[locale]))
    await therapist.has_it()
    await person.writes(AGAIN[locale])
    await expect(therapist.page.locator(".person .words").last).to_have_text(AGAIN[locale])


async def takes_the_words_away_and_erases_them(person: Person) -> None:
    await person.presses("web.data")
    await person.reads("data.unasked", "data.with_agreement", "data.in_danger")
    await person.reads("data.unreviewed", "data.choose", review=person.words("review.none"))
    await person.photograph("data", PICTURES)
    await person.taps("data.choose.see")
    await person.reads("data.see")
    await person.reads_of("passerelle.txt", person.words("web.data_file"))
    kept = await person.saves(person.page.locator(".program .media a").last)
    await person.reads("data.choose")
    for words in (NOTE, THANKS, LOOK, AGAIN):
        assert words[person.locale] in kept.decode()

    await person.taps("data.choose.erase")
    await person.reads("data.erase")
    await person.taps("data.erase.yes")
    await expect(person.page.locator("#log")).to_contain_text(person.words("web.erased"))
    person.lines.clear()
    await person.reads("data.erased")

    await person.page.reload()
    await person.sees_nothing_more()
    await person.writes(HELLO[person.locale])
    await person.reads("welcome.hello", "welcome.gift", "menu.menu")
    await person.sees_nothing_more()


async def changes_language_and_back(person: Person) -> None:
    locale, other = person.locale, OTHER[person.locale]
    await person.presses("web.other_language")
    person.locale = other
    await expect(person.page.locator("html")).to_have_attribute("lang", other)
    await person.reads("welcome.hello", "welcome.gift", "menu.menu")

    await person.presses("web.other_language")
    person.locale = locale
    await expect(person.page.locator("html")).to_have_attribute("lang", locale)
    await person.reads("everyday.language", "menu.menu")


async def returns_to_the_room(person: Person) -> None:
    await chooses(person, "unsure", "grounding")
    await person.reads("grounding.before")
    await person.taps("grounding.before.begin")
    await person.reads("grounding.five")
    await person.writes(SEEN[person.locale])
    await person.reads("grounding.four")
    await person.photograph("exercise", PICTURES)
    await person.taps("grounding.four.felt")
    await person.reads("grounding.three")
    await person.taps("grounding.three.skip")
    await person.reads("grounding.two")
    await person.taps("grounding.two.smelt")
    await person.reads("grounding.one")
    await person.taps("grounding.one.tasted")
    await person.reads("grounding.done", "afterwards.felt")
    await person.taps("afterwards.felt.same")
    await person.reads("afterwards.same")


async def is_not_understood(person: Person) -> None:
    await person.writes(UNEXPECTED[person.locale])
    await person.reads("free_words.unheld")
    await person.writes(MISTYPED[person.locale])
    await person.reads("human.door", "human.agree")
    await person.taps("human.agree.no")
    await person.reads("human.refused_consent")


async def needs_numbers(person: Person) -> None:
    emergency = BOOK.lines.emergency
    await person.presses("web.urgent")
    panel = person.page.get_by_role("dialog", name=person.words("web.urgent"))
    await expect(panel).to_contain_text(person.words("web.urgent_intro"))
    await expect(panel.get_by_role("link").first).to_have_attribute("href", f"tel:{emergency}")
    await person.photograph("urgent", PICTURES)
    await person.button("web.close").click()
    await person.reads_of(person.words("urgent.now"), emergency)
    dialled = person.page.locator(".program .dial", has_text=emergency)
    await expect(dialled).to_have_attribute("href", f"tel:{emergency}")

    await person.writes(URGENT[person.locale])
    await person.reads_of(person.words("urgent.now"), emergency)


async def looks_at_what_holds_back(person: Person) -> None:
    words = SILENCE_GIVES[person.locale]
    await person.presses("web.menu")
    await person.reads("menu.menu")
    await chooses(person, "talking", "holding_back")
    await person.reads("holding_back.before")
    await person.taps("holding_back.before.begin")
    await person.reads("consent_keep.ask")
    await person.taps("consent_keep.ask.yes")
    await person.reads("holding_back.with_words", "holding_back.silence_gives")
    await person.writes(words)
    await person.reads("holding_back.silence_costs")
    await person.taps("holding_back.silence_costs.tired")
    await person.reads("holding_back.talking_fears")
    await person.taps("holding_back.talking_fears.serious")
    await person.reads("holding_back.about_serious", "holding_back.talking_brings")
    await person.taps("holding_back.talking_brings.rest")
    await person.reads_of(person.words("holding_back.given_back"), words)
    await person.reads("holding_back.door")


async def looks_for_an_appointment(person: Person) -> None:
    await person.taps("holding_back.door.book")
    await person.reads("booking.list")
    therapists = matching(CLINIC, person.locale)
    cards = [one_line(f"{one.name} {dict(one.about)[person.locale]}") for one in therapists]
    for card in cards:
        await person.reads_of(card)
    await person.reads("booking.after")
    await person.photograph("booking", PICTURES)

    first = person.page.get_by_role("link", name=person.words("booking_cards.book")).nth(-len(cards))
    target = await follow(first)

    assert therapists[0].link
    assert target.startswith(f"{therapists[0].link.url}?")
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,}", parse_qs(urlsplit(target).query)["metadata[ref]"][0])


async def follow(link: Locator) -> str:
    """Press a scheduling button; return where it leads, without going there."""
    targets: list[str] = []

    async def stop_before_the_provider(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        assert answer.status == 302
        targets.append(answer.headers["location"])
        await route.fulfill(body="")

    context = link.page.context
    await context.route("**/r/*", stop_before_the_provider)
    async with context.expect_page() as coming:
        await link.click()
    await (await coming.value).wait_for_load_state()
    await (await coming.value).close()
    return targets[0]


def evening() -> bytes:
    """A photo of nothing in particular: light that fades."""
    width, height = 240, 96
    rows = b"".join(b"\0" + bytes((245 - y, 205 - y // 2, 150 + y // 2)) * width for y in range(height))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
