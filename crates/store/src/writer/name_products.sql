-- Names of products that no catalogue lists: the one on the latest order, twins last.
UPDATE products SET name = latest.name, category = latest.category
FROM (SELECT l.product_id, arg_max(l.name, (o.twin_of IS NULL, o.created, o.external_id, l.line_no)) AS name,
             arg_max(l.category, (o.twin_of IS NULL, o.created, o.external_id, l.line_no)) AS category
      FROM lines l JOIN all_orders o ON o.order_id = l.order_id
      WHERE l.product_id IN (SELECT product_id FROM touched_products)
      GROUP BY l.product_id) latest
WHERE NOT products.listed AND products.product_id = latest.product_id
  AND (products.name IS DISTINCT FROM latest.name OR products.category IS DISTINCT FROM latest.category);
