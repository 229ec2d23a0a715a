-- The records of a shop. Amounts are minor units of the row's currency, instants are UTC.
-- Surrogate ids come from sequences; keys are (shop, source, external id). There are no unique
-- indexes on the large tables: the writer is the only one to write, and it resolves keys itself.

CREATE SEQUENCE row_ids;
CREATE SEQUENCE person_ids;

-- One row: sales and behaviour generations.
CREATE TABLE generations (sales BIGINT NOT NULL, behaviour BIGINT NOT NULL);
INSERT INTO generations VALUES (0, 0);

CREATE TABLE shops (
    shop_id  INTEGER PRIMARY KEY,
    slug     VARCHAR NOT NULL UNIQUE,
    name     VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    currency VARCHAR NOT NULL,
    timezone VARCHAR NOT NULL,
    profile  VARCHAR NOT NULL,            -- calculation profile in force
    rule     VARCHAR NOT NULL,            -- counting rule in force, as JSON
    created  TIMESTAMP NOT NULL
);

CREATE TABLE settings (shop_id INTEGER NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL);

CREATE TABLE sources (
    source_id INTEGER PRIMARY KEY,
    shop_id   INTEGER NOT NULL,
    name      VARCHAR NOT NULL
);

-- Offsets of the zones in use: local time = UTC + seconds while starts <= UTC < ends.
CREATE TABLE zones (
    zone    VARCHAR NOT NULL,
    starts  TIMESTAMP NOT NULL,
    ends    TIMESTAMP NOT NULL,
    seconds INTEGER NOT NULL
);

CREATE TABLE orders (
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
    customer_ref   VARCHAR,
    email          VARCHAR,
    email_key      VARCHAR,
    phone          VARCHAR,
    phone_key      VARCHAR,
    customer_name  VARCHAR,
    -- dimensions
    billing_country   VARCHAR,
    billing_region    VARCHAR,
    billing_city      VARCHAR,
    billing_postcode  VARCHAR,
    shipping_country  VARCHAR,
    shipping_region   VARCHAR,
    shipping_city     VARCHAR,
    shipping_postcode VARCHAR,
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
    rate_day       DATE NOT NULL           -- local day of creation: the day of its exchange rate
);

CREATE TABLE lines (
    order_id      BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    line_no       INTEGER NOT NULL,
    kind          VARCHAR NOT NULL,        -- product, service
    product_id    BIGINT,
    variant       VARCHAR,
    name          VARCHAR NOT NULL,
    category      VARCHAR,
    quantity      BIGINT NOT NULL,
    regular_price BIGINT,
    gross         BIGINT NOT NULL,
    discount      BIGINT NOT NULL,
    taxes         VARCHAR,                 -- "rate:amount" pairs, rate in 1/1000 %, joined by ","
    cost          BIGINT
);

CREATE TABLE refunds (
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
    reason         VARCHAR,
    person_id      BIGINT,
    customer_ref   VARCHAR,
    email          VARCHAR,
    email_key      VARCHAR,
    phone          VARCHAR,
    phone_key      VARCHAR,
    customer_name  VARCHAR,
    country        VARCHAR,
    goods          BIGINT NOT NULL,        -- of its lines, without tax
    shipping       BIGINT NOT NULL,
    fees           BIGINT NOT NULL,
    taxes          VARCHAR,                -- of no line; pairs as in lines.taxes
    tax            BIGINT NOT NULL,        -- all its taxes
    untold         BIGINT NOT NULL,        -- part of the total that it does not break down
    derived        BOOLEAN NOT NULL        -- made by us: an order became refunded without any refund
);

CREATE TABLE refund_lines (
    refund_id  BIGINT NOT NULL,
    shop_id    INTEGER NOT NULL,
    line_no    INTEGER NOT NULL,
    kind       VARCHAR NOT NULL,
    product_id BIGINT,
    variant    VARCHAR,
    name       VARCHAR NOT NULL,
    quantity   BIGINT NOT NULL,
    amount     BIGINT NOT NULL,
    taxes      VARCHAR
);

