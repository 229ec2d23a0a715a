-- Connections: shops that are read from their platform. A connection's records are kept under the
-- source named after its platform.
CREATE TABLE connections (
    connection_id BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    platform      VARCHAR NOT NULL,
    url           VARCHAR NOT NULL,
    credentials   VARCHAR NOT NULL,        -- sealed (see seal.rs)
    hook_secret   VARCHAR NOT NULL,        -- sealed
    private       BOOLEAN NOT NULL,        -- the shop is in a private network, and that is intended
    minutes       INTEGER NOT NULL,        -- between two runs
    paused        BOOLEAN NOT NULL,
    created       TIMESTAMP NOT NULL,
    facts         VARCHAR NOT NULL,        -- what the platform says of the shop, as JSON
    -- where the sync is
    cursor        VARCHAR NOT NULL,        -- the connector's own; empty: nothing was read yet
    phase         VARCHAR NOT NULL,        -- recent, history, changes
    done          BIGINT,                  -- orders of the first import read so far, and in all
    total         BIGINT,
    phase_started TIMESTAMP,
    -- how it goes
    last_started  TIMESTAMP,
    last_finished TIMESTAMP,
    last_success  TIMESTAMP,
    next_run      TIMESTAMP NOT NULL,
    failures      INTEGER NOT NULL,        -- in a row
    failure       VARCHAR,                 -- the last one, as JSON; null: none since the last success
    received      BIGINT NOT NULL,         -- orders that came in, and changes of orders that were there
    updated       BIGINT NOT NULL,
    hooks         BIGINT NOT NULL,         -- webhooks believed, and those with a wrong signature
    hooks_refused BIGINT NOT NULL,
    last_hook     TIMESTAMP,
    subscribed    TIMESTAMP,               -- when the platform was last asked to send its webhooks
    notes         VARCHAR NOT NULL,        -- what the platform could not tell, as JSON
    totals        VARCHAR,                 -- what the platform itself counts, as JSON with the time
    reconciled    TIMESTAMP,               -- when all of it was last compared, and what differed, as JSON
    differences   VARCHAR
);

-- Records that were not understood, the newest of each id.
CREATE TABLE connection_refused (
    connection_id BIGINT NOT NULL,
    told_at       TIMESTAMP NOT NULL,
    kind          VARCHAR NOT NULL,
    external_id   VARCHAR NOT NULL,
    detail        VARCHAR NOT NULL         -- field, value, reason, remedy, as JSON
);

-- Records that a webhook said to read again; kept until they were.
CREATE TABLE connection_hints (
    connection_id BIGINT NOT NULL,
    kind          VARCHAR NOT NULL,
    external_id   VARCHAR NOT NULL,
    told_at       TIMESTAMP NOT NULL
);
