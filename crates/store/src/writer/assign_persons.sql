-- A record with a phone and nothing else belongs to the one person known by that phone; when there
-- are several, or none, such records form a person of their own.
UPDATE nodes SET label = chosen.label
FROM (SELECT phone_key,
             CASE WHEN count(DISTINCT label) FILTER (WHERE email_key IS NOT NULL OR account IS NOT NULL) = 1
                  THEN min(label) FILTER (WHERE email_key IS NOT NULL OR account IS NOT NULL)
                  ELSE min(label) FILTER (WHERE email_key IS NULL AND account IS NULL) END AS label
      FROM nodes WHERE phone_key IS NOT NULL GROUP BY phone_key) chosen
WHERE nodes.email_key IS NULL AND nodes.account IS NULL AND nodes.phone_key = chosen.phone_key;

-- Each label keeps the oldest person it had, unless another label was first to claim that person.
INSERT INTO assigned
WITH known AS (
    SELECT label, min(old_person) AS person_id
    FROM nodes
    WHERE email_key IS NOT NULL OR account IS NOT NULL OR phone_key IS NOT NULL
    GROUP BY label
), claimed AS (
    SELECT label, person_id, row_number() OVER (PARTITION BY person_id ORDER BY label) AS turn FROM known
), persons AS (
    SELECT label,
           CASE WHEN person_id IS NULL OR turn > 1 THEN nextval('person_ids') ELSE person_id END AS person_id
    FROM claimed
)
SELECT n.record_id, p.person_id
FROM nodes n
LEFT JOIN persons p
     ON p.label = CASE WHEN n.email_key IS NOT NULL OR n.account IS NOT NULL OR n.phone_key IS NOT NULL
                       THEN n.label END;

INSERT INTO touched_persons SELECT DISTINCT person_id FROM assigned WHERE person_id IS NOT NULL;

UPDATE refunds SET person_id = a.person_id
FROM assigned a
WHERE refunds.refund_id = a.record_id AND refunds.person_id IS DISTINCT FROM a.person_id;

UPDATE customers SET person_id = a.person_id
FROM assigned a
WHERE customers.customer_id = a.record_id AND customers.person_id IS DISTINCT FROM a.person_id;
