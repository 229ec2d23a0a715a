-- Share links, and tokens with an expiry, a scope and any shop.
ALTER TABLE tokens ALTER COLUMN shop_id DROP NOT NULL;   -- none: every shop
ALTER TABLE tokens ADD COLUMN expires TIMESTAMP;         -- none: never
ALTER TABLE tokens ADD COLUMN signing_key VARCHAR;       -- sealed; of tokens that sign links to embedded pages

-- One page of figures each, for whoever holds the link.
CREATE TABLE shares (
    share_id    BIGINT NOT NULL,
    hash        VARCHAR NOT NULL,          -- SHA-256 of the word in the link, in hexadecimal
    name        VARCHAR NOT NULL,
    page        VARCHAR NOT NULL,          -- its address without parameters
    query       VARCHAR NOT NULL,          -- its parameters, as they were when the link was made
    shops       VARCHAR NOT NULL,          -- numbers of the shops that it shows, with commas
    password    VARCHAR,                   -- Argon2id; none: the link is enough
    made_by     BIGINT,                    -- number of the account
    created     TIMESTAMP NOT NULL,
    expires     TIMESTAMP NOT NULL,
    revoked     TIMESTAMP,
    last_opened TIMESTAMP,
    openings    BIGINT NOT NULL
);

-- Sites that may show embedded pages in a frame.
CREATE TABLE embedding_origins (
    origin VARCHAR NOT NULL
);
