-- Who is right when two sources tell of the same record: see writer/twins.sql.

-- What the merchant decided: from that instant on, this source owns that kind of record.
CREATE TABLE owners (
    shop_id   INTEGER NOT NULL,
    kind      VARCHAR NOT NULL,            -- orders, customers, products, carts
    source_id INTEGER NOT NULL,
    since     TIMESTAMP                    -- null: from the beginning
);
