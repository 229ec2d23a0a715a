-- Visits that a shop's collection mode refused: how many, never which.
CREATE TABLE refused_visits (
    shop_id INTEGER NOT NULL,
    day     DATE NOT NULL,                 -- local day of the refusal
    door    VARCHAR NOT NULL,              -- api, file, ga4
    reason  VARCHAR NOT NULL,              -- email, customer, order, address
    visits  BIGINT NOT NULL
);
