-- Columns that hold personal data are stored uncompressed, so that erased bytes can be looked for on disk.
-- A column's compression is declared where its table is made: the tables are made anew.
DROP VIEW orders;
DROP VIEW carts;
DROP VIEW identities;

-- Persons that were erased: keyed hashes of their e-mail addresses, accounts and telephone numbers
-- (privacy/hashes.rs), so that what is told of them again is not kept.
CREATE TABLE erasures (
    kind       VARCHAR NOT NULL,           -- email, account, phone
    hash       VARCHAR NOT NULL,           -- erased:…
    person_id  BIGINT,
    at_instant TIMESTAMP NOT NULL
);

-- What a person asked to be put right: where a platform tells `told`, `value` is right.
CREATE TABLE rectifications (
    person_id  BIGINT NOT NULL,
    field      VARCHAR NOT NULL,           -- name, email, phone, city, postcode
    told       VARCHAR USING COMPRESSION uncompressed,   -- null: nothing was told
    value      VARCHAR USING COMPRESSION uncompressed NOT NULL,
    at_instant TIMESTAMP NOT NULL
);

-- Since when erased bytes wait for the database to be written anew; no row: nothing waits.
CREATE TABLE compaction (since TIMESTAMP NOT NULL);

CREATE TABLE new_all_orders (
    order_id       BIGINT NOT NULL,
    shop_id        INTEGER NOT NULL,
    source_id      INTEGER NOT NULL,
    external_id    VARCHAR NOT NULL,
    number         VARCHAR,
    invoice_number VARCHAR,
    -- version
    origin         TINYINT NOT NULL,       -- 0 unstamped file, 1 stamped
    modified       TIMESTAMP NOT NULL,
    digest         BIGINT NOT NULL,
    created_import BIGINT,                 -- the import that first brought it
    changed_import BIGINT,                 -- the import that last changed it; null: another door
    -- state
    status         VARCHAR NOT NULL,
    class          VARCHAR NOT NULL,
    test           BOOLEAN NOT NULL,
    created        TIMESTAMP NOT NULL,
    paid           TIMESTAMP,
    completed      TIMESTAMP,
    processed      TIMESTAMP,
    validated      TIMESTAMP,
    cancelled      TIMESTAMP,
    -- person
    person_id      BIGINT,
    customer_ref   VARCHAR USING COMPRESSION uncompressed,
    email          VARCHAR USING COMPRESSION uncompressed,
    email_key      VARCHAR USING COMPRESSION uncompressed,
    phone          VARCHAR USING COMPRESSION uncompressed,
    phone_key      VARCHAR USING COMPRESSION uncompressed,
    customer_name  VARCHAR USING COMPRESSION uncompressed,
    -- dimensions
    billing_country   VARCHAR,
    billing_region    VARCHAR,
    billing_city      VARCHAR USING COMPRESSION uncompressed,
    billing_postcode  VARCHAR USING COMPRESSION uncompressed,
    shipping_country  VARCHAR,
    shipping_region   VARCHAR,
    shipping_city     VARCHAR USING COMPRESSION uncompressed,
    shipping_postcode VARCHAR USING COMPRESSION uncompressed,
    payment_method    VARCHAR,
    shipping_method   VARCHAR,
    coupon            VARCHAR,             -- codes in alphabetical order, joined by ", "
    source            VARCHAR,
    medium            VARCHAR,
    campaign          VARCHAR,
    channel           VARCHAR,
    device            VARCHAR,
    currency          VARCHAR NOT NULL,
    -- amounts of the whole order: goods after discounts, shipping and fees without tax
    goods          BIGINT NOT NULL,
    shipping       BIGINT NOT NULL,
    fees           BIGINT NOT NULL,
    tax            BIGINT NOT NULL,
    total          BIGINT NOT NULL,        -- tax included
    total_only     BOOLEAN NOT NULL,       -- nothing but the total is known
    payments       VARCHAR,                -- as JSON
    -- kept by the writer under the shop's own counting rule
    counted        BOOLEAN NOT NULL,
    rank           INTEGER,                -- 1 = first counted order of that person in that shop
    customer_type  VARCHAR,                -- new, existing; null: unidentified
    occurred_at    TIMESTAMP,              -- the rule's date; null: the order has none
    day            DATE,                   -- local day of `occurred_at`
    hour_at        TIMESTAMP,              -- UTC instant at which its local hour began
    hour_of_day    TINYINT,
    rate_day       DATE NOT NULL,           -- local day of creation: the day of its exchange rate
    told_class     VARCHAR,
    twin_of        BIGINT,                 -- the order of which this is another copy
    filled         TINYINT DEFAULT 0,      -- filled by a twin: 1 origin, 2 channel, 4 device
    number_key     VARCHAR                 -- the number as sources are compared by it
);
INSERT INTO new_all_orders SELECT * FROM all_orders;
DROP TABLE all_orders;
ALTER TABLE new_all_orders RENAME TO all_orders;

