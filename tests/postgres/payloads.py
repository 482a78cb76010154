"""What providers send, in the shapes they are known to send, signed as they sign. All people are invented."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson

SECRETS = {
    "CALCOM_WEBHOOK_SECRET": ("a-secret-for-cal-com",),
    "CALENDLY_SIGNING_KEY": ("a-key-for-calendly-new", "a-key-for-calendly-old"),
    "EASYAPPOINTMENTS_SECRET": ("a-token-for-easyappointments",),
    "ACUITY_API_KEY": ("a-key-for-acuity-here",),
}
STARTS = datetime(2099, 12, 3, 13, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Posted:
    """One request as it is on the wire."""

    path: str
    body: bytes
    headers: Mapping[str, str]


def digest(secret: str, message: bytes) -> bytes:
    return hmac.digest(secret.encode(), message, "sha256")


def calcom(
    trigger: str,
    ref: str,
    uid: str = "bkg1",
    at: datetime | None = None,
    secret: str = "a-secret-for-cal-com",
    **more: Any,
) -> Posted:
    at = at or datetime.now(UTC)
    starts = more.pop("starts", STARTS)
    payload = {
        "type": "premier-rendez-vous",
        "title": "Premier rendez-vous",
        "startTime": starts.isoformat().replace("+00:00", "Z"),
        "endTime": (starts + timedelta(minutes=50)).isoformat().replace("+00:00", "Z"),
        "bookerUrl": "https://cal.example",
        "organizer": {"name": "Ana", "timeZone": "Europe/Paris"},
        "attendees": [{"name": "X", "email": "x@person.example", "timeZone": "America/Toronto", "utcOffset": -300}],
        "uid": uid,
        "status": "ACCEPTED",
        **({"metadata": {"ref": ref}} if ref else {}),
        **more,
    }
    body = orjson.dumps({"triggerEvent": trigger, "createdAt": at.isoformat(), "payload": payload})
    return Posted("/bookings/calcom", body, {"X-Cal-Signature-256": digest(secret, body).hex()})


def calendly(
    event: str,
    ref: str,
    invitee: str = "one",
    at: datetime | None = None,
    signed_at: datetime | None = None,
    key: str = "a-key-for-calendly-new",
    **more: Any,
) -> Posted:
    at = at or datetime.now(UTC)
    stamp = int((signed_at or datetime.now(UTC)).timestamp())
    starts = more.pop("starts", STARTS)
    payload = {
        "uri": f"https://api.calendly.com/scheduled_events/e/invitees/{invitee}",
        "email": "x@person.example",
        "timezone": "America/Toronto",
        "cancel_url": f"https://calendly.com/cancellations/{invitee}",
        "reschedule_url": f"https://calendly.com/reschedulings/{invitee}",
        "rescheduled": False,
        "tracking": {"utm_source": None, "utm_content": ref or None, "salesforce_uuid": None},
        "scheduled_event": {
            "start_time": starts.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
            "end_time": (starts + timedelta(minutes=50)).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        },
        **more,
    }
    body = orjson.dumps({"event": event, "created_at": at.isoformat(), "payload": payload})
    signature = digest(key, f"{stamp}.".encode() + body).hex()
    return Posted("/bookings/calendly", body, {"Calendly-Webhook-Signature": f"t={stamp},v1={signature}"})


def acuity(action: str, id: str = "54321", key: str = "a-key-for-acuity-here") -> Posted:
    body = urlencode({"action": action, "id": id, "calendarID": "1", "appointmentTypeID": "2"}).encode()
    headers = {
        "X-Acuity-Signature": base64.b64encode(digest(key, body)).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Posted("/bookings/acuity", body, headers)


def easyappointments(action: str, id: int = 12, token: str = "a-token-for-easyappointments") -> Posted:
    payload = {
        "id": id,
        "start_datetime": "2099-12-03 14:30:00",
        "end_datetime": "2099-12-03 15:20:00",
        "hash": "a1b2c3d4e5f6",
        "is_unavailability": False,
        "id_users_provider": 2,
        "id_users_customer": 9,
        "id_services": 1,
    }
    body = orjson.dumps({"action": action, "payload": payload})
    return Posted("/bookings/easyappointments", body, {"X-EA-Token": token, "Content-Type": "application/json"})


def acuity_appointment(ref: str, **more: Any) -> dict[str, Any]:
    """As GET /appointments/54321 gives it."""
    return {
        "id": 54321,
        "datetime": "2099-12-03T08:30:00-0500",
        "duration": "50",
        "timezone": "America/Toronto",
        "canClientCancel": True,
        "canClientReschedule": True,
        "canceled": False,
        "confirmationPage": "https://acuityscheduling.com/schedule.php?owner=1&action=appt&id[]=x",
        "forms": [
            {"id": 1, "values": [{"fieldID": 1, "value": "yes"}, {"fieldID": 12345, "name": "ref", "value": ref}]}
        ],
        **more,
    }
