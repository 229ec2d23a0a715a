# Signing in and out, the first account, invitations, one’s own account, the accounts of the team.

sign-in-title = Se connecter
sign-in-email = Adresse e-mail
sign-in-password = Mot de passe
sign-in-submit = Se connecter
sign-in-forgotten = Mot de passe oublié
sign-in-again = Revenir à la connexion
sign-in-wrong = Adresse e-mail ou mot de passe incorrect.
sign-in-done-out = Déconnexion effectuée.
sign-in-done-reset = Votre mot de passe est enregistré. Connectez-vous.
sign-in-code-title = Code de vérification
sign-in-code-text = Votre compte est protégé par un second facteur.
sign-in-code = Code
sign-in-code-hint = Les six chiffres affichés par votre application d’authentification, ou l’un de vos codes de secours.
sign-in-code-submit = Continuer
sign-in-code-wrong = Ce code est faux ou a déjà servi. Attendez le suivant, puis réessayez.
sign-in-code-over = La vérification a trop duré ou a échoué trop souvent. Saisissez de nouveau votre mot de passe.
wait-title = Un instant
wait-text = Trop d’essais depuis votre connexion. Réessayez { $when }.

setup-none-title = Aucun compte pour l’instant
setup-none-text = Le lien qui crée le premier compte est affiché dans le terminal où Comptoir a été lancé. Ouvrez-le dans ce navigateur.
setup-none-again = Il est valable 24 heures et ne sert qu’une fois. S’il est perdu ou périmé, relancez Comptoir : un nouveau lien s’affichera.
setup-none-shell = Vous pouvez aussi créer ce compte dans le terminal :
setup-dead = Ce lien ne fonctionne pas ou plus. Ouvrez le dernier qui s’est affiché.
setup-account-title = Créer votre compte
setup-account-text = Ce sera le compte propriétaire : il donne accès à tout, et permet d’inviter votre équipe.
setup-account-submit = Créer le compte
invitation-title = Bienvenue dans Comptoir
invitation-text = Vous êtes invité à rejoindre Comptoir avec l’adresse { $email }. Choisissez votre mot de passe.
invitation-submit = Ouvrir mon compte
invitation-dead = Cette invitation a déjà servi ou a expiré. Demandez-en une autre à la personne qui vous a invité.
reset-title = Nouveau mot de passe
reset-text = Choisissez le nouveau mot de passe du compte { $email }. Vous serez déconnecté partout.
reset-submit = Enregistrer le mot de passe
reset-dead = Ce lien a déjà servi ou a expiré : il n’est valable qu’une heure. Demandez-en un autre.
link-dead-title = Ce lien ne fonctionne plus
forgotten-title = Mot de passe oublié
forgotten-text = Indiquez l’adresse de votre compte : vous y recevrez un lien pour choisir un nouveau mot de passe.
forgotten-submit = Recevoir un lien
forgotten-sent = C’est noté.
forgotten-sent-text = Si cette adresse a un compte, un message vient d’y être envoyé. Le lien qu’il contient est valable une heure. Pensez à regarder dans les indésirables.
forgotten-ask = Aucun serveur de courrier n’est réglé : Comptoir ne peut pas vous écrire. Demandez un lien à un administrateur de votre équipe, qui le trouvera sous Réglages, Équipe.
forgotten-ask-shell = Si vous administrez cette machine, la commande « comptoir user reset » affiche un lien dans le terminal.

password-short = Il faut au moins 12 caractères ; quelques mots font un bon mot de passe.
password-long = Il faut au plus 128 caractères.
password-address = Le mot de passe ne peut pas être votre adresse e-mail.
password-common = Ce mot de passe figure parmi les plus répandus. Choisissez-en un autre.

account-title = Mon compte
account-menu = Compte
account-sign-out = Se déconnecter
account-back = Annuler
account-faults = Rien n’a été enregistré : corrigez les champs signalés.
account-fault-email = Ce n’est pas une adresse e-mail. Écrivez-la comme ada@exemple.fr.
account-fault-taken = Un compte a déjà cette adresse.
account-fault-current = Ce n’est pas votre mot de passe actuel.
account-who = Vous
account-name = Nom (facultatif)
account-language = Langue des e-mails
account-language-hint = Celle des pages se choisit en haut à droite.
account-weekly = Recevoir chaque semaine la vue d’ensemble par e-mail
account-save = Enregistrer
account-password = Mot de passe
account-password-current = Mot de passe actuel
account-password-new = Mot de passe
account-password-another = Nouveau mot de passe
account-password-hint = Au moins 12 caractères, quels qu’ils soient.
account-password-change = Changer le mot de passe
account-factor = Second facteur
account-factor-none = En plus du mot de passe, un code affiché par votre téléphone : un mot de passe volé ne suffit plus.
account-factor-begin = Ajouter un second facteur
account-factor-on = Le second facteur est actif.
account-codes-left = Codes de secours restants : { $number }.
account-codes-new = Nouveaux codes de secours
account-codes-hint = Les codes actuels ne serviront plus.
account-codes-make = Remplacer les codes
account-factor-off = Retirer le second facteur
account-factor-off-hint = Le mot de passe suffira de nouveau pour se connecter.
account-factor-off-do = Retirer
account-sessions = Appareils connectés
account-sessions-hint = Une connexion prend fin après 12 heures sans activité, et au plus tard après 30 jours.
account-sessions-end = Déconnecter tous les autres appareils
account-session-here = cet appareil
account-session-end = Déconnecter
account-session-seen = dernière activité { $when }
account-browser-unknown = Navigateur inconnu
account-done-profile = Votre compte est à jour.
account-done-password = Votre mot de passe est changé ; vos autres appareils sont déconnectés.
account-done-sessions = C’est fait : la déconnexion est immédiate.
account-done-off = Le second facteur est retiré.

