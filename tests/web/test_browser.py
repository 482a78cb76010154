"""The pages in a real browser: what a person and a therapist see and can do."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from flows.events import FileRef, Media, MediaKind, PersonArrived, PersonSaid, PersonSent, PersonTapped
from handlers.pages.files import HERE as PAGES
from handlers.port import Button, Closed
from handlers.port_desk import Noticed
from tests.browser import SIZES
from tests.telegram.words import until

from .conftest import Served, serve, stop
from .room import PersonSide, Talk


@pytest.fixture(params=SIZES)
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser of a French speaker, at phone and at desktop width. A page that throws fails its test."""
    async for page in opened(browser, viewport=SIZES[request.param]):
        yield page


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    async for page in opened(browser, viewport=SIZES["phone"]):
        yield page


@pytest.fixture
async def unremembered(without_cookies: BrowserContext) -> AsyncIterator[Page]:
    """A page in a browser that blocks all cookies."""
    thrown: list[str] = []
    yield await watched(without_cookies, thrown)
    assert thrown == []


async def opened(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="fr-FR", **options)
    thrown: list[str] = []
    yield await watched(context, thrown)
    await context.close()
    assert thrown == []


async def watched(context: BrowserContext, thrown: list[str]) -> Page:
    context.set_default_timeout(45_000)
    page = await context.new_page()
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.on("console", lambda said: thrown.append(said.text) if "Content Security Policy" in said.text else None)
    return page


async def arrive(page: Page, served: Served) -> Talk:
    await page.goto(served.url)
    await expect(page.locator(".message")).to_have_count(1)
    return next(iter(served.room.talks.values()))


async def write(page: Page, text: str) -> None:
    await page.get_by_label("Votre message").fill(text)
    await page.get_by_role("button", name="Envoyer", exact=True).click()


async def read(page: Page) -> list[str]:
    return await page.locator(".message .words").all_inner_texts()


async def test_a_first_visit_says_at_once_that_this_is_a_program(page: Page, served: Served):
    await arrive(page, served)

    await expect(page.get_by_role("status").first).to_have_text("Un programme répond ici, pas une personne.")
    await expect(page.get_by_role("button", name="Respirer")).to_be_visible()
    await expect(page.get_by_role("button", name="Envoyer une photo ou un document")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar = "(bar => [bar.scrollWidth <= bar.clientWidth, bar.clientHeight < 60])(document.querySelector('.bar'))"
    assert await page.evaluate(bar) == [True, True]


async def test_own_words_stand_in_their_place_after_a_reload(page: Page, served: Served):
    talk = await arrive(page, served)
    await write(page, "Je ne sais pas.")
    await expect(page.locator(".message")).to_have_count(3)
    served.room.bot_says(talk, "Rien ne presse.")
    await expect(page.locator(".message")).to_have_count(4)
    before = await read(page)

    await page.reload()

    await expect(page.locator(".message")).to_have_count(4)
    assert (
        await read(page)
        == before
        == ["Bonjour.", "Je ne sais pas.", "Entendu\u00a0: Je ne sais pas.", "Rien ne presse."]
    )


async def test_the_buttons_of_an_answered_question_become_quiet_text(page: Page, served: Served):
    talk = await arrive(page, served)

    await page.get_by_role("button", name="Respirer").click()

    await expect(page.get_by_role("button", name="Respirer")).to_have_count(0)
    await expect(page.locator(".past")).to_have_text("Respirer (votre réponse) · Plus tard")
    await expect(page.locator(".own .after").last).to_have_text("Envoyé")
    tapped = served.room.taken[-1].event
    assert isinstance(tapped, PersonTapped)
    assert tapped.press == talk.shown[0].buttons[0].press


async def test_whoever_scrolls_down_to_a_button_finds_it_under_their_finger(phone: Page, served: Served):
    talk = await arrive(phone, served)
    served.room.bot_says(talk, "Une longue réponse.\n" * 40, "D’accord")
    newer = phone.get_by_role("button", name="La suite est plus bas")
    await expect(newer).to_be_visible()
    button = phone.get_by_role("button", name="D’accord", exact=True)

    end = "log => { log.scrollTop = log.scrollHeight; return log.querySelector('.message:last-child button')"
    there = await phone.locator("#log").evaluate(f"{end}.getBoundingClientRect().y }}")
    await expect(newer).to_be_hidden()
    await phone.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    box = await button.bounding_box()
    assert box
    assert box["y"] == pytest.approx(there, abs=1)


async def test_an_iphone_before_ios_16_shows_what_is_said_with_its_numbers(phone: Page, served: Served):
    await phone.add_init_script(
        """delete AbortSignal.timeout;
        window.RegExp = new Proxy(RegExp, { construct(made, [pattern, flags]) {
          if (/[(][?]<[=!]/.test(pattern)) throw new SyntaxError("invalid group specifier name");
          return new made(pattern, flags);
        } });"""
    )
    talk = await arrive(phone, served)
    served.room.bot_says(talk, "3114, ou 15. Pas 23114, ni 153. 3114")

    await write(phone, "Bonjour")

    await expect(phone.get_by_text("Entendu\u00a0: Bonjour")).to_be_visible()
    assert await phone.locator(".said a").all_inner_texts() == ["3114", "15", "3114"]
    assert (await read(phone))[1] == "3114, ou 15. Pas 23114, ni 153. 3114"


def test_no_script_of_a_page_looks_behind():
    scripts = [path for path in PAGES.iterdir() if path.suffix in (".js", ".html")]

    # Before iOS 16.4 one such pattern is a syntax error, and nothing of its file runs.
    assert [path.name for path in scripts if re.search(r"\(\?<[=!]", path.read_text())] == []


async def test_a_scheduling_button_opens_its_page_and_stays(page: Page, served: Served):
    talk = await arrive(page, served)
    served.room.bot_says(talk, "Inès Faux-Semblant", url="/r/good-link")
    served.room.bot_says(talk, "Autre chose\u202f?", "Non")
    await expect(page.locator(".message")).to_have_count(3)

    link = page.get_by_role("link", name="Voir les horaires")

    assert [await link.get_attribute(name) for name in ("href", "target", "rel")] == [
        "/r/good-link",
        "_blank",
        "noopener",
    ]


async def test_nothing_is_lost_or_doubled_over_a_lost_connection(phone: Page, served: Served):
    talk = await arrive(phone, served)
    await phone.context.set_offline(True)

    await write(phone, "un")
    await write(phone, "deux")
    await expect(phone.locator(".own .after").first).to_contain_text("Pas encore envoyé")
    await expect(phone.get_by_text("La connexion est perdue.")).to_be_visible()
    served.room.bot_says(talk, "Pendant ce temps")
    await phone.context.set_offline(False)

    await expect(phone.get_by_text("Entendu\u00a0: deux")).to_be_visible()
    await expect(phone.get_by_text("Pendant ce temps")).to_have_count(1)
    said = [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)]
    assert said == ["un", "deux"]
    assert sorted(await read(phone)) == sorted(
        ["Bonjour.", "un", "deux", "Pendant ce temps", "Entendu\u00a0: un", "Entendu\u00a0: deux"]
    )


