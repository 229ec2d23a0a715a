-- Each source's newest telling of a product.
DELETE FROM in_products USING product_tellings t
WHERE in_products.shop_id = t.shop_id AND in_products.source_id = t.source_id AND in_products.code = t.code
  AND (in_products.origin, in_products.modified, in_products.deleted, in_products.digest)
      <= (t.origin, t.modified, t.deleted, t.digest);
DELETE FROM product_tellings USING in_products i
WHERE product_tellings.shop_id = i.shop_id AND product_tellings.source_id = i.source_id
  AND product_tellings.code = i.code;
INSERT INTO product_tellings
SELECT i.shop_id, i.code, i.source_id, i.name, i.category, i.price, i.cost, i.stock, i.deleted, i.origin, i.modified,
       i.digest
FROM in_products i;

INSERT INTO products (product_id, shop_id, code, listed, deleted)
SELECT nextval('row_ids'), i.shop_id, i.code, false, false
FROM (SELECT DISTINCT shop_id, code FROM in_products) i
WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.shop_id = i.shop_id AND p.code = i.code);

-- A product is what the source with the highest authority tells (of equals: the newest); others fill
-- what it leaves empty, and cannot remove it.
UPDATE products
SET name = k.name, category = k.category, price = k.price, cost = k.cost, stock = k.stock, listed = true,
    deleted = k.deleted, origin = k.origin, modified = k.modified, digest = k.digest
FROM (SELECT shop_id, code,
             arg_max(name, weight) FILTER (WHERE name IS NOT NULL) AS name,
             arg_max(category, weight) FILTER (WHERE category IS NOT NULL) AS category,
             arg_max(price, weight) FILTER (WHERE price IS NOT NULL) AS price,
             arg_max(cost, weight) FILTER (WHERE cost IS NOT NULL) AS cost,
             arg_max(stock, weight) FILTER (WHERE stock IS NOT NULL) AS stock,
             arg_max(deleted, weight) AS deleted, arg_max(origin, weight) AS origin,
             arg_max(modified, weight) AS modified, arg_max(digest, weight) AS digest
      FROM (SELECT t.*, row(a.authority, t.origin, t.modified, t.deleted, t.digest, -a.turn) AS weight
            FROM product_tellings t
            JOIN authorities a ON a.source_id = t.source_id
            WHERE (t.shop_id, t.code) IN (SELECT (shop_id, code) FROM in_products)) t
      GROUP BY shop_id, code) k
WHERE products.shop_id = k.shop_id AND products.code = k.code;
