"""How a therapist comes to the desk in a browser, and goes. Implements handlers.port_desk.DeskDoor."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot import carry, doors, passkeys, store
from bot.database import answering
from bot.deliver import Deliver
from bot.doors import Door
from bot.opened import sealed_state
from bot.outbox import UNKEPT
from bot.passkeys import Site
from bot.vault import Vault
from bot.wording import Wording
from flows.state import State
from handlers.port_desk import Colleague, Passkey
from handoff.roster import Clinic

# A link is sent at somebody's wish who is not signed in: nobody's messenger is flooded by it.
LINKS_WITHIN, LINKS_MOST = timedelta(minutes=15), 3


@dataclass(frozen=True, slots=True)
class Gate:
    """What the ways in need. site: None where there can be no passkeys."""

    public_url: str
    site: Site | None
    deliver: Deliver


class Entrance:
    def __init__(self, engine: AsyncEngine, vault: Vault, clinic: Clinic, wording: Wording, gate: Gate) -> None:
        self._engine = engine
        self._vault = vault
        self._wording = wording
        self._gate = gate
        self.renew(clinic)

    def renew(self, clinic: Clinic) -> None:
        """Let in the therapists of this version of the clinic from here on."""
        self._clinic = clinic
        self._therapists = {t.id: t for t in clinic.therapists}

    async def sign_in(self, token: str) -> str | None:
        async with answering(self._engine) as db:
            therapist = await doors.spend(db, self._vault, Door.SIGN_IN, token)
            return await self._session(db, therapist)

    async def sign_out(self, session: str) -> None:
        async with answering(self._engine) as db:
            await doors.end_session(db, self._vault, session)

    async def sign_out_elsewhere(self, therapist: str, session: str) -> None:
        async with answering(self._engine) as db:
            await doors.end_others(db, self._vault, therapist, session)
            await store.notify(db, "desk", "")  # pages that are open there find themselves signed out

    async def colleague(self, session: str) -> Colleague | None:
        return await self._who(session, doors.session_of)

    async def active(self, session: str) -> Colleague | None:
        return await self._who(session, doors.active)

    @property
    def sends_links(self) -> bool:
        return self._gate.deliver.serves(carry.DESK_TELEGRAM)

    async def send_link(self, therapist: str) -> None:
        if therapist not in self._therapists or not self.sends_links:
            return
        async with answering(self._engine) as db:
            if therapist not in await doors.joined(db, carry.DESK_TELEGRAM):
                return
            if await doors.made_lately(db, Door.SIGN_IN, therapist, LINKS_WITHIN) >= LINKS_MOST:
                return
            token = await doors.make(db, self._vault, Door.SIGN_IN, therapist)
            url = f"{self._gate.public_url}/desk/sign-in?token={token}"
            await self._tell(db, therapist, "desk.sign_in_link", link=url)
        self._gate.deliver.wake()

    @property
    def has_passkeys(self) -> bool:
        return self._gate.site is not None

    async def passkeys(self, therapist: str) -> list[Passkey]:
        async with answering(self._engine) as db:
            return await passkeys.of(db, therapist)

    async def passkey_to_make(self, therapist: str) -> str:
        site = self._gate.site
        assert site, "asked only where there can be passkeys"
        async with answering(self._engine) as db:
            return await passkeys.to_register(db, self._vault, site, therapist, self._therapists[therapist].name)

    async def keep_passkey(self, therapist: str, name: str, answer: dict[str, Any]) -> bool:
        site = self._gate.site
        assert site, "asked only where there can be passkeys"
        async with answering(self._engine) as db:
            kept = await passkeys.register(db, self._vault, site, therapist, name, answer)
            if kept and self.sends_links and therapist in await doors.joined(db, carry.DESK_TELEGRAM):
                await self._tell(db, therapist, "desk.passkey_added", name=name)
        self._gate.deliver.wake()
        return kept

    async def remove_passkey(self, therapist: str, id: str) -> None:
        async with answering(self._engine) as db:
            await passkeys.remove(db, therapist, id)

    async def passkey_to_ask(self) -> str:
        site = self._gate.site
        assert site, "asked only where there can be passkeys"
        async with answering(self._engine) as db:
            return await passkeys.to_sign_in(db, self._vault, site)

    async def sign_in_with_passkey(self, answer: dict[str, Any]) -> str | None:
        site = self._gate.site
        assert site, "asked only where there can be passkeys"
        async with answering(self._engine) as db:
            return await self._session(db, await passkeys.whose(db, self._vault, site, answer))

    async def _session(self, db: AsyncConnection, therapist: str | None) -> str | None:
        if therapist is None or therapist not in self._therapists:
            return None
        return await doors.make(db, self._vault, Door.SESSION, therapist)

    async def _who(self, session: str, read: Callable[[AsyncConnection, Vault, str], Any]) -> Colleague | None:
        async with answering(self._engine) as db:
            id = await read(db, self._vault, session)
        therapist = self._therapists.get(id or "")
        return Colleague(therapist.id, therapist.name, therapist.languages[0]) if therapist else None

    async def _tell(self, db: AsyncConnection, therapist: str, sentence: str, **values: str) -> None:
        """Say something to a therapist on their own messenger that is about no person.

        It takes the road of every message: the outbox. A row there belongs to a conversation; this one is the
        therapist's own with the desk, made when it is first needed, and the row goes once it was delivered.
        """
        told = self._wording.sentence(sentence, self._therapists[therapist].languages[0], **values)
        hashed = self._vault.look_up(carry.DESK, therapist)
        wrapped = self._vault.new_key()
        key = self._vault.key(wrapped)
        id = await store.new_conversation(
            db, carry.DESK, hashed, key.seal(therapist.encode()), wrapped, sealed_state(key, State()), "en"
        )
        if id is None:
            row = (
                await db.execute(
                    text("""SELECT c.id, p.key FROM conversation c JOIN person p ON p.id = c.person
                            WHERE c.platform = :platform AND c.address_hash = :hash"""),
                    {"platform": carry.DESK, "hash": hashed},
                )
            ).one()
            id, key = row.id, self._vault.key(row.key)
        out = replace(carry.to_desk(key, id, therapist, False, told), kind=UNKEPT)
        await store.save(db, [], [], [out], self._gate.deliver.id, timedelta(0))
