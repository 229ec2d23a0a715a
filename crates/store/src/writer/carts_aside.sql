-- Where a source has carts of its own, those of sources with less authority are set aside; a cart that
-- two sources tell under one id is one.
UPDATE all_carts SET aside = k.aside
FROM (SELECT c.cart_id,
             a.authority < max(a.authority) OVER (PARTITION BY c.shop_id)
                 OR row_number() OVER (PARTITION BY c.shop_id, c.external_id
                                       ORDER BY a.authority DESC, a.turn) > 1 AS aside
      FROM all_carts c
      JOIN authorities a ON a.source_id = c.source_id
      WHERE c.shop_id IN (SELECT shop_id FROM in_carts)) k
WHERE all_carts.cart_id = k.cart_id AND all_carts.aside <> k.aside;
