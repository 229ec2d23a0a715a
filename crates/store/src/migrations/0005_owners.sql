-- Who is right when two sources tell of the same record: see writer/twins.sql.

-- What the merchant decided: from that instant on, this source owns that kind of record.
CREATE TABLE owners (
    shop_id   INTEGER NOT NULL,
    kind      VARCHAR NOT NULL,            -- orders
    source_id INTEGER NOT NULL,
    since     TIMESTAMP                    -- null: from the beginning
);

-- Of an order that several sources tell, one copy counts. The others, its twins, are kept, and only
-- the writer sees them: `orders` is what counts or could count, and all that anyone else reads.
DROP VIEW identities;
ALTER TABLE orders RENAME TO all_orders;
ALTER TABLE all_orders ADD COLUMN twin_of BIGINT;    -- the order of which this is another copy
ALTER TABLE all_orders ADD COLUMN filled TINYINT DEFAULT 0;  -- filled by a twin: 1 origin, 2 channel, 4 device
ALTER TABLE all_orders ADD COLUMN number_key VARCHAR;  -- the number as sources are compared by it
UPDATE all_orders SET number_key = nullif(trim(ltrim(trim(coalesce(number, external_id)), '#')), '');
CREATE VIEW orders AS SELECT * EXCLUDE (twin_of, filled, number_key) FROM all_orders WHERE twin_of IS NULL;

-- A twin still tells who its customer is.
CREATE VIEW identities AS
SELECT order_id AS record_id, source_id, email_key, customer_ref, phone_key, person_id FROM all_orders
UNION ALL
SELECT refund_id, source_id, email_key, customer_ref, phone_key, person_id FROM refunds
WHERE order_id IS NULL AND NOT deleted
UNION ALL
SELECT customer_id, source_id, email_key, customer_ref, phone_key, person_id FROM customers
WHERE NOT deleted;

-- The ledger rows of twins, set aside until they count.
CREATE TABLE twin_money AS SELECT * FROM money LIMIT 0;

-- What each source tells of a product; the product is what they tell together.
CREATE TABLE product_tellings (
    shop_id   INTEGER NOT NULL,
    code      VARCHAR NOT NULL,
    source_id INTEGER NOT NULL,
    name      VARCHAR,
    category  VARCHAR,
    price     BIGINT,
    cost      BIGINT,
    stock     BIGINT,
    deleted   BOOLEAN NOT NULL,
    origin    TINYINT NOT NULL,
    modified  TIMESTAMP NOT NULL,
    digest    BIGINT NOT NULL
);
INSERT INTO product_tellings
SELECT p.shop_id, p.code, s.source_id, p.name, p.category, p.price, p.cost, p.stock, p.deleted, p.origin, p.modified,
       p.digest
FROM products p
JOIN (SELECT shop_id, min(source_id) AS source_id FROM sources GROUP BY shop_id) s ON s.shop_id = p.shop_id
WHERE p.modified IS NOT NULL;

-- Carts that a source tells beside those of a better one are kept, and set aside.
ALTER TABLE carts RENAME TO all_carts;
ALTER TABLE all_carts ADD COLUMN aside BOOLEAN DEFAULT false;
CREATE VIEW carts AS SELECT * EXCLUDE (aside) FROM all_carts WHERE NOT aside;