async def test_an_answer_that_was_taken_but_not_heard_is_taken_once(phone: Page, served: Served):
    await arrive(phone, served)
    tries = 0

    async def lose_the_first_answer(route: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await phone.route("**/chat/say", lose_the_first_answer)
    await write(phone, "une fois")

    await expect(phone.locator(".own .after")).to_have_text("Envoyé")
    assert tries == 2
    assert [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)] == ["une fois"]


async def test_the_page_outlives_a_restart_of_the_server(browser: Browser):
    room = PersonSide()
    served, running = await serve(room)
    async for page in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(page, served)
        await stop(served, running)
        await write(page, "Vous êtes là\u202f?")
        room.bot_says(talk, "Écrit pendant l’arrêt")

        served, running = await serve(room, served.port)

        await expect(page.get_by_text("Écrit pendant l’arrêt")).to_have_count(1)
        await expect(page.get_by_text("Entendu\u00a0: Vous êtes là\u202f?")).to_have_count(1)
    await stop(served, running)


async def test_urgent_help_opens_without_a_connection(page: Page, served: Served):
    await arrive(page, served)
    await page.context.set_offline(True)

    await page.get_by_role("button", name="Aide urgente").click()

    panel = page.get_by_role("dialog", name="Aide urgente")
    await expect(panel).to_be_visible()
    await expect(panel.get_by_role("link", name="3114")).to_have_attribute("href", "tel:3114")
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page.get_by_role("button", name="Aide urgente")).to_be_focused()


async def test_urgent_help_opens_in_a_browser_that_blocks_all_cookies(unremembered: Page, served: Served):
    arrivals: list[str] = []
    unremembered.on("request", lambda asked: arrivals.append(asked.url) if "/chat/arrive" in asked.url else None)
    await unremembered.goto(served.url)
    await expect(unremembered.locator("#notice")).to_have_text(NO_COOKIE)

    await unremembered.get_by_role("button", name="Aide urgente").click()

    panel = unremembered.get_by_role("dialog", name="Aide urgente")
    await expect(panel.get_by_role("link", name="3114")).to_be_visible()
    await panel.get_by_role("button", name="Fermer").click()
    await expect(unremembered.locator(".own .after")).to_contain_text(f"{NO_COOKIE} Réessayer")
    await asyncio.sleep(6)
    await expect(unremembered.locator("#notice")).to_have_text(NO_COOKIE)
    assert len(arrivals) == 4  # two as the page opened, two for the word that wanted to leave
    assert served.room.taken == []


async def test_without_storage_the_conversation_goes_on_and_no_plan_is_said_to_be_kept(phone: Page, served: Served):
    await phone.add_init_script(
        """for (const kind of ["sessionStorage", "localStorage"]) Object.defineProperty(window, kind, {
          get() { throw new DOMException("Access is denied for this document.", "SecurityError"); } })"""
    )
    talk = await arrive(phone, served)
    served.room.show(talk, "Votre plan.", plan=True)

    await write(phone, "Bonjour")

    await expect(phone.get_by_text("Entendu\u00a0: Bonjour")).to_be_visible()
    await phone.get_by_role("button", name="Aide urgente").click()
    await expect(phone.get_by_role("region", name="Mon plan")).to_have_text("Votre plan.", use_inner_text=True)


async def test_the_plan_that_was_shown_stays_in_the_panel_without_a_connection(page: Page, served: Served):
    talk = await arrive(page, served)
    served.room.show(talk, "Votre plan.\n\nLe parc.", plan=True)
    await expect(page.locator(".program", has_text="Le parc.")).to_be_visible()
    await page.context.set_offline(True)

    await page.get_by_role("button", name="Aide urgente").click()

    await expect(page.get_by_role("region", name="Mon plan")).to_contain_text("Le parc.")
    await expect(page.get_by_role("region", name="Mon plan")).to_contain_text("par quiconque utilise cet appareil")


