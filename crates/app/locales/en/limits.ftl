# Requests that go no further: wrong name, other site, too long, too large, too many.
limit-name = This is not Comptoir’s address
limit-name-text = This server answers only to its own names: 127.0.0.1, ::1 and localhost on this machine, and the address that --public-url gives; open it under one of these names.
limit-foreign = This was sent by another site
limit-foreign-text = The request was sent by another site, and nothing was saved; open the page here and try again.
limit-long = This address is too long
limit-long-text = Remove some filters and try again.
limit-large = This is too large
limit-large-text = Nothing was saved. Send less at once; a file of orders goes through the import page.
limit-often = Too many requests in a short time
limit-often-text = Wait a few seconds, then try again.
