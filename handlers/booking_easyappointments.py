"""Easy!Appointments: an unsigned webhook that names an appointment, which is then read at the clinic's own server.

    X-EA-Token: the secret itself
    {"action": "appointment_save", "payload": {"id": 12, ...}}

Whoever has seen one such request can write any other, so what it says is not taken: it only makes us read, with our own
token, what stands there. It is sent once and never again; a lost one is made up for by the question to the person. Our
reference stands in a field of the customer's, named in clinic.toml.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from handlers import hook
from handlers.errors import Rejected
from handlers.hook import Refused
from handlers.port_bookings import Heard, LookUp
from handlers.reading import fetched
from handoff.booking import Fact, Proof, Slot, Told
from handoff.links import EASYAPPOINTMENTS

HEADER = "x-ea-token"
ACTIONS = frozenset({"appointment_save", "appointment_delete"})
REFERENCE_FIELDS = ("zip", "address", "city")


def read(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> LookUp | None:
    """Which appointment changed; None for another kind of news. Raises Refused."""
    given = headers.get(HEADER, "")
    if not given or not hook.is_one_of(given, secrets):
        raise Refused(401, "The header X-EA-Token is missing or wrong: it is to hold EASYAPPOINTMENTS_SECRET.")
    plain = hook.document(body)
    payload = hook.inner(plain, "payload")
    if hook.text(plain, "action") not in ACTIONS or payload.get("is_unavailability") in (True, 1, "1"):
        return None
    id = str(payload.get("id", ""))
    if not (id.isascii() and id.isdigit() and len(id) <= 20):
        raise Refused(400, "The payload names no appointment.")
    return LookUp(EASYAPPOINTMENTS, id)


async def look_up(http: httpx.AsyncClient, id: str, server: str, token: str, clock: str, at: datetime) -> Heard:
    """The appointment as it stands there; cancelled when it no longer does. Raises TryLater, Rejected.

    server: where Easy!Appointments runs, without a final slash. clock: the clinic's time zone; hours there have none.
    """
    headers = {"authorization": f"Bearer {token}"}
    plain = await fetched(http, f"{server}/index.php/api/v1/appointments/{id}", headers=headers)
    update = f"{id}/{at.isoformat()}"
    if plain is None:
        return Heard(EASYAPPOINTMENTS, update, "", id, "", Fact(Told.CANCELLED, Proof.API, at))
    customer: Mapping[str, Any] | None = None
    if isinstance(whose := plain.get("customerId"), int):
        customer = await fetched(http, f"{server}/index.php/api/v1/customers/{whose}", headers=headers)
    hash = hook.text(plain, "hash")
    page = hook.page({"page": f"{server}/index.php/booking/reschedule/{quote(hash, safe='')}"}, "page") if hash else ""
    ends = hook.text(plain, "end")
    slot = Slot(
        _moment(hook.text(plain, "start"), clock),
        _moment(ends, clock) if ends else None,
        hook.zone(customer or {}, "timezone"),
    )
    written = [hook.text(customer or {}, field) for field in REFERENCE_FIELDS]
    ref = next(filter(hook.is_reference, written), "")
    return Heard(EASYAPPOINTMENTS, update, ref, id, "", Fact(Told.BOOKED, Proof.API, at, slot, page, page))


def _moment(written: str, clock: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise Rejected("Easy!Appointments gave an appointment without a time") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(clock))