-- Money events: every sales figure is a sum over these rows. They are derived, and replaced whole
-- with their order or refund. One row carries the amounts of one line, or of one order or refund
-- as a whole; a column that does not concern it is 0.
--   line          one line of an order: quantity, gross, discount, tax
--   order         one per order: orders = 1, shipping, fees, their tax, discounts and tax of no line
--   tax           the second and further tax rates of any of the others: tax (or refunded_tax) only
--   refund_line   one line of a refund: units_returned, refunded_goods, refunded_tax
--   refund        one per refund: refunded shipping, fees and tax of no line
--   refund_split  the part of a refund that the platform did not break down, split over what
--                 remained of its order
CREATE TABLE money (
    shop_id            INTEGER NOT NULL,
    kind               VARCHAR NOT NULL,
    order_id           BIGINT,             -- null: a refund whose order is unknown
    refund_id          BIGINT,
    line_no            INTEGER NOT NULL,
    product_id         BIGINT,             -- null: service lines and whole-order amounts
    variant            VARCHAR,
    category           VARCHAR,
    tax_rate           INTEGER,            -- 1/1000 %
    currency           VARCHAR NOT NULL,
    person_id          BIGINT,
    -- under the shop's own counting rule, kept by the writer
    counted            BOOLEAN NOT NULL,   -- its order counts (true for refunds without order)
    customer_type      VARCHAR,            -- of its order: new, existing; null: unidentified
    occurred_at        TIMESTAMP,          -- the order's `occurred_at`; a refund's own instant
    day                DATE,
    hour_at            TIMESTAMP,
    hour_of_day        TINYINT,
    rate_day           DATE NOT NULL,      -- day of the exchange rate: the order's, else its own
    -- amounts
    orders             INTEGER NOT NULL,   -- 1 on the order row
    valued_orders      INTEGER NOT NULL,   -- 1 on the order row of an order worth more than 0 without tax
    quantity           BIGINT NOT NULL,    -- units of product lines
    gross              BIGINT NOT NULL,
    discount           BIGINT NOT NULL,
    shipping           BIGINT NOT NULL,
    fees               BIGINT NOT NULL,
    tax                BIGINT NOT NULL,
    total_only         BIGINT NOT NULL,    -- total with tax of an order that tells nothing else
    units_returned     BIGINT NOT NULL,
    refunded_goods     BIGINT NOT NULL,
    refunded_shipping  BIGINT NOT NULL,
    refunded_fees      BIGINT NOT NULL,
    refunded_tax       BIGINT NOT NULL
);

-- Status and totals of each version seen, without personal data.
CREATE TABLE order_history (
    shop_id     INTEGER NOT NULL,
    source_id   INTEGER NOT NULL,
    external_id VARCHAR NOT NULL,
    origin      TINYINT NOT NULL,
    modified    TIMESTAMP NOT NULL,
    digest      BIGINT NOT NULL,
    status      VARCHAR NOT NULL,
    class       VARCHAR NOT NULL,
    total       BIGINT NOT NULL,
    currency    VARCHAR NOT NULL
);

CREATE TABLE products (
    product_id  BIGINT NOT NULL,
    shop_id     INTEGER NOT NULL,
    code        VARCHAR NOT NULL,          -- SKU, else platform id
    name        VARCHAR,                   -- of the catalogue, else of its latest line
    category    VARCHAR,
    price       BIGINT,
    cost        BIGINT,
    stock       BIGINT,
    listed      BOOLEAN NOT NULL,          -- in the catalogue, not only on order lines
    deleted     BOOLEAN NOT NULL,
    origin      TINYINT,
    modified    TIMESTAMP,
    digest      BIGINT
);

CREATE TABLE customers (
    customer_id   BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    source_id     INTEGER NOT NULL,
    external_id   VARCHAR NOT NULL,
    origin        TINYINT NOT NULL,
    modified      TIMESTAMP NOT NULL,
    digest        BIGINT NOT NULL,
    deleted       BOOLEAN NOT NULL,
    created       TIMESTAMP,
    country       VARCHAR,
    person_id     BIGINT,
    customer_ref  VARCHAR,
    email         VARCHAR,
    email_key     VARCHAR,
    phone         VARCHAR,
    phone_key     VARCHAR,
    customer_name VARCHAR
);

CREATE TABLE carts (
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
    email         VARCHAR,
    customer_name VARCHAR,
    items         VARCHAR NOT NULL,        -- what is in it, in words
    order_ref     VARCHAR
);

CREATE TABLE visits (
    shop_id       INTEGER NOT NULL,
    source_id     INTEGER NOT NULL,
    external_id   VARCHAR NOT NULL,
    started       TIMESTAMP NOT NULL,
    day           DATE NOT NULL,
    pages         BIGINT NOT NULL,
    source        VARCHAR,
    medium        VARCHAR,
    campaign      VARCHAR,
    device        VARCHAR,
    country       VARCHAR,
    added_to_cart BOOLEAN NOT NULL,
    ordered       BOOLEAN NOT NULL
);

-- Units of a currency for one euro, times 10^8, on each day on which the rate may be used: a
-- published rate is carried forward at most 7 days.
CREATE TABLE rates (day DATE NOT NULL, currency VARCHAR NOT NULL, rate BIGINT NOT NULL, published DATE NOT NULL);

CREATE TABLE imports (
    import_id     BIGINT NOT NULL,
    shop_id       INTEGER NOT NULL,
    format        VARCHAR NOT NULL,
    files         VARCHAR NOT NULL,
    started       TIMESTAMP NOT NULL,
    undone        TIMESTAMP,
    rows          BIGINT NOT NULL,
    accepted      BIGINT NOT NULL,
    rejected      BIGINT NOT NULL,
    rejected_file VARCHAR,
    orders        BIGINT NOT NULL,
    refunds       BIGINT NOT NULL
);

-- Whoever can be the person behind a record. A refund with an order is its order's person.
CREATE VIEW identities AS
SELECT order_id AS record_id, source_id, email_key, customer_ref, phone_key, person_id FROM orders
UNION ALL
SELECT refund_id, source_id, email_key, customer_ref, phone_key, person_id FROM refunds
WHERE order_id IS NULL AND NOT deleted
UNION ALL
SELECT customer_id, source_id, email_key, customer_ref, phone_key, person_id FROM customers
WHERE NOT deleted;
