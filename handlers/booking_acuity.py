"""Acuity: a webhook signed over its raw body that names an appointment, which is then read at Acuity.

    X-Acuity-Signature: base64 of HMAC-SHA256(API key, body)
    action=scheduled&id=54321&calendarID=1&appointmentTypeID=2

The body holds no time, so it could be sent again for ever; since it only makes us read what stands at Acuity, nothing
false can come of that. Our reference is in a field of an intake form, named in clinic.toml.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx

from handlers import hook
from handlers.errors import Rejected
from handlers.hook import Refused
from handlers.port_bookings import Heard, LookUp
from handlers.reading import fetched
from handoff.booking import Fact, Proof, Slot, Told
from handoff.links import ACUITY

SIGNATURE = "x-acuity-signature"
API = "https://acuityscheduling.com/api/v1"
APPOINTMENT = frozenset({"scheduled", "rescheduled", "canceled", "changed"})


def read(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> LookUp | None:
    """Which appointment changed; None for another kind of news. Raises Refused."""
    expected = [base64.b64encode(hook.digest(secret, body)).decode() for secret in secrets]
    given = headers.get(SIGNATURE, "")
    if not given or not hook.is_one_of(given, expected):
        raise Refused(401, "The signature is missing or wrong: is ACUITY_API_KEY the key of this Acuity account?")
    try:
        form = parse_qs(body.decode(), strict_parsing=True, max_num_fields=20)
    except ValueError as error:
        raise Refused(400, "The body is no form in UTF-8.") from error
    action, id = form.get("action", [""])[0].removeprefix("appointment."), form.get("id", [""])[0]
    if action not in APPOINTMENT:
        return None
    if not (id.isascii() and id.isdigit() and len(id) <= 20):
        raise Refused(400, "The form names no appointment.")
    return LookUp(ACUITY, id)


async def look_up(http: httpx.AsyncClient, id: str, user: str, key: str, at: datetime, api: str = API) -> Heard | None:
    """The appointment as it stands at Acuity; None when it has none of that number. Raises TryLater, Rejected."""
    plain = await fetched(http, f"{api}/appointments/{id}", auth=httpx.BasicAuth(user, key))
    if plain is None:
        return None
    starts = _moment(hook.text(plain, "datetime"))
    duration = hook.text(plain, "duration")
    ends = starts + timedelta(minutes=int(duration)) if duration.isdecimal() and len(duration) < 5 else None
    page = hook.page(plain, "confirmationPage")
    told = Told.CANCELLED if plain.get("canceled") is True else Told.BOOKED
    if plain.get("noShow") is True:
        told = Told.NO_SHOW
    fact = Fact(
        told,
        Proof.API,
        at,
        Slot(starts, ends, hook.zone(plain, "timezone")),
        move=page if plain.get("canClientReschedule") is True else "",
        cancel=page if plain.get("canClientCancel") is True else "",
    )
    return Heard(ACUITY, f"{id}/{at.isoformat()}", _reference(plain), id, "", fact)


def _moment(written: str) -> datetime:
    try:
        return datetime.fromisoformat(written)
    except ValueError as error:
        raise Rejected("Acuity gave an appointment without a time") from error


def _reference(plain: Mapping[str, Any]) -> str:
    """What stands in a form where our reference could stand."""
    forms = plain.get("forms")
    for form in forms if isinstance(forms, list) else ():
        values = form.get("values") if isinstance(form, dict) else None
        for one in values if isinstance(values, list) else ():
            if isinstance(one, dict) and hook.is_reference(value := hook.text(one, "value")):
                return value
    return ""