async def test_an_erased_plan_leaves_the_panel(page: Page, served: Served):
    talk = await arrive(page, served)
    served.room.show(talk, "Votre plan.", plan=True)
    await expect(page.locator(".program", has_text="Votre plan.")).to_be_visible()
    served.room.show(talk, "Le plan est effacé.", plan=False)
    await expect(page.locator(".program", has_text="Le plan est effacé.")).to_be_visible()

    await page.get_by_role("button", name="Aide urgente").click()

    await expect(page.locator("#plan")).to_be_hidden()
    assert await page.evaluate("localStorage.length") == 0


async def test_nothing_of_the_plan_stays_on_a_device_that_was_not_asked_to_keep_it(browser: Browser, served: Served):
    async for page in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(page, served)
        served.room.show(talk, "Votre plan.", plan=True)
        await expect(page.locator(".program", has_text="Votre plan.")).to_be_visible()

        assert await page.evaluate("localStorage.length") == 0
        assert await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


async def test_a_plan_kept_on_the_device_is_read_when_the_server_is_gone(browser: Browser):
    served, running = await serve(PersonSide())
    async for page in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(page, served)
        served.room.show(talk, "Votre plan.\n\nLe parc.", plan=True)
        await expect(page.locator(".program", has_text="Le parc.")).to_be_visible()
        await page.get_by_role("button", name="Aide urgente").click()
        await page.get_by_role("button", name="Le garder aussi sur cet appareil").click()
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await stop(served, running)

        await page.goto(served.url + "/")

        await expect(page.get_by_role("region", name="Mon plan")).to_contain_text("Le parc.")
        await expect(page.get_by_role("link", name="3114")).to_have_attribute("href", "tel:3114")
        await page.get_by_role("button", name="L’enlever de cet appareil").click()
        assert await page.evaluate("localStorage.length") == 0
        assert await page.evaluate("caches.keys().then((all) => all.length)") == 0


async def test_a_plan_kept_on_a_bad_line_gets_its_page_at_the_next_opening(browser: Browser):
    served, running = await serve(PersonSide())
    async for page in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(page, served)
        served.room.show(talk, "Votre plan.", plan=True)
        await expect(page.locator(".program", has_text="Votre plan.")).to_be_visible()
        await page.get_by_role("button", name="Aide urgente").click()
        await page.evaluate(
            """() => {
              const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
              navigator.serviceWorker.register = (script) => (window.registered = register(script));
            }"""
        )
        served.room.closed = True
        await page.get_by_role("button", name="Le garder aussi sur cet appareil").click()
        assert await page.evaluate("registered.then(() => 'came', () => 'lost')") == "lost"
        served.room.closed = False

        await page.goto(served.url)
        assert await page.evaluate(HAS_ITS_PAGE)
        await stop(served, running)

        await page.goto(served.url)
        await expect(page.get_by_role("region", name="Mon plan")).to_contain_text("Votre plan.")


async def test_the_kept_page_follows_the_country_and_outlives_a_line_too_bad_to_renew_it(
    phone: Page, served: Served, monkeypatch: pytest.MonkeyPatch
):
    talk = await arrive(phone, served)
    served.room.show(talk, "Votre plan.", plan=True)
    await expect(phone.locator(".program", has_text="Votre plan.")).to_be_visible()
    await phone.get_by_role("button", name="Aide urgente").click()
    await phone.get_by_role("button", name="Le garder aussi sur cet appareil").click()
    await phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await phone.goto(served.url + "/nowhere")
    first = iter(["BE"])

    async def lost_after_the_script(address: str) -> str:
        if not (country := next(first, "")):
            raise Closed
        return country

    talk.country = "BE"
    with monkeypatch.context() as line:
        line.setattr(served.room, "country", lost_after_the_script)
        assert await phone.evaluate(RENEWED) == "redundant"
    kept_meanwhile = await phone.evaluate(KEPT_PAGE)
    assert await phone.evaluate(RENEWED) == "activated"

    assert "3114" in kept_meanwhile
    assert "<li>BE</li>" not in kept_meanwhile
    assert "<li>BE</li>" in await phone.evaluate(KEPT_PAGE)


async def test_a_plan_made_after_an_erased_one_stays_on_the_device_it_is_kept_on(phone: Page, served: Served):
    talk = await arrive(phone, served)
    served.room.show(talk, "Le premier plan.", plan=True)
    served.room.show(talk, "Le plan est effacé.", plan=False)
    served.room.show(talk, "Le second plan.", plan=True)
    await expect(phone.locator(".program", has_text="Le second plan.")).to_be_visible()
    await phone.get_by_role("button", name="Aide urgente").click()
    await phone.get_by_role("button", name="Le garder aussi sur cet appareil").click()

    await phone.reload()

    await expect(phone.locator(".program", has_text="Le second plan.")).to_be_visible()
    assert await phone.evaluate("localStorage.getItem('passerelle.plan.kept')") == "Le second plan."
    assert await phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 1


async def test_leaving_puts_another_page_in_the_place_of_this_one(phone: Page, served: Served):
    await arrive(phone, served)
    await phone.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="<title>Une page</title>"))
    before = await phone.evaluate("history.length")

    await phone.get_by_role("button", name="Quitter").click()

    await expect(phone).to_have_url("https://www.wikipedia.org/")
    assert await phone.evaluate("history.length") == before


