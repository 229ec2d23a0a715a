# The interface’s words, in English, in the order of fr.ftl.

## Frame

skip-to-content = Skip to content
nav-label = Main navigation
nav-tabs = Pages of this section
nav-more = More
nav-overview = Overview
nav-sales = Sales
nav-orders = Orders
nav-products = Products
nav-customers = Customers
nav-journey = Customer journey
nav-marketing = Marketing
nav-goals = Goals
nav-reports = Reports
nav-connections = Connections
nav-import = Import
nav-settings = Settings
nav-definitions = Definitions
nav-general = Shops and calculation
nav-team = Team
nav-tokens = Tokens
nav-sharing = Sharing
nav-privacy = Personal data
nav-backups = Backups and mail
nav-audit = Audit log
nav-preparation = To prepare
theme-label = Theme
theme-auto = Auto theme
theme-light = Light
theme-dark = Dark
loading = Loading

## Filters

filter-shop = Shop
filter-all-shops = All shops
filter-currency = Currency
filter-period = Period
filter-compare = Compare with
filter-from = From
filter-to = To
filter-apply = Apply
period-today = Today
period-yesterday = Yesterday
period-days = Last { $days } days
period-this-week = This week
period-last-week = Last week
period-this-month = This month
period-last-month = Last month
period-this-quarter = This quarter
period-last-quarter = Last quarter
period-this-year = This year
period-last-year = Last year
period-12-months = Last 12 months
period-all = All time
period-custom = Custom dates
compare-previous = Previous period
compare-year = A year earlier
compare-year-weekday = A year earlier, same weekdays
compare-none = No comparison
compare-custom = Custom dates
compare-against = compared with { $range }

## Status line

status-mode = Calculation mode
status-change = Change
status-excluded = { $count } statuses excluded
status-excluded-one = 1 status excluded
status-since = History since { $date }
status-fresh = { $source }: { $ago }

## Tiles

tiles-label = Key figures
tile-open = See what is behind
definition-of = Definition:
change-up = Up,
change-down = Down,
change-flat = Unchanged,
change-new = new
change-points = { $value } pt
tile-visits-missing = No visits are measured.
tile-visits-action = Connect web analytics
tile-carts-missing = No carts are received.
tile-carts-action = Connect the shop
sample-size = n = { $count }

## Cards

see-all = See all
card-menu = Other views:
card-table = View as a table
card-csv = Download as CSV
card-link = Link to this chart
chart-legend = Legend
chart-table = View the figures
chart-empty = No sales in this period. Choose a longer one.
chart-columns = Columns
chart-line = Line
granularity-label = Group by
granularity-hour = Hour
granularity-day = Day
granularity-week = Week
granularity-month = Month
granularity-quarter = Quarter
granularity-year = Year
revenue-title = Revenue
revenue-parts = By customer type
revenue-new = New customers
revenue-existing = Existing customers
revenue-unidentified = Unidentified customers
orders-title = Orders
new-customers-title = New customers
table-date = Date
table-value = Value
table-compared-date = Compared with
table-compared-value = Compared value
table-change = Change
table-total = Total
table-sum = Sum
table-none = No rows for these filters.
table-csv = Download as CSV
table-pages = Pages
table-previous = Previous
table-next = Next
table-range = { $from }–{ $to } of { $total }
sellers-title = Best sellers
sellers-product = Product
sellers-share = Share
sellers-by = Rank by
sellers-revenue = Revenue
sellers-quantity = Units sold
sellers-none = No products sold in this period.
stock-left = { $count } in stock
stock-out = Out of stock
live-title = Live activity
live-on = Live
live-off = Paused
live-pause = Pause
live-resume = Resume
live-none = Nothing yet. Orders and carts will show here as they arrive.
live-order = Order
live-cart = Cart
live-order-number = Order no. { $number }
live-order-named = Order { $number }
live-cart-added = In the cart: { $products }
live-visitor = Visitor
quick-today = Today and last week
quick-month = This month and last year
quick-until = { $day }, until { $hour }
todo-title = To do
todo-none = Nothing is waiting.
todo-ship = Paid orders to ship
todo-transfer = Transfers or cheques awaited
todo-failed = Failed payments
todo-stock = Products out of stock
todo-statuses = Statuses to sort
todo-unlinked = Orders missing from the connected shop

## Definitions

definitions-title = Definitions
definitions-lede = What each figure counts, and how.
definition-formula = Formula:
definition-unit = Unit:
unit-money = amount
unit-count = count
unit-ratio = share
unit-decimal = average
unit-days = days

## Set-up

setup-title = Your figures, on your machine
setup-lede = Comptoir has no orders yet. Two ways to begin.
setup-import = Import a file
setup-import-text = An export of your orders is enough: CSV, Excel or JSON. You see what was understood before anything is saved, and every import can be undone.
setup-privacy = Nothing leaves this machine.

## Import

