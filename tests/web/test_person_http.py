"""The web chat over HTTP, without a browser."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx

from flows.events import FileRef, Media, MediaKind, PersonArrived, PersonSaid, PersonSent, PersonTapped
from handlers.pages.files import FILE_LIMIT
from handlers.pages.guard import Pace, Turnstile
from handlers.port import TEXT_LIMIT
from tests.telegram.words import until

from .conftest import Served
from .room import Talk

ID = "0123456789abcdef"


async def arrived(http: httpx.AsyncClient, served: Served) -> Talk:
    await http.get("/")
    await http.post("/chat/arrive", json={})
    return next(iter(served.room.talks.values()))


async def heard(http: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[tuple[str, str, object]]:
    async with http.stream("GET", path, headers=headers, timeout=30) as answer:
        id = name = ""
        async for line in answer.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "id":
                id = value
            elif field == "event":
                name = value
            elif field == "data" and name != "beat":
                yield id, name, json.loads(value)
                id = name = ""


async def test_the_first_opening_is_one_arrival_in_the_language_of_the_browser(http, served):
    page = await http.get("/", headers={"accept-language": "es, en-GB;q=0.8, fr;q=0.5"})
    await http.post("/chat/arrive", json={"lang": "en"})
    await http.post("/chat/arrive", json={"lang": "en"})

    assert '<html lang="en">' in page.text
    assert [(one.locale, type(one.event)) for one in served.room.taken] == [("en", PersonArrived)]


async def test_looking_at_the_page_is_no_arrival(http, served):
    await http.get("/")
    await http.head("/")

    assert served.room.taken == []


async def test_the_language_asked_for_in_the_address_wins(http):
    assert '<html lang="en">' in (await http.get("/?lang=en")).text
    assert '<html lang="fr">' in (await http.get("/?lang=de")).text


async def test_the_cookie_is_opaque_and_out_of_reach_of_scripts(http):
    cookie = (await http.get("/")).headers["set-cookie"]

    assert cookie.startswith("passerelle=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert len(http.cookies["passerelle"]) == 43


async def test_the_urgent_lines_stand_in_the_page_with_the_numbers_to_dial(http):
    page = (await http.get("/")).text

    assert '<a href="tel:3114">3114</a> — prévention du suicide, gratuit, 24\u00a0h/24' in page
    assert "Ou les urgences de l’hôpital le plus proche" in page


async def test_words_are_taken_once_however_often_they_are_sent(http, served):
    await arrived(http, served)

    answers = [await http.post("/chat/say", json={"id": ID, "text": " Bonjour "}) for _ in range(3)]

    said = [one.event for one in served.room.taken if isinstance(one.event, PersonSaid)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [(one.text, one.message, one.reply_to) for one in said] == [("Bonjour", ID, None)]


async def test_two_people_may_choose_the_same_id(http, served):
    await arrived(http, served)
    await http.post("/chat/say", json={"id": ID, "text": "l’une"})
    http.cookies.clear()
    await http.get("/")
    await http.post("/chat/arrive", json={})
    await http.post("/chat/say", json={"id": ID, "text": "l’autre"})

    said = [one.event.text for one in served.room.taken if isinstance(one.event, PersonSaid)]
    assert said == ["l’une", "l’autre"]


async def test_an_update_id_tells_nothing_of_the_address(http, served):
    talk = await arrived(http, served)
    await http.post("/chat/say", json={"id": ID, "text": "oui"})

    assert not [one.update for one in served.room.taken if talk.address[:8] in one.update]


async def test_a_tap_brings_back_what_stood_on_the_button(http, served):
    await arrived(http, served)

    await http.post("/chat/tap", json={"id": ID, "press": "3/menu/menu/human"})

    event = served.room.taken[-1].event
    assert isinstance(event, PersonTapped)
    assert event.press == "3/menu/menu/human"


async def test_what_is_no_message_of_ours_is_refused_kindly(http, served):
    await arrived(http, served)
    before = len(served.room.taken)

    refused = [
        await http.post("/chat/say", json={"id": ID, "text": "   "}),
        await http.post("/chat/say", json={"id": "short", "text": "oui"}),
        await http.post("/chat/say", json={"id": ID, "text": 7}),
        await http.post("/chat/say", json=["oui"]),
        await http.post("/chat/say", content=b"{"),
        await http.post("/chat/say", content=b'{"id": "0123456789abcdef", "text": "\\ud800"}'),
        await http.post("/chat/tap", json={"id": ID, "press": "é" * 33}),
        await http.post("/chat/tap", json={"id": ID, "press": ""}),
    ]

    assert [answer.status_code for answer in refused] == [422] * 8
    assert len(served.room.taken) == before


async def test_a_text_of_the_limit_passes_and_one_more_character_does_not(http, served):
    await arrived(http, served)

    longest = await http.post("/chat/say", json={"id": ID, "text": "é" * TEXT_LIMIT})
    longer = await http.post("/chat/say", json={"id": ID + "1", "text": "é" * (TEXT_LIMIT + 1)})

    assert longest.status_code == 200
    assert (longer.status_code, longer.json()) == (413, {"why": "too_long"})


async def test_another_site_cannot_act_for_a_person(http, served):
    await arrived(http, served)
    body = {"id": ID, "text": "oui"}
    del http.headers["sec-fetch-site"]

    statuses = [
        (await http.post("/chat/say", json=body, headers={"sec-fetch-site": "cross-site"})).status_code,
        (await http.post("/chat/say", json=body, headers={"sec-fetch-site": "same-site"})).status_code,
        (await http.post("/chat/say", json=body, headers={"origin": "https://elsewhere.example"})).status_code,
        (await http.post("/chat/say", json=body, headers={"origin": "null"})).status_code,
        (await http.post("/chat/say", json=body)).status_code,
    ]
    own = await http.post("/chat/say", json=body, headers={"origin": served.url})

    assert statuses == [403] * 5
    assert own.status_code == 200


async def test_every_answer_carries_the_security_headers(http, served):
    talk = await arrived(http, served)
    served.room.show(talk, "", media=Media(MediaKind.PHOTO, FileRef("web", "x"), "plan.png", "image/png"))
    talk.shown_files[2] = b"png"

    answers = [
        await http.get("/"),
        await http.get("/chat/messages"),
        await http.get("/chat/file/2"),
        await http.get("/chat/file/99"),
        await http.post("/chat/say", json={}),
        await http.get("/r/nothing"),
        await http.get("/desk"),
    ]

    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")


async def test_the_page_holds_no_inline_script_or_style(http):
    page = (await http.get("/")).text

    assert page.count("<script") == 1
    assert 'type="module" src="/pages/' in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page


async def test_scripts_may_be_kept_because_their_address_changes_with_them(http):
    page = (await http.get("/")).text
    address = page.split('type="module" src="')[1].split('"')[0]

    script = await http.get(address)

    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await http.get(address.replace("chat.js", "chat.html"))).status_code == 404


async def test_a_closed_program_asks_to_come_back_and_the_page_opens_all_the_same(http, served):
    await arrived(http, served)
    served.room.closed = True

    said = await http.post("/chat/say", json={"id": ID, "text": "oui"})
    page = await http.get("/")

    assert (said.status_code, said.headers["retry-after"]) == (503, "2")
    assert page.status_code == 200
    assert "tel:3114" in page.text


async def test_without_a_cookie_the_page_is_told_to_arrive_first(http):
    assert (await http.post("/chat/say", json={"id": ID, "text": "oui"})).status_code == 401
    assert (await http.get("/chat/messages")).status_code == 401
    assert (await http.get("/chat/stream")).status_code == 401


async def test_a_browser_that_keeps_no_cookie_is_nobody_however_often_it_arrives(http, served):
    for _ in range(3):
        http.cookies.clear()
        assert (await http.post("/chat/arrive", json={})).json() == {"known": False}

    assert served.room.taken == []
    assert (await http.post("/chat/arrive", json={})).json()["known"] is True
    assert [type(one.event) for one in served.room.taken] == [PersonArrived]


async def test_whoever_comes_back_after_an_erasure_is_somebody_new(http, served):
    erased = await arrived(http, served)
    del served.room.talks[erased.address]

    state = (await http.post("/chat/arrive", json={})).json()

    talk = served.room.talks[http.cookies["passerelle"]]
    assert state == {"known": True, "locale": "fr", "human": "", "country": "", "talk": talk.since.isoformat()}
    assert talk.address != erased.address
    assert list(served.room.talks) == [http.cookies["passerelle"]]


async def test_the_stream_tells_what_was_missed_and_then_what_comes(http, served):
    talk = await arrived(http, served)
    served.room.bot_says(talk, "deux")
    told = []

    async for id, name, what in heard(http, "/chat/stream?after=0", **{"last-event-id": "1"}):
        told.append((id, name, [one["text"] for one in what] if name == "messages" else what))
        if len(told) == 2:
            served.room.bot_says(talk, "trois")
        if len(told) == 3:
            talk.owner = "ines"
            served.room.show(talk, "Bonjour", author="Inès Faux-Semblant")
        if len(told) == 5:
            break

    assert told == [
        ("", "state", {"known": True, "locale": "fr", "human": "", "country": "", "talk": talk.since.isoformat()}),
        ("2", "messages", ["deux"]),
        ("3", "messages", ["trois"]),
        (
            "",
            "state",
            {
                "known": True,
                "locale": "fr",
                "human": "Inès Faux-Semblant",
                "country": "",
                "talk": talk.since.isoformat(),
            },
        ),
        ("4", "messages", ["Bonjour"]),
    ]


async def test_the_stream_beats_while_nothing_happens(http, served):
    await arrived(http, served)

    beats = 0
    async with http.stream("GET", "/chat/stream", timeout=30) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        async for line in answer.aiter_lines():
            beats += line == "event: beat"
            if beats == 3:
                break

    assert beats == 3


async def test_open_streams_end_when_the_program_stops(http, served):
    await arrived(http, served)

    async with asyncio.timeout(30), http.stream("GET", "/chat/stream", timeout=30) as answer:
        async for line in answer.aiter_lines():
            if line == "event: messages":
                served.closing.set()

    assert served.closing.is_set()


async def test_a_stream_ends_when_the_program_is_closed_to_it(http, served):
    await arrived(http, served)
    served.room.closed = True

    assert (await http.get("/chat/stream", timeout=30)).text == ""


async def test_a_page_that_left_is_listened_for_no_more(http, served):
    await arrived(http, served)

    async for _ in heard(http, "/chat/stream"):
        assert len(served.room._stirred) == 1
        break

    await until(lambda: not served.room._stirred)


async def test_files_go_to_a_therapist_and_to_nobody_else(http, served):
    talk = await arrived(http, served)
    file = {"file": ("lettre.pdf", b"%PDF", "application/pdf")}

    alone = await http.post("/chat/send", data={"id": ID}, files=file)
    talk.owner = "ines"
    together = await http.post("/chat/send", data={"id": ID, "caption": "Voici"}, files=file)

    assert (alone.status_code, alone.json()) == (409, {"why": "file_not_now"})
    assert together.status_code == 200
    event = served.room.taken[-1].event
    assert isinstance(event, PersonSent)
    assert event.media == Media(MediaKind.DOCUMENT, FileRef("web", "file-1"), "lettre.pdf", "application/pdf", "Voici")
    assert served.room.kept == {"file-1": b"%PDF"}


async def test_a_recording_is_a_voice_message_and_a_picture_a_photo(http, served):
    talk = await arrived(http, served)
    talk.owner = "ines"

    await http.post("/chat/send", data={"id": ID}, files={"file": ("voice", b"o", "audio/webm;codecs=opus")})
    await http.post("/chat/send", data={"id": ID + "1"}, files={"file": ("a.png", b"p", "image/png")})
    await http.post("/chat/send", data={"id": ID + "2"}, files={"file": ("a.svg", b"<svg/>", "image/svg+xml")})

    kinds = [one.event.media.kind for one in served.room.taken if isinstance(one.event, PersonSent)]
    assert kinds == [MediaKind.VOICE, MediaKind.PHOTO, MediaKind.DOCUMENT]


async def test_a_file_of_the_limit_passes_and_one_more_byte_does_not(http, served):
    talk = await arrived(http, served)
    talk.owner = "ines"

    biggest = await http.post("/chat/send", data={"id": ID}, files={"file": ("a", b"x" * FILE_LIMIT)})
    bigger = await http.post("/chat/send", data={"id": ID + "1"}, files={"file": ("a", b"x" * (FILE_LIMIT + 1))})
    endless = await http.post(
        "/chat/send", data={"id": ID + "2"}, files={"file": ("a", b"x" * (FILE_LIMIT + 1024 * 1024))}
    )

    assert biggest.status_code == 200
    assert (bigger.status_code, bigger.json()) == (413, {"why": "file_too_big"})
    assert endless.status_code == 413


async def test_a_file_is_seen_by_its_own_person_and_is_never_run(http, served):
    talk = await arrived(http, served)
    served.room.show(talk, "", media=Media(MediaKind.DOCUMENT, FileRef("web", "x"), 'é"\n.html', "text/html"))
    talk.shown_files[2] = b"<script>alert(1)</script>"

    own = await http.get("/chat/file/2")
    http.cookies.clear()
    other = await http.get("/chat/file/2")

    assert own.headers["content-type"] == "application/octet-stream"
    assert own.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9%22%0A.html"
    assert other.status_code == 404


async def test_someone_who_sends_very_fast_is_asked_to_wait_a_moment(http, served):
    await arrived(http, served)

    statuses = [(await http.post("/chat/say", json={"id": f"{ID}{n}", "text": "oui"})).status_code for n in range(25)]

    assert statuses[:19] == [200] * 19  # the arrival was the first of twenty
    assert statuses[-1] == 429


def test_a_turnstile_gives_a_burst_and_then_its_pace():
    turnstile = Turnstile(Pace(burst=2, per_second=0.5))

    waits = [turnstile.wait("a"), turnstile.wait("a"), turnstile.wait("a"), turnstile.wait("b")]

    assert waits[:2] == [0.0, 0.0]
    assert 1.9 < waits[2] <= 2.0  # one place frees every 1 / 0.5 s
    assert waits[3] == 0.0


def test_a_turnstile_remembers_the_latest_senders_only():
    turnstile = Turnstile(Pace(burst=1, per_second=0.001), senders=2)

    for sender in "abc":
        turnstile.wait(sender)

    assert turnstile.wait("a") == 0.0
    assert turnstile.wait("c") > 0


async def test_a_scheduling_link_leads_on_and_counts_one_click(http, served):
    answer = await http.get("/r/good-link", headers={"user-agent": "Mozilla/5.0 (Android 14; CUBOT X30) Firefox"})

    assert (answer.status_code, answer.headers["location"]) == (302, "https://scheduling.example/ines")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert served.room.clicks == ["good-link"]


async def test_a_preview_of_a_scheduling_link_is_no_click(http, served):
    previews = [
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    ]

    answers = [await http.get("/r/good-link", headers={"user-agent": agent}) for agent in previews]
    answers.append(await http.head("/r/good-link"))
    ahead = await http.get("/r/good-link", headers={"sec-purpose": "prefetch;prerender"})

    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 6
    assert ahead.status_code == 503
    assert served.room.clicks == []


async def test_a_link_that_no_longer_works_says_so_kindly(http):
    gone = await http.get("/r/nothing")

    assert gone.status_code == 404
    assert "Ce lien ne fonctionne plus" in gone.text


async def test_a_link_followed_while_the_program_restarts_arrives_by_itself(http, served):
    served.room.closed = True

    answer = await http.get("/r/good-link")

    assert (answer.status_code, answer.headers["refresh"]) == (503, "3")
    assert "Un instant, cette page arrive." in answer.text


async def test_a_mistake_of_ours_is_never_seen(http, served, caplog):
    await arrived(http, served)
    served.room.talks = None  # and every question to the room raises

    page = await http.get("/", headers={"accept": "text/html"})
    said = await http.post("/chat/say", json={"id": ID, "text": "oui"})

    assert (page.status_code, page.headers["refresh"]) == (503, "3")
    assert "Un instant, cette page arrive." in page.text
    assert (said.status_code, said.json()) == (503, {"again": True})
    assert [record.message for record in caplog.records] == ["Exception in ASGI application\n"] * 2


async def test_a_page_that_does_not_exist_says_so_kindly(http):
    page = await http.get("/nowhere")

    assert page.status_code == 404
    assert "Il n’y a rien sur cette page." in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_page_for_no_connection_has_the_lines_and_no_word_of_anybody(http, served):
    page = await http.get("/offline?lang=en")
    worker = await http.get("/worker.js")

    assert "tel:3114" in page.text
    assert '<section id="plan" class="plan" aria-label="My plan" hidden>' in page.text
    assert worker.headers["content-type"] == "text/javascript; charset=utf-8"
    assert '"/offline?lang=fr"' in worker.text
    assert served.room.talks == {}


async def test_the_script_that_keeps_this_page_changes_with_the_lines_on_it(http, served):
    talk = await arrived(http, served)
    at_home = [(await http.get("/worker.js")).text for _ in range(2)]
    talk.country = "BE"

    abroad = (await http.get("/worker.js")).text

    assert at_home[0] == at_home[1] != abroad


async def test_that_a_person_is_writing_is_passed_on(http, served):
    talk = await arrived(http, served)

    answers = [(await http.post("/chat/typing")).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert [served.room.talks[address] for address in served.room.typed] == [talk, talk]


async def test_that_the_therapist_is_writing_is_told_once_each_time_and_gives_way_to_words(http, served):
    talk = await arrived(http, served)
    talk.owner = "ines"
    told = []

    async for _, name, _what in heard(http, "/chat/stream?after=1"):
        told.append(name)
        if told == ["state", "writing"]:
            served.room.bot_says(talk, "Bonjour")
        elif len(told) == 4:
            break
        else:
            talk.writes_at = datetime.now(UTC)
            served.room.stir()

    assert told == ["state", "writing", "messages", "writing"]