async def test_the_panel_has_the_lines_of_where_the_person_says_they_are(phone: Page, served: Served):
    talk = await arrive(phone, served)
    talk.country = "BE"
    served.room.stir()

    await expect(phone.locator("body")).to_have_attribute("data-country", "BE")
    await phone.get_by_role("button", name="Aide urgente").click()

    await expect(phone.get_by_role("dialog").get_by_role("listitem").first).to_have_text("BE")


async def test_urgent_help_is_told_to_the_program_once_and_to_a_therapist_only_when_asked(phone: Page, served: Served):
    talk = await arrive(phone, served)
    for _ in range(2):
        await phone.get_by_role("button", name="Aide urgente").click()
        await phone.get_by_role("button", name="Fermer").click()
    await expect(phone.get_by_text("Entendu\u00a0: Aide urgente")).to_be_visible()
    alone = [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)]
    talk.owner = "ines"
    served.room.stir()
    await expect(phone.get_by_text("Vous parlez avec Inès Faux-Semblant")).to_be_visible()

    await phone.get_by_role("button", name="Aide urgente").click()
    await phone.get_by_role("button", name="Fermer").click()
    looked = [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)]
    await phone.get_by_role("button", name="Aide urgente").click()
    await phone.get_by_role("button", name="Dire à Inès Faux-Semblant que c’est urgent").click()
    await expect(phone.locator(".own .after").last).to_have_text("Envoyé")
    told = [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)]

    assert alone == ["Aide urgente"]
    assert looked == ["Aide urgente"]
    assert told == ["Aide urgente", "Aide urgente"]


async def test_under_a_therapist_the_program_leaves_the_page(page: Page, served: Served):
    talk = await arrive(page, served)
    talk.owner = "ines"
    served.room.show(talk, "Bonjour, je suis Inès.", author="Inès Faux-Semblant")

    await expect(page.get_by_text("Vous parlez avec Inès Faux-Semblant, en personne.")).to_be_visible()
    await expect(page.locator(".human .by").first).to_contain_text("Inès Faux-Semblant")
    await expect(page.get_by_role("button", name="Respirer")).to_have_count(0)
    await expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    await expect(page.get_by_role("button", name="Mes données")).to_be_hidden()
    await expect(page.get_by_role("button", name="Envoyer une photo ou un document")).to_be_visible()
    await expect(page.get_by_role("button", name="Enregistrer un message vocal")).to_be_visible()


async def test_a_photo_goes_to_the_therapist_and_a_reply_names_what_it_answers(phone: Page, served: Served):
    talk = await arrive(phone, served)
    talk.owner = "ines"
    asked = served.room.show(talk, "Une photo\u202f?", author="Inès Faux-Semblant")
    await phone.get_by_role("button", name="Répondre").click()
    await write(phone, "La voici")
    await expect(phone.locator(".own .quote")).to_have_text("Une photo\u202f?")

    await phone.locator("#chosen").set_input_files({"name": "vue.png", "mimeType": "image/png", "buffer": b"png"})

    await expect(phone.locator(".own .after").last).to_have_text("Envoyé")
    said, sent = served.room.taken[-2].event, served.room.taken[-1].event
    assert isinstance(said, PersonSaid)
    assert isinstance(sent, PersonSent)
    assert said.reply_to == str(asked.id)
    assert (sent.media.kind, sent.media.name, served.room.kept) == (MediaKind.PHOTO, "vue.png", {"file-1": b"png"})


async def test_a_photo_that_the_line_cannot_carry_lets_the_words_go_on_and_can_be_tried_again(
    phone: Page, served: Served
):
    talk = await arrive(phone, served)
    talk.owner = "ines"
    served.room.stir()
    await expect(phone.get_by_text("Vous parlez avec Inès Faux-Semblant")).to_be_visible()
    await phone.route("**/chat/send", lambda route: route.abort("timedout"))
    await phone.locator("#chosen").set_input_files({"name": "vue.png", "mimeType": "image/png", "buffer": b"png"})

    await write(phone, "Elle est trop lourde.")

    await expect(phone.locator(".own .after").last).to_have_text("Envoyé")
    await expect(phone.locator(".own .after").first).to_have_text("Pas envoyé. Réessayer")
    await phone.unroute("**/chat/send")
    await phone.get_by_role("button", name="Réessayer").click()
    await expect(phone.get_by_role("button", name="Réessayer")).to_have_count(0)
    await asyncio.sleep(0.3)
    taken = [type(one.event) for one in served.room.taken]
    assert taken == [PersonArrived, PersonSaid, PersonSent]


async def test_a_photo_waits_for_a_connection_that_is_away(phone: Page, served: Served):
    talk = await arrive(phone, served)
    talk.owner = "ines"
    served.room.stir()
    await expect(phone.get_by_text("Vous parlez avec Inès Faux-Semblant")).to_be_visible()
    await phone.context.set_offline(True)
    await phone.locator("#chosen").set_input_files({"name": "vue.png", "mimeType": "image/png", "buffer": b"png"})
    await asyncio.sleep(7)  # two tries and more

    await phone.context.set_offline(False)

    await expect(phone.locator(".own .after")).to_have_text("Envoyé")
    assert isinstance(served.room.taken[-1].event, PersonSent)


