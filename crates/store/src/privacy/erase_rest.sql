-- Corrections that erased persons asked for; and what is kept of the records in memory is read again.
DELETE FROM rectifications
WHERE person_id IN (
    SELECT person_id FROM identities
    WHERE person_id IS NOT NULL
      AND (starts_with(email_key, 'erased:') OR starts_with(customer_ref, 'erased:')
           OR (email_key IS NULL AND customer_ref IS NULL AND starts_with(phone_key, 'erased:'))));
UPDATE generations SET sales = sales + 1, behaviour = behaviour + 1;
