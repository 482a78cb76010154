"""Passkeys: a therapist signs in with their device. WebAuthn level 2, checked by py_webauthn.

A challenge is used once, within CHALLENGE; only its keyed hash is stored. A passkey is bound to the host of PUBLIC_URL,
and a browser knows none for a bare address such as 127.0.0.1.
"""

import binascii
import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot import store
from bot.vault import Vault
from handlers.port_desk import Passkey

CHALLENGE = timedelta(minutes=5)
NAME_LIMIT = 60  # characters
WRONG = (WebAuthnException, ValueError, KeyError, TypeError, binascii.Error)  # what a browser sent that is no answer


@dataclass(frozen=True, slots=True)
class Site:
    """What a passkey is bound to. host: its "relying party id"; origin: what the browser says it was on."""

    host: str
    origin: str
    name: str


def site(public_url: str, name: str) -> Site | None:
    """None where browsers know no passkeys: a bare address, or http anywhere but on this machine."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        if parts.scheme == "https" or host == "localhost":
            return Site(host, f"{parts.scheme}://{parts.netloc}", name)
    return None


async def to_register(db: AsyncConnection, vault: Vault, site: Site, therapist: str, name: str) -> str:
    """The options for the browser, as JSON."""
    rows = await db.execute(text("SELECT id FROM passkey WHERE therapist = :therapist"), {"therapist": therapist})
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=vault.look_up("passkey", therapist),
        user_name=therapist,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.id) for row in rows],
    )
    await _remember(db, vault, options.challenge, therapist)
    return options_to_json(options)


async def register(
    db: AsyncConnection, vault: Vault, site: Site, therapist: str, name: str, answer: dict[str, Any]
) -> bool:
    """Keep the passkey the browser has made. False when it does not answer a challenge of this therapist."""
    try:
        credential = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        if await _spend(db, vault, challenge) != therapist:
            return False
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except WRONG:
        return False
    kept = await db.execute(
        text("""INSERT INTO passkey (id, therapist, public_key, sign_count, name)
                VALUES (:id, :therapist, :public_key, :sign_count, :name) ON CONFLICT DO NOTHING RETURNING id"""),
        {
            "id": made.credential_id,
            "therapist": therapist,
            "public_key": made.credential_public_key,
            "sign_count": made.sign_count,
            "name": name[:NAME_LIMIT],
        },
    )
    if kept.first() is None:
        return False
    await store.note(db, therapist, "passkey added", None)
    return True


async def to_sign_in(db: AsyncConnection, vault: Vault, site: Site) -> str:
    """The options for the browser, as JSON. It asks whoever is there which of their passkeys to use."""
    options = generate_authentication_options(rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED)
    await _remember(db, vault, options.challenge, "")
    return options_to_json(options)


async def whose(db: AsyncConnection, vault: Vault, site: Site, answer: dict[str, Any]) -> str | None:
    """The therapist whose passkey answered; None when none of ours did."""
    try:
        credential = parse_authentication_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        if await _spend(db, vault, challenge) != "":
            return None
        row = (
            await db.execute(
                text("SELECT therapist, public_key, sign_count FROM passkey WHERE id = :id FOR UPDATE"),
                {"id": credential.raw_id},
            )
        ).first()
        if row is None:
            return None
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except WRONG:
        return None
    await db.execute(
        text("UPDATE passkey SET sign_count = :count, used_at = now() WHERE id = :id"),
        {"count": used.new_sign_count, "id": credential.raw_id},
    )
    therapist: str = row.therapist
    await store.note(db, therapist, "passkey used", None)
    return therapist


async def of(db: AsyncConnection, therapist: str) -> list[Passkey]:
    """Oldest first."""
    rows = await db.execute(
        text("SELECT id, name, made_at, used_at FROM passkey WHERE therapist = :therapist ORDER BY made_at"),
        {"therapist": therapist},
    )
    return [Passkey(bytes_to_base64url(row.id), row.name, row.made_at, row.used_at) for row in rows]


async def remove(db: AsyncConnection, therapist: str, id: str) -> None:
    try:
        raw = base64url_to_bytes(id)
    except binascii.Error:
        return
    gone = await db.execute(
        text("DELETE FROM passkey WHERE id = :id AND therapist = :therapist RETURNING id"),
        {"id": raw, "therapist": therapist},
    )
    if gone.first():
        await store.note(db, therapist, "passkey removed", None)


async def _remember(db: AsyncConnection, vault: Vault, challenge: bytes, therapist: str) -> None:
    await db.execute(
        text("""INSERT INTO door (token_hash, kind, therapist, expires_at)
                VALUES (:hash, 'challenge', :therapist, now() + CAST(:lasts AS interval))"""),
        {"hash": _hash(vault, challenge), "therapist": therapist, "lasts": CHALLENGE},
    )


async def _spend(db: AsyncConnection, vault: Vault, challenge: bytes) -> str | None:
    """Whose it was, once; "" for one to sign in with; None when it is none of ours, spent or old."""
    rows = await db.execute(
        text("""UPDATE door SET used_at = now() WHERE token_hash = :hash AND kind = 'challenge'
                AND used_at IS NULL AND expires_at > now() RETURNING therapist"""),
        {"hash": _hash(vault, challenge)},
    )
    return rows.scalar_one_or_none()


def _hash(vault: Vault, challenge: bytes) -> bytes:
    return vault.look_up("challenge", bytes_to_base64url(challenge))