async def test_a_therapists_correction_replaces_the_words_in_place(phone: Page, served: Served):
    talk = await arrive(phone, served)
    talk.owner = "ines"
    first = served.room.show(talk, "A demain", author="Inès Faux-Semblant")
    served.room.show(talk, "Bonne soirée", author="Inès Faux-Semblant")
    edit = served.room.show(talk, "À demain", author="Inès Faux-Semblant", edits=first.id)
    served.room.show(talk, "À jeudi", author="Inès Faux-Semblant", edits=edit.id)

    await expect(phone.locator(".message")).to_have_count(3)
    await expect(phone.get_by_text("À jeudi")).to_be_visible()
    assert await read(phone) == ["Bonjour.", "À jeudi", "Bonne soirée"]
    await expect(phone.get_by_text("modifié")).to_have_count(1)


async def test_the_other_language_is_one_tap_away_and_what_was_being_written_is_kept(page: Page, served: Served):
    await arrive(page, served)
    await page.get_by_label("Votre message").fill("brouillon")

    await page.get_by_role("button", name="English").click()

    await expect(page.get_by_text("A program answers here, not a person.")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "en"
    await expect(page.get_by_label("Your message")).to_have_value("brouillon")
    assert [type(one.event) for one in served.room.taken] == [PersonArrived, PersonSaid]


async def test_an_erasure_empties_the_page_too_and_the_next_word_is_a_new_beginning(phone: Page, served: Served):
    talk = await arrive(phone, served)
    await write(phone, "un secret")
    await expect(phone.get_by_text("Entendu\u00a0: un secret")).to_be_visible()

    del served.room.talks[talk.address]
    served.room.stir()

    await expect(phone.get_by_text("Tout est effacé, sur cette page aussi.")).to_be_visible()
    assert "un secret" not in (await phone.evaluate("sessionStorage.getItem('passerelle.own')"))
    await write(phone, "rebonjour")
    await expect(phone.get_by_text("Entendu\u00a0: rebonjour")).to_be_visible()
    assert list(served.room.talks) != [talk.address]


async def test_what_was_erased_elsewhere_leaves_a_page_that_comes_back(phone: Page, served: Served):
    talk = await arrive(phone, served)
    await write(phone, "un secret")
    await expect(phone.get_by_text("Entendu\u00a0: un secret")).to_be_visible()
    await phone.goto("about:blank")
    anew = served.room.talks[talk.address] = Talk(talk.address, "fr")
    served.room.bot_says(anew, "Tout est effacé. Prenez soin de vous.")

    await phone.goto(served.url)

    await expect(phone.get_by_text("Tout est effacé, sur cette page aussi.")).to_be_visible()
    await expect(phone.locator(".message")).to_have_count(1)
    assert await read(phone) == ["Tout est effacé. Prenez soin de vous."]
    assert "un secret" not in (await phone.evaluate("JSON.stringify(sessionStorage)"))


async def test_the_keyboard_alone_is_enough(phone: Page, served: Served):
    await arrive(phone, served)

    await phone.keyboard.press("Tab")
    await expect(phone.get_by_role("link", name="Aller à la zone de message")).to_be_focused()
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_label("Votre message")).to_be_focused()
    await phone.keyboard.type("bonjour")
    await phone.keyboard.press("Shift+Enter")
    await phone.keyboard.type("à vous")
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".own .words")).to_have_text("bonjour\nà vous")
    await expect(phone.get_by_label("Votre message")).to_be_focused()
    await phone.get_by_role("button", name="Respirer").focus()
    await phone.keyboard.press("Enter")
    await expect(phone.locator(".own").last).to_be_focused()


async def test_the_key_of_a_phone_that_begins_a_new_line_does_not_say_send(browser: Browser, served: Served):
    async for phone in opened(browser, viewport=SIZES["phone"], is_mobile=True, has_touch=True):
        await arrive(phone, served)
        await phone.get_by_label("Votre message").fill("bonjour")
        await phone.keyboard.press("Enter")
        await phone.keyboard.type("à vous")

        await expect(phone.get_by_label("Votre message")).to_have_value("bonjour\nà vous")
        assert await phone.get_by_label("Votre message").get_attribute("enterkeyhint") is None


async def test_what_is_said_cannot_become_markup(phone: Page, served: Served):
    talk = await arrive(phone, served)
    served.room.show(talk, '<img src=x onerror="alert(1)"> https://a.example/b?c=<d>.', author="<b>Inès</b>")
    served.room.show(talk, "ici", buttons=(Button("<i>oui</i>", "1/a/b/c"),))

    await expect(phone.get_by_role("button", name="<i>oui</i>")).to_be_visible()

    assert await phone.locator(".log img, .log b, .log i").count() == 0
    await expect(phone.locator(".said a")).to_have_attribute("href", "https://a.example/b?c=")


async def test_every_control_has_a_name_and_is_large_enough_for_a_thumb(page: Page, served: Served):
    talk = await arrive(page, served)
    talk.owner = "ines"
    served.room.show(talk, "Bonjour", author="Inès Faux-Semblant")
    await expect(page.get_by_role("button", name="Répondre")).to_be_visible()

    controls = await page.evaluate(
        """[...document.querySelectorAll("button, textarea, a")].filter((one) => one.offsetParent)
        .map((one) => [one.textContent.trim() || one.ariaLabel || one.labels?.[0]?.textContent || "",
                       Math.round(one.getBoundingClientRect().height)])"""
    )

    assert len(controls) >= 7
    assert [name for name, _ in controls if not name] == []
    assert [(name, height) for name, height in controls if height < 40] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read_against_its_ground(browser: Browser, served: Served, scheme: str):
    async for page in opened(browser, viewport=SIZES["phone"], color_scheme=scheme):
        talk = await arrive(page, served)
        await write(page, "oui")
        talk.owner = "ines"
        served.room.show(talk, "Bonjour", author="Inès Faux-Semblant")
        await expect(page.get_by_role("button", name="Répondre")).to_be_visible()

        poor = await page.evaluate(CONTRAST)

        assert poor == []


