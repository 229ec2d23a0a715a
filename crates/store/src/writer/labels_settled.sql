SELECT count(*) FROM (
    SELECT email_key FROM nodes WHERE email_key IS NOT NULL GROUP BY email_key HAVING min(label) < max(label)
    LIMIT 1)
