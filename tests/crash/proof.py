"""What must hold once everything has calmed down."""

from collections import defaultdict
from itertools import pairwise
from uuid import UUID

from tests.crash.house import DESK, PERSON, House
from tests.crash.people import GROUP, Crowd
from tests.crash.records import Records, Row
from tests.crash.telegram import Entry

PLATFORMS = {PERSON: "telegram", DESK: "desk_telegram"}
SHORTLY = 3.0  # seconds: between Telegram's acceptance and our note of it, on a busy machine


async def prove(house: House, crowd: Crowd, records: Records, lost_answers: int) -> dict[str, object]:
    """Assert the promises; return the facts of the run. lost_answers: accepted calls whose answer was cut off."""
    telegram = house.telegram
    await telegram.catch_up()
    rows = await records.outbox()
    violations = await telegram.do("violations")
    assert violations == [], f"calls against the Bot API: {violations}"
    broken = house.broken()
    assert broken == [], "\n".join(broken)
    for token in (PERSON, DESK):
        await telegram.confirmed(token, within=30)

    await _nothing_lost(crowd, records, rows)
    _in_order(rows)
    doubled = _doubled(house, telegram.log, rows, await records.last_seen(), lost_answers)
    leaks = _leaks(crowd, telegram.log)
    assert leaks == [], "a program spoke under a human:\n" + "\n".join(leaks)
    return {
        "people": len(crowd.chats),
        "updates": len(crowd.updates),
        "accepted": sum(entry.method == "sendMessage" for entry in telegram.log),
        "handoffs": len(crowd.handoffs),
        "deaths": len(house.deaths),
        "lost answers": lost_answers,
        "doubled by each death and by the lost answers": doubled,
        "most a second": _most_a_second(telegram.log),
    }


async def _nothing_lost(crowd: Crowd, records: Records, rows: list[Row]) -> None:
    taken = {int(row[0]) for row in await records.fetch("""SELECT "update" FROM taken WHERE platform = 'telegram'""")}
    lost = sorted(crowd.updates - taken)
    assert lost == [], f"updates that were confirmed and not taken: {lost}"

    blocked = {await records.conversation(chat) for chat in crowd.blocked}
    failed = [row for row in rows if row.status == "failed" and row.conversation not in blocked]
    assert failed == [], f"given up, though nobody had left: {failed}"
    # A confirmation not yet noted when the therapist has already given back is rightly not repeated.
    cancelled = [row for row in rows if row.status == "cancelled" and not row.automated and row.kind != "yours"]
    assert cancelled == [], f"a human's words were cancelled: {cancelled}"

    group = list(crowd.telegram.chats[DESK, GROUP])
    for handoff in crowd.handoffs:
        read = [entry.text for entry in group if entry.thread == handoff.thread]
        unread = [words for words in handoff.person_said if not any(words in text for text in read)]
        assert unread == [], f"of {handoff.chat}, under a human, not on the desk (thread {handoff.thread}): {read}"
        shown = [entry.text for entry in crowd.telegram.chats[PERSON, handoff.chat]]
        unheard = [words for words in handoff.therapist_said if not any(words in text for text in shown)]
        assert unheard == [], f"the therapist’s words never reached {handoff.chat}: {shown}"


def _in_order(rows: list[Row]) -> None:
    """What Telegram accepted follows the order of the outbox, in each chat and each thread."""
    lanes: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.status == "sent" and row.message and row.platform != "desk" and not row.edits:
            lanes[row.lane].append(row)
    wrong = [
        (before, after)
        for lane in lanes.values()
        for before, after in pairwise(lane)
        if int(before.message or 0) > int(after.message or 0)
    ]
    assert wrong == [], f"accepted before what was decided earlier: {wrong}"


def _doubled(
    house: House, log: list[Entry], rows: list[Row], last_seen: dict[UUID, float], lost_answers: int
) -> list[int]:
    """Return how many messages each death doubled, then the lost answers.

    A death can double what its process was sending at that moment, one message in each chat, and nothing else can.
    """
    noted = {(row.platform, int(row.message)) for row in rows if row.message and row.platform != "desk"}
    # Answers given at once stand in no outbox; here that is the welcome, in a therapist's private chat.
    extra = [
        entry
        for entry in log
        if entry.method == "sendMessage"
        and (PLATFORMS[entry.token], entry.message) not in noted
        and (entry.token == PERSON or entry.chat == GROUP)
    ]
    told = "\n".join(f"  {e.number} at {e.at:.2f} to {e.chat}, thread {e.thread}: {e.text[:60]!r}" for e in extra)
    deaths = "\n".join(f"  {death.name} at {death.at:.2f}, holding {death.held}" for death in house.deaths)
    facts = f"doubled:\n{told}\ndeaths:\n{deaths}\nlast seen: {last_seen}\nlost answers: {lost_answers}"

    doubled = []
    for death in house.deaths:
        mine = [entry for entry in extra if entry.at <= death.at <= entry.at + SHORTLY]
        # Its sender is the one that was never seen again.
        held = sum(many for sender, many in death.held.items() if last_seen.get(sender, death.at + 1) <= death.at)
        caused = list({(entry.token, entry.chat, entry.thread): entry for entry in mine}.values())[:held]
        extra = [entry for entry in extra if entry not in caused]
        doubled.append(len(caused))
    assert len(extra) <= lost_answers, f"doubled by no death and no lost answer; {facts}"
    return [*doubled, len(extra)]


def _most_a_second(log: list[Entry]) -> int:
    """The most messages that the people's bot sent within any one second."""
    times = [entry.at for entry in log if entry.token == PERSON and entry.method == "sendMessage"]
    first = most = 0
    for last, at in enumerate(times):
        while times[first] < at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def _leaks(crowd: Crowd, log: list[Entry]) -> list[str]:
    """What a program said to a person between “yours” and the release."""
    return [
        f"{entry.number} to {entry.chat}, {entry.at - handoff.yours.at:.2f} s after “yours”: {entry.text}"
        for handoff in crowd.handoffs
        for entry in log
        if entry.token == PERSON
        and entry.chat == handoff.chat
        and entry.number > handoff.yours.number
        and entry.at < handoff.given_back_at
        and not entry.author
    ]
