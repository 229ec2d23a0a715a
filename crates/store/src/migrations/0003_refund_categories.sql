-- A refunded line takes the category of its order's line, as it has that of its product.
UPDATE money SET category = s.category
FROM (SELECT order_id, product_id, variant, max(category) AS category FROM lines
      WHERE product_id IS NOT NULL GROUP BY ALL) s
WHERE money.refund_id IS NOT NULL AND money.product_id IS NOT NULL AND money.order_id = s.order_id
  AND money.product_id = s.product_id AND money.variant IS NOT DISTINCT FROM s.variant;
