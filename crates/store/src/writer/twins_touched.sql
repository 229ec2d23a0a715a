-- What a changed twin changes besides itself: the ranks of its person, the names of its products.
INSERT INTO touched_persons
SELECT DISTINCT person_id FROM all_orders
WHERE person_id IS NOT NULL AND order_id IN (SELECT order_id FROM retwinned);
