-- Tokens that let a program push into one shop. Only their hash is kept.
CREATE TABLE tokens (
    token_id  BIGINT NOT NULL,
    hash      VARCHAR NOT NULL,            -- SHA-256, in hexadecimal
    shop_id   INTEGER NOT NULL,
    scope     VARCHAR NOT NULL,            -- ingest
    name      VARCHAR NOT NULL,
    created   TIMESTAMP NOT NULL,
    last_used TIMESTAMP,
    revoked   TIMESTAMP
);
