# Words of the pages: loyalty.
formula-mean = mean of: { $value }
formula-median-of = middle value of: { $value }
formula-gaps = gaps between two order days of one customer
formula-customer-gaps = mean gap of each customer
formula-customer-revenue = revenue of each customer to date
column-refunded-orders = orders with a refund
column-returnable-orders = orders
explain-mean = Mean
