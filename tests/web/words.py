"""The labels of our pages as these tests read them: id -> English, French."""

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
        "Ici, c’est un programme qui répond, pas une personne.",
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
        "One moment. Your messages will leave shortly.",
        "Un instant. Vos messages partent dans un moment.",
    ),
    "web.too_long": (
        "This is too long to leave in one piece. Nothing is lost: it can be cut in two.",
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
    "web.desk_how": (
        "The desk opens with a one-time link. Whoever looks after Passerelle at the clinic can give you one.",
        "Le bureau s’ouvre avec un lien à usage unique. La personne qui s’occupe de Passerelle à la clinique "
        "peut vous en donner un.",
    ),
    "web.desk_again": (
        "Already open on this device? Go to the desk",
        "Déjà ouvert sur cet appareil\u202f? Aller au bureau",
    ),
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
    "web.desk_platform_web": ("Web chat", "Page web"),
    "web.desk_platform_telegram": ("Telegram", "Telegram"),
    "web.language_fr": ("French", "Français"),
    "web.language_en": ("English", "Anglais"),
}


class Words:
    def sentence(self, text: str, locale: str, **values: str) -> str:
        return WORDS[text][locale == "fr"].format(**values)
