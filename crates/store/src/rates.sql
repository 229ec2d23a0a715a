-- For each day the rate published latest is kept.
DELETE FROM in_rates USING rates r
WHERE in_rates.day = r.day AND in_rates.currency = r.currency AND in_rates.published < r.published;
DELETE FROM rates USING in_rates i WHERE rates.day = i.day AND rates.currency = i.currency;
INSERT INTO rates SELECT day, currency, rate, published FROM in_rates;
UPDATE generations SET sales = sales + 1;
