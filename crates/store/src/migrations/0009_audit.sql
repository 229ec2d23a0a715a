-- Who did what, when, from where. Lines are added, never changed: each holds the digest of itself and
-- of the line before, so that a line that was changed or taken out shows.
CREATE TABLE audit_log (
    audit_id     BIGINT NOT NULL,
    at_instant   TIMESTAMP NOT NULL,
    kind         VARCHAR NOT NULL,         -- user, token, share, embed, open, shell, nobody
    who          VARCHAR USING COMPRESSION uncompressed NOT NULL,  -- e-mail of the account; number and name of the token
    action       VARCHAR NOT NULL,
    shop_id      INTEGER,
    detail       VARCHAR NOT NULL,         -- as JSON; no customer's data
    from_address VARCHAR USING COMPRESSION uncompressed,           -- of the client
    digest       VARCHAR NOT NULL          -- SHA-256, in hexadecimal, of the digest before and of this line
);