async def test_the_desk_goes_through_a_whole_conversation(page: Page, browser: Browser, served: Served):
    async for person in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(person, served)
        served.room.wait(talk, "Je dors mal depuis l’été.")
        await page.goto(served.url + "/desk/sign-in?token=a-fresh-link")
        await page.get_by_role("button", name="Ouvrir le bureau").click()
        await expect(page).to_have_title("(1) Bureau")
        await page.get_by_role("button", name="Je dors mal").click()

        await page.get_by_role("button", name="Prendre la conversation").click()
        await expect(page.get_by_text("Un instant\u00a0: le dernier message automatique")).to_be_visible()
        await expect(person.get_by_text("Vous parlez avec")).to_have_count(0)
        served.room.settle(talk)
        await expect(page.get_by_text("La conversation est à vous. Le programme se tait.")).to_be_visible()
        await expect(page.get_by_label("Votre message")).to_be_focused()

        await page.keyboard.type("Bonjour, je suis Inès.")
        await page.keyboard.press("Enter")
        await expect(person.get_by_text("Bonjour, je suis Inès.")).to_be_visible()
        await expect(page.locator(".ours")).to_have_count(1)
        await expect(page.locator(".ours .after")).to_have_text("Remis")
        await write(person, "Merci d’être là.")
        await expect(page.locator(".person .words")).to_have_text("Merci d’être là.")
        await page.get_by_role("button", name="Répondre").click()
        await write(page, "Prenez votre temps.")
        await expect(page.locator(".ours .quote")).to_have_text("Merci d’être là.")

        await page.get_by_role("button", name="Rendre au programme").click()
        await page.get_by_role("button", name="Annuler").last.click()
        assert talk.owner == "ines"
        await page.get_by_role("button", name="Rendre au programme").click()
        await page.get_by_role("button", name="Rendre", exact=True).click()
        await expect(person.get_by_text("Un programme répond ici")).to_be_visible()
        await expect(page.locator(".message")).to_have_count(0)


async def test_a_danger_is_marked_by_words_read_aloud_and_closed_after_being_asked_twice(page: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk)
    talk.urgent, talk.alert = True, Noticed("imminent", ("suicide",), "Ce soir.", ("minor",))
    await sign_in(page, served)
    await expect(page.locator(".card b.alarm")).to_have_text("⚠ Urgent\u00a0: danger immédiat, suicide")
    await page.locator(".card").click()

    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("danger immédiat, suicide")
    await expect(alert).to_contain_text("«\u00a0Ce soir.\u00a0»")
    await expect(alert.get_by_role("listitem")).to_have_text("La personne dit avoir moins de 18 ans.")
    await page.get_by_role("button", name="Fermer l’alerte").click()
    await page.get_by_role("button", name="Annuler").last.click()
    assert talk.alert is not None
    await page.get_by_role("button", name="Fermer l’alerte").click()
    await page.get_by_role("button", name="La fermer").click()

    await expect(alert).to_be_hidden()
    assert talk.alert is None


