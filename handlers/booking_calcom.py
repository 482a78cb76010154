"""Cal.com: a webhook signed over its raw body.

    X-Cal-Signature-256: hex of HMAC-SHA256(secret, body); without a secret the word no-secret-provided, or nothing
    {"triggerEvent": "BOOKING_CREATED", "createdAt": "...", "payload": {"uid": "...", "metadata": {"ref": "..."}, ...}}

The signature has no time in it: what was recorded could be sent again for ever. `createdAt`, which is signed, is
therefore held against the clock, and each word is taken once. Source: Cal.com's documentation, and the payloads as it
builds them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from handlers import hook
from handlers.hook import Refused
from handlers.port_bookings import Heard
from handoff.booking import Fact, Proof, Slot, Told
from handoff.links import CALCOM

SIGNATURE = "x-cal-signature-256"
UNSIGNED = "no-secret-provided"
# It delivers again for a while; what we took is remembered for longer (bot/retention.py, CLAIMS).
OLDEST, AHEAD = timedelta(days=2), timedelta(minutes=10)

TOLD = {
    "BOOKING_CREATED": Told.BOOKED,
    "BOOKING_PAID": Told.BOOKED,
    "BOOKING_RESCHEDULED": Told.MOVED,
    "BOOKING_CANCELLED": Told.CANCELLED,
    "BOOKING_REJECTED": Told.CANCELLED,
    "BOOKING_NO_SHOW_UPDATED": Told.NO_SHOW,
}


def read(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> Heard | None:
    """What was told; None for what is no news of a booking. Raises Refused."""
    given = headers.get(SIGNATURE, "")
    if not given or given == UNSIGNED:
        raise Refused(401, "The webhook has no secret at Cal.com: give it the one of CALCOM_WEBHOOK_SECRET.")
    if not hook.is_one_of(given, [hook.digest(secret, body).hex() for secret in secrets]):
        raise Refused(401, "The signature is wrong: is the secret at Cal.com the one of CALCOM_WEBHOOK_SECRET?")
    plain = hook.document(body)
    trigger = hook.text(plain, "triggerEvent")
    told = TOLD.get(trigger)
    if told is None:
        return None
    at = hook.moment(plain, "createdAt")
    if at is None or not now - OLDEST <= at <= now + AHEAD:
        raise Refused(400, "`createdAt` is missing, too old, or still to come.")
    payload = hook.inner(plain, "payload")
    if told is Told.NO_SHOW:
        return _no_show(payload, at)
    uid = hook.needed(payload, "uid")
    starts = hook.moment(payload, "startTime")
    slot = Slot(starts, hook.moment(payload, "endTime"), _zone(payload)) if starts else None
    booker = hook.page(payload, "bookerUrl").rstrip("/")
    name = quote(uid, safe="")
    fact = Fact(
        told,
        Proof.SIGNED,
        at,
        slot,
        move=f"{booker}/reschedule/{name}" if booker else "",
        cancel=f"{booker}/booking/{name}?cancel=true" if booker else "",
    )
    return Heard(
        CALCOM,
        update=f"{trigger}/{uid}/{at.isoformat()}",
        ref=hook.text(hook.inner(payload, "metadata"), "ref"),
        name=uid,
        replaces=hook.text(payload, "rescheduleUid"),
        fact=fact,
    )


def _no_show(payload: Mapping[str, Any], at: datetime) -> Heard | None:
    attendees = payload.get("attendees")
    missed = [isinstance(one, dict) and one.get("noShow") is True for one in attendees or ()]
    if not missed or not all(missed):
        return None
    uid = hook.needed(payload, "bookingUid")
    return Heard(CALCOM, f"NO_SHOW/{uid}/{at.isoformat()}", "", uid, "", Fact(Told.NO_SHOW, Proof.SIGNED, at))


def _zone(payload: Mapping[str, Any]) -> str:
    attendees = payload.get("attendees")
    first = attendees[0] if isinstance(attendees, list) and attendees else {}
    return hook.zone(first, "timeZone") if isinstance(first, dict) else ""
