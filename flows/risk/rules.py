"""What the floor takes for a sign: compositions of the tags of `french.py` and `english.py`, for both languages alike.

A line is a composition. Its parts follow one another; in between may stand small words that change nothing (FILLER).

    ~        up to three other words, in the same sentence          A|B      one or the other
    ~~       up to ten, in the same sentence                        word     that very word
    & A      and A anywhere in the message                          & !A     and A nowhere in it

After `;` stand what it withstands: `firm` a negation, `inside` one that stands before it, `earnest` laughter and a
trivial occasion. All others are void
under a negation, or become less, or nothing, beside an exam and a "lol". A `hint` is wrong too often to stand by
itself: only the statistical layer hears of it. A line that begins with a level and a kind says what those below are.
"""

RULES = """
imminent suicide
  SELFKILL ~~ SOON
  SOON ~~ SELFKILL
  SELFKILL ~~ NOW & WILL
  WILL ~ SELFKILL & voiture|volant|bagnole|conduis|wheel|driving & !TRIVIAL ; earnest
  WISH ~ DIE ~~ SOON
  SOON ~~ WISH ~ DIE
  WILL ~ END ~~ SOON
  SOON ~~ WILL ~ END
  SOON ~~ END & BYE|LETTER|HAND|AFFAIRS ; earnest
  DATE & SELFKILL|SUICIDE|BYE|LETTER|GUN|ROPE|PILLS|LIVE|HOPELESS|AFFAIRS ; firm
  SELFKILL_FUTURE ~~ SOON
  SELFKILL & HAND ; earnest
  DIE & HAND & PILLS|GUN|ROPE|BLADE ; earnest
  I|MY ~~ PILLS ~~ HAND & !SERVICE & !TRIVIAL ; earnest
  PILLS ~ HAND & I & !SERVICE & !TRIVIAL ; earnest hint
  ROPE ~ HAND & !TRIVIAL & !SERVICE ; earnest hint
  HAND ~ ROPE & locked|fermee|NECK|BYE|LETTER|DIE|END|HOPELESS & I & !SERVICE & !FORROPE ; earnest
  GUN ~~ HAND & !SOURCE & !TRIVIAL & !THEY ; earnest
  HAND ~ GUN & !SOURCE & !TRIVIAL ; earnest
  BLADE ~ HAND & SCARS|DIE|END|HOPELESS ; earnest
  HAND ~ BLADE & SCARS|DIE|END|HOPELESS ; earnest
  I ~ EDGE & !SHORE & !TRIVIAL & !SERVICE & !SETTLED ; earnest
  AT ~ EDGE & !SHORE & !TRIVIAL & !SERVICE ; earnest
  I ~~ SHORE & BYE|DIE|END|GONE|HOPELESS|BURDEN|LETTER|AFFAIRS|LAST|ALCOHOL ; earnest
  LAUGH ~~ AT ~ EDGE ; earnest
  I ~ AT ~ HEIGHT & SELFKILL|BYE|LONELY_PLACE|ALONE|DIE|END|WATER ; earnest hint
  I ~~ jump|sauter|saute ~~ NOW|SOON & HEIGHT|TRACK|EDGE|DIE ; earnest
  WILL ~ jump|sauter & !TRIVIAL & !IDIOM
  TOOK_ALL & I & PILLS|BYE|DIE|NOW|HELPNOW|ALCOHOL|SOON & !SERVICE & !TRIVIAL & !LONGAGO ; earnest
  TOOK_ALL & BYE ; earnest
  I ~~ TAKE ~~ MUCH ~~ PILLS & !LONGAGO & !SERVICE ; earnest
  PILLS ~~ TAKE & MUCH & BYE|DIE|END ; earnest
  BYE & LETTER & !SERVICE & !TRIVIAL ; earnest hint
  BYE & SOON & NEAR|I & !SERVICE & !TRIVIAL & END|DIE|HOPELESS|AFFAIRS|LETTER|SELFKILL|LAST ; firm earnest hint
  BYE & SELFKILL|END ; earnest
  LAST & BYE & !SERVICE ; earnest
  LAST & SELFKILL|AFFAIRS|DIE & SOON ; earnest
  AFFAIRS & BYE & !SERVICE ; firm earnest
  AFFAIRS & DATE|SOON & END|LETTER|BYE|SELFKILL|WILL ; earnest
  AFFAIRS ~~ prêt|prête|ready ; earnest
  TRIED ~~ SELFKILL & NOW|SOON
  TRIED & raté|failed & SOON|BACK ; earnest
  already|trop ~ gone|tard ~~ TAKE|pris ; earnest
  WILL ~ JOIN ~~ SOON & DEAD|LOSS|BYE
  💊 & BYE ; earnest
  DOIT & SOON|BYE|NOW & !TRIVIAL & !SERVICE
  DEAD_FUTURE & SOON|BYE|NOW & !TRIVIAL & !SOURCE
  ROPE & NECK & !SOURCE & !TRIVIAL & !LONGAGO ; earnest
  SWALLOWED & PILLS & MUCH|TOOK_ALL|BYE|DIE|ALCOHOL|HELPNOW & !LONGAGO & !SETTLED & !SERVICE & !TRIVIAL ; earnest
  OVERDOSED & !NEAR & !KID & !THEY & !LONGAGO & !SOURCE & !PRO & !LOSS & !TRIVIAL & !SERVICE & !FOOD ; earnest
  PREPARED & READY & !TRIP & !LONGAGO & !SOURCE ; earnest
  I ~ ONBRIDGE & !SIGHTS & !SHORE & !TRIVIAL & !SERVICE & !SOURCE & !LONGAGO ; inside earnest
  DANGLING & !PLAYED & !SHORE & !SOURCE & !TRIVIAL ; earnest
  I ~~ BRINK ~~ LETGO & !SOURCE & !TRIVIAL ; inside earnest
  LETGO ~~ BRINK & I & !SOURCE & !TRIVIAL ; inside earnest
imminent self_harm
  CUT ~~ HEAVY & BLEED|HEAVY & I ; firm earnest
  BLEED ~~ HEAVY & I|MY & CUT|SCARS ; firm earnest
  CUT & BLEED & NOW & HEAVY ; firm earnest
imminent medical
  CHEST & NOW|HEART|FAINT|I & !LONGAGO & !SETTLED & !TRIVIAL ; firm
  BREATH & !TRIVIAL & !LONGAGO & !SETTLED & !WORSE ; firm earnest
  gonfle|gonflée|enfle & gorge|langue|visage|respirer|avaler & !TRIVIAL & !LONGAGO & !SETTLED ; firm earnest
  STROKE & !SOURCE & !PRO ; firm earnest hint
  SEIZURE & DRUG|PREGNANT|KID|PILLS|ALCOHOL|FEVER & !PRO & !SOURCE & !LONGAGO & !TRIVIAL ; firm earnest
  HEART & DRUG ; earnest
  KID ~~ TAKE ~~ PILLS & !OWNMEDS ; earnest
  KID ~~ swallowed|avale ~~ PILLS|OWNMEDS ; earnest
  I ~ GULPED ~ CONTAINER MEDICINE & !LONGAGO & !AS_IF ; inside earnest
  I ~ GULPED|GOT ~ CONTAINER MY ~ MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  I ~ GOT ~ CONTAINER MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  GULPED|GOT ~ CONTAINER MEDICINE & !I|THEY|NEAR|KID|YOU & !NOTATONCE & !LONGAGO & !AS_IF ; earnest
  I ~ GULPED ~ plaquette|plaquettes|blister|blisters & !FOOD & !LONGAGO & !AS_IF ; inside earnest
  I ~ GULPED|GOT ~ MANY MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  I ~ GULPED|GOT ~ MANY MY ~ MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  I ~ GULPED|GOT ~ MANY x ~ MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  I ~ GULPED|GOT ~ SEVERAL SEDATIVE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  I ~ TOOKOF MANY & MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF & !mg|gouttes ; inside earnest
  I ~ GULPED|GOT MANY THEY & MEDICINE & !NOTATONCE & !LONGAGO & !AS_IF ; inside earnest
  GULPED|GOT ~ MANY MEDICINE & !I|THEY|NEAR|KID|YOU & !NOTATONCE & !LONGAGO & !AS_IF ; earnest
  I ~ EMPTIED ~ CABINET & !DISCARDED & !LONGAGO ; inside earnest
  I ~ EMPTIED ~ CONTAINER MEDICINE & !DISCARDED & !LONGAGO ; inside earnest
  I ~ GULPED|GOT ~ CABINET & !DISCARDED & !LONGAGO ; inside earnest
  I ~ GULPED ~ CAUSTIC & !LONGAGO & !AS_IF ; inside earnest
  PREGNANT & BLEED & HEAVY|MUCH ; earnest
  WITHDRAWAL & ALCOHOL & VOICES|SEIZURE|beetles|bugs|betes|bestioles ; earnest
imminent abuse
  THEY|NEAR ~~ COMING & HELPNOW|THREAT|BLADE|GUN|HIT & !TRIVIAL ; firm earnest
  HELPNOW & HIT|THREAT|CONTROL|COMING & THEY|NEAR & !TRIVIAL & !SERVICE ; firm earnest
  HELPNOW & BLADE|GUN & THEY|NEAR ; firm earnest
  CODED & COMING|HELPNOW|NOW|hurry|police ; firm earnest
  THEY|NEAR ~~ HIT ~~ NOW & HELPNOW|COMING ; earnest
  THEY|NEAR ~~ COMING ~~ BLADE|GUN & !TRIVIAL ; earnest
  THREAT & SOON|NOW|HELPNOW & GAS|BLADE|GUN|COMING ; earnest
  THEY|NEAR ~ ME ~ STRANGLED & JUSTNOW & !LONGAGO & !TRIVIAL & !MEDIC ; inside earnest
  THEY|NEAR ~ STRANGLED ~ ME & JUSTNOW & !LONGAGO & !TRIVIAL & !MEDIC ; inside earnest
  THEY|NEAR ~ STRANGLEDNOW & !MEDIC ; inside earnest
  GRIP ~ THROAT & JUSTNOW|COMING|HELPNOW & !LONGAGO & !MEDIC & !SOURCE ; inside earnest
imminent harm_to_others
  SOON ~~ SLAY & READY|HAND|BLADE|GUN & !CONTEST & !TRIVIAL ; earnest
  SLAY ~~ SOON & READY|HAND|BLADE|GUN & !CONTEST & !TRIVIAL ; earnest
  I ~~ WILL ~ KILLOTHER ~~ SOON & !TRIVIAL
  WILL ~ KILLOTHER & SOON|NOW & BLADE|GUN|HAND|COMING & !TRIVIAL ; earnest
  BLADE|GUN ~~ HAND & AT|KILLOTHER|devant|outside & THEY|NEAR|lui|him|her ; earnest
  LOSTCONTROL & BLEED|SEIZURE & !TRIVIAL ; earnest
  KILLOTHER & NOW & LOSTCONTROL ; firm earnest
  DIE & KID & SOON & I & all|tous|ensemble ; earnest
imminent psychosis
  VOICES & COMMAND & HEIGHT|BLADE|SELFKILL|KILLOTHER & NOW|SOON & I ; earnest
  PARANOID & BLADE|GUN & COMING|NOW|AT ; earnest
imminent third_party
  NEAR|KID|THEY ~~ OVERDOSED & !LONGAGO & !SOURCE & !PRO & !LOSS & !SETTLED & !TRIVIAL & !FOOD ; earnest
  NEAR|KID ~~ TAKE ~~ MUCH|TOOK_ALL & PILLS|DRUG & !LONGAGO & !SETTLED ; earnest
  NEAR|KID|THEY ~ GULPED|GOT ~ CONTAINER MEDICINE & !NOTATONCE|LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID|THEY ~ GULPED|GOT ~ MANY MEDICINE & !NOTATONCE|LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID|THEY ~ GULPED|GOT ~ SEVERAL SEDATIVE & !NOTATONCE|LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID|THEY ~ EMPTIED ~ CABINET & !DISCARDED|LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID|THEY ~ EMPTIED ~ CONTAINER MEDICINE & !DISCARDED|LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID|THEY ~ GULPED ~ CAUSTIC & !LONGAGO|SETTLED|PRO|SOURCE ; inside earnest
  NEAR|KID ~ GULPED|GOT SOMEPILLS & !CURE|NOTATONCE|LONGAGO|SETTLED|PRO|SOURCE|LOSS ; inside earnest
  NEAR|THEY|KID ~~ SEIZURE & TAKE|PILLS|DRUG|ALCOHOL|BREATH & !PRO ; firm earnest
  NEAR|THEY ~~ EDGE & !SHORE & !TRIVIAL & !SOURCE & !SERVICE ; earnest
  NEAR|THEY ~~ BLADE|GUN & BYE|LETTER|COMING|HELPNOW|HAND & !PRO & !SOURCE & !TRIVIAL & !LONGAGO ; earnest
  NEAR|THEY ~~ BYE & EDGE|PILLS|GUN|TAKE|HEIGHT|LETTER|AFFAIRS & !PRO & !SOURCE ; earnest
  NEAR|THEY ~~ THEIRKILL & NOW|SOON & !PRO & !SOURCE & !LONGAGO ; earnest
risk suicide
  SELFKILL
  WISH ~ DIE
  WISH ~ être ~ DEAD
  WISH ~ be ~ DEAD & I & !TRIVIAL
  THINKDIE & I|ME|MY & !PRO & !SOURCE & !LONGAGO & !SETTLED & !DENY
  HOWDO & I & !TRIVIAL & !SERVICE & !SOURCE & DIE|END|PILLS|THINK|DARK|HOPELESS
  WISH ~ END & LIFE|pain|DIE|HOPELESS|me ; earnest
  envie ~ END
  want ~ END & !TRIVIAL
  END ~ LIFE
  THINK ~ END & !TRIVIAL
  THINK ~ DIE & I & !SOURCE & !WORSE ; hint
  WISH|WILL ~ GONE & forever|toujours|bon|good & !TRIVIAL
  SUICIDE & I|MY & THINK|WISH|WILL|SEARCH|HOW|RECENT & !PRO & !SOURCE & !LONGAGO & !SETTLED & !DENY
  suis|am|feel|feeling ~ suicidaire|suicidal
  THINK|penser ~ SUICIDE & !PRO & !SOURCE & !LONGAGO & !SETTLED & !DENY
  HOW ~~ DIE|SELFKILL|SUICIDE|END & !PRO & !TRIVIAL ; firm earnest
  HOW ~~ PILLS & DIE|SELFKILL|END|suffir|enough ; firm earnest
  SEARCH ~~ SELFKILL|SUICIDE|DIE & I & !PRO & !SOURCE ; earnest
  NOT|NOMORE ~ WISH ~ LIVE & !SETTLED ; firm
  WISH ~ NOMORE ~ LIVE ; firm
  WISH ~ NOT ~ LIVE ; firm
  NOT ~ want ~ LIVE & NOMORE ; firm
  not ~ want ~ LIVE & !HOPELESS & DIE|dead|kid|END ; firm
  LIVE ~ NOMORE ~ WISH ; firm
  préfère|rather ~ DIE|DEAD
  mieux|better ~ DEAD|DIE & I & !TRIVIAL
  WISH ~ I ~ were|was ~ DEAD
  JOIN & DEAD|LOSS|DIE & I & WILL|WISH|THINK & !SOURCE
  I ~ WISH ~ REUNITE ~~ HEAVEN & !ONEDAY & !SOURCE ; inside
  I ~ WISH ~ TOHEAVEN & MINOR|SOON|NEAR|THEY & !ONEDAY & !SOURCE ; inside
  PREPARED & DONE & !TRIP & !LONGAGO & !SOURCE
  LASTWORD & !FORTODAY & !SERVICE & !SOURCE & !TRIVIAL ; inside earnest
  NOSEARCH|NOHEAR & LEAVING|LASTWORD|HOPELESS|READY & !FOUND & !FORTODAY & !SERVICE & !SOURCE & !TRIVIAL ; firm earnest
  seule|only ~~ retient|stopping|keeps|reason ; firm
  only ~ reason & not|here|still ; firm
  UNSAFE & SELFKILL|DIE|PILLS|GUN|HOPELESS|DARK|not ; firm earnest
  PILLS|GUN|BLADE & UNSAFE ; firm earnest
  HURTSELF & SELFKILL|DIE|PILLS|GUN|HOPELESS|DARK ; earnest
  LIED & SUICIDE|DIE|DARK|SELFKILL|ideas|idees ; firm earnest
  TRIED & SUICIDE & RECENT & !LONGAGO & !SETTLED
  LETTER ~ adieu|goodbye|suicide & I & !SOURCE & !PRO & !LONGAGO & !SETTLED & !LOSS & !TRIVIAL
  écrit|wrote|written ~ LETTER & BYE|DIE|END|HOPELESS|LAST & !SOURCE & !PRO & !LONGAGO & !SETTLED & !LOSS
  AFFAIRS & HOPELESS|WISH|needing|besoin|légère & !SERVICE & !TRIVIAL
  BULLIED & THINK|right|raison & SELFKILL|DIE|pendre|kill & I
  💀 & WISH & me & !TRIVIAL
risk self_harm
  I ~ HURTSELF & BLADE|again|cigarette|lighter|purpose|deliberately & !SETTLED & !LONGAGO & !ACCIDENT & !TRIVIAL
  I ~ MIGHT ~ HURTSELF & !SETTLED & !SOURCE & !ACCIDENT & !TRIVIAL
  CUT & RECENT & I & !TRIVIAL & !SETTLED & !LONGAGO & !ACCIDENT ; earnest hint
  CUT & BLEED|SCARS|BLADE & I & !TRIVIAL & !SETTLED & !LONGAGO
  WISH ~ CUT & !SETTLED
  BLADE ~~ caché|hidden|hide|taped|keep & I & !SERVICE
  SCARS & cacher|hide|voir|manches|longues & RECENT|CUT & I ; hint
  BLEED & I & respire|calme|calms|relief|better|noise & !TRIVIAL
  CUT & calmer|calme|exprès|purpose|breathe & I & !TRIVIAL
risk abuse
  POWER ~~ KISSED & !LONGAGO & !SOURCE & !GREETED
  KISSED & UNWANTED & !LONGAGO & !SOURCE & !PRO ; firm
  THEY|NEAR ~ me|m ~ HIT & !TRIVIAL & !LONGAGO & !IDIOM
  NEAR ~ nous ~ HIT & !TRIVIAL & !LONGAGO & !IDIOM
  NEAR ~~ HIT ~ me|us & !TRIVIAL & !LONGAGO
  THEY|NEAR ~ HIT ~ me & !TRIVIAL & !LONGAGO
  I ~ was|ete|suis ~ RAPE & !LONGAGO
  RAPE & me|moi|my|I & THEY|NEAR|GROWNUP & !LONGAGO & !SOURCE & !PRO
  RAPE & MINOR
  THREATKILL & THEY|NEAR|PARTNER & !TRIVIAL & !SOURCE & !LONGAGO & !LAUGH
  FORCED & THEY|NEAR|GROWNUP|PARTNER & !LONGAGO & !SOURCE & !PRO
  THREAT & me|moi|us|nous & THEY|NEAR & !TRIVIAL & !SOURCE ; hint
  CONTROL & I|me & THEY|NEAR & !SERVICE & !TRIVIAL ; hint
  GROWNUP ~~ HIT & me|MINOR & !LONGAGO & !TRIVIAL
  GROWNUP ~~ HIT ~~ KID & !LONGAGO & !TRIVIAL & !SOURCE
  GROWNUP ~~ RAPE & KID|me|MINOR & !SOURCE & !LONGAGO
  NOCONSENT & THEY|NEAR|GROWNUP & !LONGAGO & !TRIVIAL & !SOURCE ; firm
  GRIP ~ THROAT & !LONGAGO & !MEDIC & !SOURCE
  THEY|NEAR ~ GRIPPED & !LONGAGO & !MEDIC & !SOURCE
  THEY|NEAR ~ ME ~ CLASPED & !LONGAGO & !MEDIC & !SOURCE
  ADULT ~ ME ~ SENDS ~~ NUDE & !LONGAGO & !SOURCE
  THEY|NEAR ~ ME ~ SENDS ~~ NUDE & MINOR & !LONGAGO & !SOURCE
  ADULT ~ SENDS ~ ME ~~ NUDE & !LONGAGO & !SOURCE
  THEY|NEAR ~ SENDS ~ ME ~~ NUDE & MINOR & !SOURCE
risk harm_to_others
  I ~ WILL|WISH ~ MAKEPAY & VICTIMS & !MONEY & !SOURCE
  ALLPAY & BLADE|GUN|MINOR|SOON & !MONEY & !SOURCE & !TRIVIAL
  I ~ TOLIST ~~ tuer|kill|buter & !SOURCE
  I ~ TOLIST & MAKEPAY|KILLOTHER|REVENGE & !MONEY & !SOURCE
  SOON ~~ SLAY & !CONTEST & !TRIVIAL & !LAUGH & !SOURCE
  WISH|THINK|WILL ~ KILLOTHER & !TRIVIAL & !SOURCE & !WORSE
  REVENGE & I & GUN|BLADE|names|noms|liste|KILLOTHER & !SOURCE & !TRIVIAL
  LOSTCONTROL & KID|PARTNER|NEAR & !TRIVIAL
  PEDO & I
  UNSAFE & KID ; firm
  WISH|WILL|THINK|TRIED|almost|nearly|could ~ HARMKID & !TRIVIAL & !SOURCE & !PRO
  I ~ MIGHT ~ HARMKID & !toc|ocd|intrusive|images & !SOURCE & !PRO & !LONGAGO
risk psychosis
  VOICES ~~ COMMAND & I|me & !SOURCE & !PRO & !TRIVIAL
  PARANOID & BLADE|GUN|arracher|digging & I
risk eating
  PURGE & RECENT|BLEED|FAINT & I & !SETTLED & !LONGAGO & !TRIVIAL & !KID
  FAST & FAINT & I & !TRIVIAL & !PRO
  PURGE & BLEED & I
  PURGE ~~ EVERYMEAL & I & !SETTLED & !LONGAGO & !KID & !TRIVIAL
  EVERYMEAL ~~ PURGE & I & !SETTLED & !LONGAGO & !KID & !TRIVIAL
risk medical
  PILLS ~~ ALCOHOL & RECENT & I & !SERVICE & !TRIVIAL
  WITHDRAWAL & ALCOHOL & RECENT|I & !LONGAGO & !SETTLED
  STOPPED & insulin|insuline
risk third_party
  NEAR|KID ~ suicidal|suicidaire|suicidaires & !patient|patiente & !PRO & !SOURCE & !LONGAGO & !SETTLED & !LOSS
  NEAR|KID|THEY ~~ FAREWELL & !PRO & !SOURCE & !LOSS & !LONGAGO & !TRIVIAL & !SERVICE
  FAREWELL ~~ NEAR|KID & !PRO & !SOURCE & !LOSS & !LONGAGO & !TRIVIAL & !SERVICE
  NEAR|KID ~~ WISH ~ DIE & !PRO & !SOURCE & !LONGAGO
  NEAR|KID|THEY ~~ THEIRKILL & !PRO & !SOURCE & !LONGAGO & !SETTLED ; firm
  NEAR|KID ~~ SUICIDE & !PRO & !SOURCE & !LONGAGO & !SETTLED & !LOSS & RECENT|TOHELP|SEARCH|THREAT|WILL ; firm
  NEAR|KID ~~ CUT & BLADE|BLEED|SCARS|TOHELP & !PRO & !SOURCE & !LONGAGO
  NEAR|KID ~~ HIT ~~ KID|NEAR & RECENT|TOHELP & !PRO & !SOURCE & !TRIVIAL & !LONGAGO
  NEAR|KID ~~ NOT|NOMORE ~ LIVE & TOHELP|WISH & !PRO & !SOURCE ; firm
  NEAR ~~ VOICES ~~ COMMAND & !PRO & !SOURCE
concern suicide
  GONE & WISH|THINK|simple|easier|I & !TRIVIAL & !SOURCE ; firm
  BURDEN & !TRIVIAL & !SOURCE ; firm
  DARK & !SOURCE & !PRO
  I ~ turned|ouvert ~ gas|gaz & !SERVICE & !TRIVIAL & !SOURCE & !LONGAGO & !tea|coffee|cook|manger|cuisine|cuire|café
  NOT ~~ WISH ~ DIE & BUT|juste|just ; firm
  THINK ~ DIE & I & !SOURCE & !WORSE & !TRIVIAL
  HOPELESS & LIFE|LIVE|continuer|everything|tout & !TRIVIAL & !SERVICE ; firm
  HATE_SELF & DIE|DEAD|LIVE|GONE|END|WISH & !TRIVIAL ; firm
  TRIED & SUICIDE & BACK|SOON & !PRO
  END & ASKHELP|lâche|WISH & !TRIVIAL
  want|could|wanna ~ sleep ~ forever & I & !SOURCE ; earnest
  I ~~ burden ~ MY & !SOURCE & !LONGAGO ; firm earnest
  I ~ BOUGHT ~ corde|rope & !FORROPE & !TRIVIAL & !SERVICE & !SOURCE & !LONGAGO & !NEAR & !KID
  I ~ WILL ~ REUNITE ~~ HEAVEN & !ONEDAY & !SOURCE ; inside
  I ~ WISH ~ TOHEAVEN & !SOURCE ; inside
  NOSEARCH|NOHEAR & !FOUND & !FORTODAY & !SERVICE & !SOURCE ; firm
concern sadness
  WORTHLESS & I|ME|MY & !TRIVIAL & !SOURCE & !SERVICE ; firm
  HATE_SELF & !TRIVIAL ; firm
  HOPELESS & I & !TRIVIAL & !SERVICE & !SETTLED ; firm
  ALONE & CRY|HOPELESS & RECENT & !SETTLED & !TRIVIAL ; firm hint
  CRY & RECENT & HOPELESS|why|pourquoi & !TRIVIAL & !SETTLED ; firm
concern self_harm
  CUT & I & !TRIVIAL & !LONGAGO & !SETTLED & !SERVICE & !ACCIDENT
  CUT & BACK & I
  I ~ NOT ~ HURTSELF & BUT|just|juste & !SETTLED & !LONGAGO & !TRIVIAL & !SERVICE ; firm
concern eating
  FAST & BODY|HATE_SELF|proud|fier & I & !PRO & !TRIVIAL ; firm
  PURGE & BODY|shame|honte|deciding
concern psychosis
  DELUSION & !SOURCE & !PRO & !TRIVIAL & !LONGAGO
  I ~ HEARVOICES & !NEARBY & !SOURCE & !PRO & !TRIVIAL & !LONGAGO & !NEAR & !KID
  PARANOID & THEY|NEAR|I & !TRIVIAL & !SOURCE & !SERVICE ; hint
  UNREAL & I & !SOURCE
  MANIC & I & !KID ; firm
concern abuse
  AFRAID & !TRIVIAL & !SOURCE & !LONGAGO & !SETTLED
  NEAR|THEY ~~ SHOUTS & COMING & !TRIVIAL & !SOURCE & !LONGAGO
  NEAR|THEY ~ HIT ~ NEAR|KID & !PRO & !SOURCE & !TRIVIAL & !LONGAGO & !IDIOM
  THEY|NEAR ~~ THREAT|HIT & me & !TRIVIAL & !LONGAGO ; firm
  THEY|NEAR ME BULLY & !SALES & !CONTEST & !SOURCE & !LAUGH ; earnest
  THEY|NEAR BULLY ME & !SALES & !CONTEST & !SOURCE & !LAUGH ; earnest
  I ~ BULLIEDNOW & !SALES & !SOURCE & !LAUGH ; earnest
  BULLIEDBY & !CONTEST & !SALES & !SOURCE & !LAUGH ; earnest
concern harm_to_others
  ALLPAY & !MONEY & !SOURCE & !TRIVIAL
  I ~ WILL|WISH ~ MAKEPAY & !MONEY & !SOURCE & !TRIVIAL
concern stress
  BULLIED & RECENT|I & !TRIVIAL & !SOURCE ; hint
  EXHAUSTED & CRY|HOPELESS & !SETTLED ; hint
concern anxiety
  WORSE & HOPELESS|ASKHELP|HELPNOW & !SETTLED & !TRIVIAL ; firm
concern medical
  STOPPED & I
concern bereavement
  LOSS & HOPELESS|JOIN|continue|guilt|missed|voir & RECENT|I & !SETTLED & !LONGAGO & !SERVICE ; firm hint
concern third_party
  NEAR & TOHELP & HOPELESS|FAST|ALONE|BURDEN|CUT|PARANOID|VOICES & !PRO & !SETTLED ; firm hint
"""