async def test_a_conversation_is_not_closed_along_with_a_danger(page: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner, talk.alert = "ines", Noticed("imminent", ("suicide",), "Ce soir.")
    await sign_in(page, served)
    await page.locator(".card").click()

    async def closes() -> None:
        await page.get_by_text("Plus", exact=True).click()
        await page.get_by_role("button", name="Fermer la conversation").click()
        await page.get_by_role("button", name="La fermer").click()

    await closes()
    await expect(page.locator("#notice")).to_have_text(re.compile("fermez-la d’abord"))
    assert talk.owner == "ines"
    talk.alert = None
    await closes()

    await expect(page.locator(".card")).to_have_count(0)
    assert talk.owner == ""


async def test_who_is_asked_to_stand_in_for_a_colleague_can_take_over_here_too(page: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner, talk.stand_in, talk.alert = "tom", "ines", Noticed("risk", ("suicide",), "", ())
    await sign_in(page, served)

    await page.locator(".card").click()

    await expect(page.get_by_role("button", name="Prendre la conversation")).to_be_visible()
    await expect(page.get_by_role("button", name="Fermer l’alerte")).to_be_hidden()


async def test_writing_is_taking_over(page: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk)
    await sign_in(page, served)
    await page.locator(".card").click()
    await expect(page.get_by_text("Écrire ici, c’est prendre la conversation.")).to_be_visible()

    await write(page, "Bonjour")

    await expect(page.locator(".ours .words")).to_have_text("Bonjour")
    await expect(page.locator(".ours .after")).to_have_text("Remis")
    assert talk.owner == "ines"


async def test_words_that_came_too_late_stay_with_the_one_who_wrote_them(page: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk)
    await sign_in(page, served)
    await page.locator(".card").click()
    await expect(page.get_by_role("button", name="Prendre la conversation")).to_be_visible()
    await page.context.set_offline(True)  # so that the page does not hear who was faster
    await write(page, "Bonjour")
    talk.owner = "tom"

    await page.context.set_offline(False)

    told = page.locator(".ours .after")
    await expect(told).to_contain_text("Tom Placeholder a cette conversation.")
    assert talk.lines == []

    talk.owner = ""
    served.room.wait(talk)
    await told.get_by_role("button", name="Réessayer").click()

    await expect(told).to_have_text("Remis")
    assert [line.text for line in talk.lines] == ["Bonjour"]


async def test_no_word_of_anybody_stands_in_the_title(phone: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk, "Un secret")
    await sign_in(phone, served)
    await phone.locator(".card").click()

    await expect(phone).to_have_title(re.compile(r"^\(1\) Bureau$"))
    await expect(phone).to_have_url(re.compile(r"/desk#c1$"))


async def test_the_desk_comes_back_after_a_lost_connection(phone: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner = "ines"
    await sign_in(phone, served)
    await phone.locator(".card").click()
    await phone.context.set_offline(True)
    await write(phone, "Je suis là.")
    await expect(phone.locator(".ours .after")).to_contain_text("Pas encore envoyé")
    served.room.line(talk, "person", "Et moi aussi.")

    await phone.context.set_offline(False)

    await expect(phone.get_by_text("Et moi aussi.")).to_have_count(1)
    await expect(phone.locator(".ours .after")).to_have_text("Remis")
    assert [line.text for line in talk.lines] == ["Et moi aussi.", "Je suis là."]


async def test_a_hidden_desk_leaves_messages_unread(phone: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner = "ines"
    await sign_in(phone, served)
    await phone.locator(".card").click()
    await until(lambda: served.room.followed == ["c1"], 15)
    await phone.evaluate(
        """Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))"""
    )
    await until(lambda: served.room.followed == [""], 15)
    served.room.line(talk, "person", "Êtes-vous là\u202f?")
    talk.unread = 1
    served.room.stir()

    await expect(phone).to_have_title("(1) Bureau")
    assert talk.unread == 1


async def test_a_desk_that_no_longer_calls_says_so(browser: Browser, served: Served):
    told: list[str] = []

    def hear(body: str) -> None:
        told.append(body)

    async for page in opened(browser, viewport=SIZES["desktop"]):
        await page.expose_function("told", hear)
        await page.add_init_script(
            """window.Notification = class { constructor(title, { body }) { told(body); } };
            Notification.permission = "granted";
            localStorage.setItem("desk-notices", "on");
            document.hasFocus = () => false;"""
        )
        await sign_in(page, served)

        served.room.sessions.clear()
        served.room.stir()

        await expect(page.get_by_text("lien à usage unique")).to_be_visible()
        assert told == ["Le bureau est fermé\u00a0: il faut se reconnecter."]


@pytest.mark.parametrize("hears_of_it", ["by_the_stream", "by_what_is_pressed"])
async def test_a_desk_whose_session_ended_while_it_slept_leads_to_the_door(
    phone: Page, served: Served, hears_of_it: str
):
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk, "Je dors mal.")
    await sign_in(phone, served)
    await phone.locator(".card").click()
    await phone.context.set_offline(True)
    served.room.sessions.clear()

    if hears_of_it == "by_what_is_pressed":
        await phone.route("**/desk/stream*", lambda route: route.abort())
    await phone.context.set_offline(False)
    if hears_of_it == "by_what_is_pressed":
        await phone.get_by_role("button", name="Prendre la conversation").click()

    await expect(phone.get_by_text("lien à usage unique")).to_be_visible()
    await expect(phone.get_by_text("Je dors mal.")).to_have_count(0)


async def test_the_bell_is_turned_on_and_off_in_every_tab_at_once(phone: Page, served: Served):
    await sign_in(phone, served)
    other = await phone.context.new_page()
    await other.goto(served.url + "/desk")

    for on in ("true", "false"):
        if not await other.locator("#sound").is_visible():
            await other.locator("#menu summary").click()
        await other.locator("#sound").click()

        await expect(phone.locator("#sound")).to_have_attribute("aria-pressed", on)


async def test_a_photo_that_the_connection_does_not_carry_holds_up_no_words_at_the_desk(phone: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner = "ines"
    await sign_in(phone, served)
    await phone.locator(".card").click()
    acts: list[bytes] = []

    async def loses(route: Route) -> None:
        acts.append(re.findall(rb"name=\"act\"\r\n\r\n(\w+)", route.request.post_data_buffer or b"")[0])
        await (route.abort() if len(acts) < 3 else route.continue_())

    await phone.route("**/desk/send", loses)
    await phone.locator("#chosen").set_input_files({"name": "plan.png", "mimeType": "image/png", "buffer": PIXEL})
    await write(phone, "Je vous écris.")

    again = phone.get_by_role("button", name="Réessayer")
    await expect(again).to_be_visible()
    await expect(phone.locator(".ours", has_text="Je vous écris.")).to_contain_text("Remis")
    assert [line.text for line in talk.lines] == ["Je vous écris."]

    await again.click()

    await expect(phone.get_by_role("img", name="Photo, Inès Faux-Semblant")).to_have_count(1)
    assert len(set(acts)) == 1  # had it arrived after all, it would stand there once


async def test_a_photo_from_the_desk_is_seen_by_the_person(phone: Page, browser: Browser, served: Served):
    async for person in opened(browser, viewport=SIZES["phone"]):
        talk = await arrive(person, served)
        talk.owner = "ines"
        await sign_in(phone, served)
        await phone.locator(".card").click()

        await phone.locator("#chosen").set_input_files({"name": "plan.png", "mimeType": "image/png", "buffer": PIXEL})

        await expect(person.get_by_role("img", name="Photo, Inès Faux-Semblant")).to_be_visible()
        await expect(phone.get_by_role("img", name="Photo, Inès Faux-Semblant")).to_have_count(1)
        assert talk.lines[0].media == Media(MediaKind.PHOTO, FileRef("web", "file-1"), "plan.png", "image/png")


async def test_what_was_begun_over_one_conversation_does_not_fall_upon_another(phone: Page, served: Served):
    first, second = served.room.talks["a"], served.room.talks["b"] = Talk("a", "fr"), Talk("b", "fr")
    first.owner = second.owner = "ines"
    await sign_in(phone, served)
    await phone.locator("[data-conversation=c1]").click()
    await phone.get_by_role("button", name="Rendre au programme").click()
    await expect(phone.locator("#sure")).to_be_visible()

    await goes_to(phone, "c2")  # as a notification, or the way back, leads there

    await expect(phone.locator("#sure")).to_be_hidden()
    await opens_a_note(phone)
    await phone.locator("#note-text").fill("Du second.")
    await goes_to(phone, "c1")
    await expect(phone.locator("#noting")).to_be_hidden()
    await opens_a_note(phone)
    await expect(phone.locator("#note-text")).to_have_value("")
    await phone.keyboard.press("Escape")
    async with phone.expect_file_chooser() as chooser:
        await phone.locator("#attach").click()
    await goes_to(phone, "c2")
    await (await chooser.value).set_files({"name": "p.png", "mimeType": "image/png", "buffer": PIXEL})
    await opens_a_note(phone)
    await expect(phone.locator("#note-text")).to_have_value("Du second.")

    await goes_to(phone, "c1")
    await expect(phone.locator(".ours .after")).to_have_text("Remis")
    assert [line.media is not None for line in first.lines] == [True]
    assert (second.lines, first.owner, second.owner) == ([], "ines", "ines")


async def test_a_note_begun_while_another_is_still_on_its_way_stays(phone: Page, served: Served):
    talk = served.room.talks["a"] = Talk("a", "fr")
    talk.owner = "ines"
    await sign_in(phone, served)
    await phone.locator(".card").click()
    await phone.route("**/desk/act", lambda route: route.fulfill(status=503), times=1)

    await opens_a_note(phone)
    await phone.locator("#note-text").fill("Une note.")
    await phone.get_by_role("button", name="Envoyer en interne").click()
    await opens_a_note(phone)
    await phone.locator("#note-text").fill("Une autre.")

    await expect(phone.locator(".between .words")).to_have_text("Une note.")
    await asyncio.sleep(0.3)  # whatever the answer still does
    await expect(phone.locator("#note-text")).to_have_value("Une autre.")
    assert [line.text for line in talk.lines] == ["Une note."]


async def test_to_skip_to_the_box_leaves_the_conversation_open(page: Page, served: Served):
    served.room.talks["a"] = Talk("a", "fr")
    served.room.talks["a"].owner = "ines"
    await sign_in(page, served)
    await page.locator(".card").click()
    await page.locator("#box").evaluate("box => box.blur()")

    await page.locator(".skip").focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("#box")).to_be_focused()
    await expect(page.locator(".card")).to_have_attribute("aria-current", "true")


async def goes_to(page: Page, conversation: str) -> None:
    await page.evaluate("(conversation) => (location.hash = conversation)", conversation)
    await expect(page.locator(f"[data-conversation={conversation}]")).to_have_attribute("aria-current", "true")


async def opens_a_note(page: Page) -> None:
    await page.locator("#more summary").click()
    await page.locator("#note").click()
    await expect(page.locator("#noting")).to_be_visible()


async def sign_in(page: Page, served: Served) -> None:
    await page.goto(served.url + "/desk/sign-in?token=a-fresh-link")
    await page.get_by_role("button", name="Ouvrir le bureau").click()
    await expect(page.locator("#list h2").first).to_be_visible()


HAS_ITS_PAGE = """
Promise.race([navigator.serviceWorker.ready.then(() => true), new Promise((done) => setTimeout(done, 10_000, false))])
"""
KEPT_PAGE = "caches.match('/offline?lang=fr').then((kept) => kept ? kept.text() : '')"
RENEWED = """
(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return "nothing new";
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
  }
  return worker.state;
})()
"""

NO_COOKIE = "Pour garder le fil, cette page a besoin d’un cookie, et le navigateur le refuse."

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d4944415478da63fcffff3f0300060002fea7b5d5ba0000000049454e44ae426082"
)

# Text of every element that holds some, against the nearest ground below it. WCAG 2, AA: 4.5 to 1.
CONTRAST = """
(() => {
  const channel = (c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (one) => {
    const found = colour(getComputedStyle(one).backgroundColor);
    return found.length === 4 && found[3] === 0 ? ground(one.parentElement) : found;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.offsetParent && [...one.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
    .map((one) => {
      const [a, b] = [light(colour(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
      return [one.textContent.trim().slice(0, 30), Math.round(((a + 0.05) / (b + 0.05)) * 100) / 100];
    })
    .filter(([, ratio]) => ratio < 4.5);
})()
"""
