
# Le diagnostic : comptoir doctor, et l’état de la machine.
doctor-state-ok = bon
doctor-state-attention = à voir
doctor-state-faulty = panne

doctor-folder = Dossier de données
doctor-folder-ok = seul le compte qui fait tourner Comptoir peut lire { $folder }.
doctor-folder-open = les autres comptes de la machine peuvent parcourir { $folder }.
doctor-folder-open-do = Réservez-le au compte de Comptoir : chmod 700 { $folder }
doctor-folder-read = les autres comptes de la machine peuvent lire { $names }.
doctor-folder-read-do = Réservez le dossier au compte de Comptoir : chmod -R go-rwx { $folder }
doctor-folder-closed = Comptoir ne peut pas écrire dans { $folder } ({ $problem }).
doctor-folder-closed-do = Vérifiez à qui appartient le dossier, que le disque n’est pas plein ni monté en lecture seule, puis relancez Comptoir.

doctor-disk = Espace disque
doctor-disk-ok = { $free } libres ; la base occupe { $size }.
doctor-disk-short = { $free } libres ; il en faudrait { $wanted } pour sauvegarder et compacter la base, qui occupe { $size }.
doctor-disk-short-do = Libérez de l’espace, ou déplacez le dossier de données vers un disque plus grand.
doctor-disk-full = il ne reste que { $free }. Les nouvelles commandes vont bientôt être refusées.
doctor-disk-full-do = Libérez de l’espace sans attendre. Rien de ce qui a été enregistré n’est perdu, et Comptoir reprend de lui-même.
doctor-disk-unknown = l’espace libre est inconnu ({ $problem }).
doctor-disk-unknown-do = Vérifiez que le disque est bien monté.

doctor-leftovers = Fichiers abandonnés
doctor-leftovers-ok = aucun.
doctor-leftovers-found = un travail interrompu a laissé { $names }.
doctor-leftovers-found-do = Si aucune sauvegarde ni aucun compactage n’est en cours, vous pouvez supprimer ces fichiers.

doctor-memory = Mémoire
doctor-memory-ok = { $free } disponibles.
doctor-memory-short = { $free } disponibles ; { $wanted } sont conseillés.
doctor-memory-short-do = Arrêtez d’autres programmes ou ajoutez de la mémoire : les longues périodes seront lentes.

doctor-files = Fichiers ouverts
doctor-files-ok = limite de { $count }.
doctor-files-few = la machine n’en permet que { $count } à la fois : au-delà, des visiteurs attendront.
doctor-files-few-do = Relevez la limite du service (LimitNOFILE=65536 pour systemd, ulimit -n dans un terminal).

doctor-clock = Horloge
doctor-clock-ok = { $now } UTC.
doctor-clock-year = elle indique { $now } UTC, ce qui est impossible.
doctor-clock-year-do = Mettez la machine à l’heure (timedatectl set-ntp true), puis relancez Comptoir.
doctor-clock-back = elle indique { $now } UTC, avant la dernière action enregistrée ({ $newest } UTC) : elle a reculé.
doctor-clock-back-do = Mettez la machine à l’heure (timedatectl set-ntp true). Les chiffres restent justes, mais les dates du journal se chevauchent.

doctor-database = Base de données
doctor-database-ok = { $tables } tables et { $rows } lignes relues en entier, toutes cohérentes (version { $version }).
doctor-database-unreadable = elle ne peut pas être lue. { $problem }
doctor-database-unreadable-do = Arrêtez Comptoir, gardez une copie du dossier, puis restaurez la dernière sauvegarde : comptoir restore.
doctor-database-closed = elle ne s’ouvre pas. { $problem }
doctor-database-closed-do = Corrigez ce que dit le message, puis relancez Comptoir.
doctor-database-broken = des enregistrements se contredisent : { $laws }.
doctor-database-broken-do = Gardez une copie du dossier, puis restaurez la dernière sauvegarde (comptoir restore) et relancez une lecture complète des boutiques (comptoir sync --full).
doctor-law-order_twice = commandes en double
doctor-law-refund_twice = remboursements en double
doctor-law-line_without_order = lignes sans commande
doctor-law-money_without_order = montants sans commande
doctor-law-money_twice = montants en double
doctor-law-order_without_money = commandes sans montant
doctor-law-first_order_twice = clients avec deux premières commandes
doctor-law-generations = compteur de versions

