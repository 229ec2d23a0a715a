-- Twins: copies of one order that several sources tell. Which copy counts depends on nothing but the
-- copies that are stored, so whatever order they arrive in gives the same twins.
--
-- Two copies are of one order when they are of one shop and two sources, have the same external id or
-- the same number, and the same e-mail or were created within two days of each other: an old and
-- a new platform may both have an order 12.
--
-- Here: the incoming orders (level 0), and what was a twin of an order that they replace (level 1).
INSERT INTO twin_told
SELECT 0, w.order_id, w.in_no, i.shop_id, i.source_id, i.external_id,
       nullif(trim(ltrim(trim(coalesce(i.number, i.external_id)), '#')), ''), i.email_key, i.created, NULL
FROM in_orders i JOIN won w ON w.in_no = i.in_no
WHERE i.shop_id IN (SELECT shop_id FROM authorities WHERE several);

INSERT INTO twin_told
SELECT 1, o.order_id, NULL, o.shop_id, o.source_id, o.external_id, o.number_key, o.email_key, o.created, o.twin_of
FROM all_orders o
WHERE o.twin_of IN (SELECT order_id FROM won WHERE NOT is_new);

-- Orders that may be filled by a twin, or were.
INSERT INTO lending SELECT order_id FROM twin_told WHERE level = 0;
INSERT INTO lending SELECT DISTINCT was_twin_of FROM won WHERE was_twin_of IS NOT NULL;
