# Signing in and out, the first account, invitations, one’s own account, the accounts of the team.

sign-in-title = Sign in
sign-in-email = E-mail address
sign-in-password = Password
sign-in-submit = Sign in
sign-in-forgotten = Forgotten password
sign-in-again = Back to sign-in
sign-in-wrong = Wrong e-mail address or password.
sign-in-done-out = You are signed out.
sign-in-done-reset = Your password is saved. Sign in.
sign-in-code-title = Verification code
sign-in-code-text = Your account is protected by a second factor.
sign-in-code = Code
sign-in-code-hint = The six digits that your authenticator app shows, or one of your recovery codes.
sign-in-code-submit = Continue
sign-in-code-wrong = This code is wrong or was used before. Wait for the next one and try again.
sign-in-code-over = The verification took too long or failed too often. Enter your password again.
wait-title = One moment
wait-text = Too many tries from your connection. Try again { $when }.

setup-none-title = No account yet
setup-none-text = The link that creates the first account is shown on the terminal where Comptoir was started. Open it in this browser.
setup-none-again = It works once, within 24 hours. If it is lost or too old, start Comptoir again: it shows a new one.
setup-none-shell = You can also create the account on the terminal:
setup-dead = This link does not work, or no longer. Take the last one that was shown.
setup-account-title = Create your account
setup-account-text = This is the owner’s account: it opens everything, and lets you invite your team.
setup-account-submit = Create the account
invitation-title = Welcome to Comptoir
invitation-text = You are invited to join Comptoir with the address { $email }. Choose your password.
invitation-submit = Open my account
invitation-dead = This invitation was used or has expired. Ask whoever invited you for another.
reset-title = New password
reset-text = Choose the new password of the account { $email }. You will be signed out everywhere.
reset-submit = Save the password
reset-dead = This link was used or has expired: it works for one hour only. Ask for another.
link-dead-title = This link no longer works
forgotten-title = Forgotten password
forgotten-text = Enter the address of your account: you will get a link to choose a new password.
forgotten-submit = Send me a link
forgotten-sent = Noted.
forgotten-sent-text = If there is an account with this address, a message is on its way. The link in it works for one hour. Look into the junk folder too.
forgotten-ask = No mail server is set: Comptoir can’t write to you. Ask an administrator of your team for a link; they find it under Settings, Team.
forgotten-ask-shell = If you administer this machine, the command “comptoir user reset” shows a link on the terminal.

password-short = It takes at least 12 characters; a few words make a good password.
password-long = It takes at most 128 characters.
password-address = The password can’t be your address.
password-common = This password is one of the most common. Choose another.

account-title = My account
account-menu = Account
account-sign-out = Sign out
account-back = Cancel
account-faults = Nothing was saved: correct the marked fields.
account-fault-email = This is not an e-mail address. Write it like ada@example.com.
account-fault-taken = There is an account with this address already.
account-fault-current = This is not your current password.
account-who = You
account-name = Name (optional)
account-language = Language of mails
account-language-hint = That of the pages is chosen at the top right.
account-weekly = Get the overview by e-mail every week
account-save = Save
account-password = Password
account-password-current = Current password
account-password-new = Password
account-password-another = New password
account-password-hint = At least 12 characters, whichever they are.
account-password-change = Change the password
account-factor = Second factor
account-factor-none = Beside the password, a code that your telephone shows: a stolen password is no longer enough.
account-factor-begin = Add a second factor
account-factor-on = The second factor is on.
account-codes-left = Recovery codes left: { $number }.
account-codes-new = New recovery codes
account-codes-hint = The present codes will no longer work.
account-codes-make = Replace the codes
account-factor-off = Remove the second factor
account-factor-off-hint = The password alone will be enough to sign in again.
account-factor-off-do = Remove
account-sessions = Signed-in devices
account-sessions-hint = A sign-in ends after 12 hours without activity, and after 30 days at the latest.
account-sessions-end = Sign out all other devices
account-session-here = this device
account-session-end = Sign out
account-session-seen = last active { $when }
account-browser-unknown = Unknown browser
account-done-profile = Your account is up to date.
account-done-password = Your password is changed; your other devices are signed out.
account-done-sessions = Done: the sign-out is immediate.
account-done-off = The second factor is removed.

factor-title = Add a second factor
factor-lede = You need an authenticator app on your telephone, for example FreeOTP, Aegis or the one of your password manager.
factor-scan = 1. Scan this code with the app.
factor-qr = Code to scan with the authenticator app
factor-secret = Or type this key into it:
factor-confirm = 2. Confirm with the first code it shows.
factor-code-hint = Six digits.
factor-fault-code = This code is wrong. Check the time of your telephone, and try again with the next code.
factor-on = Switch on
codes-title = Your recovery codes
codes-text = The second factor is on. Write these codes down now: they are not shown again.
codes-use = If you lose your telephone, each of them replaces the app’s code once. Keep them elsewhere than on that telephone.
codes-kept = I wrote them down

team-title = Team
team-lede = Who can sign in, what each of them sees, and of which shops.
team-open = Comptoir is open without sign-in on this machine: there are no accounts. Start it without “--open” to create some.
team-you = you
team-own = My account
team-factor = second factor
team-disabled = Disabled
team-invited = Invitation pending
team-never = never signed in
team-last = last sign-in { $when }
team-change = Change
team-role = Role
team-shops = Shops
team-shops-all = All shops
team-shops-some = Only:
team-shops-none = No shop
team-shops-hint = Owners and administrators always have all shops.
team-save = Save
team-disable = Disable
team-disable-hint = The person is signed out at once and can no longer sign in.
team-enable = Enable
team-new-password = Send a link for a new password
team-invite-again = Send the invitation again
team-invite = Invite somebody
team-invite-do = Invite
team-invite-hint = The invitation works once, within { $days } days.
team-language = Language of the invitation
team-link-invitation = This is the invitation of { $email }. Pass the link on yourself: it works for 7 days.
team-link-reset = This is the link to a new password of { $email }. Pass it on yourself: it works for one hour.
team-link-once = It is shown only now, and works once.
team-mail-failed = The message was not sent:
team-fault-shops = Tick at least one shop.
team-last-owner = This is the last owner who can sign in: name another one first.
team-done-sent = The link is sent.
team-done-changed = The account is changed.
team-done-disabled = The account is disabled and signed out everywhere.
team-done-enabled = The account is enabled.

mail-invitation-subject = Your invitation to Comptoir
mail-invitation-text =
    Hello { $name },

    You are invited to join Comptoir, the shop’s dashboard. Open this link to choose your password:

    { $link }

    It works once, within 7 days. If you did not expect this invitation, ignore this message.
mail-reset-subject = Your new Comptoir password
mail-reset-text =
    Hello { $name },

    A new password was requested for your Comptoir account. Open this link to choose it:

    { $link }

    It works once, within one hour. If you did not ask for it, ignore this message: your password stays the same.
open-note = Open without sign-in, on this machine only
mail-changed-subject = Your Comptoir account was changed
mail-changed-password = The password was changed.
mail-changed-factor-on = A second factor was added.
mail-changed-factor-off = The second factor was removed.
mail-changed-text =
    Hello { $name },

    Your Comptoir account was changed. { $changed }

    If that was not you, tell an administrator of your team at once.
