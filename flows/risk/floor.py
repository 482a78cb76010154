"""The floor: what is noticed with no model at all. It applies `rules.py`, then weighs what stands around a match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import itemgetter, or_

from flows.risk.lexicon import ENDS, IDIOM, Tagged, Tags, part, sentences, tag
from flows.risk.normal import folded
from flows.risk.risk import NOTHING, Kind, Level, Risk, Sign
from flows.risk.rules import RULES

NEAR, FAR = 3, 10  # words that may stand between two parts
BESIDE = 4  # words before a composition that may negate it or say of whom it speaks
REASON = 240  # characters


@dataclass(frozen=True, slots=True)
class _Rule:
    """name: the composition, as it is written. inside: only a negation in it counts. hint: for the layer only.

    parts: the tags of each, and how many words may stand before it. bans: none of them anywhere.
    needs: one of each somewhere, those of the parts among them.
    """

    name: str
    level: Level
    kind: Kind
    parts: tuple[tuple[Tags, int], ...]
    needs: tuple[Tags, ...]
    bans: Tags
    firm: bool
    inside: bool
    earnest: bool
    hint: bool


@dataclass(frozen=True, slots=True)
class _Found:
    rule: _Rule
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Findings:
    """risk: what the compositions say together. fired: each that was found, with its level, for the layer.

    sentences: when there are several, each as it is read by itself.
    """

    risk: Risk
    fired: tuple[str, ...]
    sentences: "tuple[tuple[Tagged, Findings], ...]" = ()


def floor(message: Tagged, since: int = 0) -> Findings:
    """since: only what reaches to this token or beyond counts.

    Each sentence is also read by itself, so that an ordinary one beside it neither hides nor explains it away.
    """
    whole = _around(message)
    possible = _possible(message.all, _wanted(message.all))
    risk, fired = _compositions(message, whole, since, possible)
    apart = []
    for first, last in sentences(message.words.said):
        if last > since:
            alone = part(message, first, last)
            trivial = _trivial(alone) or (whole.laughing and whole.trivial)
            within = whole if trivial is whole.trivial else replace(whole, trivial=trivial)
            here, more = _compositions(alone, within, since - first, _possible(alone.all, possible))
            if here.level > risk.level:
                risk = here
            fired += [name for name in more if name not in fired]
            apart.append((alone, Findings(here, tuple(more))))
    if risk.level:
        risk = replace(risk, signs=_signs(risk.kind, message))
    elif message.all & _MINOR:  # the danger may be in another message, or for the layer to hear
        risk = replace(risk, signs=frozenset({Sign.MINOR}))
    return Findings(risk, tuple(fired), tuple(apart))


def _compositions(message: Tagged, around: "_Around", since: int, possible: Sequence[_Rule]) -> tuple[Risk, list[str]]:
    risk = NOTHING
    fired = []
    for rule in possible:
        found = _match(rule, message, since) if not rule.bans & message.all else None
        weighed = _weighed(found, message, around) if found else None
        if weighed:
            fired.append(f"{rule.name} = {weighed.level.word}")
            if not rule.hint and weighed.level > risk.level:
                risk = weighed
    return risk, fired


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around a composition, in the whole message."""

    laughing: bool
    trivial: bool
    told: bool  # in a film, a song, a course
    settled: bool  # long ago, and over
    roofing: bool  # at work on a roof


