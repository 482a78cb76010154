"""The desk as two therapists live with it: the running program, a person, two browsers, each in its own language."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.axe import faults
from tests.browser import SIZES

from .conftest import Running
from .people import BOOK, CLINIC, Person, Therapist, opened

INES, TOM = "Inès Exemple", "Tom Sample"
NOTE = {"fr": "Je voudrais parler de mon travail.", "en": "I would like to talk about my work."}
AWAY = "ERR_INTERNET_DISCONNECTED"
SIGNED_OUT = r"\b401\b.*/desk$"

everywhere = pytest.mark.parametrize("size", SIZES)
in_both = pytest.mark.parametrize("locale", ["fr", "en"])

PICTURES = frozenset(  # of docs/therapist-guide.md
    {
        *("desk-waiting-fr-desktop", "desk-note-fr-phone", "desk-pass-fr-desktop", "desk-door-fr-phone"),
        *("desk-passed-en-desktop", "desk-phrases-en-phone", "desk-door-en-phone"),
        *("desk-prescribe-fr-phone", "desk-lent-en-phone"),
    }
)


@dataclass
class Scene:
    person: Person
    ines: Therapist
    tom: Therapist


@asynccontextmanager
async def scene(program: Running, browser: Browser, locale: str, size: str) -> AsyncIterator[Scene]:
    """A person who asked for a human, and two therapists at their desks."""
    async with (
        opened(browser, locale, size, expected=AWAY) as person_page,
        opened(browser, "fr", size, expected=AWAY) as ines_page,
        opened(browser, "en", size, expected=AWAY) as tom_page,
    ):
        person = Person(person_page, locale, size)
        here = Scene(person, Therapist(ines_page, "fr", size), Therapist(tom_page, "en", size))
        await here.ines.opens_the_desk(await program.sign_in_link("ines"))
        await here.tom.opens_the_desk(await program.sign_in_link("tom"))
        await person.arrives(program.url)
        await person.reads("welcome.hello", "welcome.gift", "menu.menu")
        await person.asks_for_a_human(NOTE[locale])
        try:
            yield here
        finally:
            await erases(person)


@asynccontextmanager
async def whoever_is_asked(program: Running, browser: Browser, here: Scene) -> AsyncIterator[Therapist]:
    """At a desk of their own: who it is depends on the hour, and on who was asked before."""
    asked = next(one for one in CLINIC.therapists if one.name in here.person.lines[-1][1])
    speaks = asked.languages[0]
    async with opened(browser, speaks, here.person.size, expected=AWAY) as page:
        therapist = Therapist(page, speaks, here.person.size)
        await therapist.opens_the_desk(await program.sign_in_link(asked.id))
        yield therapist


async def erases(person: Person) -> None:
    """So that the next one finds an empty desk."""
    await person.types("/stop and erase" if person.locale == "en" else "/stop et effacer")
    await expect(person.page.locator("#log")).to_contain_text(person.words("data.erased"))


async def fits(*readers: Person | Therapist) -> None:
    for reader in readers:
        assert await reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), reader.size


async def can_be_used(*readers: Person | Therapist) -> None:
    for reader in readers:
        assert await faults(reader.page) == []


async def has_room_for_fingers(reader: Therapist, what: str) -> None:
    heights = "(what) => [...document.querySelectorAll(what)].map((one) => one.offsetHeight)"
    assert min(await reader.page.evaluate(heights, what)) >= 44  # CSS pixels


async def chooses_more(therapist: Therapist, what: str) -> None:
    await therapist.page.locator("#more summary").click()
    await therapist.button(what).click()


@everywhere
@in_both
async def test_a_conversation_goes_from_one_therapist_to_the_other(
    program: Running, browser: Browser, locale: str, size: str
):
    async with scene(program, browser, locale, size) as here:
        person, ines, tom = here.person, here.ines, here.tom
        await expect(tom.page.locator(".card")).to_contain_text(NOTE[locale])
        await ines.photograph("desk-waiting", PICTURES)
        await can_be_used(person, ines, tom)
        await fits(person, ines, tom)
        await ines.opens(NOTE[locale])
        await ines.button("web.desk_take_over").click()
        await person.reads("takeover.here", therapist=INES, emergency=BOOK.lines.emergency)
        await ines.has_it()
        await ines.types("Bonjour, je vous lis.")
        await person.sees(("human", "Bonjour, je vous lis."))
        await expect(ines.page.locator(".event")).to_contain_text(ines.words("web.desk_took_over", therapist=INES))
        await expect(ines.page.locator(".program code").last).to_have_text("takeover.here")

        await writes_a_note(ines, tom, "Il vient de loin. Tu as une place\u202f?")
        await expect(person.page.locator("#log")).not_to_contain_text("Tu as une place")
        await is_asked_and_takes_it(ines, tom)

        await person.writes("…")
        await expect(tom.page.locator(".person .words").last).to_have_text("…")
        await keeps_and_uses_a_sentence(tom, person)
        await gives_a_page(tom, person)
        await tom.gives_back()
        await person.reads("release.given_back", therapist=TOM)


async def writes_a_note(ines: Therapist, tom: Therapist, words: str) -> None:
    await chooses_more(ines, "web.desk_note")
    dialog = ines.page.get_by_role("dialog", name=ines.words("web.desk_note"))
    await dialog.get_by_label(ines.words("web.desk_colleague")).select_option("tom")
    await dialog.get_by_label(ines.words("web.desk_note_text")).fill(words)
    await ines.photograph("desk-note", PICTURES)
    await can_be_used(ines)
    await ines.button("web.desk_note_yes").click()
    told = ines.words("web.desk_line_note", therapist=INES, colleague=TOM)
    await expect(ines.page.locator(".between")).to_contain_text(told)

    await expect(tom.page.locator(".card")).to_contain_text(tom.words("web.desk_unread", count="1"))
    await tom.page.locator(".card").click()
    await expect(tom.page.locator(".between .words")).to_have_text(words)
    assert await tom.page.locator("#log .message").count() == 1  # and not a word of the person


async def is_asked_and_takes_it(ines: Therapist, tom: Therapist) -> None:
    await chooses_more(ines, "web.desk_pass")
    await ines.page.get_by_label(ines.words("web.desk_colleague")).first.select_option("tom")
    await ines.photograph("desk-pass", PICTURES)
    await can_be_used(ines)
    await ines.button("web.desk_pass_yes").click()
    await expect(ines.page.locator("#standing")).to_have_text(ines.words("web.desk_asked", colleague=TOM))
    await expect(tom.page.locator("#standing")).to_have_text(tom.words("web.desk_passed", therapist=INES))
    await tom.photograph("desk-passed", PICTURES)
    await can_be_used(tom)
    await fits(ines, tom)

    await tom.button("web.desk_take_over").click()

    await tom.has_it()
    await expect(ines.page.locator("#standing")).to_have_text(ines.words("web.desk_with", therapist=TOM))
    await expect(ines.page.locator("#log .person")).to_have_count(0)
    await expect(ines.page.locator("#log .between")).to_have_count(1)


@in_both
async def test_whoever_is_asked_reads_along_for_as_long_as_the_person_lets_them(
    program: Running, browser: Browser, locale: str
):
    async with scene(program, browser, locale, "phone") as here, whoever_is_asked(program, browser, here) as asked:
        person, other = here.person, here.tom if INES in here.person.lines[-1][1] else here.ines
        for therapist in (asked, other):
            await therapist.opens(NOTE[locale])
            await expect(therapist.page.locator("#along")).to_be_hidden()
        await person.taps("human.asked.let_read")
        await person.reads("human.may_they_read")
        await person.taps("human.may_they_read.yes")
        await person.reads("human.read_along")
        await person.writes("…")
        await person.reads("kind_answers.kept_for_therapist")

        await expect(asked.page.locator("#along")).to_have_text(asked.words("web.desk_read_along"))
        await expect(asked.page.locator("#log .person .words")).to_have_text(["…"])
        await expect(other.page.locator("#along")).to_be_hidden()
        await expect(other.page.locator("#log .message")).to_have_count(0)
        await can_be_used(person, asked, other)
        await fits(person, asked, other)

        await person.taps("human.read_along.no_more_reading")
        await person.reads("human.no_more_reading")

        await expect(asked.page.locator("#along")).to_be_hidden()
        await expect(asked.page.locator("#log .message")).to_have_count(0)


async def keeps_and_uses_a_sentence(tom: Therapist, person: Person) -> None:
    sentence = "Take all the time you need."
    await tom.button("web.desk_canned").click()
    await tom.page.get_by_label(tom.words("web.desk_canned_new")).fill(sentence)
    await tom.button("web.desk_canned_keep").click()
    kept = tom.page.locator("#phrase-list").get_by_role("button", name=sentence, exact=True)
    await expect(kept).to_be_visible()
    await tom.photograph("desk-phrases", PICTURES)
    await can_be_used(tom)
    await kept.click()
    await expect(tom.page.locator("#box")).to_have_value(sentence)
    await tom.button("web.send").click()
    await person.sees(("human", sentence))
    await tom.button("web.desk_canned").click()
    await tom.page.get_by_role("button", name=tom.words("web.desk_canned_drop")).click()
    await expect(tom.page.locator("#phrase-list li")).to_have_count(0)
    await tom.button("web.close").click()


async def gives_a_page(tom: Therapist, person: Person) -> None:
    await chooses_more(tom, "web.desk_page")
    await tom.photograph("desk-page", PICTURES)
    await can_be_used(tom)
    await tom.page.locator("#page-yes").click()
    await person.reads_of(TOM)
    book = person.page.get_by_role("link", name=person.words("booking_cards.book"))
    await expect(book).to_be_visible()
    assert TOM in await person.page.locator(".human .by").last.inner_text()
    await expect(tom.page.locator(".ours code")).to_have_text("clinic.tom")


@everywhere
@in_both
async def test_a_therapist_lets_the_program_lead_and_has_the_floor_again(
    program: Running, browser: Browser, locale: str, size: str
):
    async with scene(program, browser, locale, size) as here:
        person = here.person
        owner, name = (here.ines, INES) if locale == "fr" else (here.tom, TOM)
        await owner.opens(NOTE[locale])
        await owner.button("web.desk_take_over").click()
        await person.reads("takeover.here", therapist=name, emergency=BOOK.lines.emergency)
        await owner.has_it()
        await see_each_other_write(owner, person, name)

        await lets_lead(owner, "breathing")
        await is_suggested(person, name, "breathing")
        title = owner.words("breathing.title")
        await expect(owner.page.locator("#standing")).to_have_text(owner.words("web.desk_led", exercise=title))
        await expect(owner.page.locator("#hint")).to_have_text(owner.words("web.desk_led_back"))
        await expect(person.page.locator("#owner")).to_have_text(person.words("web.program"))
        await owner.photograph("desk-lent", PICTURES)
        await person.photograph("desk-suggested", PICTURES)
        await can_be_used(owner, person)
        await fits(owner, person)
        await person.taps("prescribed.suggested.not_now")
        await person.reads("prescribed.declined", "takeover.back", therapist=name)
        await owner.has_it()
        await expect(owner.page.locator(".event").last).to_contain_text(owner.words("web.desk_line_not_now"))

        await plans_and_calls_off(owner, "gad7")

        await lets_lead(owner, "breathing")
        await is_suggested(person, name, "breathing")
        await person.taps("prescribed.suggested.begin")
        await person.reads("breathing.before")
        await owner.button("web.desk_led_take").click()
        await person.reads("takeover.back", therapist=name)
        await owner.has_it()
        await expect(person.page.locator("#owner")).to_have_text(person.words("web.with_human", therapist=name))
        await closes(owner)
        await person.reads("release.closed", therapist=name)


async def closes(owner: Therapist) -> None:
    await chooses_more(owner, "web.desk_close")
    await expect(owner.page.get_by_role("dialog")).to_contain_text(owner.words("web.desk_close_sure"))
    await owner.photograph("desk-close", PICTURES)
    await can_be_used(owner)
    await owner.button("web.desk_close_yes").click()
    await expect(owner.page.locator(".card")).to_have_count(0)
    await expect(owner.page.locator("#list")).to_be_focused()


async def see_each_other_write(owner: Therapist, person: Person, name: str) -> None:
    await is_seen_to_write(owner, person, "#writing", person.words("web.writing", therapist=name))
    await is_seen_to_write(person, owner, "#person-writes", owner.words("web.desk_person_writes"))
    await person.sees_nothing_more()


async def is_seen_to_write(writer: Therapist | Person, reader: Therapist | Person, place: str, told: str) -> None:
    """A quiet line, for a moment; nothing moves."""
    where = "['#log', '#box', '#write'].map((it) => JSON.stringify(document.querySelector(it).getBoundingClientRect()))"
    before = await reader.page.evaluate(where)
    await writer.page.locator("#box").press_sequentially("Je")
    writing = reader.page.locator(place)
    await expect(writing).to_have_text(told)
    assert await reader.page.evaluate(where) == before
    assert await writing.get_attribute("aria-live") == "off"
    await reader.photograph("writing", PICTURES)
    await can_be_used(reader)
    await writer.page.locator("#box").fill("")
    await expect(writing).to_have_text("")


async def lets_lead(owner: Therapist, flow: str) -> None:
    await chooses_more(owner, "web.desk_prescribe")
    await owner.page.locator("#led").select_option(flow)
    await owner.photograph("desk-prescribe", PICTURES)
    await can_be_used(owner)
    await owner.button("web.desk_prescribe_yes").click()


async def is_suggested(person: Person, name: str, flow: str) -> None:
    title = person.words(f"{flow}.title")
    await person.reads("prescribed.suggested", therapist=name, suggested=title)


async def plans_and_calls_off(owner: Therapist, flow: str) -> None:
    page = owner.page
    await chooses_more(owner, "web.desk_prescribe")
    await page.locator("#led").select_option(flow)
    await page.get_by_label(owner.words("web.desk_prescribe_later")).check()
    await expect(page.locator("#hour")).to_have_value(re.compile(":00$"))
    await owner.photograph("desk-prescribe-later", PICTURES)
    await can_be_used(owner)
    await has_room_for_fingers(owner, "#prescribing :is(select, .choice, #hour, button)")
    await page.locator("#hour").fill("2020-01-01T10:00")
    await owner.button("web.desk_prescribe_yes").click()
    assert await page.locator("#hour").evaluate("(hour) => hour.validity.rangeUnderflow")  # what is over is not sent
    await page.locator("#hour").fill("2040-03-01T14:30")
    await owner.button("web.desk_prescribe_yes").click()
    planned = page.locator("#planned p")
    await expect(planned).to_contain_text(owner.words(f"{flow}.title"))
    await expect(planned).to_contain_text("2040, 14:30")
    await owner.has_it()
    await owner.photograph("desk-planned", PICTURES)
    await can_be_used(owner)
    await has_room_for_fingers(owner, "#call-off")
    await fits(owner)
    await owner.button("web.desk_call_off").click()
    await expect(planned).to_be_hidden()


@everywhere
@in_both
async def test_bookings_are_read_and_entered_with_what_is_known_of_them(
    program: Running, browser: Browser, locale: str, size: str
):
    async with scene(program, browser, locale, size) as here:
        owner, name = (here.ines, INES) if locale == "fr" else (here.tom, TOM)
        await owner.opens(NOTE[locale])
        await owner.button("web.desk_take_over").click()
        await owner.has_it()
        await owner.page.locator("#more summary").click()
        async with owner.page.context.expect_page() as opening:
            await owner.page.get_by_role("link", name=owner.words("web.desk_bookings"), exact=True).click()
        bookings = Therapist(await opening.value, locale, size)
        page = bookings.page
        await expect(page.locator("main")).to_contain_text(bookings.words("bookings.none"))
        await can_be_used(bookings)

        await page.get_by_label(bookings.words("bookings.starts")).fill("2040-03-01T14:30")
        await bookings.button("bookings.enter").click()

        made = page.locator(".booking")
        await expect(made.get_by_role("heading")).to_have_text(bookings.words("bookings.stage_booked"))
        await expect(made.locator("p").first).to_have_text(re.compile(f"1 \\w+ 2040, 14:30 · {name}"))
        await expect(made.locator(".proof")).to_have_text(bookings.words("bookings.proof_staff"))
        await page.get_by_label(bookings.words("bookings.starts")).fill("2020-01-06T09:00")
        await bookings.button("bookings.enter").click()
        came = made.get_by_role("button", name=bookings.words("bookings.mark_attended"))
        await expect(came).to_have_count(1)  # of what is over
        await bookings.photograph("desk-bookings", PICTURES)
        await can_be_used(bookings)
        await fits(bookings)
        await has_room_for_fingers(bookings, "button, input:not([type=hidden]), a")
        await came.click()
        await expect(made.get_by_role("heading", name=bookings.words("bookings.stage_attended"))).to_be_visible()


async def test_the_keyboard_alone_is_enough(program: Running, browser: Browser):
    async with scene(program, browser, "fr", "desktop") as here:
        ines, person = here.ines, here.person
        keys = ines.page.keyboard

        await tabs_to(ines, ".card")
        await keys.press("Enter")
        await expect(ines.page.locator("#take")).to_be_focused()
        await keys.press("Enter")
        await ines.has_it()
        await expect(ines.page.locator("#box")).to_be_focused()
        await keys.type("Bonjour.")
        await keys.press("Enter")
        await person.reads("takeover.here", therapist=INES, emergency=BOOK.lines.emergency)
        await person.sees(("human", "Bonjour."))

        await tabs_to(ines, "#more summary", backwards=True)
        await keys.press("Enter")
        await tabs_to(ines, "#note")
        await keys.press("Enter")
        await expect(ines.page.locator("#note-to")).to_be_focused()
        await keys.press("Escape")
        await expect(ines.page.locator("#noting")).to_be_hidden()
        await expect(ines.page.locator("#more summary")).to_be_focused()
        await keys.press("Enter")
        await tabs_to(ines, "#prescribe")
        await keys.press("Enter")
        await expect(ines.page.locator("#led")).to_be_focused()
        await keys.type(ines.words("breathing.title")[:5])
        await keys.press("Enter")
        await tabs_to(ines, "#prescription [type=submit]")
        await keys.press("Enter")
        await is_suggested(person, INES, "breathing")
        await expect(ines.page.locator("#floor")).to_be_visible()
        await expect(ines.page.locator("#more summary")).to_be_focused()
        await tabs_to(ines, "#floor", backwards=True)
        await keys.press("Enter")
        await person.reads("takeover.back", therapist=INES)
        await expect(ines.page.locator("#box")).to_be_focused()
        await ines.page.locator("#box").focus()
        await keys.press("Escape")
        await expect(ines.page.locator(".card")).to_be_focused()
        await keys.press("Enter")
        await tabs_to(ines, "#release", backwards=True)
        await keys.press("Enter")
        await tabs_to(ines, "#yes", backwards=True)
        await keys.press("Enter")
        await person.reads("release.given_back", therapist=INES)


async def tabs_to(therapist: Therapist, where: str, backwards: bool = False) -> None:
    for _ in range(40):
        if await therapist.page.evaluate("(where) => document.activeElement.matches(where)", where):
            return
        await therapist.page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"{where} is not reached")


async def test_two_tabs_and_a_lost_connection_lose_and_double_nothing(program: Running, browser: Browser):
    async with scene(program, browser, "en", "phone") as here:
        tom, person = here.tom, here.person
        other = Therapist(await tom.page.context.new_page(), "en", "phone")
        await other.page.goto(f"{program.url}/desk")
        for tab in (tom, other):
            await tab.opens(NOTE["en"])
        await tom.button("web.desk_take_over").click()
        await tom.has_it()
        await other.has_it()

        await tom.page.context.set_offline(True)
        await tom.types("One, written without a connection.")
        await other.types("Two, in another tab.")
        await expect(tom.page.locator(".ours .after").last).to_have_text(tom.words("web.waiting"))
        await tom.page.context.set_offline(False)
        await person.reads("takeover.here", therapist=TOM, emergency=BOOK.lines.emergency)
        said = sorted(["One, written without a connection.", "Two, in another tab."])
        await expect(person.page.locator(".human .words")).to_have_count(2)
        await person.types("I have read both.")

        for tab in (tom, other):
            await expect(tab.page.locator(".person .words").last).to_have_text("I have read both.")
            await expect(tab.page.locator(".ours .words")).to_have_count(2)
            assert sorted(await tab.page.locator(".ours .words").all_inner_texts()) == said
        assert sorted(await person.page.locator(".human .words").all_inner_texts()) == said


async def test_two_therapists_at_once_and_one_has_it(program: Running, browser: Browser):
    async with scene(program, browser, "fr", "desktop") as here:
        ines, tom, person = here.ines, here.tom, here.person
        await ines.opens(NOTE["fr"])
        await tom.opens(NOTE["fr"])

        # Not `click`, which waits for a button that one's press may just have hidden from the other.
        async with asyncio.TaskGroup() as both:
            for one in (ines, tom):
                both.create_task(one.page.locator("#take").dispatch_event("click"))

        await expect(person.page.locator("#owner")).not_to_have_text(person.words("web.program"))
        told = await person.page.locator("#owner").inner_text()
        winner, other, name = (ines, tom, INES) if INES in told else (tom, ines, TOM)
        await winner.has_it()
        await expect(other.page.locator("#standing")).to_have_text(other.words("web.desk_with", therapist=name))
        await expect(other.page.locator("#log .message")).to_have_count(0)


RECORDED = """
  window.called = [];
  window.Notification = class { constructor(title, { body }) { called.push([title, body]); } };
  Notification.permission = "granted";
  Notification.requestPermission = async () => "granted";
  document.hasFocus = () => false;
