-- What a transaction is about to write. in_no numbers the records of the transaction. Whole numbers
-- are all BIGINT here: they get their proper width where they are inserted.

CREATE OR REPLACE TEMP TABLE in_orders (
    in_no BIGINT, shop_id BIGINT, source_id BIGINT, external_id VARCHAR,
    number VARCHAR, invoice_number VARCHAR,
    origin BIGINT, modified TIMESTAMP, digest BIGINT, import_id BIGINT,
    status VARCHAR, class VARCHAR, test BOOLEAN,
    created TIMESTAMP, paid TIMESTAMP, completed TIMESTAMP, processed TIMESTAMP,
    validated TIMESTAMP, cancelled TIMESTAMP,
    customer_ref VARCHAR, email VARCHAR, email_key VARCHAR, phone VARCHAR, phone_key VARCHAR,
    customer_name VARCHAR,
    billing_country VARCHAR, billing_region VARCHAR, billing_city VARCHAR, billing_postcode VARCHAR,
    shipping_country VARCHAR, shipping_region VARCHAR, shipping_city VARCHAR, shipping_postcode VARCHAR,
    payment_method VARCHAR, shipping_method VARCHAR, coupon VARCHAR,
    source VARCHAR, medium VARCHAR, campaign VARCHAR, channel VARCHAR, device VARCHAR,
    currency VARCHAR,
    goods BIGINT, shipping BIGINT, fees BIGINT, tax BIGINT, total BIGINT, total_only BOOLEAN,
    payments VARCHAR,
    -- for the ledger's order row: discount and tax that belong to no line
    row_discount BIGINT, row_tax_rate BIGINT, row_tax BIGINT,
    -- the class the platform told, where the merchant gave its status another meaning
    told_class VARCHAR
);

CREATE OR REPLACE TEMP TABLE in_lines (
    in_no BIGINT, shop_id BIGINT, line_no BIGINT, kind VARCHAR, code VARCHAR, variant VARCHAR,
    name VARCHAR, category VARCHAR, quantity BIGINT, regular_price BIGINT,
    gross BIGINT, discount BIGINT, tax_rate BIGINT, tax BIGINT, taxes VARCHAR, cost BIGINT
);

-- Second and further tax rates of a line, or of the order row (line_no 0).
CREATE OR REPLACE TEMP TABLE in_taxes (in_no BIGINT, line_no BIGINT, rate BIGINT, amount BIGINT);

CREATE OR REPLACE TEMP TABLE in_refunds (
    in_no BIGINT, order_in_no BIGINT, shop_id BIGINT, source_id BIGINT, external_id VARCHAR,
    order_ref VARCHAR,
    origin BIGINT, modified TIMESTAMP, digest BIGINT, import_id BIGINT, deleted BOOLEAN,
    occurred_at TIMESTAMP, currency VARCHAR, reason VARCHAR,
    customer_ref VARCHAR, email VARCHAR, email_key VARCHAR, phone VARCHAR, phone_key VARCHAR,
    customer_name VARCHAR, country VARCHAR,
    goods BIGINT, shipping BIGINT, fees BIGINT, taxes VARCHAR, tax BIGINT, untold BIGINT
);

CREATE OR REPLACE TEMP TABLE in_refund_lines (
    in_no BIGINT, shop_id BIGINT, line_no BIGINT, kind VARCHAR, code VARCHAR, variant VARCHAR,
    name VARCHAR, quantity BIGINT, amount BIGINT, taxes VARCHAR
);

-- Versions that are not the newest of the transaction.
CREATE OR REPLACE TEMP TABLE in_history (
    shop_id BIGINT, source_id BIGINT, external_id VARCHAR, origin BIGINT, modified TIMESTAMP,
    digest BIGINT, status VARCHAR, class VARCHAR, total BIGINT, currency VARCHAR
);

CREATE OR REPLACE TEMP TABLE in_products (
    shop_id BIGINT, source_id BIGINT, code VARCHAR, name VARCHAR, category VARCHAR, price BIGINT, cost BIGINT,
    stock BIGINT, deleted BOOLEAN, origin BIGINT, modified TIMESTAMP, digest BIGINT
);

CREATE OR REPLACE TEMP TABLE in_customers (
    in_no BIGINT, shop_id BIGINT, source_id BIGINT, external_id VARCHAR, origin BIGINT,
    modified TIMESTAMP, digest BIGINT, deleted BOOLEAN, created TIMESTAMP, country VARCHAR,
    customer_ref VARCHAR, email VARCHAR, email_key VARCHAR, phone VARCHAR, phone_key VARCHAR,
    customer_name VARCHAR
);

