"""Bookings as providers tell them, over real HTTP and PostgreSQL: what is true is known, what is forged is not."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import icalendar
import orjson
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.booked import Booked
from bot.bookings import Bookings, opened
from bot.database import Database
from bot.look_ups import LookUps
from bot.room import Room
from bot.signals import Signals
from bot.turn import Arrival
from bot.typing import Typing
from flows.events import FileRef, PersonArrived, PersonTapped, TimerRang
from handlers import booking_acuity, booking_easyappointments, booking_web, desk_bookings, person_web
from handlers.booking_web import LARGEST
from handlers.port_desk import Colleague
from handoff.booking import Booking, Proof, Slot, Stage
from handoff.roster import SchedulingLink
from tests.postgres import payloads
from tests.postgres.payloads import SECRETS, STARTS, Posted, acuity, calcom, calendly, easyappointments
from tests.postgres.world import World, now
from tests.web.conftest import Server

NUMBERS = itertools.count(1)
SLOT = Slot(STARTS, STARTS + timedelta(minutes=50), "America/Toronto")
WEEK = timedelta(days=7)
PAGES = {
    "cal.com": SchedulingLink("cal.com", "https://cal.example/ana"),
    "calendly": SchedulingLink("calendly", "https://calendly.example/ana"),
    "acuity": SchedulingLink("acuity", "https://acuity.example/ana", "field:12345"),
    "easyappointments": SchedulingLink("easyappointments", "https://rdv.example/", "zip"),
}


@dataclass
class House:
    """A clinic whose only link is one of these pages, and a person who was shown it."""

    world: World
    bookings: Bookings
    http: httpx.AsyncClient
    link: str
    ref: str

    async def post(self, posted: Posted) -> int:
        answer = await self.http.post(posted.path, content=posted.body, headers=dict(posted.headers))
        return answer.status_code

    async def known(self) -> list[Booking]:
        rows = await self.world.rows(
            """SELECT b.body, p.key FROM booking b JOIN conversation c ON c.id = b.conversation
               JOIN person p ON p.id = c.person ORDER BY b.id"""
        )
        return [opened(self.world.vault.key(key), body) for body, key in rows]

    async def stands(self) -> list[tuple[Stage, Proof]]:
        return [(booking.stage, booking.proof) for booking in await self.known()]

    async def look_ups(self) -> list[dict[str, Any]]:
        rows = await self.world.rows("SELECT payload FROM pgqueuer WHERE entrypoint = 'look_up' ORDER BY id")
        return [orjson.loads(row[0]) for row in rows]


async def _nothing(_key: object, _file: FileRef) -> bytes:
    raise AssertionError("no files here")


async def open_house(database: Database, provider: str) -> tuple[House, asyncio.Task[None], Server]:
    world = World(database)
    ana, *others = world.clinic.therapists
    world.clinic = replace(world.clinic, therapists=(replace(ana, link=PAGES[provider]), *others))
    world.start(1)
    engine = world.processes[0].engine
    bookings = Bookings(engine, world.vault, world.clinic)
    typing = Typing(engine, world.vault, {}, world.clinic.desk_group)
    room = Room(engine, world.vault, world.processes[0].turns, world.clinic, Signals(database), _nothing, typing)
    routes = [*booking_web.routes(bookings, world.wording, SECRETS), *person_web.links_routes(room, world.wording)]
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(Starlette(routes=routes), log_level="warning"))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    await server.up.wait()
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    link = await shown_a_link(world, "ada")
    (row,) = await world.rows("SELECT ref FROM link WHERE conversation = $1", world.conversations["ada"])
    return House(world, bookings, http, link, row["ref"]), running, server


async def shown_a_link(world: World, address: str) -> str:
    await take(world, address, PersonArrived(now()))
    buttons = [b for shown in world.phones.screens[address] for b in shown.message.buttons if b.press]
    press = next(b.press for b in reversed(buttons) if b.press.endswith("/booking"))
    await take(world, address, PersonTapped(now(), press))
    return next(b.url for shown in world.phones.screens[address] for b in shown.message.buttons if b.url)


async def take(world: World, address: str, event: Any) -> None:
    await world.take(Arrival(("phones", f"{next(NUMBERS)}"), event, ("phones", address), locale="fr"))
    await world.settle()


@pytest.fixture
async def house(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    house, running, server = await open_house(database, getattr(request, "param", "cal.com"))
    yield house
    server.should_exit = True
    await running
    await house.http.aclose()
    await house.world.close()


with_calendly = pytest.mark.parametrize("house", ["calendly"], indirect=True)
with_acuity = pytest.mark.parametrize("house", ["acuity"], indirect=True)
with_easyappointments = pytest.mark.parametrize("house", ["easyappointments"], indirect=True)


# --- Cal.com ---


async def test_a_signed_booking_is_known_with_its_time_and_pages(house: House) -> None:
    at = datetime.now(UTC)

    assert await house.post(calcom("BOOKING_CREATED", house.ref, at=at)) == 200

    assert await house.known() == [
        Booking(
            Stage.BOOKED,
            Proof.SIGNED,
            at,
            at,
            SLOT,
            "https://cal.example/reschedule/bkg1",
            "https://cal.example/booking/bkg1?cancel=true",
        )
    ]


async def test_a_booking_lies_sealed_and_its_name_hashed(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref))

    rows = await house.world.rows("SELECT b.body, n.name_hash FROM booking b JOIN booking_name n ON n.booking = b.id")
    claims = await house.world.rows("SELECT \"update\" FROM taken WHERE platform = 'cal.com'")

    assert b"booked" not in rows[0]["body"]
    assert b"bkg1" not in rows[0]["name_hash"]
    assert all("bkg1" not in row["update"] for row in claims)


async def test_the_same_word_three_times_at_once_is_one_booking(house: House) -> None:
    posted = calcom("BOOKING_CREATED", house.ref)

    answers = await asyncio.gather(*(house.post(posted) for _ in range(3)))

    assert answers == [200, 200, 200]
    assert await house.stands() == [(Stage.BOOKED, Proof.SIGNED)]
    counted = await house.world.rows("SELECT sum(n) AS n FROM tally WHERE what = 'booked'")
    assert counted[0]["n"] == 1


async def test_a_move_is_the_same_booking_under_another_name(house: House) -> None:
    at = datetime.now(UTC)
    await house.post(calcom("BOOKING_CREATED", house.ref, "old", at))
    moved = calcom(
        "BOOKING_RESCHEDULED", "", "new", at + timedelta(seconds=5), starts=STARTS + WEEK, rescheduleUid="old"
    )

    assert await house.post(moved) == 200

    (booking,) = await house.known()
    assert (booking.stage, booking.slot and booking.slot.starts) == (Stage.MOVED, STARTS + WEEK)


async def test_a_cancellation_without_our_reference_finds_its_booking_by_its_name(house: House) -> None:
    at = datetime.now(UTC)
    await house.post(calcom("BOOKING_CREATED", house.ref, at=at))

    await house.post(calcom("BOOKING_CANCELLED", "", at=at + timedelta(seconds=5)))

    assert await house.stands() == [(Stage.CANCELLED, Proof.SIGNED)]


async def test_any_order_of_three_words_comes_to_the_same(house: House) -> None:
    at = datetime.now(UTC)
    ends = []
    for number, order in enumerate(itertools.permutations(range(3))):
        words = [
            calcom("BOOKING_CREATED", house.ref, f"a{number}", at),
            calcom(
                "BOOKING_RESCHEDULED",
                house.ref,
                f"b{number}",
                at + timedelta(seconds=5),
                starts=STARTS + WEEK,
                rescheduleUid=f"a{number}",
            ),
            calcom("BOOKING_CANCELLED", "", f"b{number}", at + timedelta(seconds=9)),
        ]
        for n in order:
            assert await house.post(words[n]) == 200
        ends = await house.stands()

        assert ends[number:] == [(Stage.CANCELLED, Proof.SIGNED)], order


async def test_two_bookings_by_one_link_are_two(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref, "one"))
    await house.post(calcom("BOOKING_CREATED", house.ref, "two"))

    assert await house.stands() == [(Stage.BOOKED, Proof.SIGNED)] * 2


async def test_a_booking_that_waits_for_the_clinics_yes_is_none_yet(house: House) -> None:
    assert await house.post(calcom("BOOKING_REQUESTED", house.ref)) == 200
    assert await house.post(calcom("BOOKING_PAYMENT_INITIATED", house.ref)) == 200

    assert await house.stands() == []


async def test_a_test_of_the_webhook_is_answered_and_nothing_else(house: House) -> None:
    assert await house.post(calcom("PING", house.ref)) == 200
    assert await house.stands() == []


async def test_a_no_show_is_known_from_the_provider(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref))
    missed = calcom(
        "BOOKING_NO_SHOW_UPDATED",
        "",
        at=datetime.now(UTC) + timedelta(seconds=5),
        bookingUid="bkg1",
        attendees=[{"email": "x@person.example", "noShow": True}],
    )

    assert await house.post(missed) == 200
    assert await house.stands() == [(Stage.NO_SHOW, Proof.SIGNED)]


# --- what must come to nothing ---


def forged() -> list[Any]:
    """(what is wrong, the request, the answer)"""
    ref = "{ref}"
    good = calcom("BOOKING_CREATED", ref)
    text = good.body.decode()
    old = datetime.now(UTC) - timedelta(days=2, minutes=1)
    late = datetime.now(UTC) - timedelta(minutes=3, seconds=5)
    created = calendly("invitee.created", ref)
    bare = {key: value for key, value in good.headers.items() if key != "X-Cal-Signature-256"}

    def signed(body: bytes) -> Posted:
        signature = payloads.digest("a-secret-for-cal-com", body).hex()
        return Posted("/bookings/calcom", body, {"X-Cal-Signature-256": signature})

    return [
        ("no signature", replace(good, headers=bare), 401),
        ("the sentinel", replace(good, headers={"X-Cal-Signature-256": "no-secret-provided"}), 401),
        ("another secret", calcom("BOOKING_CREATED", ref, secret="another-secret-of-theirs"), 401),
        ("an empty secret", calcom("BOOKING_CREATED", ref, secret=""), 401),
        ("another body", replace(good, body=good.body.replace(b"premier", b"dernier")), 401),
        ("one space more", replace(good, body=good.body + b" "), 401),
        ("an old recording", calcom("BOOKING_CREATED", ref, at=old), 400),
        ("from tomorrow", calcom("BOOKING_CREATED", ref, at=datetime.now(UTC) + timedelta(days=1)), 400),
        ("cut off", replace(good, body=good.body[: len(good.body) // 2]), 401),
        ("signed when cut off", signed(good.body[: len(good.body) // 2]), 400),
        ("UTF-16", signed(text.encode("utf-16")), 400),
        ("Latin-1", signed(text.replace("Premier", "Premiér").encode("latin-1")), 400),
        ("a list", signed(b"[" + good.body + b"]"), 400),
        ("nothing", signed(b""), 400),
        ("no uid", signed(good.body.replace(b'"uid":"bkg1"', b'"uid":null')), 400),
        ("no time", signed(good.body.replace(b'"createdAt"', b'"created"')), 400),
        ("megabytes", signed(b" " * (5 * 1024 * 1024) + good.body), 413),
        ("one byte too long", signed(good.body.ljust(LARGEST + 1)), 413),
        ("Calendly, no signature", replace(created, headers={}), 401),
        ("Calendly, no time", replace(created, headers={"Calendly-Webhook-Signature": "v1=00"}), 401),
        ("Calendly, stale", calendly("invitee.created", ref, signed_at=late), 401),
        ("Calendly, another key", calendly("invitee.created", ref, key="another-key-of-theirs"), 401),
        ("Calendly, a later time put in", retimed(calendly("invitee.created", ref, signed_at=late)), 401),
        ("Acuity, another key", acuity("scheduled", key="another-key-of-theirs"), 401),
        ("Acuity, no signature", replace(acuity("scheduled"), headers={}), 401),
        ("Acuity, another number", replace(acuity("scheduled"), body=acuity("scheduled", "99").body), 401),
        ("Acuity, no number", acuity("scheduled", "1; DROP TABLE link"), 400),
        (
            "Easy!Appointments, another token",
            easyappointments("appointment_save", token="another-token-of-theirs"),
            401,
        ),
        ("Easy!Appointments, no token", replace(easyappointments("appointment_save"), headers={}), 401),
    ]


def retimed(posted: Posted) -> Posted:
    _, _, signature = posted.headers["Calendly-Webhook-Signature"].partition(",")
    fresh = f"t={int(datetime.now(UTC).timestamp())},{signature}"
    return replace(posted, headers={"Calendly-Webhook-Signature": fresh})


async def test_nothing_forged_old_cut_off_or_huge_becomes_a_booking(house: House) -> None:
    answers = []
    for wrong, posted, expected in forged():
        body = posted.body
        if b"{ref}" in body and posted.path.endswith("calcom") and expected == 400:
            # With the right reference in it, and a right signature: only what is named is wrong.
            body = body.replace(b"{ref}", house.ref.encode())
            signature = payloads.digest("a-secret-for-cal-com", body).hex()
            posted = replace(posted, body=body, headers={"X-Cal-Signature-256": signature})
        answers.append((wrong, await house.post(posted), expected))

    assert [one for one in answers if one[1] != one[2]] == []
    assert await house.stands() == []
    assert await house.look_ups() == []


async def test_the_same_request_unforged_is_a_booking(house: House) -> None:
    """That what is refused above could have been taken."""
    assert await house.post(calcom("BOOKING_CREATED", house.ref)) == 200
    assert await house.stands() == [(Stage.BOOKED, Proof.SIGNED)]


async def test_a_recording_played_again_changes_nothing(house: House) -> None:
    at = datetime.now(UTC)
    created = calcom("BOOKING_CREATED", house.ref, at=at)
    await house.post(created)
    await house.post(calcom("BOOKING_CANCELLED", house.ref, at=at + timedelta(seconds=1)))

    assert [await house.post(created) for _ in range(5)] == [200] * 5
    assert await house.stands() == [(Stage.CANCELLED, Proof.SIGNED)]


async def test_another_providers_secret_opens_nothing_of_this_one(house: House) -> None:
    """A link to Cal.com cannot be booked by whoever holds the key of Calendly."""
    assert await house.post(calendly("invitee.created", house.ref)) == 200
    assert await house.stands() == []


async def test_a_reference_nobody_was_given_is_nobodys_booking(house: House) -> None:
    assert await house.post(calcom("BOOKING_CREATED", "x" * 24)) == 200
    assert await house.stands() == []


async def test_after_erasing_nothing_can_be_known_of_it(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref))
    await house.world.rows("DELETE FROM conversation WHERE id = $1", house.world.conversations["ada"])

    assert await house.post(calcom("BOOKING_RESCHEDULED", house.ref, "two", rescheduleUid="bkg1")) == 200
    assert await house.known() == []


async def test_a_provider_that_is_not_set_up_is_told_which_setting_is_missing(house: House) -> None:
    app = Starlette(routes=booking_web.routes(house.bookings, house.world.wording, {}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic.example") as http:
        answers = [await http.post(f"/bookings/{hook.path}", content=b"{}") for hook in booking_web.HOOKS]

    assert [(answer.status_code, answer.json()["why"]) for answer in answers] == [
        (503, "CALCOM_WEBHOOK_SECRET is not set here."),
        (503, "CALENDLY_SIGNING_KEY is not set here."),
        (503, "EASYAPPOINTMENTS_SECRET is not set here."),
        (503, "ACUITY_API_KEY is not set here."),
    ]


# --- Calendly ---


@with_calendly
async def test_calendlys_booking_is_known_with_its_own_pages(house: House) -> None:
    at = datetime.now(UTC)

    assert await house.post(calendly("invitee.created", house.ref, at=at)) == 200

    assert await house.known() == [
        Booking(
            Stage.BOOKED,
            Proof.SIGNED,
            at,
            at,
            SLOT,
            "https://calendly.com/reschedulings/one",
            "https://calendly.com/cancellations/one",
        )
    ]


@with_calendly
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_calendlys_two_words_for_a_move_are_one_move_and_no_cancellation(
    house: House, order: tuple[int, int]
) -> None:
    at = datetime.now(UTC)
    old = "https://api.calendly.com/scheduled_events/e/invitees/one"
    await house.post(calendly("invitee.created", house.ref, at=at))
    words = [
        calendly("invitee.canceled", house.ref, at=at + timedelta(seconds=5), rescheduled=True),
        calendly(
            "invitee.created", house.ref, "two", at=at + timedelta(seconds=5), old_invitee=old, starts=STARTS + WEEK
        ),
    ]
    for n in order:
        await house.post(words[n])

    (booking,) = await house.known()
    assert (booking.stage, booking.slot and booking.slot.starts) == (Stage.MOVED, STARTS + WEEK)


@with_calendly
async def test_the_key_before_the_last_is_still_good(house: House) -> None:
    assert await house.post(calendly("invitee.created", house.ref, key="a-key-for-calendly-old")) == 200
    assert await house.stands() == [(Stage.BOOKED, Proof.SIGNED)]


@with_calendly
async def test_a_real_cancellation_of_calendly_is_one(house: House) -> None:
    at = datetime.now(UTC)
    await house.post(calendly("invitee.created", house.ref, at=at))
    await house.post(calendly("invitee.canceled", house.ref, at=at + timedelta(seconds=5)))

    assert await house.stands() == [(Stage.CANCELLED, Proof.SIGNED)]


# --- Acuity and Easy!Appointments: read at the provider ---


async def provider(answers: dict[str, Any]) -> httpx.AsyncClient:
    """Their API, as far as it is read. answers: path -> JSON, or a status."""

    async def answer(request: Request) -> Response:
        found = answers.get(request.url.path, 404)
        if "authorization" not in request.headers:
            return Response(status_code=401)
        return Response(status_code=found) if isinstance(found, int) else JSONResponse(found)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app))


def reading_acuity(house: House, http: httpx.AsyncClient) -> LookUps:
    return LookUps(
        {"acuity": lambda id, at: booking_acuity.look_up(http, id, "7", "key", at, "http://acuity.example")},
        house.bookings.hear,
    )


async def work(house: House, look_ups: LookUps) -> list[object]:
    """Do what the job would, once for each that waits."""
    done = [await look_ups.take(orjson.dumps(one)) for one in await house.look_ups()]
    await house.world.rows("DELETE FROM pgqueuer WHERE entrypoint = 'look_up'")
    return done


@with_acuity
async def test_what_acuity_only_points_at_is_read_there(house: House) -> None:
    at_acuity = {"/appointments/54321": payloads.acuity_appointment(house.ref)}
    http = await provider(at_acuity)
    look_ups = reading_acuity(house, http)

    assert await house.post(acuity("scheduled")) == 200
    assert await house.stands() == []
    await work(house, look_ups)

    (booking,) = await house.known()
    assert (booking.stage, booking.proof) == (Stage.BOOKED, Proof.API)
    assert booking.slot == SLOT

    at_acuity["/appointments/54321"] = payloads.acuity_appointment(house.ref, datetime="2099-12-10T08:30:00-0500")
    await house.post(acuity("rescheduled"))
    await work(house, look_ups)
    assert await house.stands() == [(Stage.MOVED, Proof.API)]

    at_acuity["/appointments/54321"] = payloads.acuity_appointment(house.ref, canceled=True)
    await house.post(acuity("canceled"))
    await work(house, look_ups)
    assert await house.stands() == [(Stage.CANCELLED, Proof.API)]
    await http.aclose()


@with_acuity
async def test_a_provider_that_does_not_answer_is_read_again_later(house: House) -> None:
    http = await provider({"/appointments/54321": 502})
    await house.post(acuity("scheduled"))

    (again,) = await work(house, reading_acuity(house, http))

    assert again == (orjson.dumps({"p": "acuity", "i": "54321", "n": 1}), timedelta(seconds=10))
    assert await house.stands() == []
    await http.aclose()


@with_easyappointments
async def test_what_an_unsigned_webhook_says_is_read_and_not_believed(house: House) -> None:
    there: dict[str, Any] = {
        "/index.php/api/v1/appointments/12": {
            "id": 12,
            "start": "2099-12-03 14:30:00",
            "end": "2099-12-03 15:20:00",
            "hash": "a1b2",
            "customerId": 9,
        },
        "/index.php/api/v1/customers/9": {"id": 9, "zip": house.ref, "timezone": "America/Toronto"},
    }
    http = await provider(there)
    look_ups = LookUps(
        {
            "easyappointments": lambda id, at: booking_easyappointments.look_up(
                http, id, "https://rdv.example", "token", "Europe/Paris", at
            )
        },
        house.bookings.hear,
    )
    await house.post(easyappointments("appointment_save"))
    await work(house, look_ups)

    (booking,) = await house.known()
    paris = ZoneInfo("Europe/Paris")
    page = "https://rdv.example/index.php/booking/reschedule/a1b2"
    assert (booking.stage, booking.proof, booking.move, booking.cancel) == (Stage.BOOKED, Proof.API, page, page)
    assert booking.slot == Slot(
        datetime(2099, 12, 3, 14, 30, tzinfo=paris), datetime(2099, 12, 3, 15, 20, tzinfo=paris), "America/Toronto"
    )

    # The webhook says that it was deleted; the server says that it stands.
    await house.post(easyappointments("appointment_delete"))
    await work(house, look_ups)
    assert await house.stands() == [(Stage.BOOKED, Proof.API)]

    del there["/index.php/api/v1/appointments/12"]
    await house.post(easyappointments("appointment_delete"))
    await work(house, look_ups)
    assert await house.stands() == [(Stage.CANCELLED, Proof.API)]
    await http.aclose()


# --- the page that comes back ---


async def test_a_browser_that_comes_back_is_no_more_than_a_word(house: House) -> None:
    path = house.link.removeprefix("http://clinic.example")
    followed = await house.http.get(path)
    cookie = followed.headers["set-cookie"]

    answer = await house.http.get("/booked?uid=bkg1&email=x%40person.example", headers={"cookie": cookie.split(";")[0]})

    assert (answer.status_code, "HttpOnly" in cookie, "Path=/booked" in cookie) == (200, True, True)
    assert "x@person.example" not in answer.text
    assert await house.stands() == [(Stage.SELF_REPORTED, Proof.REDIRECT)]

    await house.post(calcom("BOOKING_CREATED", house.ref))
    assert await house.stands() == [(Stage.BOOKED, Proof.SIGNED)]


async def test_a_browser_that_followed_no_link_says_nothing(house: House) -> None:
    answers = [
        await house.http.get("/booked?uid=bkg1"),
        await house.http.get("/booked?uid=bkg1", headers={"cookie": "booking=guessed"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert await house.stands() == []


# --- what the person is told ---


async def told(house: House) -> None:
    """Do what the jobs would: each booking that changed is news to its conversation."""
    rows = await house.world.rows("SELECT id, payload FROM pgqueuer WHERE entrypoint = 'booking' ORDER BY id")
    for row in rows:
        news = await house.bookings.news(orjson.loads(row["payload"])["b"], now())
        if news:
            await house.world.take(Arrival(("booking", str(row["id"])), news[1], conversation=news[0]))
    await house.world.rows("DELETE FROM pgqueuer WHERE entrypoint = 'booking'")
    await house.world.settle()


def said(house: House) -> list[str]:
    return [shown.message.text.split("\n")[0] for shown in house.world.phones.screens["ada"]]


async def test_a_booking_is_said_by_the_persons_own_clock_and_a_move_is_no_cancellation(house: House) -> None:
    at = datetime.now(UTC)
    before = len(said(house))
    await house.post(calcom("BOOKING_CREATED", house.ref, at=at))
    await told(house)
    moved = calcom("BOOKING_RESCHEDULED", house.ref, "two", at + timedelta(seconds=1), starts=STARTS + WEEK,
                   rescheduleUid="bkg1")  # fmt: skip
    await house.post(moved)
    await house.post(moved)
    await told(house)

    assert said(house)[before:] == [
        "C’est noté. Vous voyez Ana le jeudi 3 décembre, à 08:30.",
        "Votre rendez-vous est maintenant à un autre moment. Vous voyez Ana le jeudi 10 décembre, à 08:30.",
    ]
    buttons = {b.label: b.url for b in house.world.phones.screens["ada"][-1].message.buttons}
    assert buttons["Le déplacer"] == "https://cal.example/reschedule/two"
    assert buttons["L’annuler"] == "https://cal.example/booking/two?cancel=true"


async def test_two_jobs_in_the_wrong_order_say_only_what_stands(house: House) -> None:
    at = datetime.now(UTC)
    before = len(said(house))
    await house.post(calcom("BOOKING_CREATED", house.ref, at=at))
    await house.post(calcom("BOOKING_CANCELLED", house.ref, at=at + timedelta(seconds=1)))
    await told(house)

    assert said(house)[before:] == []


async def test_under_a_therapist_nothing_of_it_is_said(house: House) -> None:
    await house.world.take_over("ada", "ana")
    await house.world.settle()
    before = len(said(house))
    await house.post(calcom("BOOKING_CREATED", house.ref))
    await told(house)

    assert said(house)[before:] == []
    assert house.world.leaks == []


async def test_the_calendar_file_holds_the_moment_and_no_more(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref))
    await told(house)
    await tap(house, "calendar")

    rows = await house.world.rows(
        """SELECT f.body, p.key FROM file f JOIN conversation c ON c.id = f.conversation
           JOIN person p ON p.id = c.person"""
    )
    body = house.world.vault.key(rows[0]["key"]).open(rows[0]["body"])
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (STARTS, STARTS + timedelta(minutes=50))
    assert str(event["summary"]) == "Rendez-vous"
    assert b"Ana" not in body


async def tap(house: House, choice: str) -> None:
    buttons = [b for shown in house.world.phones.screens["ada"] for b in shown.message.buttons if b.press]
    press = next(b.press for b in reversed(buttons) if b.press.rpartition("/")[2] == choice)
    await take(house.world, "ada", PersonTapped(now(), press))


async def test_what_the_person_says_is_known_as_their_word(house: House) -> None:
    await tap(house, "ask")
    await house.http.get(house.link.removeprefix("http://clinic.example"))
    clicked = await house.world.rows("SELECT clicked_at FROM link WHERE ref = $1", house.ref)
    timers = await house.world.rows("SELECT payload FROM pgqueuer WHERE entrypoint = 'timer'")
    (asking,) = [p for row in timers if (p := orjson.loads(row["payload"]))["t"] == "booking_question"]

    # Not in quiet hours, some hours later.
    later = (clicked[0]["clicked_at"] + timedelta(days=1)).astimezone(ZoneInfo("Europe/Paris")).replace(hour=12)
    rung = TimerRang(later, asking["t"], asking["k"])
    await house.world.take(Arrival(("timer", "asking"), rung, conversation=house.world.conversations["ada"]))
    await house.world.settle()
    await tap(house, "booked")

    assert await house.stands() == [(Stage.SELF_REPORTED, Proof.PERSON)]
    counted = await house.world.rows("SELECT what FROM tally WHERE what IN ('booked', 'self_reported')")
    assert [row["what"] for row in counted] == ["self_reported"]


# --- at the desk ---


class Door:
    """A desk whose every session is a therapist's own name."""

    sends_links = has_passkeys = False

    async def colleague(self, session: str) -> Colleague | None:
        return Colleague(session, session.title(), "en") if session in ("ana", "bo") else None