doctor-accounts = Comptes
doctor-accounts-ok = un propriétaire, et un second facteur pour tous ceux qui peuvent tout faire.
doctor-accounts-none = aucun : Comptoir est ouvert sans connexion, sur cette machine seulement.
doctor-accounts-no-owner = il n’y a pas encore de propriétaire.
doctor-accounts-no-owner-do = Ouvrez le lien que comptoir serve affiche au démarrage, ou créez le compte : comptoir user add --role owner.
doctor-accounts-bare = propriétaires et administrateurs sans second facteur : { $count }.
doctor-accounts-bare-do = Demandez à ces personnes d’activer le second facteur sur la page de leur compte.

doctor-connection = Connexion
doctor-connections = Connexions
doctor-connection-ok = { $name }, lue { $read }, prochaine lecture { $next }.
doctor-connection-paused = { $name }, en pause, lue { $read }.
doctor-connection-late = { $name } n’a pas été lue depuis longtemps ({ $read }).
doctor-connection-late-do = Vérifiez que comptoir serve tourne, ou lancez une lecture : comptoir sync.
doctor-connection-failing = { $name } a échoué { $failures } fois de suite ; dernière lecture réussie : { $read }.
doctor-connection-failing-do = La page Connexions dit pourquoi et que faire.
doctor-connection-stale = { $name } n’a pas été lue depuis plus de deux jours ({ $read }) : les chiffres récents manquent.
doctor-connection-stale-do = La page Connexions dit pourquoi et que faire.

doctor-rates = Taux de change
doctor-rates-ok = à jour, jusqu’au { $day }.
doctor-rates-old = les derniers datent du { $day }.
doctor-rates-old-do = Vérifiez l’accès à internet, ou lancez : comptoir rates download.

doctor-backup = Sauvegardes
doctor-backup-ok = la dernière a été faite { $ago }.
doctor-backup-old = la dernière a été faite { $ago }.
doctor-backup-old-do = Vérifiez les sauvegardes planifiées (Réglages, Sauvegardes), ou lancez : comptoir backup.
doctor-backup-failed = la sauvegarde planifiée a échoué { $ago }.
doctor-backup-failed-do = Voyez pourquoi dans Réglages, Sauvegardes et courrier ; elle est tentée de nouveau chaque heure.
doctor-backup-none = aucune n’est connue.
doctor-backup-none-do = Planifiez des sauvegardes (Réglages, Sauvegardes), ou lancez : comptoir backup.

doctor-certificate = Certificat
doctor-certificate-ok = { $name }, valable jusqu’au { $day }.
doctor-certificate-soon = celui de { $name } expire le { $day }, dans { $days } jours.
doctor-certificate-soon-do = Vérifiez son renouvellement automatique.
doctor-certificate-expired = celui de { $name } a expiré le { $day }.
doctor-certificate-expired-do = Renouvelez-le : les navigateurs et les boutiques refusent déjà cette adresse.
doctor-certificate-refused = celui de { $name } est refusé par les navigateurs ({ $problem }).
doctor-certificate-refused-do = Installez un certificat pour ce nom, signé par une autorité reconnue.
doctor-certificate-unreached = { $name } ne répond pas ({ $problem }).
doctor-certificate-unreached-do = Vérifiez l’adresse et que le serveur répond en HTTPS.
doctor-certificate-plain = l’adresse { $name } n’est pas en HTTPS : mots de passe et chiffres y passent en clair.
doctor-certificate-plain-do = Placez un serveur HTTPS devant Comptoir ; le guide d’installation décrit comment.
