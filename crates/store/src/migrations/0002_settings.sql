-- What the merchant decides about raw statuses. A meaning replaces the class that the platform told,
-- for all orders of that raw status; an order told as deleted stays deleted.
CREATE TABLE status_meanings (shop_id INTEGER NOT NULL, status VARCHAR NOT NULL, class VARCHAR NOT NULL);

-- The class that the platform told, where a meaning replaced it; null: `class` is what was told.
ALTER TABLE orders ADD COLUMN told_class VARCHAR;

-- With tax, a product's sales hold all the rates of its lines: their rows name the product too.
UPDATE money SET product_id = l.product_id, variant = l.variant, category = l.category
FROM lines l
WHERE money.kind = 'tax' AND money.refund_id IS NULL AND money.line_no > 0
  AND l.order_id = money.order_id AND l.line_no = money.line_no;
