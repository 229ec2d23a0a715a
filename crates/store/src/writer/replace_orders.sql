-- A newer version replaces its order whole: lines, ledger rows and the refunds inside it.
DELETE FROM all_orders USING won WHERE all_orders.order_id = won.order_id AND NOT won.is_new;
DELETE FROM lines USING won WHERE lines.order_id = won.order_id AND NOT won.is_new;
DELETE FROM money USING won WHERE money.order_id = won.order_id AND NOT won.is_new;
DELETE FROM twin_money USING won WHERE twin_money.order_id = won.order_id AND NOT won.is_new;
DELETE FROM refund_lines USING refunds r, won
WHERE refund_lines.refund_id = r.refund_id AND r.nested AND r.order_id = won.order_id AND NOT won.is_new;
DELETE FROM refunds USING won WHERE refunds.nested AND refunds.order_id = won.order_id AND NOT won.is_new;