_FILLER, _END = tag("FILLER"), ENDS
_NOT, _I, _ME, _MY = tag("NOT"), tag("I"), tag("ME"), tag("MY")
_THEY, _NEAR, _KID = tag("THEY"), tag("NEAR"), tag("KID")
_LAUGH, _TRIVIAL, _SOURCE, _PRO = tag("LAUGH"), tag("TRIVIAL"), tag("SOURCE"), tag("PRO")
_GONE, _AWAY, _AMUSED, _CHORE = tag("GONE"), tag("AWAY"), tag("AMUSED"), tag("CHORE")
_SOMEBODY = tag("I") | tag("YOU") | tag("THEY") | tag("NEAR") | tag("KID") | tag("GROWNUP") | tag("ADULT")
_HARMFUL = tag("DRUG") | tag("ALCOHOL") | tag("PILLS") | tag("VOICES")
_BUT = tag("BUT")
_ROOFWORK, _EDGE, _ROOF = tag("ROOFWORK"), tag("EDGE"), tag("roof") | tag("rooftop") | tag("toit")
_LONGAGO, _SETTLED, _BACK, _DENY = tag("LONGAGO"), tag("SETTLED"), tag("BACK"), tag("DENY")
_MINOR, _TOOK_ALL = tag("MINOR"), tag("TOOK_ALL")
_SWALLOWING, _SWALLOWED = tag("TAKE") | tag("GULPED") | tag("GOT"), tag("PILLS") | tag("MEDICINE") | tag("CAUSTIC")
_EMPTIED, _STORED = tag("EMPTIED"), tag("MEDICINE") | tag("CABINET")
_LOSS, _SELFKILL, _BENT, _OVERDOSED = tag("LOSS"), tag("SELFKILL"), tag("BENT"), tag("OVERDOSED")


def _read_rules(text: str) -> tuple[_Rule, ...]:
    level, kind = Level.NONE, Kind.ORDINARY
    rules = []
    for line in text.strip().splitlines():
        if not line.startswith(" "):
            name, subject = line.split()
            level, kind = Level[name.upper()], Kind(subject)
            continue
        composed, _, withstands = line.partition(";")
        sequence, *conditions = (part.strip() for part in composed.split("&"))
        bans = reduce(or_, (_tags(c[1:]) for c in conditions if c.startswith("!")), 0)
        parts = _parts(sequence)
        needs = (*(tags for tags, _ in parts), *(_tags(c) for c in conditions if not c.startswith("!")))
        rules.append(
            _Rule(
                name=" ".join(composed.split()),
                level=level,
                kind=kind,
                parts=parts,
                needs=tuple(sorted(set(needs), key=_often)),
                bans=bans,
                firm="firm" in withstands,
                inside="inside" in withstands,
                earnest="earnest" in withstands,
                hint="hint" in withstands,
            )
        )
    return tuple(sorted(rules, key=lambda rule: -rule.level))


def _often(tags: Tags) -> tuple[int, int]:
    """What is seldom in a message comes first: most compositions are then out at the first look."""
    return (tags & _FREQUENT).bit_count(), tags.bit_count()


def _tags(names: str) -> Tags:
    return reduce(or_, (tag(name if name.isupper() else folded(name)) for name in names.split("|")), 0)


def _parts(sequence: str) -> tuple[tuple[Tags, int], ...]:
    parts: list[tuple[Tags, int]] = []
    gap = 0
    for piece in sequence.split():
        if piece in ("~", "~~"):
            gap = NEAR if piece == "~" else FAR
        else:
            parts.append((_tags(piece), gap))
            gap = 0
    return tuple(parts)


_FREQUENT = _tags("I|ME|MY|THEY|NEAR|NOT|NEG|WILL|WISH|NOW|SOON|RECENT|THINK|MUCH|KID|HOPELESS")
_BESIDE_THE_ROOF = _tags(
    "DIE|SELFKILL|END|GONE|BYE|LAST|LETTER|HOPELESS|ALCOHOL|THINK|WISH|DARK|CRY|LETGO|DANGLING|HELPNOW|ALONE|AFFAIRS|DATE|CUT"
    "|jump|jumping|sauter|saute|tomber|fall|fini|faire|do|over|bord|rebord|edge|ledge"
)
_FOR_EVER = _tags(
    "HEAVEN|TOHEAVEN|DIE|DEAD|SELFKILL|END|BYE|LETTER|LAST|HOPELESS|LOSS|toujours|retour|forever|never|jamais|world|monde|mort"
)

_RULES = _read_rules(RULES)
_RULES_BY_NEED: dict[Tags, list[tuple[int, _Rule]]] = {}
for _number, _rule in enumerate(_RULES):
    _RULES_BY_NEED.setdefault(_rule.needs[0], []).append((_number, _rule))


