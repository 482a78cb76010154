"""The tables. What a person wrote, and where they can be reached, is in sealed columns only (bot/vault.py)."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, UUID

metadata = sa.MetaData()

# One sequence for everything said in a conversation, whoever said it: ids then follow time.
said = sa.Sequence("said", metadata=metadata)


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _at(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True))


person = sa.Table(
    "person",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True, server_default=sa.func.gen_random_uuid()),
    sa.Column("key", BYTEA, comment="wrapped by the master key; NULL once erased"),
    _now("created_at"),
    _at("erased_at"),
)

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("public", UUID(as_uuid=True), unique=True, server_default=sa.func.gen_random_uuid(), nullable=False),
    sa.Column("person", UUID(as_uuid=True), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("address_hash", BYTEA, nullable=False),
    sa.Column("address", BYTEA, nullable=False, comment="sealed"),
    sa.Column("state", BYTEA, nullable=False, comment="sealed; flows.state as JSON"),
    sa.Column("owner", sa.Text, comment="therapist id; NULL for the bot"),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("turns", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("request", BYTEA, comment="sealed; handoff.request as JSON"),
    sa.Column("request_status", sa.Text),
    _at("requested_at"),
    sa.Column("silence_token", sa.Integer, nullable=False, server_default="0"),
    _at("silence_due"),
    _at("silence_rings"),  # when the silence job in the queue will ring; one job serves many questions
    _at("read_since"),  # the person agreed to be read from here on; NULL for not agreed
    sa.Column("watched_from", sa.BigInteger, comment="what is said after this id may be read along"),
    _at("left_at"),
    _now("created_at"),
    _now("last_at"),
    sa.UniqueConstraint("platform", "address_hash"),
)
sa.Index(
    "conversation_desk",
    conversation.c.request_status,
    postgresql_where=sa.or_(conversation.c.request_status.is_not(None), conversation.c.owner.is_not(None)),
)

ownership = sa.Table(
    "ownership",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("therapist", sa.Text, nullable=False),
    _at("claimed_at"),
    _at("told_at"),  # "the conversation is yours": silence is promised from here on
    _at("released_at"),
    sa.Column("leaks", sa.Integer, comment="NULL until it has ended and they were counted"),
)
sa.Index("ownership_uncounted", ownership.c.conversation, postgresql_where=ownership.c.leaks.is_(None))

taken = sa.Table(
    "taken",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("update", sa.Text, primary_key=True),
    _now("at"),
)
sa.Index("taken_at", taken.c.at, postgresql_using="brin")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger, said, server_default=said.next_value(), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    sa.Column("lane", sa.Text, nullable=False, comment="rows of one lane leave in order"),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False, comment="'person', 'group', or a therapist's id"),
    sa.Column("kind", sa.Text, nullable=False, comment="'said', 'relay', 'offer', 'told', 'yours', 'head'"),
    sa.Column("automated", sa.Boolean, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("weight", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False, server_default="", comment="therapist id of a relayed word"),
    sa.Column("body", BYTEA, nullable=False, comment="sealed"),
    sa.Column("round", sa.Integer, comment="of an offer"),
    sa.Column("source", sa.Text, comment="id of the relayed message where it was written"),
    sa.Column("reply_source", sa.Text, comment="id, there, of the message it answers"),
    sa.Column("edits_source", sa.Text, comment="id, there, of the message it replaces"),
    sa.Column("calls", sa.Integer, nullable=False, server_default="1", comment="of the group's minute: it may need"),
    sa.Column("status", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("claimed_by", UUID(as_uuid=True)),
    _at("claimed_until"),
    sa.Column("message", sa.Text, comment="the platform's id of what was sent"),
    _now("created_at"),
    _at("sent_at"),
    sa.CheckConstraint("status in ('waiting', 'sending', 'sent', 'cancelled', 'failed')", name="outbox_status"),
)
unfinished = outbox.c.status.in_(("waiting", "sending"))
sa.Index("outbox_unfinished", outbox.c.lane, outbox.c.id, postgresql_where=unfinished)
sa.Index("outbox_conversation", outbox.c.conversation, outbox.c.id)

# How much of what the platform lets us say in the therapists' group in a minute was used, and when.
group_call = sa.Table(
    "group_call",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Index("group_call_at", "at"),
)

words = sa.Table(
    "words",
    metadata,
    sa.Column("id", sa.BigInteger, said, server_default=said.next_value(), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    _now("at"),
    sa.Column("name", sa.Text, nullable=False, comment="'said' to a therapist, or as the flow calls it"),
    sa.Column("body", BYTEA, nullable=False, comment="sealed"),
    sa.Column("message", sa.Text, comment="id on the person's platform"),
    sa.Column("reply_source", sa.Text),
    sa.Column("edited", sa.Boolean, nullable=False, server_default=sa.false()),
)
sa.Index("words_conversation", words.c.conversation, words.c.id)

# Between therapists: never shown to the person (handoff/colleagues.py).
note = sa.Table(
    "note",
    metadata,
    sa.Column("id", sa.BigInteger, said, server_default=said.next_value(), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    _now("at"),
    sa.Column("kind", sa.Text, nullable=False, comment="as handoff.colleagues.NoteKind has it"),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("addressee", sa.Text, nullable=False),
    sa.Column("body", BYTEA, comment="sealed; NULL where there are no words"),
)
sa.Index("note_conversation", note.c.conversation, note.c.id)

seen = sa.Table(
    "seen",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("therapist", sa.Text, primary_key=True),
    sa.Column("line", sa.BigInteger, nullable=False, comment="the last one they saw"),
)

canned = sa.Table(
    "canned",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("therapist", sa.Text, nullable=False),
    sa.Column("body", BYTEA, nullable=False, comment="sealed under the master key"),
)
sa.Index("canned_therapist", canned.c.therapist, canned.c.id)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="as flows.state.Answers has it"),
    _now("at"),
    sa.Column("body", BYTEA, nullable=False, comment="sealed"),
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("agreed", sa.Boolean, nullable=False),
    _now("at"),
)

file = sa.Table(
    "file",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    sa.Column("body", BYTEA, nullable=False, comment="sealed"),
    _now("at"),
    sa.Column("until", sa.DateTime(timezone=True), comment="when it goes; null for as long as the words it came with"),
)

link = sa.Table(
    "link",
    metadata,
    sa.Column("token_hash", BYTEA, primary_key=True),
    sa.Column("ref", sa.Text, nullable=False, unique=True, comment="what the provider gives back"),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    sa.Column("therapist", sa.Text, nullable=False, comment="'' for the clinic's own link"),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    _now("offered_at"),
    _at("clicked_at"),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
)

booking = sa.Table(
    "booking",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False),
    sa.Column(
        "link", BYTEA, sa.ForeignKey("link.token_hash", ondelete="CASCADE"), comment="NULL when booked without one"
    ),
    sa.Column("therapist", sa.Text, nullable=False, comment="'' for the clinic's own page"),
    sa.Column("body", BYTEA, nullable=False, comment="sealed; handoff.booking as JSON"),
    _now("at"),
)
sa.Index("booking_conversation", booking.c.conversation)
sa.Index("booking_link", booking.c.link)

# What a provider calls a booking. One booking has several names when it was moved.
booking_name = sa.Table(
    "booking_name",
    metadata,
    sa.Column("provider", sa.Text, primary_key=True),
    sa.Column("name_hash", BYTEA, primary_key=True),
    sa.Column("booking", sa.BigInteger, sa.ForeignKey("booking.id", ondelete="CASCADE"), nullable=False),
)
sa.Index("booking_name_booking", booking_name.c.booking)

sa.Index("link_conversation", link.c.conversation)

desk_address = sa.Table(
    "desk_address",
    metadata,
    sa.Column("therapist", sa.Text, primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("address_hash", BYTEA, nullable=False),
    sa.Column("address", BYTEA, nullable=False, comment="sealed under the master key"),
    _now("joined_at"),
    sa.UniqueConstraint("platform", "address_hash"),
)

door = sa.Table(
    "door",
    metadata,
    sa.Column("token_hash", BYTEA, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False, comment="'invitation', 'sign-in', 'session', 'challenge'"),
    sa.Column("therapist", sa.Text, nullable=False, comment="'' for a challenge that anybody may answer"),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    _at("used_at"),
    _now("seen_at"),  # of a session: when somebody last did something in it
)

passkey = sa.Table(
    "passkey",
    metadata,
    sa.Column("id", BYTEA, primary_key=True, comment="the credential's own"),
    sa.Column("therapist", sa.Text, nullable=False),
    sa.Column("public_key", BYTEA, nullable=False, comment="COSE"),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("name", sa.Text, nullable=False, comment="as its therapist calls it"),
    _now("made_at"),
    _at("used_at"),
)

thread = sa.Table(
    "thread",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("chat", sa.Text, primary_key=True),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False, server_default="", comment="as it is shown"),
    sa.Column("stage", sa.Text, nullable=False, server_default="", comment="what its icon says"),
)
sa.Index("thread_of", thread.c.chat, thread.c.thread, unique=True)

# The message at the head of a conversation's thread, or of a therapist's private chat about it.
head = sa.Table(
    "head",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Text, primary_key=True, comment="as in outbox"),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    _now("at"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("conversation", sa.BigInteger, comment="kept when the conversation is gone"),
    sa.Column("facts", JSONB, nullable=False, server_default=sa.text("'{}'::jsonb")),
)
sa.Index("audit_read", audit.c.who, audit.c.conversation, audit.c.at)

# What the clinic sees (bot/counting.py). A count says when, in which language and what; nothing says who.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("week", sa.Date, nullable=False, comment="its Monday, by the clinic's clock"),
    sa.Column("locale", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, comment="how long it took, rounded up; NULL where nothing is measured"),
    sa.Column("n", sa.BigInteger, nullable=False, server_default="1"),
)

journey = sa.Table(
    "journey",
    metadata,
    sa.Column("conversation", sa.BigInteger, sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "reached",
        ARRAY(sa.Text),
        nullable=False,
        server_default="{}",
        comment="what was counted of this conversation, and counts once",
    ),
    sa.Column("asked_at", sa.DateTime(timezone=True), comment="of the request that has had no human word yet"),
    sa.Column("taken", sa.Boolean, nullable=False, server_default=sa.false()),
)
sa.Index("journey_asked", journey.c.asked_at, postgresql_where=journey.c.asked_at.is_not(None))

process = sa.Table(
    "process",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    _now("seen_at"),
)

unknown = sa.Table(
    "unknown",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("times", sa.BigInteger, nullable=False),
)
