# The interface’s words, in English, in the order of fr.ftl.

## Frame

skip-to-content = Skip to content
nav-label = Main navigation
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
setup-connect = Connect a shop
setup-connect-text = Orders arrive by themselves, with their history. The access asked for is read-only.
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
problem-failed = The page could not be prepared
problem-failed-text = The error is in Comptoir’s log. Your data are intact.
problem-retry = Try again

## Time

time-now = just now
time-minutes = { $n } min ago
time-hours = { $n } h ago
time-days = { $n } d ago
