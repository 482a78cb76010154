"""Calendly: a webhook signed over its time and its raw body.

    Calendly-Webhook-Signature: t=1764579600,v1=<hex of HMAC-SHA256(key, "1764579600." + body)>
    {"event": "invitee.created", "created_at": "...", "payload": {"uri": "...", "tracking": {"utm_content": ...}, ...}}

A move is told as two: the old invitee cancelled with `rescheduled`, a new one created that names the `old_invitee`. The
first of these is no cancellation. Keys are changed now and then: the old one is tried too.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from handlers import hook
from handlers.hook import Refused
from handlers.port_bookings import Heard
from handoff.booking import Fact, Proof, Slot, Told
from handoff.links import CALENDLY

SIGNATURE = "calendly-webhook-signature"
WITHIN = timedelta(minutes=3)  # as Calendly advises


def read(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> Heard | None:
    """What was told; None for what is no news of a booking. Raises Refused."""
    _check(headers.get(SIGNATURE, ""), body, secrets, now)
    plain = hook.document(body)
    event, payload = hook.text(plain, "event"), hook.inner(plain, "payload")
    if event not in ("invitee.created", "invitee.canceled", "invitee_no_show.created"):
        return None
    at = hook.moment(plain, "created_at")
    if at is None:
        raise Refused(400, "The body has no `created_at`.")
    if event == "invitee_no_show.created":
        name = hook.needed(payload, "invitee")
        return Heard(CALENDLY, f"{event}/{name}/{at.isoformat()}", "", name, "", Fact(Told.NO_SHOW, Proof.SIGNED, at))
    if event == "invitee.canceled" and payload.get("rescheduled") is True:
        return None
    name, old = hook.needed(payload, "uri"), hook.text(payload, "old_invitee")
    told = Told.CANCELLED if event == "invitee.canceled" else Told.MOVED if old else Told.BOOKED
    meeting = hook.inner(payload, "scheduled_event")
    starts = hook.moment(meeting, "start_time")
    slot = Slot(starts, hook.moment(meeting, "end_time"), hook.zone(payload, "timezone")) if starts else None
    return Heard(
        CALENDLY,
        update=f"{event}/{name}/{at.isoformat()}",
        ref=hook.text(hook.inner(payload, "tracking"), "utm_content"),
        name=name,
        replaces=old,
        fact=Fact(told, Proof.SIGNED, at, slot, hook.page(payload, "reschedule_url"), hook.page(payload, "cancel_url")),
    )


def _check(given: str, body: bytes, keys: Sequence[str], now: datetime) -> None:
    parts = dict(part.strip().partition("=")[::2] for part in given.split(","))
    stamp, signature = parts.get("t", ""), parts.get("v1", "")
    if not signature or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Refused(401, "The webhook is not signed: its subscription needs the key of CALENDLY_SIGNING_KEY.")
    if not hook.is_one_of(signature, [hook.digest(key, f"{stamp}.".encode() + body).hex() for key in keys]):
        raise Refused(401, "The signature is wrong: is the subscription's key the one of CALENDLY_SIGNING_KEY?")
    if abs(now.timestamp() - int(stamp)) > WITHIN.total_seconds():
        raise Refused(401, "The signature is more than three minutes old. Is the clock of this server right?")