def _wanted(present: Tags) -> list[_Rule]:
    """Those of which the first thing they need is there, in their order."""
    wanted = [rule for tags, rules in _RULES_BY_NEED.items() if tags & present for rule in rules]
    wanted.sort(key=itemgetter(0))
    return [rule for _, rule in wanted]


def _possible(present: Tags, rules: Iterable[_Rule]) -> list[_Rule]:
    """Those that have all they need. What they ban is asked later: a sentence may be without it."""
    possible = []
    for rule in rules:
        for tags in rule.needs:
            if not tags & present:
                break
        else:
            possible.append(rule)
    return possible


def _match(rule: _Rule, message: Tagged, since: int) -> _Found | None:
    first_tags = rule.parts[0][0]
    for start in [at for at, tags in enumerate(message.tags) if tags & first_tags]:
        last = _follow(rule.parts, 0, start, message)
        if last is not None and last >= since:
            found = _Found(rule, start, last)
            if rule.firm or not _negated(found, message):
                return found
    return None


def _follow(parts: tuple[tuple[Tags, int], ...], number: int, at: int, message: Tagged) -> int | None:
    """The last token of the composition whose part with this number stands at this token; None if it does not go on."""
    wanted = parts[number][0] & message.tags[at]
    last = at
    for bit, length in message.lengths[at].items():
        if wanted & bit:
            last = max(last, at + length - 1)
    if number + 1 == len(parts):
        return last
    tags, gap = parts[number + 1]
    said = message.words.said
    skipped = fillers = 0
    place = at + 1
    while place < len(said) and said[place] not in _END:
        here = message.tags[place]
        if here & tags and place > at and (end := _follow(parts, number + 1, place, message)) is not None:
            return max(end, last)
        if place > last:
            if here & _FILLER and fillers < NEAR:
                fillers += 1
            else:
                skipped += 1
        if skipped > gap:
            return None
        place += 1
    return None


def _negated(found: _Found, message: Tagged) -> bool:
    """Whether a "not" stands in the composition, or just before it in its sentence."""
    said, tags = message.words.said, message.tags
    for at in range(found.first, found.last + 1):
        if tags[at] & _NOT:
            return True
    if found.rule.inside:
        return False
    for at in range(found.first - 1, max(-1, found.first - 1 - BESIDE), -1):
        if said[at] in _END or said[at] == "," or tags[at] & _BUT:
            return False
        if tags[at] & _NOT:
            return True
    return False


def _denied(found: _Found, message: Tagged) -> bool:
    """Whether the whole message denies it: "no plan, no intent". What comes after a "but" is not denied before it."""
    if not message.all & _DENY or message.all & _BACK:
        return False
    before = message.tags[: found.first]
    buts = [at for at, tags in enumerate(before) if tags & _BUT]
    if not buts or any(tags & _DENY for tags in message.tags[buts[-1] :]):
        return True
    return not any(tags & _DENY for tags in before[: buts[-1]])


def _around(message: Tagged) -> _Around:
    present = message.all
    return _Around(
        laughing=bool(present & _LAUGH),
        trivial=_trivial(message),
        told=bool(present & (_SOURCE | _PRO)),
        settled=bool(present & _LONGAGO and present & _SETTLED and not present & _BACK),
        roofing=bool(present & _ROOFWORK and present & _ROOF and not present & _BESIDE_THE_ROOF),
    )


def _trivial(message: Tagged) -> bool:
    return bool(message.all & _TRIVIAL)


def _weighed(found: _Found, message: Tagged, around: _Around) -> Risk | None:
    """The risk of a match in its surroundings; None when they take it away."""
    rule = found.rule
    level, kind = rule.level, rule.kind
    own = rule.kind in (Kind.SUICIDE, Kind.SELF_HARM)
    of_other = _of_somebody_else(found, message) if own else False
    if around.settled or (level < Level.IMMINENT and _denied(found, message)):
        return None
    if _explained(found, message, around):
        return None
    if around.told and (of_other or not _of_the_writer(found, message)):
        return None
    if not rule.earnest and around.trivial:
        if around.laughing or level is Level.CONCERN:
            return None
        level = Level.CONCERN
    elif not rule.earnest and message.all & IDIOM and around.laughing:
        level = Level.CONCERN
    if of_other and message.all & _LOSS and level < Level.IMMINENT:
        return None
    if rule.kind is Kind.SUICIDE and _at_the_hand_of_a_chore(found, message):
        return None
    if of_other:
        kind = Kind.THIRD_PARTY
    elif rule.kind is Kind.SUICIDE and _at_anothers_hand(found, message):
        kind = Kind.ABUSE
    return Risk(level, kind, message.words.between(found.first, found.last)[:REASON])