CREATE OR REPLACE TEMP TABLE in_carts (
    in_no BIGINT, shop_id BIGINT, source_id BIGINT, external_id VARCHAR, origin BIGINT,
    modified TIMESTAMP, digest BIGINT, state VARCHAR, created TIMESTAMP, updated TIMESTAMP,
    day DATE, currency VARCHAR, total BIGINT, email VARCHAR, customer_name VARCHAR, items VARCHAR,
    order_ref VARCHAR,
    -- only to tell whether they were erased
    customer_ref VARCHAR
);

CREATE OR REPLACE TEMP TABLE in_visits (
    shop_id BIGINT, source_id BIGINT, external_id VARCHAR, started TIMESTAMP, day DATE,
    pages BIGINT, source VARCHAR, medium VARCHAR, campaign VARCHAR, device VARCHAR,
    country VARCHAR, added_to_cart BOOLEAN, ordered BOOLEAN
);

-- Ledger rows of refunds, worked out in Rust because a split depends on the refunds before it.
CREATE OR REPLACE TEMP TABLE in_refund_money (
    refund_id BIGINT, kind VARCHAR, line_no BIGINT, product_id BIGINT, variant VARCHAR,
    tax_rate BIGINT, total_only BIGINT, units_returned BIGINT, refunded_goods BIGINT,
    refunded_shipping BIGINT, refunded_fees BIGINT, refunded_tax BIGINT
);

-- The counting rule and zone of each shop, as rows. `by_status`: the merchant's list of raw statuses
-- decides, not the classes.
CREATE OR REPLACE TEMP TABLE shop_rules (shop_id INTEGER, zone VARCHAR, basis VARCHAR, by_status BOOLEAN);
CREATE OR REPLACE TEMP TABLE rule_classes (shop_id INTEGER, class VARCHAR);
CREATE OR REPLACE TEMP TABLE rule_statuses (shop_id INTEGER, status VARCHAR);

-- Shops whose rule, zone or meanings of statuses have changed: all they hold is worked out again.
CREATE OR REPLACE TEMP TABLE recounted (shop_id INTEGER);

CREATE OR REPLACE TEMP TABLE won (
    in_no BIGINT, order_id BIGINT, is_new BOOLEAN, same BOOLEAN, created_import BIGINT,
    old_person BIGINT, was_twin_of BIGINT
);
CREATE OR REPLACE TEMP TABLE won_refunds (
    in_no BIGINT, refund_id BIGINT, order_id BIGINT, is_new BOOLEAN, same BOOLEAN, created_import BIGINT,
    old_person BIGINT
);
CREATE OR REPLACE TEMP TABLE won_customers (in_no BIGINT, customer_id BIGINT, is_new BOOLEAN, old_person BIGINT);
CREATE OR REPLACE TEMP TABLE nodes (
    record_id BIGINT, email_key VARCHAR, account VARCHAR, phone_key VARCHAR, old_person BIGINT, label BIGINT
);
CREATE OR REPLACE TEMP TABLE touched_persons (person_id BIGINT);
CREATE OR REPLACE TEMP TABLE assigned (record_id BIGINT, person_id BIGINT);
CREATE OR REPLACE TEMP TABLE ruled (
    order_id BIGINT, in_no BIGINT, person_id BIGINT, counted BOOLEAN, rank INTEGER,
    customer_type VARCHAR, occurred_at TIMESTAMP, day DATE, hour_at TIMESTAMP, hour_of_day TINYINT, rate_day DATE
);
CREATE OR REPLACE TEMP TABLE refund_orders (order_id BIGINT);
CREATE OR REPLACE TEMP TABLE refund_scope (refund_id BIGINT);

-- The sources of each shop; `turn`: among equals, the first by name is right; `several`: the shop has more than one, so that orders may have twins.
CREATE OR REPLACE TEMP TABLE authorities (
    shop_id INTEGER, source_id INTEGER, authority INTEGER, turn INTEGER, several BOOLEAN
);
-- Which source owns the orders created from one instant to the next, where the merchant decided.
CREATE OR REPLACE TEMP TABLE owner_spans (shop_id INTEGER, source_id INTEGER, starts TIMESTAMP, ends TIMESTAMP);
-- Orders whose twins are looked for: level 0 incoming, 1 stored and to be decided, 2 stored beside those.
CREATE OR REPLACE TEMP TABLE twin_told (
    level INTEGER, order_id BIGINT, in_no BIGINT, shop_id INTEGER, source_id INTEGER, external_id VARCHAR,
    number_key VARCHAR, email_key VARCHAR, created TIMESTAMP, was BIGINT
);
-- Incoming orders that are twins.
CREATE OR REPLACE TEMP TABLE twinned (order_id BIGINT, in_no BIGINT, twin_of BIGINT);
-- Stored orders that became a twin, or are no longer one.
CREATE OR REPLACE TEMP TABLE retwinned (order_id BIGINT);
-- Orders that a twin may fill, or did.
CREATE OR REPLACE TEMP TABLE lending (order_id BIGINT);
