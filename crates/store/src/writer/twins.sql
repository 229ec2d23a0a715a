-- Who is right: the copy of the source that the merchant named owner for the instant at which the
-- order was created, else that of the source with the highest authority, else of the
-- first source by its name.
INSERT INTO owner_spans
SELECT shop_id, source_id, coalesce(since, TIMESTAMP '-infinity'),
       lead(coalesce(since, TIMESTAMP '-infinity'), 1, TIMESTAMP 'infinity')
           OVER (PARTITION BY shop_id ORDER BY coalesce(since, TIMESTAMP '-infinity'), source_id)
FROM owners WHERE kind = 'orders';

CREATE OR REPLACE TEMP TABLE twin_best AS
WITH weighed AS (
    SELECT t.level, t.order_id, t.shop_id, t.source_id, t.external_id, t.number_key, t.email_key, t.created,
           row(s.source_id IS NOT NULL, a.authority, -a.turn) AS weight
    FROM twin_told t
    JOIN authorities a ON a.source_id = t.source_id
    LEFT JOIN owner_spans s ON s.shop_id = t.shop_id AND s.source_id = t.source_id
                           AND s.starts <= t.created AND t.created < s.ends
), pairs AS (
    SELECT x.order_id, y.order_id AS other, y.weight, true AS by_id, y.external_id
    FROM weighed x JOIN weighed y ON x.shop_id = y.shop_id AND x.external_id = y.external_id
    WHERE x.level < 2 AND x.source_id <> y.source_id AND y.weight > x.weight
      AND (x.email_key = y.email_key
           OR y.created BETWEEN x.created - INTERVAL 2 DAY AND x.created + INTERVAL 2 DAY)
    UNION ALL
    SELECT x.order_id, y.order_id, y.weight, false, y.external_id
    FROM weighed x JOIN weighed y ON x.shop_id = y.shop_id AND x.number_key = y.number_key
    WHERE x.level < 2 AND x.source_id <> y.source_id AND y.weight > x.weight
      AND (x.email_key = y.email_key
           OR y.created BETWEEN x.created - INTERVAL 2 DAY AND x.created + INTERVAL 2 DAY)
)
SELECT order_id, arg_max(other, row(weight, by_id, external_id)) AS twin_of FROM pairs GROUP BY order_id;

INSERT INTO twinned
SELECT t.order_id, t.in_no, b.twin_of
FROM twin_told t JOIN twin_best b ON b.order_id = t.order_id
WHERE t.level = 0;

-- Stored orders that are now a twin, no longer one, or one of another order.
CREATE OR REPLACE TEMP TABLE twin_changes AS
SELECT t.order_id, t.was, b.twin_of
FROM twin_told t LEFT JOIN twin_best b ON b.order_id = t.order_id
WHERE t.level = 1 AND t.was IS DISTINCT FROM b.twin_of;

UPDATE all_orders SET twin_of = c.twin_of FROM twin_changes c WHERE all_orders.order_id = c.order_id;

INSERT INTO retwinned SELECT order_id FROM twin_changes WHERE (was IS NULL) <> (twin_of IS NULL);
INSERT INTO lending
SELECT twin_of FROM twinned
UNION ALL SELECT was FROM twin_changes WHERE was IS NOT NULL
UNION ALL SELECT twin_of FROM twin_changes WHERE twin_of IS NOT NULL;
-- A stored twin may lend to an order that arrives only now.
INSERT INTO lending SELECT twin_of FROM all_orders WHERE twin_of IN (SELECT order_id FROM twin_told WHERE level = 0);