"""


async def test_what_calls_a_therapist_has_no_word_of_the_person(program: Running, browser: Browser):
    async with opened(browser, "fr", "desktop") as desk_page, opened(browser, "fr", "phone") as person_page:
        await desk_page.add_init_script(RECORDED)
        ines, person = Therapist(desk_page, "fr", "desktop"), Person(person_page, "fr", "phone")
        await ines.opens_the_desk(await program.sign_in_link("ines"))
        await ines.page.locator("#menu summary").click()
        await ines.button("web.desk_notices").click()
        await ines.button("web.desk_sound").click()
        await expect(ines.page.locator("#notices")).to_have_attribute("aria-pressed", "true")
        await can_be_used(ines)

        await person.arrives(program.url)
        await person.reads("welcome.hello", "welcome.gift", "menu.menu")
        await person.asks_for_a_human(NOTE["fr"])
        await ines.opens(NOTE["fr"])
        await ines.button("web.desk_take_over").click()
        await ines.has_it()
        await person.types("Vous êtes là ?")
        await expect(ines.page.locator(".person .words").last).to_have_text("Vous êtes là ?")

        await expect(ines.page).to_have_title(re.compile(r"^(\(\d+\) )?Bureau$"))
        called = await ines.page.evaluate("called")
        waiting, message = ines.words("web.desk_bell_waiting"), ines.words("web.desk_bell_message")
        assert called[0] == ["Bureau", waiting]
        assert {body for _, body in called} <= {waiting, message}
        await erases(person)


@in_both
async def test_a_passkey_opens_the_desk_until_it_is_removed(program: Running, browser: Browser, locale: str):
    async with opened(browser, locale, "phone", expected=f"{SIGNED_OUT}|403.*passkey") as page:
        ines = Therapist(page, locale, "phone")
        await has_a_device(page)
        await ines.opens_the_desk(await program.sign_in_link({"fr": "ines", "en": "tom"}[locale]))
        await page.goto(f"{program.url}/desk/account")
        await page.get_by_label(ines.words("web.desk_passkey_name")).fill("Mon téléphone")
        await ines.button("web.desk_passkey_make").click()
        await expect(page.locator(".passkeys")).to_contain_text("Mon téléphone")
        await ines.photograph("desk-account", PICTURES)
        await can_be_used(ines)
        await fits(ines)
        await ines.button("web.desk_sign_out").click()

        await expect(ines.button("web.desk_passkey_sign_in")).to_be_visible()
        await ines.photograph("desk-door", PICTURES)
        await can_be_used(ines)
        await fits(ines)
        await ines.button("web.desk_passkey_sign_in").click()
        await expect(page.locator("#list h2").first).to_be_visible()

        await page.goto(f"{program.url}/desk/account")
        await page.get_by_role("button", name=ines.words("web.desk_passkey_remove")).click()
        await expect(page.locator(".passkeys li")).to_have_count(0)
        await ines.button("web.desk_sign_out").click()
        await ines.button("web.desk_passkey_sign_in").click()
        await expect(page.locator("#passkey-told")).to_have_text(ines.words("web.desk_passkey_failed"))


async def has_a_device(page: Page) -> None:
    """An authenticator of the browser's own, whose owner always agrees."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_what_was_read_and_done_is_in_the_audit_trail(program: Running, browser: Browser):
    async with scene(program, browser, "fr", "desktop") as here:
        await here.ines.opens(NOTE["fr"])
        await here.ines.button("web.desk_take_over").click()
        await here.ines.has_it()
        await expect(here.ines.page.locator("#log .message").first).to_be_visible()

        trail = await program.command("audit", "--who", "ines", "--since", "2026-01-01")

        for what in ("sign-in used", "was shown the request", "took over", "read the conversation"):
            assert re.search(rf"UTC  ines  {what}", trail), what
        assert NOTE["fr"] not in trail
