-- What the merchant decides about raw statuses. A meaning replaces the class that the platform told,
-- for all orders of that raw status; an order told as deleted stays deleted.
CREATE TABLE status_meanings (shop_id INTEGER NOT NULL, status VARCHAR NOT NULL, class VARCHAR NOT NULL);

-- The class that the platform told, where a meaning replaced it; null: `class` is what was told.
ALTER TABLE orders ADD COLUMN told_class VARCHAR;