def desk(house: House) -> httpx.AsyncClient:
    door: Any = Door()
    booked = Booked(house.world.processes[0].engine, house.world.vault, house.world.clinic)
    app = Starlette(routes=desk_bookings.routes(door, booked, house.world.wording, lambda: "Europe/Paris"))
    headers = {"sec-fetch-site": "same-origin"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic.example", headers=headers)


def by(therapist: str) -> dict[str, str]:
    return {"cookie": f"desk={therapist}"}


async def public(house: House) -> str:
    (row,) = await house.world.rows("SELECT public FROM conversation WHERE id = $1", house.world.conversations["ada"])
    return str(row["public"])


async def test_a_therapist_sees_the_booking_made_with_them_and_its_proof(house: House) -> None:
    await house.post(calcom("BOOKING_CREATED", house.ref))
    async with desk(house) as http:
        own = await http.get("/desk/bookings", headers=by("ana"))
        others = await http.get("/desk/bookings", headers=by("bo"))
        nobody = await http.get("/desk/bookings")

    assert "The booking system said so, signed." in own.text
    assert "Thursday 3 December 2099, 14:30 ·" in own.text
    assert "Came" not in own.text  # it is still to come
    assert ("Booked" in others.text, nobody.status_code) == (False, 401)


async def test_a_word_is_never_shown_as_a_booking(house: House) -> None:
    followed = await house.http.get(house.link.removeprefix("http://clinic.example"))
    await house.http.get("/booked", headers={"cookie": followed.headers["set-cookie"].split(";")[0]})
    async with desk(house) as http:
        page = await http.get("/desk/bookings", headers=by("ana"))

    assert "<h2>Said to be booked</h2>" in page.text
    assert "<h2>Booked</h2>" not in page.text
    assert "Anybody can open such a page: not checked." in page.text


async def test_who_has_the_conversation_sees_the_links_and_enters_a_booking_by_phone(house: House) -> None:
    await house.world.take_over("ada", "bo")
    await house.world.settle()
    form = {"mark": "by_phone", "conversation": await public(house), "starts": "2099-12-03T14:30"}
    async with desk(house) as http:
        before = await http.get(f"/desk/bookings?conversation={await public(house)}", headers=by("bo"))
        stranger = await http.post("/desk/bookings", data=form, headers=by("ana"))
        assert await house.stands() == []
        entered = await http.post("/desk/bookings", data=form, headers=by("bo"))
        foreign = await http.post("/desk/bookings", data=form, headers=by("bo") | {"sec-fetch-site": "cross-site"})

    assert "<h2>Link shown</h2>" in before.text
    assert (stranger.status_code, entered.status_code, foreign.status_code) == (303, 303, 403)
    (booking,) = await house.known()
    assert (booking.stage, booking.proof) == (Stage.BOOKED, Proof.STAFF)
    assert booking.slot == Slot(STARTS.astimezone(ZoneInfo("Europe/Paris")))


async def test_a_therapist_says_who_came_once_it_has_begun_and_it_is_in_the_trail(house: House) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await house.post(calcom("BOOKING_CREATED", house.ref, starts=yesterday))
    (row,) = await house.world.rows("SELECT id FROM booking")
    async with desk(house) as http:
        page = await http.get("/desk/bookings", headers=by("ana"))
        for therapist in ("bo", "ana"):
            await http.post("/desk/bookings", data={"mark": "attended", "booking": row["id"]}, headers=by(therapist))

    assert 'value="attended"' in page.text
    assert await house.stands() == [(Stage.ATTENDED, Proof.STAFF)]
    trail = await house.world.rows("SELECT who FROM audit WHERE what = 'booking: attended'")
    assert [line["who"] for line in trail] == ["ana"]
