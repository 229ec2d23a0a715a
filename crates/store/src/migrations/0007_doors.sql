-- What a vendor's API, imitated, hands out an id for: existing plugins ask for it again later.
CREATE SEQUENCE door_numbers;
CREATE TABLE door_records (
    shop_id  INTEGER NOT NULL,
    kind     VARCHAR NOT NULL,             -- activecampaign_order, brevo_product…
    number   BIGINT NOT NULL,              -- the id that was handed out
    key      VARCHAR,                      -- the sender's own id
    checkout VARCHAR,                      -- the cart it came from
    email    VARCHAR,                      -- lower case
    detail   VARCHAR NOT NULL              -- the few members that are answered again, as JSON
);