CREATE TABLE new_refunds (
    refund_id      BIGINT NOT NULL,
    shop_id        INTEGER NOT NULL,
    source_id      INTEGER NOT NULL,
    external_id    VARCHAR NOT NULL,
    nested         BOOLEAN NOT NULL,       -- came inside its order, replaced whole with it
    order_ref      VARCHAR,                -- the order's external id
    order_id       BIGINT,
    origin         TINYINT NOT NULL,
    modified       TIMESTAMP NOT NULL,
    digest         BIGINT NOT NULL,
    created_import BIGINT,
    changed_import BIGINT,
    deleted        BOOLEAN NOT NULL,
    occurred_at    TIMESTAMP NOT NULL,
    currency       VARCHAR NOT NULL,
    reason         VARCHAR USING COMPRESSION uncompressed,
    person_id      BIGINT,
    customer_ref   VARCHAR USING COMPRESSION uncompressed,
    email          VARCHAR USING COMPRESSION uncompressed,
    email_key      VARCHAR USING COMPRESSION uncompressed,
    phone          VARCHAR USING COMPRESSION uncompressed,
    phone_key      VARCHAR USING COMPRESSION uncompressed,
    customer_name  VARCHAR USING COMPRESSION uncompressed,
    country        VARCHAR,
    goods          BIGINT NOT NULL,        -- of its lines, without tax
    shipping       BIGINT NOT NULL,
    fees           BIGINT NOT NULL,
    taxes          VARCHAR,                -- of no line; pairs as in lines.taxes
    tax            BIGINT NOT NULL,        -- all its taxes
    untold         BIGINT NOT NULL,        -- part of the total that it does not break down
    derived        BOOLEAN NOT NULL        -- made by us: an order became refunded without any refund
);
INSERT INTO new_refunds SELECT * FROM refunds;
DROP TABLE refunds;
ALTER TABLE new_refunds RENAME TO refunds;

CREATE TABLE new_customers (
    customer_id   BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    source_id     INTEGER NOT NULL,
    external_id   VARCHAR USING COMPRESSION uncompressed NOT NULL,
    origin        TINYINT NOT NULL,
    modified      TIMESTAMP NOT NULL,
    digest        BIGINT NOT NULL,
    deleted       BOOLEAN NOT NULL,
    created       TIMESTAMP,
    country       VARCHAR,
    person_id     BIGINT,
    customer_ref  VARCHAR USING COMPRESSION uncompressed,
    email         VARCHAR USING COMPRESSION uncompressed,
    email_key     VARCHAR USING COMPRESSION uncompressed,
    phone         VARCHAR USING COMPRESSION uncompressed,
    phone_key     VARCHAR USING COMPRESSION uncompressed,
    customer_name VARCHAR USING COMPRESSION uncompressed
);
INSERT INTO new_customers SELECT * FROM customers;
DROP TABLE customers;
ALTER TABLE new_customers RENAME TO customers;

CREATE TABLE new_all_carts (
    cart_id       BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    source_id     INTEGER NOT NULL,
    external_id   VARCHAR NOT NULL,
    origin        TINYINT NOT NULL,
    modified      TIMESTAMP NOT NULL,
    digest        BIGINT NOT NULL,
    state         VARCHAR NOT NULL,        -- open, ordered, deleted
    created       TIMESTAMP NOT NULL,
    updated       TIMESTAMP NOT NULL,
    day           DATE NOT NULL,           -- local day of creation
    currency      VARCHAR NOT NULL,
    total         BIGINT NOT NULL,
    email         VARCHAR USING COMPRESSION uncompressed,
    customer_name VARCHAR USING COMPRESSION uncompressed,
    items         VARCHAR NOT NULL,        -- what is in it, in words
    order_ref     VARCHAR,
    aside         BOOLEAN DEFAULT false
);
INSERT INTO new_all_carts SELECT * FROM all_carts;
DROP TABLE all_carts;
ALTER TABLE new_all_carts RENAME TO all_carts;

CREATE TABLE new_connection_refused (
    connection_id BIGINT NOT NULL,
    told_at       TIMESTAMP NOT NULL,
    kind          VARCHAR NOT NULL,
    external_id   VARCHAR USING COMPRESSION uncompressed NOT NULL,
    detail        VARCHAR USING COMPRESSION uncompressed NOT NULL         -- field, value, reason, remedy, as JSON
);
INSERT INTO new_connection_refused SELECT * FROM connection_refused;
DROP TABLE connection_refused;
ALTER TABLE new_connection_refused RENAME TO connection_refused;

CREATE TABLE new_door_records (
    shop_id  INTEGER NOT NULL,
    kind     VARCHAR NOT NULL,             -- activecampaign_order, brevo_product…
    number   BIGINT NOT NULL,              -- the id that was handed out
    key      VARCHAR USING COMPRESSION uncompressed,                      -- the sender's own id
    checkout VARCHAR USING COMPRESSION uncompressed,                      -- the cart it came from
    email    VARCHAR USING COMPRESSION uncompressed,                      -- lower case
    detail   VARCHAR USING COMPRESSION uncompressed NOT NULL              -- the few members that are answered again, as JSON
);
INSERT INTO new_door_records SELECT * FROM door_records;
DROP TABLE door_records;
ALTER TABLE new_door_records RENAME TO door_records;

CREATE VIEW orders AS SELECT * EXCLUDE (twin_of, filled, number_key) FROM all_orders WHERE twin_of IS NULL;
CREATE VIEW identities AS
SELECT order_id AS record_id, source_id, email_key, customer_ref, phone_key, person_id FROM all_orders
UNION ALL
SELECT refund_id, source_id, email_key, customer_ref, phone_key, person_id FROM refunds
WHERE order_id IS NULL AND NOT deleted
UNION ALL
SELECT customer_id, source_id, email_key, customer_ref, phone_key, person_id FROM customers
WHERE NOT deleted;
CREATE VIEW carts AS SELECT * EXCLUDE (aside) FROM all_carts WHERE NOT aside;
