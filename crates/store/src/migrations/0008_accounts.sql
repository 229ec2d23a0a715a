-- Accounts of the people who use the program.
CREATE TABLE users (
    user_id       BIGINT NOT NULL,
    email         VARCHAR USING COMPRESSION uncompressed NOT NULL,   -- lower case: what they sign in with
    name          VARCHAR USING COMPRESSION uncompressed NOT NULL,
    role          VARCHAR NOT NULL,        -- as in app::access::ROLES
    shops         VARCHAR,                 -- shop ids joined by ","; null: all, also those to come
    language      VARCHAR NOT NULL,        -- fr, en: of the mails they get
    password      VARCHAR,                 -- Argon2id, PHC string; null: none yet, or withdrawn
    totp          VARCHAR,                 -- the second factor's secret, sealed; null: none
    totp_step     BIGINT,                  -- the last time step that was used: no code works twice
    created       TIMESTAMP NOT NULL,
    changed       TIMESTAMP NOT NULL,      -- of the password
    last_sign_in  TIMESTAMP,
    disabled      TIMESTAMP,
    weekly_mail   BOOLEAN NOT NULL         -- wants the weekly overview
);

-- Codes that replace the second factor once each. Only a salted hash is kept.
CREATE TABLE recovery_codes (user_id BIGINT NOT NULL, hash VARCHAR NOT NULL, used TIMESTAMP);

-- Signed-in browsers. Only the hash of the cookie is kept.
CREATE TABLE sessions (
    session_id BIGINT NOT NULL,
    hash       VARCHAR NOT NULL,           -- SHA-256 of the token, in hexadecimal
    user_id    BIGINT NOT NULL,
    created    TIMESTAMP NOT NULL,
    seen       TIMESTAMP NOT NULL,         -- to within some minutes
    ended      TIMESTAMP,
    address    VARCHAR USING COMPRESSION uncompressed,   -- of the client when it signed in
    browser    VARCHAR NOT NULL            -- in words: "Firefox, Linux"
);

-- Links that work once: the first account, invitations, a new password. Only their hash is kept.
CREATE TABLE account_links (
    hash    VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,              -- setup, invitation, reset
    user_id BIGINT,                        -- null: setup
    created TIMESTAMP NOT NULL,
    expires TIMESTAMP NOT NULL,
    used    TIMESTAMP
);
