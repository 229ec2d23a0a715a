-- Everyone whose identity may change: the incoming records, and every record of a person who shares
-- a key with them or owned an earlier version of them.
INSERT INTO nodes
SELECT w.order_id, i.email_key, i.source_id || ':' || i.customer_ref, i.phone_key, w.old_person, w.order_id
FROM in_orders i JOIN won w ON w.in_no = i.in_no;

INSERT INTO nodes
SELECT w.refund_id, i.email_key, i.source_id || ':' || i.customer_ref, i.phone_key, w.old_person, w.refund_id
FROM in_refunds i JOIN won_refunds w ON w.in_no = i.in_no
WHERE w.order_id IS NULL AND NOT i.deleted;

INSERT INTO nodes
SELECT w.customer_id, i.email_key, i.source_id || ':' || i.customer_ref, i.phone_key, w.old_person, w.customer_id
FROM in_customers i JOIN won_customers w ON w.in_no = i.in_no
WHERE NOT i.deleted;

INSERT INTO touched_persons
SELECT DISTINCT e.person_id FROM identities e
WHERE e.person_id IS NOT NULL
  AND (e.email_key IN (SELECT email_key FROM nodes WHERE email_key IS NOT NULL)
       OR e.phone_key IN (SELECT phone_key FROM nodes WHERE phone_key IS NOT NULL)
       OR (e.customer_ref IS NOT NULL
           AND e.source_id || ':' || e.customer_ref IN (SELECT account FROM nodes WHERE account IS NOT NULL)));

INSERT INTO nodes
SELECT e.record_id, e.email_key, e.source_id || ':' || e.customer_ref, e.phone_key, e.person_id, e.record_id
FROM identities e
WHERE e.person_id IN (SELECT person_id FROM touched_persons)
  AND e.record_id NOT IN (SELECT record_id FROM nodes);
