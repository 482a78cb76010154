"""What people say when they would like something, and what only sounds like it."""

import pytest

from bot.settings import CONTENT
from flows.book import load
from flows.intents import Wish, words_of

WISHES = load(CONTENT).wishes

ASKED_EN = {
    Wish.HUMAN: """
        i want to talk to someone please, anyone
        i want to talk to someone please
        please i want to talk to someone
        hi, i'd like to talk to someone
        hello, could i talk to a therapist please?
        hi there can i speak to a human
        good morning, i would like to talk to a psychologist
        i just want to talk to someone
        i just want to talk
        i really need to talk to somebody
        i need to talk to someone right now
        can i talk to someone today
        could i please speak with someone
        is it possible to talk to a human?
        would it be possible to speak to a therapist?
        i was wondering if i could talk to someone
        i'm looking for a therapist
        i am looking for someone to talk to
        i'd rather talk to a human
        i would prefer a real person
        how can i talk to someone
        let me talk to a human
        give me a human
        no i want a human
        but i want to talk to a real person
        ok i'd like to talk to someone
        please please i beg you i want to talk to someone
        talk to someone, i'm begging you
        can somebody talk to me please
        please talk to me
        please answer me
        answer me
        somebody please talk to me now
        please reply
        can someone help me please
        i need to talk to someone, it's urgent
        is there anyone i can talk to?
        someone please
        i want to see a therapist now
        i need to see someone urgently
        i wanna talk to sombody please
        i'd like to tlak to a human please
    """,
    Wish.BOOKING: """
        hi, i'd like to book an appointment please
        i want to book an appointment
        i just want an appointment
        i'd like to make an appointment with a therapist
        could i make an appointment please
        can i book a session
        can i book an appointment for my daughter
        how do i book an appointment
        i need an appointment as soon as possible
        i would like an appointment this week if possible
        hello i want to see a psychologist
        i need to see a therapist
        i'd like to see someone
        would it be possible to get an appointment
        please book an appointment for me
        i'd like to book an apointment please
        yes i want to book an appointment
    """,
    Wish.EXERCISE: """
        can i do an exercise
        i'd like another exercise please
        give me an exercise now
    """,
    Wish.DATA: """
        i want a copy of my data
        what do you have on me
        send me my data
        could you please send me a copy of my data
        can i see what you have on me?
        i'd like to know what you keep about me
    """,
    Wish.LANGUAGE_EN: """
        i want to speak english
        i don't speak french
        sorry, i don't speak french
        can we talk in english
        in english please
        could we continue in english?
    """,
    Wish.LANGUAGE_FR: """
        i want to talk in french
        i'd prefer french
    """,
    Wish.WITHDRAW: """
        i withdraw my consent
        please stop keeping my messages
        stop keeping my messages
        please don't show this to anyone
        delete what i wrote
        i'd like to delete what i said
        i don't want anyone to read me
        can i withdraw my consent
        i withdrawl my consent
    """,
    Wish.STOP_WAITING: """
        i don't want to wait anymore
        please cancel my request
    """,
    Wish.PARENTS: """
        will my parents know
        are my parents going to find out?
        please don't tell my mum
        my parents will find out
    """,
    Wish.NOTES: """
        can i read my notes
        show me my notes please
    """,
    Wish.PLAN: """
        i want to see my plan
        can you show me my safety plan
    """,
    Wish.URGENT: """
        i need help right now
        please please help me
        help me please i beg you
    """,
}
ASKED_FR = {
    Wish.HUMAN: """
        parler à quelqu'un svp je vous en supplie
        bonjour, j'aimerais parler à un psy
        je veux voir un psy en urgence
        s'il vous plaît, je voudrais parler à quelqu'un
        Bonjour, est-ce que je peux parler à quelqu'un s'il vous plaît ?
        bonsoir je voudrais juste parler à une psychologue
        je veux juste parler à un humain
        je veux juste parler
        j'ai besoin de parler à quelqu'un maintenant
        j'ai vraiment besoin de parler à quelqu'un
        j'aimerais bien parler avec une psy svp
        j'aimerais pouvoir parler à quelqu'un
        je souhaiterais parler à un thérapeute
        je souhaite discuter avec quelqu'un
        est-ce qu'on peut parler à un humain
        serait-il possible de parler à quelqu'un ?
        c'est possible de parler à un psy aujourd'hui ?
        puis-je parler avec un thérapeute
        je pourrais parler à un vrai humain svp
        comment parler à un psy
        il faut que je parle à quelqu'un
        je cherche quelqu'un à qui parler
        je préfère parler à une vraie personne
        passez-moi un humain
        passez moi quelqu'un svp
        non je veux parler à un humain
        oui je veux bien parler à quelqu'un
        mais je veux parler à quelqu'un, n'importe qui
        bon ok je veux parler à un psy
        jveux parler a qqn stp
        je voudrai parler a une psy
        je voudrais parlé à quelqun svp
        répondez moi
        répondez-moi s'il vous plaît
        répondez svp je vous en supplie
        par pitié répondez
        parlez-moi s'il vous plaît
        est-ce que quelqu'un peut me répondre svp
        quelqu'un peut m'aider ?
        je veux parler à quelqu'un c'est urgent
        aidez moi svp je veux parler à quelqu'un
        bonjour je souhaiterais être mis en relation avec un psychologue
        je dois voir quelqu'un en urgence
    """,
    Wish.BOOKING: """
        je veux juste prendre rdv
        Bonjour, je voudrais prendre rendez-vous avec une psychologue svp
        bonjour je souhaite prendre rendez-vous
        est-ce que je peux prendre rendez-vous ?
        j'aimerais avoir un rendez-vous
        j'aimerais bien un rdv cette semaine si possible
        je voudrais un rdv au plus vite
        je cherche à prendre rdv
        comment prendre rendez-vous
        comment faire pour prendre rendez-vous
        j'ai besoin d'un rendez-vous rapidement
        j'ai besoin de voir un psy
        je voudrais voir une psychologue
        je veux consulter
        je voudrais consulter une psy svp
        bonjour madame, c'est possible d'avoir un rendez-vous
        c'est pour un rendez-vous pour ma fille
        il me faut un rdv
        je voulais prendre rendez-vous
        prendre rendez-vous avec ma psy
        jvoudrais un rdv svp
        oui je voudrais prendre un rendez vous
    """,
    Wish.EXERCISE: """
        je voudrais bien faire un exercice
        je peux avoir un autre exercice
        donnez-moi un exercice svp
    """,
    Wish.DATA: """
        qu'est-ce que vous avez sur moi
        je veux une copie de mes données
        mes données svp
        bonjour, je voudrais savoir ce que vous gardez sur moi svp
        je peux avoir une copie de mes donées
        envoyez-moi mes données
    """,
    Wish.LANGUAGE_FR: """
        je préfère en français
        on peut parler français ?
        désolé je ne parle pas anglais
        je préfère parler en français svp
    """,
    Wish.LANGUAGE_EN: """
        est-ce qu'on peut continuer en anglais
        je préfère l'anglais
    """,
    Wish.WITHDRAW: """
        je retire mon accord
        je veux retirer mon accord
        bonjour je voudrais retirer mon consentement
        je ne veux plus qu'on me lise
        effacez ce que j'ai dit
        pouvez-vous effacer ce que j'ai écrit ?
        ne montrez ça à personne svp
        arrêtez de garder mes messages
        je retir mon accord
    """,
    Wish.STOP_WAITING: """
        je ne veux plus attendre
        annulez ma demande s'il vous plaît
    """,
    Wish.PARENTS: """
        mes parents vont savoir
        ils vont le savoir mes parents ?
        svp ne dites rien à mon père
        est-ce que ma mère va le savoir ?
    """,
    Wish.NOTES: """
        je voudrais relire mes notes
        est-ce que je peux voir mes notes
    """,
    Wish.PLAN: """
        je veux voir mon plan
        je peux voir mon plan de sécurité
    """,
    Wish.URGENT: """
        aidez-moi je vous en supplie
        j'ai besoin d'aide tout de suite svp
    """,
}