import-title = Import a file
import-step-file = File
import-step-mapping = Mapping
import-step-progress = Import
import-step-report = Report
import-format = Format
import-format-detect = Detect
import-drop = Drop a file or click to choose one
import-kinds = CSV, JSON Lines, Excel; also as .gz or .zst
import-sending = Sending the file
import-send = Read the file
import-fields = Columns of the file
import-required = Required
import-no-column = (none)
import-reading = Reading
import-delimiter = Delimiter
import-encoding = Encoding
import-decimal = Decimals
import-dates = Date order
import-refresh = Read again with these choices
import-preview = The first 20 rows
import-rejected = Rejected rows
import-line = Line
import-field = Field
import-value = Value
import-reason = Reason
import-remedy = Remedy
import-confirm = Import these rows
import-cancel = Cancel
import-stop = Stop
import-reload = Refresh
import-done = Import finished
import-undone = Import undone
import-stopped = Import stopped, nothing was saved
import-rows = Rows read
import-accepted = Accepted
import-rejected-count = Rejected
import-orders = Orders
import-refunds = Refunds
import-rejected-file = Download the rejected rows
import-undo = Undo this import
import-kept = Orders left in place
import-see = See the dashboard

## Problems

problem-parameter = This address asks for an unknown value
problem-parameter-text = “{ $value }” is not a value of the parameter “{ $name }”.
problem-nearest = Try instead:
problem-home = Back to the overview
problem-not-found = This page does not exist
problem-not-found-text = The address may be incomplete, or the page has moved.
problem-forbidden = This page is not open to your account
problem-forbidden-text = Your role gives no access to it. Whoever administers Comptoir can widen it.
problem-failed = The page could not be prepared
problem-failed-text = The error is in Comptoir’s log. Your data are intact.
problem-retry = Try again

## Time

time-now = just now
time-minutes = { $n } min ago
time-hours = { $n } h ago
time-days = { $n } d ago

## Overview and what is behind a figure

demo-note = Demo: “Online Retail”, D. Chen (2015), UCI Machine Learning Repository, CC BY 4.0; the farm is invented
filter-own-currency = Shop’s currency
chart-shape = Shape of the chart
card-json = Data (JSON)
sellers-no-figure = This calculation mode has no figure by product.
live-cart-ordered = Cart ordered: { $products }
live-cart-emptied = Cart emptied
quick-orders = { $now } orders against { $was }
incomplete-rate = { $count } orders without an exchange rate, left out
incomplete-tax = { $count } orders without tax details, not in figures excluding tax
incomplete-history = incomplete history: the platform tells nothing before { $day }
moved-back = The last order is from { $day }: the page shows the 30 days that end there, { $range }.
sentence-none = No orders { $period }.
sentence-plain = { $amount } { $period }, { $orders }.
sentence-change = { $amount } { $period }, { $change }.
sentence-why = { $amount } { $period }, { $change }: { $why }.
sentence-and = , {""}
sentence-over-days = over { $days } days
sentence-over-12-months = over 12 months
sentence-orders-up = more orders ({ $change })
sentence-orders-down = fewer orders ({ $change })
sentence-orders-flat = as many orders
sentence-average-order-value-up = average order value up ({ $change })
sentence-average-order-value-down = average order value down ({ $change })
sentence-average-order-value-flat = average order value unchanged
orders-one = 1 order
orders-many = { $count } orders
summary-against = { $value }, against { $before } in the period compared
explain-title = Where does this figure come from?
explain-lede = The rows below add up to exactly this figure.
explain-filter = { $name }: { $values }
explain-no-figure = This calculation mode has no such figure.
explain-numerator = Dividend
explain-denominator = Divisor
explain-middle = Middle
explain-what = What
explain-who = Who
explain-status = Status
explain-order = Order { $number }
explain-refund = Refund { $number }
explain-person = Customer
explain-visit = Visit
unknown = unknown
yes = yes
no = no
definitions-sales = Sales
definitions-customers = Customers
definitions-behaviour = Visits and carts
definitions-counted = Orders counted:
definitions-basis = Date of an order:
definitions-statuses = Statuses
definitions-statuses-text = Each shop has words of its own; they fall into these nine classes. The original word is always kept. A test order never counts.
basis-created = creation
basis-paid = payment
basis-completed = completion
basis-processed = processing
basis-validated = invoicing
class-draft = draft
class-pending = awaiting payment
class-on-hold = on hold
class-paid = paid
class-fulfilled = fulfilled
class-cancelled = cancelled
class-failed = payment failed
class-refunded = refunded
class-deleted = deleted
formula-persons = distinct customers with an order
formula-repeat-buyers = distinct customers with at least two orders
formula-median = middle value of the orders, sorted by ({ $value })
formula-identified = identified customers
formula-new = new customers
formula-existing = existing customers
formula-unidentified = unidentified customers
column-orders = orders
column-valued-orders = orders worth more than 0
column-quantity = units sold
column-gross = price × quantity
column-discount = discounts
column-shipping = shipping charged
column-fees = fees charged
column-tax = taxes
column-total-only = totals without details
column-units-returned = units returned
column-refunded-goods = goods refunded
column-refunded-shipping = shipping refunded
column-refunded-fees = fees refunded
column-refunded-tax = taxes refunded
column-visits = visits
column-visits-with-order = visits with an order
column-carts = carts
column-abandoned-carts = abandoned carts

