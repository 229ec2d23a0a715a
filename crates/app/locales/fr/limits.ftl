# Requests that go no further: wrong name, other site, too long, too large, too many.
limit-name = Cette adresse n’est pas celle de Comptoir
limit-name-text = Comptoir ne répond que sous ses propres noms : 127.0.0.1 et localhost sur cette machine, et l’adresse donnée par --public-url. Ouvrez-le sous l’un d’eux.
limit-foreign = L’envoi venait d’un autre site
limit-foreign-text = Rien n’a été enregistré. Ouvrez la page dans Comptoir, puis recommencez.
limit-long = Cette adresse est trop longue
limit-long-text = Retirez des filtres, puis recommencez.
limit-large = L’envoi est trop volumineux
limit-large-text = Rien n’a été enregistré. Envoyez moins de données à la fois ; un fichier de commandes passe par la page d’import.
limit-often = Trop de demandes en peu de temps
limit-often-text = Attendez quelques secondes, puis rechargez la page.
