"""The desk over HTTP, without a browser."""

from dataclasses import replace

import httpx

from flows.events import FileRef, Media, MediaKind

from .conftest import Served
from .room import Talk
from .test_person_http import heard

ACT = "0123456789abcdef"


async def signed_in(http: httpx.AsyncClient) -> None:
    await http.post("/desk/sign-in", data={"token": "a-fresh-link"})


def waiting(served: Served, shared: str = "Je dors mal.") -> Talk:
    talk = served.room.talks["a"] = Talk("a", "fr")
    served.room.wait(talk, shared)
    return talk


async def test_following_the_link_does_not_spend_it_and_pressing_the_button_does(http, served):
    for _ in range(3):
        door = await http.get("/desk/sign-in?token=a-fresh-link")
        await http.head("/desk/sign-in?token=a-fresh-link")

    first = await http.post("/desk/sign-in", data={"token": "a-fresh-link"})
    second = await http.post("/desk/sign-in", data={"token": "a-fresh-link"})

    assert '<input type="hidden" name="token" value="a-fresh-link">' in door.text
    assert (first.status_code, first.headers["location"]) == (303, "/desk")
    assert {"HttpOnly", "SameSite=strict"} <= set(first.headers["set-cookie"].split("; "))
    assert second.status_code == 410
    assert "Ce lien a déjà servi" in second.text


async def test_a_token_is_written_into_the_page_as_text(http):
    door = await http.get("/desk/sign-in", params={"token": '"><script>alert(1)</script>'})

    assert "<script>alert" not in door.text
    assert door.headers["referrer-policy"] == "strict-origin"


async def test_a_stranger_learns_how_to_get_a_link_and_nothing_else(http, served):
    waiting(served)

    page = await http.get("/desk", headers={"cookie": "desk=wrong"})
    refused = [
        await http.get("/desk/stream"),
        await http.get("/desk/file/c1/1"),
        await http.post("/desk/act", json={"act": ACT, "conversation": "c1", "do": "take_over"}),
        await http.post("/desk/say", json={"act": ACT, "conversation": "c1", "text": "Bonjour"}),
        await http.post("/desk/send", data={"act": ACT, "conversation": "c1"}, files={"file": ("a", b"b")}),
    ]

    assert page.status_code == 401
    assert "lien à usage unique" in page.text
    assert "Je dors mal" not in page.text
    assert [answer.status_code for answer in refused] == [404] * 5
    assert served.room.talks["a"].owner == ""


async def test_guessing_tokens_is_slow(http):
    statuses = [(await http.post("/desk/sign-in", data={"token": f"t{n}"})).status_code for n in range(12)]

    assert statuses == [410] * 10 + [429] * 2


async def test_another_site_cannot_act_for_a_therapist(http, served):
    waiting(served)
    await signed_in(http)

    answer = await http.post(
        "/desk/act",
        json={"act": ACT, "conversation": "c1", "do": "take_over"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert answer.status_code == 403
    assert served.room.talks["a"].owner == ""


async def test_an_act_asked_twice_is_done_once(http, served):
    talk = waiting(served)
    await signed_in(http)
    body = {"act": ACT, "conversation": "c1", "text": "Bonjour", "reply_to": None}

    answers = [(await http.post("/desk/say", json=body)).json() for _ in range(2)]

    assert answers == [{"outcome": "done", "by": ""}] * 2
    assert [line.text for line in talk.lines] == ["Bonjour"]


async def test_the_one_who_comes_second_is_told_who_was_first(http, served):
    waiting(served).owner = "tom"
    await signed_in(http)

    answer = await http.post("/desk/act", json={"act": ACT, "conversation": "c1", "do": "take_over"})

    assert answer.json() == {"outcome": "taken", "by": "Tom Placeholder"}


async def test_decline_and_release_reach_the_room(http, served):
    talk = waiting(served)
    await signed_in(http)

    await http.post("/desk/act", json={"act": ACT + "1", "conversation": "c1", "do": "decline"})
    declined = talk.waiting
    talk.owner = "ines"
    await http.post("/desk/act", json={"act": ACT + "2", "conversation": "c1", "do": "release"})
    odd = await http.post("/desk/act", json={"act": ACT + "3", "conversation": "c1", "do": "dance"})

    assert declined is None
    assert talk.owner == ""
    assert odd.status_code == 422


async def test_a_file_is_kept_and_named_by_what_is_said(http, served):
    talk = waiting(served)
    await signed_in(http)

    await http.post(
        "/desk/send",
        data={"act": ACT, "conversation": "c1", "reply_to": ""},
        files={"file": ("plan.png", b"png", "image/png")},
    )

    assert talk.lines[0].media == Media(MediaKind.PHOTO, FileRef("web", "file-1"), "plan.png", "image/png")
    shown = await http.get("/desk/file/c1/1")
    assert (shown.content, shown.headers["content-type"]) == (b"png", "image/png")


async def test_the_stream_tells_the_list_and_the_open_conversation_with_what_changes_in_it(http, served):
    talk = waiting(served)
    talk.owner = "ines"
    served.room.line(talk, "Inès Faux-Semblant", "Bonjour", delivered=False)
    await signed_in(http)
    told = []

    async for _, name, what in heard(http, "/desk/stream?conversation=c1"):
        if name == "lines":
            told.append([(line["text"], line["delivered"]) for line in what["lines"]])
        else:
            told.append([card["standing"] for card in what])
        if len(told) == 2:
            talk.lines[0] = replace(talk.lines[0], delivered=True)
            served.room.stir()
        if len(told) == 3:
            break

    assert told == [["yours"], [("Bonjour", False)], [("Bonjour", True)]]


async def test_signing_out_ends_what_is_open(http, served):
    await signed_in(http)
    told = []

    async for _, name, _what in heard(http, "/desk/stream"):
        told.append(name)
        if name == "signed_out":
            break
        await http.post("/desk/sign-out")

    assert told == ["cards", "signed_out"]
    assert served.room.sessions == {}
    assert (await http.get("/desk")).status_code == 401
