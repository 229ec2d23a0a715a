INSERT INTO won_customers
SELECT i.in_no, coalesce(c.customer_id, nextval('row_ids')), c.customer_id IS NULL, c.person_id
FROM in_customers i
LEFT JOIN customers c ON c.shop_id = i.shop_id AND c.source_id = i.source_id AND c.external_id = i.external_id
WHERE c.customer_id IS NULL
   OR (i.origin, i.modified, i.deleted, i.digest) > (c.origin, c.modified, c.deleted, c.digest);

INSERT INTO touched_persons SELECT DISTINCT old_person FROM won_customers WHERE old_person IS NOT NULL;
DELETE FROM customers USING won_customers w WHERE customers.customer_id = w.customer_id;

INSERT INTO customers
SELECT w.customer_id, i.shop_id, i.source_id, i.external_id, i.origin, i.modified, i.digest, i.deleted, i.created,
       i.country, NULL, i.customer_ref, i.email, i.email_key, i.phone, i.phone_key, i.customer_name
FROM in_customers i JOIN won_customers w ON w.in_no = i.in_no;
