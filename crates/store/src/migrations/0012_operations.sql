-- Weekly mails: one line for each reader and week, written before the mail leaves, so that none leaves twice.
CREATE TABLE weekly_mails (
    user_id    BIGINT NOT NULL,
    week       DATE NOT NULL,              -- the Monday on which it is due
    state      VARCHAR NOT NULL,           -- sending, sent, failed
    at_instant TIMESTAMP NOT NULL,
    failure    VARCHAR                     -- why it failed, as JSON; no reader's address
);

-- Backups that the server made in the folder of the schedule, for the page that lists them.
CREATE TABLE backups (
    name     VARCHAR NOT NULL,             -- of the file
    made     TIMESTAMP NOT NULL,
    bytes    BIGINT NOT NULL,
    verified TIMESTAMP                     -- when it was last read back, and every checksum was right
);
