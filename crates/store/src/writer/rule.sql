-- Rank, counted flag, local day and hour of every incoming order, of every order of a touched
-- person, of every order that became a twin or is no longer one, and of every order of a shop that is counted again, under the shop's own counting rule. Equal instants are ranked by number, compared as
-- numbers when both are digits.
INSERT INTO ruled
WITH everyone AS (
    SELECT w.order_id, w.in_no, i.shop_id, a.person_id, t.twin_of IS NOT NULL AS twin, i.status, i.class, i.test, i.created, i.paid,
           i.completed, i.processed, i.validated, i.number, i.external_id
    FROM in_orders i
    JOIN won w ON w.in_no = i.in_no
    LEFT JOIN assigned a ON a.record_id = w.order_id
    LEFT JOIN twinned t ON t.in_no = w.in_no
    UNION ALL
    SELECT o.order_id, NULL, o.shop_id, coalesce(a.person_id, o.person_id), o.twin_of IS NOT NULL, o.status, o.class, o.test, o.created, o.paid,
           o.completed, o.processed, o.validated, o.number, o.external_id
    FROM all_orders o
    LEFT JOIN assigned a ON a.record_id = o.order_id
    WHERE o.person_id IN (SELECT person_id FROM touched_persons)
    UNION ALL
    SELECT o.order_id, NULL, o.shop_id, o.person_id, o.twin_of IS NOT NULL, o.status, o.class, o.test, o.created, o.paid,
           o.completed, o.processed, o.validated, o.number, o.external_id
    FROM all_orders o
    WHERE o.shop_id IN (SELECT shop_id FROM recounted)
    UNION ALL
    SELECT o.order_id, NULL, o.shop_id, NULL, o.twin_of IS NOT NULL, o.status, o.class, o.test, o.created, o.paid,
           o.completed, o.processed, o.validated, o.number, o.external_id
    FROM all_orders o
    JOIN retwinned r ON r.order_id = o.order_id
    WHERE o.person_id IS NULL AND o.shop_id NOT IN (SELECT shop_id FROM recounted)
), placed AS (
    SELECT e.*, r.zone,
           CASE r.basis WHEN 'created' THEN e.created WHEN 'paid' THEN e.paid
                        WHEN 'completed' THEN e.completed WHEN 'processed' THEN coalesce(e.processed, e.created)
                        ELSE e.validated END AS occurred_at,
           CASE WHEN r.by_status THEN s.status IS NOT NULL AND e.class <> 'deleted' ELSE c.class IS NOT NULL END
               AND NOT e.test AND NOT e.twin AS counts
    FROM everyone e
    JOIN shop_rules r ON r.shop_id = e.shop_id
    LEFT JOIN rule_classes c ON c.shop_id = e.shop_id AND c.class = e.class
    LEFT JOIN rule_statuses s ON s.shop_id = e.shop_id AND s.status = e.status
), ranked AS (
    SELECT p.*, counts AND occurred_at IS NOT NULL AS counted,
           row_number() OVER (
               PARTITION BY shop_id, person_id, counts AND occurred_at IS NOT NULL
               ORDER BY occurred_at, try_cast(number AS HUGEINT) NULLS LAST, number NULLS LAST, external_id) AS place
    FROM placed p
)
SELECT k.order_id, k.in_no, k.person_id, k.counted,
       CASE WHEN k.counted AND k.person_id IS NOT NULL THEN k.place END,
       CASE WHEN k.counted AND k.person_id IS NOT NULL
            THEN CASE WHEN k.place = 1 THEN 'new' ELSE 'existing' END END,
       k.occurred_at,
       CAST(k.occurred_at + to_seconds(z.seconds) AS DATE),
       date_trunc('hour', k.occurred_at + to_seconds(z.seconds)) - to_seconds(z.seconds),
       extract('hour' FROM k.occurred_at + to_seconds(z.seconds)),
       CAST(k.created + to_seconds(c.seconds) AS DATE)
FROM ranked k
LEFT JOIN zones z ON z.zone = k.zone AND z.starts <= k.occurred_at AND k.occurred_at < z.ends
JOIN zones c ON c.zone = k.zone AND c.starts <= k.created AND k.created < c.ends;