## One order

order-customer = Customer
order-loyalty = Rank
order-first = First order
order-rank = Order no. { $rank }
order-counted = Counted
order-paid = Paid
order-billing = Billing
order-shipping-to = Shipping
order-payment = Payment
order-shipping-by = Shipping method
order-coupon = Coupon
order-source = Source
order-campaign = Campaign
order-channel = Channel
order-device = Device
order-lines = Lines of the order
order-reference = SKU
order-quantity = Quantity
order-gross = Price excl. tax
order-discount = Discount
order-tax = Tax
order-shipping = Shipping
order-fees = Fees
order-all-tax = Taxes, all lines
order-total = Total incl. tax
order-refunds = Refunds
order-reason = Reason
order-refunded = Amount incl. tax

## Connecting

connect-lede = Each order, refund or cart is sent as JSON to this machine’s address.
connect-push = An order, with its lines. Amounts are decimal texts, excluding tax.
connect-answer = The answer comes when the order is written to disk. Sending the same order twice changes nothing; a newer version replaces the one before.
connect-docs = All fields are described in { $file }.
connect-platforms = WooCommerce, Shopify and PrestaShop need no script: a key is enough, and Comptoir reads the shop.

## Import page

import-new-shop = New shop
import-shop-name = Name of the shop
import-shop-currency = Currency
import-shop-zone = Time zone
import-past = Past imports
import-when = Date
import-file = File
import-report = Report
import-undone-on = Import undone on { $date }
import-nothing = No row could be imported, nothing was saved
import-state-undone = Undone
import-by-columns = Other: column by column
import-tax = Prices in the file
import-tax-no = Without tax
import-tax-yes = With tax
import-tax-auto = With or without tax, as each order’s totals tell
import-detected = Detected: { $value }
import-delimiter-semicolon = semicolon
import-delimiter-comma = comma
import-delimiter-tab = tab
import-delimiter-bar = vertical bar
import-other-fields = Other fields ({ $used } of { $count } filled)
import-unused = Columns not used: { $columns }
import-file-shop = { $name } ({ $kind }, { $size }), for the shop { $shop }
import-file-new-shop = { $name } ({ $kind }, { $size }), for the new shop { $shop }
import-size-kilo = { $n } KB
import-size-mega = { $n } MB
import-size-giga = { $n } GB
import-trial-whole = Rows of the file: { $rows }. Accepted: { $accepted }, rejected: { $rejected }. Orders: { $orders }, refunds: { $refunds }.
import-trial-part = First rows tried: { $rows }. Accepted: { $accepted }, rejected: { $rejected }. Orders: { $orders }, refunds: { $refunds }.
import-missing = To import this file, choose a column for: { $fields }.
import-wrong-shape = This format does not fit the file. Choose another one.
import-unfit = The mapping does not fit this file: { $problem }
import-failed = The import failed, nothing was saved. { $problem }
import-error-no-file = Choose a file to import.
import-error-empty = The file is empty. Export it again, with a header line and at least one row.
import-error-binary = The file is not text. Export it as CSV, JSON Lines or .xlsx.
import-error-duplicates = Several columns have the same name: { $names }. Give each its own name.
import-error-header = The header line is longer than 1 MB. Check that the file is a table with a header line.
import-error-bomb = The file decompresses to an absurd size. Decompress it by hand and look at it.
import-error-sheet = The spreadsheet can’t be read. Save it again as .xlsx or as CSV.
import-error-unreadable = The file can’t be read: { $problem }
import-error-too-large = The file is larger than 4 GB. Split it, or use the command comptoir import.
import-error-broken = The file did not arrive whole. Send it again.
import-error-disk = The file could not be written to disk: { $problem }
import-error-shop = There is no such shop. Choose one from the list.
import-error-name = Give the new shop a name.
import-error-exists = The shop “{ $name }” exists already. Choose it from the list.
import-error-currency = “{ $value }” is not a currency. Write its code, for example EUR.
import-error-zone = “{ $value }” is not a time zone. Write it like Europe/Paris.
import-progress-opening = Opening the file
import-progress-reading = { $rows } rows read, { $rate } a second
import-progress-writing = { $rows } rows read. Grouping and saving the orders
import-left-seconds = { $n } s left
import-left-minutes = { $n } min left
import-report-lede = { $file }, shop { $shop }, { $date }
import-removed-orders = Orders removed
import-removed-refunds = Refunds removed
import-undo-what = Undoing removes the orders that this import created and that nothing has changed since.
import-kept-why = They existed before this import, or another source has changed them since.
import-kept-more = and { $count } more
products-none = (not products)
