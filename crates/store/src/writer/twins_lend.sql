-- A twin fills what the copy that counts leaves empty: where the customer came from (source, medium and
-- campaign together), channel and device. `filled` remembers what was lent, so that it is taken back.
CREATE OR REPLACE TEMP TABLE lent AS
WITH copies AS (
    SELECT x.twin_of AS order_id, row(-a.authority, a.turn, x.external_id) AS turn,
           x.filled & 1 = 0 AND coalesce(x.source, x.medium, x.campaign) IS NOT NULL AS tells_origin,
           x.source, x.medium, x.campaign,
           CASE WHEN x.filled & 2 = 0 THEN x.channel END AS channel,
           CASE WHEN x.filled & 4 = 0 THEN x.device END AS device
    FROM all_orders x JOIN authorities a ON a.source_id = x.source_id
    WHERE x.twin_of IN (SELECT order_id FROM lending)
), offers AS (
    SELECT order_id,
           arg_min(struct_pack(source := source, medium := medium, campaign := campaign), turn)
               FILTER (WHERE tells_origin) AS origin,
           arg_min(channel, turn) FILTER (WHERE channel IS NOT NULL) AS channel,
           arg_min(device, turn) FILTER (WHERE device IS NOT NULL) AS device
    FROM copies GROUP BY order_id
), needs AS (
    SELECT y.order_id, y.source, y.medium, y.campaign, y.channel, y.device, y.filled,
           y.filled & 1 <> 0 OR coalesce(y.source, y.medium, y.campaign) IS NULL AS origin_open,
           y.filled & 2 <> 0 OR y.channel IS NULL AS channel_open,
           y.filled & 4 <> 0 OR y.device IS NULL AS device_open
    FROM all_orders y
    WHERE y.order_id IN (SELECT order_id FROM lending)
)
SELECT n.order_id,
       CASE WHEN n.origin_open THEN o.origin.source ELSE n.source END AS source,
       CASE WHEN n.origin_open THEN o.origin.medium ELSE n.medium END AS medium,
       CASE WHEN n.origin_open THEN o.origin.campaign ELSE n.campaign END AS campaign,
       CASE WHEN n.channel_open THEN o.channel ELSE n.channel END AS channel,
       CASE WHEN n.device_open THEN o.device ELSE n.device END AS device,
       CASE WHEN n.origin_open AND o.origin IS NOT NULL THEN 1 ELSE 0 END
           + CASE WHEN n.channel_open AND o.channel IS NOT NULL THEN 2 ELSE 0 END
           + CASE WHEN n.device_open AND o.device IS NOT NULL THEN 4 ELSE 0 END AS filled
FROM needs n LEFT JOIN offers o ON o.order_id = n.order_id;

UPDATE all_orders SET source = l.source, medium = l.medium, campaign = l.campaign, channel = l.channel,
                      device = l.device, filled = l.filled
FROM lent l
WHERE all_orders.order_id = l.order_id
  AND (all_orders.source, all_orders.medium, all_orders.campaign, all_orders.channel, all_orders.device,
       all_orders.filled)
      IS DISTINCT FROM (l.source, l.medium, l.campaign, l.channel, l.device, CAST(l.filled AS TINYINT));