TOLD_EN = """
    i want to talk to my mother
    i want to talk to my dad
    i want to talk about my mother
    i'd like to talk to my boss
    i'd like to talk to her
    i need to talk to my son
    i can't talk to my wife
    can i talk to my sister
    could i talk to you about something
    i want to talk to someone about my father who drinks
    i talked to a therapist yesterday
    i talked to someone
    i spoke to a psychologist last year
    my therapist wants me to talk to someone
    my therapist said i should talk to someone
    my mother wants me to see a therapist
    everyone tells me to see a therapist
    i don't want to talk to anyone
    i don't want to talk to someone
    i do not want to talk to a therapist
    i don't want a therapist
    i don't need a therapist
    i never want to talk to anyone again
    i no longer want to see a therapist
    i'm scared to talk to someone
    i'm afraid of talking to a therapist
    i can't talk to anyone
    i can't talk to a therapist
    it's hard to talk to someone
    i have no one to talk to
    nobody wants to talk to me
    i wish i had someone to talk to
    i used to see a therapist
    should i see a therapist
    do i need to see a therapist
    i see a therapist every week
    i have an appointment tomorrow
    i have an appointment with a therapist
    i missed my appointment
    my appointment was awful
    i hate my therapist
    my therapist left me
    i cancelled my appointment
    i want to be a therapist
    i want to talk to god
    i want to see my mother now
    i want to see someone happy for once
    i want to see the sea
    i want to help
    help me forget him
    it's urgent that i sleep
    i'd like to help someone
    i want to leave
    i want to quit
    i want to sleep
    i want to eat
    i want to disappear
    i want to be human
    i feel like a human
    i need someone who loves me
    i want someone to love me
    please stop shouting at me
    he wants to talk to someone
    i want my husband to see a therapist
    i want my son to talk to someone
    i need to book a train
    i need my mother
    can someone like me ever get better
    no human understands me
    how do i talk to my mother
    answer me she said
    hello how are you
    thank you for everything
    i want to forget everything
    i'd like my notes to say something kind
    what do you have on her
    my parents know everything
    my parents will never understand
    my dad knows
    i don't agree with my mother
    he reads my messages
    i don't want anyone to see me cry
    i don't want to wait for him
    i don't want to wait until she leaves me
    please delete me
    nobody reads what i write
    he never asked for my consent
    she deleted everything i said
    my husband doesn't speak english
    i have an english exam tomorrow
    i want to learn french
    i hate french
    he took my data
    i lost all my data yesterday
"""
TOLD_FR = """
    je veux parler à ma mère
    je veux parler à mon père
    j'aimerais parler à ma sœur
    je voudrais parler à mon ex
    je voudrais lui parler
    j'ai besoin de parler à mon fils
    je peux parler à ma femme de tout
    je peux pas parler à quelqu'un
    je veux parler de ma mère
    je voudrais parler de mon travail
    j'ai parlé à un psy hier
    j'ai parlé à quelqu'un
    j'ai déjà parlé à une psychologue
    j'ai vu un psy
    j'ai vu une psychologue l'an dernier
    je vois une psy
    je vois un psy depuis deux ans
    mon psy veut que je parle à quelqu'un
    ma psy dit qu'il faut que je parle à quelqu'un
    ma mère veut que je voie un psy
    ma mère veut que je parle à un psy
    tout le monde me dit de voir un psy
    on m'a dit de parler à quelqu'un
    je ne veux parler à personne
    je veux parler à personne
    je ne veux pas parler à quelqu'un
    je ne veux pas voir un psy
    je veux pas voir de psy
    je veux pas parler à un psy
    je ne veux plus voir de psy
    je veux plus parler à un psy
    je n'ose pas parler à quelqu'un
    j'ai peur de parler à quelqu'un
    j'ai peur de voir un psy
    j'ai honte de voir un psy
    c'est dur de parler à quelqu'un
    je n'arrive pas à parler à quelqu'un
    je n'ai personne à qui parler
    je n'ai besoin de personne
    j'ai pas besoin de psy
    j'ai pas besoin d'un psy
    est-ce que je dois voir un psy
    j'ai rendez-vous demain
    j'ai un rendez-vous avec une psychologue
    j'ai raté mon rendez-vous
    j'ai annulé mon rdv
    mon rendez-vous s'est mal passé
    ma psy m'a laissé tomber
    je déteste ma psy
    je parle à un psy
    je parle à quelqu'un tous les soirs
    je veux devenir psy
    je veux être humain
    je veux voir ma fille
    je veux voir la mer
    je veux aider
    c'est urgent que je dorme
    je veux parler au docteur de ma mère
    je veux aimer quelqu'un
    je voudrais aider quelqu'un
    je veux partir
    je veux tout quitter
    je veux dormir
    je veux disparaître
    je voudrais oublier
    je veux quelqu'un qui m'aime
    il veut parler à quelqu'un
    elle voudrait voir un psy
    je veux que mon mari voie un psy
    je veux que ma fille parle à quelqu'un
    je dois prendre le train
    je dois prendre rendez-vous chez le dentiste
    j'ai besoin de ma mère
    répondez-moi il a dit
    bonjour ça va
    merci pour tout
    quelqu'un m'a parlé hier
    personne ne me répond
    aucun humain ne me comprend
    j'ai perdu mes données
    mes parents savent tout
    mes parents ne comprennent rien
    mon père sait
    je ne suis pas d'accord avec ma mère
    il lit mes messages
    je ne veux plus qu'on me parle
    je ne veux pas qu'on me voie pleurer
    je ne veux plus attendre qu'il change
    je ne veux plus l'attendre
    effacez-moi
    personne ne lit ce que j'écris
    il n'a pas demandé mon accord
    il a effacé ce que j'ai écrit
    mon mari ne parle pas français
    je veux apprendre l'anglais
    le français me stresse
    j'ai raté mon examen de français
    mon père lit mes messages
    mon dossier n'avance pas
"""


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


def heard(typed: str) -> Wish | None:
    words = words_of(typed)
    return WISHES.exact(words) or WISHES.near(words)


@pytest.mark.parametrize("asked", [ASKED_EN, ASKED_FR], ids=["en", "fr"])
def test_what_is_asked_for_is_heard_however_politely(asked: dict[Wish, str]):
    expected = {typed: wish for wish, text in asked.items() for typed in lines(text)}

    assert {typed: heard(typed) for typed in expected} == expected
    assert len(expected) >= 60


@pytest.mark.parametrize("told", [TOLD_EN, TOLD_FR], ids=["en", "fr"])
def test_what_is_told_is_no_wish(told: str):
    typed = lines(told)

    assert {words: wish for words in typed if (wish := heard(words))} == {}
    assert len(typed) >= 60