factor-title = Ajouter un second facteur
factor-lede = Il vous faut une application d’authentification sur votre téléphone, par exemple FreeOTP, Aegis ou celle de votre gestionnaire de mots de passe.
factor-scan = 1. Scannez ce code avec l’application.
factor-qr = Code à scanner avec l’application d’authentification
factor-secret = Ou saisissez-y cette clé :
factor-confirm = 2. Confirmez avec le premier code qu’elle affiche.
factor-code-hint = Six chiffres.
factor-fault-code = Ce code est faux. Vérifiez l’heure de votre téléphone et réessayez avec le code suivant.
factor-on = Activer
codes-title = Vos codes de secours
codes-text = Le second facteur est actif. Notez ces codes maintenant : ils ne seront plus affichés.
codes-use = Si vous perdez votre téléphone, chacun remplace une fois le code de l’application. Gardez-les ailleurs que sur ce téléphone.
codes-kept = Je les ai notés

team-title = Équipe
team-lede = Qui peut se connecter, ce que chacun voit et de quelles boutiques.
team-open = Comptoir est ouvert sans connexion sur cette machine : il n’y a pas de comptes. Lancez-le sans « --open » pour en créer.
team-you = vous
team-own = Mon compte
team-factor = second facteur
team-disabled = Désactivé
team-invited = Invitation en attente
team-never = jamais connecté
team-last = dernière connexion { $when }
team-change = Modifier
team-role = Rôle
team-shops = Boutiques
team-shops-all = Toutes les boutiques
team-shops-some = Seulement :
team-shops-none = Aucune boutique
team-shops-hint = Propriétaires et administrateurs ont toujours toutes les boutiques.
team-save = Enregistrer
team-disable = Désactiver
team-disable-hint = La personne est déconnectée aussitôt et ne peut plus se connecter.
team-enable = Réactiver
team-new-password = Envoyer un lien pour changer de mot de passe
team-invite-again = Renvoyer l’invitation
team-invite = Inviter une personne
team-invite-do = Inviter
team-invite-hint = L’invitation est valable { $days } jours et ne sert qu’une fois.
team-language = Langue de l’invitation
team-link-invitation = Voici l’invitation de { $email }. Transmettez-lui ce lien vous-même : il est valable 7 jours.
team-link-reset = Voici le lien par lequel { $email } choisira un nouveau mot de passe. Transmettez-le vous-même : il est valable une heure.
team-link-once = Il n’est affiché que cette fois et ne sert qu’une fois.
team-mail-failed = Le message n’est pas parti :
team-fault-shops = Cochez au moins une boutique.
team-last-owner = C’est le dernier propriétaire qui peut se connecter : nommez-en d’abord un autre.
team-done-sent = Le lien est envoyé.
team-done-changed = Le compte est modifié.
team-done-disabled = Le compte est désactivé et déconnecté partout.
team-done-enabled = Le compte est réactivé.

mail-invitation-subject = Votre invitation à Comptoir
mail-invitation-text =
    Bonjour { $name },

    Vous êtes invité à rejoindre Comptoir, le tableau de bord de la boutique. Ouvrez ce lien pour choisir votre mot de passe :

    { $link }

    Il est valable 7 jours et ne sert qu’une fois. Si vous n’attendiez pas cette invitation, ignorez ce message.
mail-reset-subject = Votre nouveau mot de passe Comptoir
mail-reset-text =
    Bonjour { $name },

    Un nouveau mot de passe a été demandé pour votre compte Comptoir. Ouvrez ce lien pour le choisir :

    { $link }

    Il est valable une heure et ne sert qu’une fois. Si vous n’avez rien demandé, ignorez ce message : votre mot de passe reste le même.
open-note = Ouvert sans connexion, sur cette machine seulement
mail-changed-subject = Votre compte Comptoir a été modifié
mail-changed-password = Le mot de passe a été changé.
mail-changed-factor-on = Un second facteur a été ajouté.
mail-changed-factor-off = Le second facteur a été retiré.
mail-changed-text =
    Bonjour { $name },

    Votre compte Comptoir a été modifié. { $changed }

    Si ce n’était pas vous, prévenez sans attendre un administrateur de votre équipe.
