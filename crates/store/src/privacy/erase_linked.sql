-- What the records that share an e-mail address or an account with the erased are known by.
SELECT DISTINCT email_key, source_id, customer_ref, phone_key, customer_name, lower(trim(email))
FROM (SELECT email_key, source_id, customer_ref, phone_key, customer_name, email FROM all_orders
      UNION ALL
      SELECT email_key, source_id, customer_ref, phone_key, customer_name, email FROM refunds WHERE order_id IS NULL
      UNION ALL
      SELECT email_key, source_id, customer_ref, phone_key, customer_name, email FROM customers) k
WHERE email_key IN (SELECT value FROM forgotten WHERE kind = 'email')
   OR (source_id, customer_ref) IN (SELECT (CAST(source_id AS INTEGER), value) FROM forgotten WHERE kind = 'account');
