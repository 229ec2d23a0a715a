INSERT INTO products (product_id, shop_id, code, listed, deleted)
SELECT nextval('row_ids'), i.shop_id, i.code, false, false
FROM (SELECT DISTINCT shop_id, code FROM in_products) i
WHERE NOT EXISTS (SELECT 1 FROM products p WHERE p.shop_id = i.shop_id AND p.code = i.code);

UPDATE products
SET name = i.name, category = i.category, price = i.price, cost = i.cost, stock = i.stock, listed = true,
    deleted = i.deleted, origin = i.origin, modified = i.modified, digest = i.digest
FROM in_products i
WHERE products.shop_id = i.shop_id AND products.code = i.code
  AND (products.modified IS NULL
       OR (i.origin, i.modified, i.deleted, i.digest)
          > (products.origin, products.modified, products.deleted, products.digest));
