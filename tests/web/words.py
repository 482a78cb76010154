"""The labels of our pages as these tests read them: id -> English, French."""

from bot.settings import CONTENT, LOCALES
from bot.wording import Wording, catalogues
from flows.book import load

WORDS: dict[str, tuple[str, str]] = {
    # the person's page
    "web.skip": ("Go to the message box", "Aller à la zone de message"),
    "web.bar": ("Always within reach", "Toujours à portée"),
    "web.urgent": ("Urgent help", "Aide urgente"),
    "web.urgent_intro": (
        "If you or someone else is in danger, call now. These lines are there for that.",
        "En cas de danger, pour vous ou pour quelqu’un d’autre, appelez maintenant. Ces lignes sont là pour cela.",
    ),
    "web.urgent_tell": ("Tell {therapist} it is urgent", "Dire à {therapist} que c’est urgent"),
    "web.close": ("Close", "Fermer"),
    "web.menu": ("Menu", "Menu"),
    "web.human": ("Talk to a human", "Parler à un humain"),
    "web.data": ("My data", "Mes données"),
    "web.other_language": ("Français", "English"),
    "web.program": (
        "A program answers here, not a person.",
        "Un programme répond ici, pas une personne.",
    ),
    "web.with_human": (
        "You are talking with {therapist}, in person. The program is silent.",
        "Vous parlez avec {therapist}, en personne. Le programme se tait.",
    ),
    "web.log": ("Conversation", "Conversation"),
    "web.box": ("Your message", "Votre message"),
    "web.send": ("Send", "Envoyer"),
    "web.you": ("You", "Vous"),
    "web.author_program": ("Program", "Programme"),
    "web.sending": ("Sending…", "Envoi…"),
    "web.sent": ("Sent", "Envoyé"),
    "web.not_sent": ("Not sent.", "Pas envoyé."),
    "web.try_again": ("Try again", "Réessayer"),
    "web.waiting": (
        "Not sent yet. It will go by itself when the connection is back.",
        "Pas encore envoyé. Le message partira seul au retour de la connexion.",
    ),
    "web.reconnecting": (
        "The connection is lost. This page is looking for it.",
        "La connexion est perdue. Cette page la cherche.",
    ),
    "web.reconnected": ("The connection is back.", "La connexion est revenue."),
    "web.slowly": (
        "One moment. Your messages will be sent shortly.",
        "Un instant. Vos messages partent dans un moment.",
    ),
    "web.too_long": (
        "This is too long to send in one piece. Nothing is lost: it can be cut in two.",
        "C’est trop long pour partir en une fois. Rien n’est perdu\u00a0: on peut couper en deux.",
    ),
    "web.cookies": (
        "To keep the thread, this page needs a cookie, and the browser refuses it.",
        "Pour garder le fil, cette page a besoin d’un cookie, et le navigateur le refuse.",
    ),
    "web.attach": ("Send a photo or a document", "Envoyer une photo ou un document"),
    "web.record": ("Record a voice message", "Enregistrer un message vocal"),
    "web.record_send": ("Stop and send", "Arrêter et envoyer"),
    "web.record_cancel": ("Throw away", "Jeter"),
    "web.recording": ("Recording", "Enregistrement en cours"),
    "web.record_refused": (
        "The microphone is not available here. A sound file can be sent instead.",
        "Le micro n’est pas disponible ici. On peut envoyer un fichier son à la place.",
    ),
    "web.file_too_big": (
        "This file is too big: 10 MB at most.",
        "Ce fichier est trop lourd\u00a0: 10\u00a0Mo au plus.",
    ),
    "web.file_not_now": (
        "Files can be sent when a therapist is here.",
        "On peut envoyer un fichier quand un ou une thérapeute est là.",
    ),
    "web.photo": ("Photo", "Photo"),
    "web.voice": ("Voice message", "Message vocal"),
    "web.document": ("Document", "Document"),
    "web.edited": ("edited", "modifié"),
    "web.reply": ("Reply", "Répondre"),
    "web.replying": ("In reply to", "En réponse à"),
    "web.cancel": ("Cancel", "Annuler"),
    "web.new_messages": ("More below", "La suite est plus bas"),
    "web.chosen": ("your answer", "votre réponse"),
    "web.erased": (
        "Everything is erased, on this page too.",
        "Tout est effacé, sur cette page aussi.",
    ),
    "web.no_script": (
        "To talk here, this page needs JavaScript. The lines below work without it.",
        "Pour parler ici, cette page a besoin de JavaScript. Les lignes ci-dessous fonctionnent sans lui.",
    ),
    "web.not_found": ("There is nothing on this page.", "Il n’y a rien sur cette page."),
    "web.one_moment": ("One moment, this page is coming.", "Un instant, cette page arrive."),
    "web.link_gone_title": ("This link no longer works", "Ce lien ne fonctionne plus"),
    "web.link_gone": (
        "Links to an appointment work for a while only. A new one is easy to get: "
        "write to us where you found this one.",
        "Les liens de rendez-vous ne durent qu’un temps. Il est facile d’en avoir un autre\u00a0: "
        "écrivez-nous là où vous avez trouvé celui-ci.",
    ),
    "web.link_gone_back": ("Open the conversation", "Ouvrir la conversation"),
    # the desk
    "web.desk": ("Desk", "Bureau"),
    "web.desk_sign_in_text": (
        "This link works once, and opens the desk on this device.",
        "Ce lien sert une fois, et ouvre le bureau sur cet appareil.",
    ),
    "web.desk_sign_in": ("Open the desk", "Ouvrir le bureau"),
    "web.desk_link_spent": (
        "This link has been used already, or is too old.",
        "Ce lien a déjà servi, ou il est trop ancien.",
    ),
    "web.desk_again": (
        "Already open on this device? Go to the desk",
        "Déjà ouvert sur cet appareil\u202f? Aller au bureau",
    ),
    "web.desk_figures": ("Figures", "Chiffres"),
    "web.desk_sign_out": ("Sign out", "Se déconnecter"),
    "web.desk_list": ("Conversations", "Conversations"),
    "web.desk_waiting": ("Waiting", "En attente"),
    "web.desk_yours": ("With you", "Avec vous"),
    "web.desk_others": ("With a colleague", "Avec un ou une collègue"),
    "web.desk_nobody": ("Nobody is waiting.", "Personne n’attend."),
    "web.desk_choose": (
        "Choose a conversation to read it or to take it over.",
        "Choisissez une conversation pour la lire ou la prendre.",
    ),
    "web.desk_back": ("Back to the list", "Revenir à la liste"),
    "web.desk_offered": ("Offered to you", "Proposée à vous"),
    "web.desk_urgent": ("Urgent", "Urgent"),
    "web.desk_unread": ("{count} new", "{count} à lire"),
    "web.desk_shared": ("What the person chose to say", "Ce que la personne a choisi de dire"),
    "web.desk_no_words": ("No words shared for now.", "Pas de mots partagés pour l’instant."),
    "web.desk_take_over": ("Take over", "Prendre la conversation"),
    "web.desk_decline": ("Not now", "Pas maintenant"),
    "web.desk_release": ("Give back to the program", "Rendre au programme"),
    "web.desk_release_sure": (
        "Give this conversation back to the program? The person will be told.",
        "Rendre cette conversation au programme\u202f? La personne en sera informée.",
    ),
    "web.desk_release_yes": ("Give back", "Rendre"),
    "web.desk_write_takes": (
        "Writing here takes over the conversation.",
        "Écrire ici, c’est prendre la conversation.",
    ),
    "web.desk_keys": (
        "Enter sends. Shift and Enter start a new line.",
        "Entrée envoie. Maj et Entrée vont à la ligne.",
    ),
    "web.desk_attach": ("Send a file", "Envoyer un fichier"),
    "web.desk_settling": (
        "One moment: the last automated message is on its way out.",
        "Un instant\u00a0: le dernier message automatique finit de partir.",
    ),
    "web.desk_is_yours": (
        "The conversation is yours. The program is silent.",
        "La conversation est à vous. Le programme se tait.",
    ),
    "web.desk_with": ("{therapist} has this conversation.", "{therapist} a cette conversation."),
    "web.desk_gone": (
        "There is nothing left to do in this conversation.",
        "Il n’y a plus rien à faire dans cette conversation.",
    ),
    "web.desk_person": ("The person", "La personne"),
    "web.desk_delivered": ("Delivered", "Remis"),
    "web.desk_on_its_way": ("On its way", "En route"),
    "web.desk_not_delivered": ("Could not be delivered", "N’a pas pu être remis"),
    "web.desk_answers": (
        "Questionnaires",
        "Questionnaires",
    ),
    "web.desk_answers_none": (
        "There is nothing to read here: no questionnaire was kept, or the person has not agreed to be read.",
        "Il n’y a rien à lire ici\u00a0: aucun questionnaire gardé, ou la personne n’a pas accepté qu’on la lise.",
    ),
    "web.desk_answers_note": (
        (
            "What the person answered by themselves, for the two of you to read. A sum is not a diagnosis,"
            " and “not at all” to a question on death does not mean that there is no risk."
        ),
        (
            "Ce que la personne a répondu d’elle-même, à lire ensemble. Un total n’est pas un diagnostic,"
            " et «\u00a0jamais\u00a0» à une question sur la mort ne veut pas dire qu’il n’y a aucun"
            " risque."
        ),
    ),
    "web.desk_answers_sum": (
        "Sum: {total} of {most}.",
        "Total\u00a0: {total} sur {most}.",
    ),
    "web.desk_answers_no_sum": (
        "No sum: a question was left open.",
        "Pas de total\u00a0: une question est sans réponse.",
    ),
    "web.desk_answers_reliable": (
        "{change} since {since}, which reaches the limit of reliable change ({limit} points).",
        "{change} depuis le {since}, ce qui atteint le seuil de changement fiable ({limit} points).",
    ),
    "web.desk_answers_within": (
        "{change} since {since}, which stays under the limit of reliable change ({limit} points) and may be chance.",
        (
            "{change} depuis le {since}, sous le seuil de changement fiable ({limit} points)\u00a0: cela"
            " peut être dû au hasard."
        ),
    ),
    "web.desk_answers_each": (
        "Each answer",
        "Chaque réponse",
    ),
    "web.desk_answers_open": (
        "left open",
        "sans réponse",
    ),
    "web.desk_answers_about": (
        (
            "Official words: {form}, version {version}. Answered on {channel}. Two sums are compared only"
            " in the same words, two weeks apart or more."
        ),
        (
            "Mots officiels\u00a0: {form}, version {version}. Rempli sur {channel}. Deux totaux ne sont"
            " comparés que dans les mêmes mots, à deux semaines d’écart au moins."
        ),
    ),
    "web.desk_platform_web": ("Web chat", "Page web"),
    "web.desk_platform_telegram": ("Telegram", "Telegram"),
    "web.desk_alert": (
        "⚠ Urgent: {level}, {kind}",
        "⚠ Urgent\u00a0: {level}, {kind}",
    ),
    "web.desk_alert_words": (
        "Words that led to it: “{reason}”",
        "Les mots en cause\u00a0: «\u00a0{reason}\u00a0»",
    ),
    "web.desk_alert_no_words": (
        "Their words are not shown: they have not agreed to be read. They have been shown the urgent lines.",
        "Ses mots ne sont pas montrés\u00a0: la personne n’a pas donné son accord."
        " Les numéros d’urgence lui ont été montrés.",
    ),
    "web.desk_still_open": (
        "Nobody waits here, but a danger that was noticed is still open.",
        "Personne n’attend ici, mais un danger relevé reste ouvert.",
    ),
    "web.desk_close_alert": (
        "Close the alert",
        "Fermer l’alerte",
    ),
    "web.desk_close_alert_sure": (
        "Close this alert in your name? Nothing else ever closes it.",
        "Fermer cette alerte, à votre nom\u202f? Rien d’autre ne la ferme.",
    ),
    "web.desk_close_alert_yes": (
        "Close it",
        "La fermer",
    ),
    "desk.level_risk": (
        "risk",
        "risque",
    ),
    "desk.level_imminent": (
        "danger now",
        "danger immédiat",
    ),
    "desk.kind_suicide": (
        "suicide",
        "suicide",
    ),
    "desk.kind_abuse": (
        "violence or abuse",
        "violences",
    ),
    "desk.alert_minor": (
        "They say they are under 18.",
        "La personne dit avoir moins de 18 ans.",
    ),
    "desk.alert_quiet": (
        "Somebody else may read their screen: keep your first words neutral.",
        "Quelqu’un d’autre peut lire son écran\u00a0: que vos premiers mots restent neutres.",
    ),
    "web.plan": (
        "My plan",
        "Mon plan",
    ),
    "web.plan_keep": (
        "Keep it on this device too",
        "Le garder aussi sur cet appareil",
    ),
    "web.plan_drop": (
        "Remove it from this device",
        "L’enlever de cet appareil",
    ),
    "web.plan_keep_why": (
        "Kept here, it can be read without a connection, by whoever uses this device, until it is removed.",
        "Gardé ici, il peut se lire sans connexion, par quiconque utilise cet appareil, jusqu’à ce qu’on l’enlève.",
    ),
    "web.leave": (
        "Leave",
        "Quitter",
    ),
    "web.leave_why": (
        "Leaves this page at once, for another one",
        "Quitte tout de suite cette page, pour une autre",
    ),
    "web.offline": (
        "There is no connection right now. You can still call these lines.",
        "Il n’y a pas de connexion en ce moment. Vous pouvez quand même appeler ces lignes.",
    ),
    "web.desk_took_over": ("{therapist} took over", "{therapist} a pris la conversation"),
    "web.desk_new": ("New", "Nouveau"),
    "web.desk_text_id": ("Sentence {id}", "Phrase {id}"),
    "web.language_fr": ("French", "Français"),
    "web.language_en": ("English", "Anglais"),
}


_catalogues = catalogues(LOCALES)
_wording = Wording(load(CONTENT, "FR").speaking(_catalogues), _catalogues)


class Words:
    """The labels above; any other sentence as the program says it."""

    def sentence(self, text: str, locale: str, **values: str) -> str:
        if text not in WORDS:
            return _wording.sentence(text, locale, **values)
        return WORDS[text][locale == "fr"].format(**values)
