
# The doctor: comptoir doctor, and the state of the machine.
doctor-state-ok = ok
doctor-state-attention = attention
doctor-state-faulty = faulty

doctor-folder = Data folder
doctor-folder-ok = only the account that runs Comptoir can read { $folder }.
doctor-folder-open = other accounts of this machine can look into { $folder }.
doctor-folder-open-do = Keep it to Comptoir’s account: chmod 700 { $folder }
doctor-folder-read = other accounts of this machine can read { $names }.
doctor-folder-read-do = Keep the folder to Comptoir’s account: chmod -R go-rwx { $folder }
doctor-folder-closed = Comptoir can’t write to { $folder } ({ $problem }).
doctor-folder-closed-do = Check whose folder it is and that its disk is neither full nor mounted read-only, then start Comptoir again.

doctor-disk = Disk space
doctor-disk-ok = { $free } free; the database takes { $size }.
doctor-disk-short = { $free } free; { $wanted } are needed to back up and compact the database, which takes { $size }.
doctor-disk-short-do = Free some space, or move the data folder to a larger disk.
doctor-disk-full = only { $free } are left. New orders will soon be refused.
doctor-disk-full-do = Free some space now. Nothing that was recorded is lost, and Comptoir goes on by itself.
doctor-disk-unknown = the free space is unknown ({ $problem }).
doctor-disk-unknown-do = Check that the disk is mounted.

doctor-leftovers = Left-over files
doctor-leftovers-ok = none.
doctor-leftovers-found = interrupted work has left { $names }.
doctor-leftovers-found-do = If no backup and no compaction is running, you can delete these files.

doctor-memory = Memory
doctor-memory-ok = { $free } available.
doctor-memory-short = { $free } available; { $wanted } are advised.
doctor-memory-short-do = Stop other programs or add memory: long periods will be slow.

doctor-files = Open files
doctor-files-ok = limit of { $count }.
doctor-files-few = the machine allows only { $count } at a time: beyond that, visitors will wait.
doctor-files-few-do = Raise the service’s limit (LimitNOFILE=65536 for systemd, ulimit -n in a terminal).

doctor-clock = Clock
doctor-clock-ok = { $now } UTC.
doctor-clock-year = it says { $now } UTC, which can’t be.
doctor-clock-year-do = Set the machine’s clock (timedatectl set-ntp true), then start Comptoir again.
doctor-clock-back = it says { $now } UTC, before the last recorded action ({ $newest } UTC): it was set back.
doctor-clock-back-do = Set the machine’s clock (timedatectl set-ntp true). Figures stay right, but times in the log overlap.

doctor-database = Database
doctor-database-ok = { $tables } tables and { $rows } rows read in full, all consistent (version { $version }).
doctor-database-unreadable = it can’t be read. { $problem }
doctor-database-unreadable-do = Stop Comptoir, keep a copy of the folder, then restore the last backup: comptoir restore.
doctor-database-closed = it does not open. { $problem }
doctor-database-closed-do = Put right what the message says, then start Comptoir again.
doctor-database-broken = records contradict each other: { $laws }.
doctor-database-broken-do = Keep a copy of the folder, then restore the last backup (comptoir restore) and read the shops in full again (comptoir sync --full).
doctor-law-order_twice = orders that are there twice
doctor-law-refund_twice = refunds that are there twice
doctor-law-line_without_order = lines without order
doctor-law-money_without_order = amounts without order
doctor-law-money_twice = amounts that are there twice
doctor-law-order_without_money = orders without amount
doctor-law-first_order_twice = customers with two first orders
doctor-law-generations = counter of versions

doctor-accounts = Accounts
doctor-accounts-ok = an owner, and a second factor for all who may do everything.
doctor-accounts-none = none: Comptoir is open without sign-in, on this machine only.
doctor-accounts-no-owner = there is no owner yet.
doctor-accounts-no-owner-do = Open the link that comptoir serve prints when it starts, or create the account: comptoir user add --role owner.
doctor-accounts-bare = owners and administrators without a second factor: { $count }.
doctor-accounts-bare-do = Ask these people to turn the second factor on, on the page of their account.

doctor-connection = Connection
doctor-connections = Connections
doctor-connection-ok = { $name }, read { $read }, next reading { $next }.
doctor-connection-paused = { $name }, paused, read { $read }.
doctor-connection-late = { $name } has not been read for long ({ $read }).
doctor-connection-late-do = Check that comptoir serve is running, or read it now: comptoir sync.
doctor-connection-failing = { $name } has failed { $failures } times in a row; last read { $read }.
doctor-connection-failing-do = The Connections page says why and what to do.
doctor-connection-stale = { $name } has not been read for more than two days ({ $read }): recent figures are missing.
doctor-connection-stale-do = The Connections page says why and what to do.

doctor-rates = Exchange rates
doctor-rates-ok = up to date, up to { $day }.
doctor-rates-old = the last ones are of { $day }.
doctor-rates-old-do = Check the access to the internet, or run: comptoir rates download.

doctor-backup = Backups
doctor-backup-ok = the last one was made { $ago }.
doctor-backup-old = the last one was made { $ago }.
doctor-backup-old-do = Check the scheduled backups (Settings, Backups), or run: comptoir backup.
doctor-backup-failed = the scheduled backup failed { $ago }.
doctor-backup-failed-do = See why under Settings, Backups and mail; it is tried again every hour.
doctor-backup-none = none is known.
doctor-backup-none-do = Schedule backups (Settings, Backups), or run: comptoir backup.

doctor-certificate = Certificate
doctor-certificate-ok = { $name }, valid until { $day }.
doctor-certificate-soon = the one of { $name } expires on { $day }, in { $days } days.
doctor-certificate-soon-do = Check that it is renewed automatically.
doctor-certificate-expired = the one of { $name } expired on { $day }.
doctor-certificate-expired-do = Renew it: browsers and shops already refuse this address.
doctor-certificate-refused = the one of { $name } is refused by browsers ({ $problem }).
doctor-certificate-refused-do = Install a certificate for this name, signed by a recognised authority.
doctor-certificate-unreached = { $name } does not answer ({ $problem }).
doctor-certificate-unreached-do = Check the address, and that the server answers over HTTPS.
doctor-certificate-plain = the address { $name } is not HTTPS: passwords and figures travel in clear.
doctor-certificate-plain-do = Put an HTTPS server before Comptoir; the installation guide describes how.
