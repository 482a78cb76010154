"""The desk over HTTP, without a browser."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx

from flows.events import FileRef, Media, MediaKind
from handlers.port_desk import Filled, LineKind, Noticed

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
    stream = await http.get("/desk/stream")
    refused = [
        await http.get("/desk/file/c1/1"),
        await http.get("/desk/colleagues"),
        await http.get("/desk/canned"),
        await http.get("/desk/led"),
        await http.post("/desk/canned", json={"do": "keep", "text": "a"}),
        await http.post("/desk/passkey/make", json={}),
        await http.post("/desk/here", json={}),
        await http.post("/desk/act", json={"act": ACT, "conversation": "c1", "do": "take_over"}),
        await http.post("/desk/say", json={"act": ACT, "conversation": "c1", "text": "Bonjour"}),
        await http.post("/desk/send", data={"act": ACT, "conversation": "c1"}, files={"file": ("a", b"b")}),
    ]

    assert page.status_code == 401
    assert "lien à usage unique" in page.text
    assert "Je dors mal" not in page.text
    assert [answer.status_code for answer in refused] == [404] * 10
    assert stream.text == "event: signed_out\ndata: {}\n\n"
    assert served.room.talks["a"].owner == ""


async def test_guessing_tokens_is_slow(http):
    answers = [await http.post("/desk/sign-in", data={"token": f"t{n}"}) for n in range(80)]

    assert [answer.status_code for answer in answers[:60]] == [410] * 60
    assert answers[-1].status_code == 429
    assert "Aller au bureau" in answers[-1].text  # a page, and no bare error


async def test_asking_for_a_link_says_the_same_whoever_is_named(http, served):
    answers = [await http.post("/desk/link", data={"therapist": name}) for name in (" Ines ", "nobody", "<b>")]

    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert "un lien vient d’arriver" in answers[0].text
    assert served.room.links_sent == ["ines", "nobody"]


async def test_links_are_not_asked_for_without_end(http, served):
    statuses = [(await http.post("/desk/link", data={"therapist": "ines"})).status_code for _ in range(12)]

    assert statuses == [200] * 10 + [429] * 2


async def test_where_there_are_no_passkeys_nothing_of_them_answers(http):
    await signed_in(http)
    paths = ("ask", "sign-in", "make", "keep")

    answers = [await http.post(f"/desk/passkey/{path}", json={"name": "a", "answer": {}}) for path in paths]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "il lui faut un nom, et https" in (await http.get("/desk/account")).text


async def test_what_passes_between_colleagues_reaches_the_room(http, served):
    talk = waiting(served)
    talk.owner = "ines"
    await signed_in(http)

    async def act(n: int, **asked: object) -> int:
        body = {"act": f"{ACT}{n}", "conversation": "c1", **asked}
        return (await http.post("/desk/act", json=body)).status_code

    good = [await act(1, do="note", to="tom", text=" Tu as un moment\u202f? "), await act(2, do="pass", to="tom")]
    empty = [await act(3, do="note", to="tom", text=" "), await act(4, do="note", to="tom", text="a" * 2001)]
    odd = [await act(5, do="pass", to=""), await act(6, do="pass", to=None), await act(7, do="page", of=3)]

    assert (good, empty, odd) == ([200, 200], [422, 422], [422, 422, 422])
    assert [(line.kind, line.to, line.text) for line in talk.lines] == [
        (LineKind.NOTE, "Tom Placeholder", "Tu as un moment\u202f?"),
        (LineKind.PASSED, "Tom Placeholder", ""),
    ]


async def test_what_the_program_is_let_lead_is_planned_by_the_clinics_clock(http, served):
    talk = waiting(served)
    talk.owner = "ines"
    await signed_in(http)

    async def act(n: int, **asked: object) -> tuple[int, str]:
        answer = await http.post("/desk/act", json={"act": f"{ACT}{n}", "conversation": "c1", **asked})
        return answer.status_code, answer.json().get("why", "")

    known = (await http.get("/desk/led")).json()
    past = [await act(n, do="prescribe", flow="gad7", hour=hour) for n, hour in ((1, "2020-01-01T10:00"), (2, "soon"))]
    odd = [await act(n, do="prescribe", flow=flow, hour=hour) for n, flow, hour in ((3, "", ""), (4, "gad7", None))]
    assert (talk.planned, talk.led) == (None, "")

    later = await act(5, do="prescribe", flow="gad7", hour="2040-03-01T14:30")
    async for _, name, what in heard(http, "/desk/stream"):
        assert (name, what[0]["planned"]) == ("cards", {"exercise": "gad7", "hour": "jeudi 1 mars 2040, 14:30"})
        break
    due = talk.planned.due
    off = await act(6, do="call_off")
    now = await act(7, do="prescribe", flow="breathing", hour="")

    assert known["led"] == [
        {"flow": "breathing", "label": "Respirer, 2 min", "questionnaire": False},
        {"flow": "gad7", "label": "GAD-7", "questionnaire": True},
    ]
    assert datetime.fromisoformat(known["now"]).tzinfo is None
    assert (past, odd) == ([(409, "desk_prescribe_past")] * 2, [(422, "")] * 2)
    assert (later, off, now) == ((200, ""), (200, ""), (200, ""))
    assert due == datetime(2040, 3, 1, 13, 30, tzinfo=UTC)
    assert (talk.planned, talk.led) == (None, "breathing")


async def test_sentences_of_ones_own_are_kept_and_dropped(http, served):
    await signed_in(http)

    async def change(**asked: object) -> int:
        return (await http.post("/desk/canned", json=asked)).status_code

    statuses = [
        await change(do="keep", text="Prenez votre temps."),
        await change(do="keep", text="Je suis là."),
        await change(do="drop", id=0),
        await change(do="keep", text="  "),
        await change(do="drop", id=2**64),
    ]

    assert statuses == [200, 200, 200, 422, 422]
    assert (await http.get("/desk/canned")).json() == [{"id": 0, "text": "Je suis là."}]


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


async def test_a_file_of_no_line_there_can_be_is_not_found(http, served):
    waiting(served).owner = "ines"
    await signed_in(http)

    for line in ("9" * 20, "-1", "one"):
        assert (await http.get(f"/desk/file/c1/{line}")).status_code == 404


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


def filled(**known: object) -> Filled:
    day = datetime(2026, 11, 24, 9, tzinfo=UTC)
    answers = (("1. Feeling <nervous>", "Nearly every day"), ("2. Trouble relaxing", ""))
    one = Filled(day, "GAD-7", "en", "2026-11-23", "web", answers, None, 21, None, None, 4)
    return replace(one, **known)


async def test_questionnaires_are_read_by_the_owner_alone_with_their_limits_named(http, served):
    talk = waiting(served)
    talk.filled = [
        filled(total=9, change=-4, since=datetime(2026, 11, 1, tzinfo=UTC)),
        filled(total=9, change=3, since=datetime(2026, 11, 1, tzinfo=UTC)),
        filled(),
    ]
    conversation = served.room.name(talk)
    stranger = await http.get(f"/desk/answers/{conversation}")
    await signed_in(http)

    before = await http.get(f"/desk/answers/{conversation}")
    await http.post("/desk/act", json={"act": ACT, "conversation": conversation, "do": "take_over"})
    page = await http.get(f"/desk/answers/{conversation}")

    assert stranger.status_code == 404
    assert "aucun questionnaire gardé" in before.text
    assert page.headers["cache-control"] == "no-store"
    assert "-4 depuis le 2026-11-01, ce qui atteint le seuil de changement fiable (4 points)." in page.text
    assert "+3 depuis le 2026-11-01, sous le seuil de changement fiable (4 points)" in page.text
    assert "Total\u00a0: 9 sur 21." in page.text
    assert "Pas de total" in page.text
    assert "Feeling &lt;nervous&gt;" in page.text
    assert "sans réponse" in page.text
    assert "ne veut pas dire qu’il n’y a aucun risque" in page.text


async def test_an_alert_is_told_in_the_sentences_of_the_therapists_language_and_closed_by_an_act(http, served):
    talk = waiting(served, shared="")
    talk.urgent, talk.alert = True, Noticed("imminent", ("suicide", "abuse"), "", ("minor", "quiet"))
    await signed_in(http)

    async for _, name, what in heard(http, "/desk/stream"):
        if name == "cards":
            cards = what
            break
    await http.post("/desk/act", json={"act": ACT, "conversation": "c1", "do": "close_alert"})

    assert cards[0]["alert"] == {
        "title": "⚠ Urgent\u00a0: danger immédiat, suicide, violences",
        "reason": "",
        "signs": [
            "La personne dit avoir moins de 18 ans.",
            "Quelqu’un d’autre peut lire son écran\u00a0: que vos premiers mots restent neutres.",
        ],
    }
    assert talk.alert is None


async def test_that_a_therapist_is_writing_is_passed_on(http, served):
    waiting(served)
    stranger = await http.post("/desk/typing", json={"conversation": "c1"})
    await signed_in(http)

    answers = [
        (await http.post("/desk/typing", json={"conversation": conversation})).status_code
        for conversation in ("c1", "../c1", None)
    ]

    assert stranger.status_code == 404
    assert answers == [204, 404, 404]
    assert served.room.typed == ["ines c1"]


async def test_that_the_person_is_writing_is_told_to_whoever_has_the_conversation(http, served):
    talk = waiting(served)
    talk.owner = "ines"
    served.room.line(talk, "person", "Bonjour")
    await signed_in(http)
    told = []

    async for _, name, what in heard(http, "/desk/stream?conversation=c1"):
        told.append(name)
        if name == "writing":
            assert what == {"conversation": "c1"}
            break
        talk.person_writes_at = datetime.now(UTC)
        served.room.stir()

    assert told[-1] == "writing"
