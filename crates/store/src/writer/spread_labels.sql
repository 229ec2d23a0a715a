-- One step of label propagation: the smallest label of all who share an e-mail, then an account.
UPDATE nodes SET label = smallest.label
FROM (SELECT email_key, min(label) AS label FROM nodes WHERE email_key IS NOT NULL GROUP BY email_key
      HAVING min(label) < max(label)) smallest
WHERE nodes.email_key = smallest.email_key AND nodes.label > smallest.label;

UPDATE nodes SET label = smallest.label
FROM (SELECT account, min(label) AS label FROM nodes WHERE account IS NOT NULL GROUP BY account
      HAVING min(label) < max(label)) smallest
WHERE nodes.account = smallest.account AND nodes.label > smallest.label;