def _of_the_writer(found: _Found, message: Tagged) -> bool:
    begin = max(0, found.first - BESIDE)
    return any(message.tags[at] & (_I | _ME) for at in range(begin, found.last + 1))


def _of_somebody_else(found: _Found, message: Tagged) -> bool:
    """Whether the one who is spoken of, just before, is not the writer."""
    tags = message.tags
    if any(tags[at] & (_I | _ME) for at in range(found.first, found.last + 1)):
        return False
    for at in range(found.first - 1, max(-1, found.first - 1 - 2 * BESIDE), -1):
        if tags[at] & _I:
            return False
        if tags[at] & (_THEY | _NEAR | _KID):
            return True
    return False


def _at_anothers_hand(found: _Found, message: Tagged) -> bool:
    """Whether it is somebody else who will, or tried to: "il va me tuer" is no word about oneself in French."""
    tags = message.tags
    for at in range(found.first, found.last + 1):
        if tags[at] & _SELFKILL and tags[at] & _ME:
            break
    else:
        return False
    bent = False
    for before in range(at - 1, max(-1, at - 1 - 2 * BESIDE), -1):
        if tags[before] & _I or message.words.said[before] in _END or message.words.said[before] == ",":
            return False
        bent = bent or bool(tags[before] & _BENT)
        if tags[before] & (_THEY | _NEAR):
            return bent
    return False


def _at_the_hand_of_a_chore(found: _Found, message: Tagged) -> bool:
    """Whether a chore is said to do it: "les impôts vont m'achever". Loneliness or a secret may mean it."""
    tags, said = message.tags, message.words.said
    if message.all & _HARMFUL:
        return False
    for at in range(found.first, found.last + 1):
        if tags[at] & _SELFKILL and tags[at] & _ME:
            break
    else:
        return False
    if at < 2 or not tags[at - 1] & _BENT:
        return False
    thing = 0
    for before in range(at - 2, -1, -1):
        if said[before] in _END or said[before] == ",":
            break
        if tags[before] & (_SOMEBODY | _ME):
            return False
        thing |= tags[before]
    return bool(thing & _CHORE)


def _explained(found: _Found, message: Tagged, around: _Around) -> bool:
    """Whether it is work on a roof; or a concern, and a journey ("je suis plus là, je pars en Corse") or laughter."""
    present, tags = message.all, message.tags
    if around.roofing:
        return any(tags[at] & _EDGE for at in range(found.first, found.last + 1))
    if found.rule.level is not Level.CONCERN:
        return False
    if found.rule.kind is Kind.SUICIDE:
        return bool(tags[found.first] & _GONE and present & _AWAY and not present & _FOR_EVER)
    return found.rule.kind is Kind.SADNESS and around.laughing and bool(present & _AMUSED)


def _signs(kind: Kind, message: Tagged) -> frozenset[Sign]:
    present = message.all
    signs = set()
    if present & _MINOR:
        signs.add(Sign.MINOR)
    if present & _KID and kind in (Kind.ABUSE, Kind.HARM_TO_OTHERS, Kind.THIRD_PARTY, Kind.MEDICAL):
        signs.add(Sign.CHILD)
    swallowed = present & _SWALLOWING and present & _SWALLOWED
    if present & (_TOOK_ALL | _OVERDOSED) or swallowed or (present & _EMPTIED and present & _STORED):
        signs.add(Sign.TAKEN)
    if kind is Kind.THIRD_PARTY:
        signs.add(Sign.NEAR_OTHER)
    return frozenset(signs)
