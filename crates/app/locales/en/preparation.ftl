# Orders to ship, and where to.
preparation-title = To prepare
preparation-lede = { $orders } to ship, { $units } to pack.
preparation-order = 1 order
preparation-orders = { $count } orders
preparation-unit = 1 item
preparation-units = { $count } items
preparation-none = No order to ship since that day.
preparation-note = Paid orders that are neither sent nor cancelled nor refunded, oldest first. For a picking list, print this page.
preparation-silent = { $shops }: the platform has not told of any shipment yet, so paid orders stay in this list.
preparation-products = Products to prepare
preparation-parcels = Orders to ship
preparation-quantity = Quantity
preparation-no-address = The shop did not send a shipping address
preparation-no-method = No shipping method told
preparation-refunded = { $count } less, refunded
preparation-refunded-all = refunded, not to be sent
preparation-since = Orders since
preparation-show = Show

# What each role sees.
problem-home-own = Back to your first page
orders-search-names = Number, customer, product, SKU
orders-search-masked = Number, product, SKU
explain-no-orders = Your role may see figures, not orders: here is this figure step by step over the whole period.
segment-title = Export the persons of this segment
segment-lede = { $count } persons, with their name, e-mail address and telephone number.
segment-lede-one = 1 person, with their name, e-mail address and telephone number.
segment-offer = Export these persons with their addresses
segment-back = Back to the list
segment-purpose = Purpose of the export
segment-purpose-hint = For example: Christmas newsletter. The audit log keeps the purpose.
segment-fault-length = Write the purpose in 5 to 200 characters.
segment-fault-address = Write a purpose without an e-mail address: the log must not name anybody.
segment-csv = Download as CSV
segment-xlsx = Download as XLSX
segment-note = The export is written in the audit log: who, when, which segment, how many persons, for which purpose. Delete the file as soon as it is no longer needed.
