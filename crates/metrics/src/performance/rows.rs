//! Puts the list together: the catalogue, the sums, then what the sort, the filters and the page need.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use comptoir_store::Value;

use super::column::{COLUMNS, Column, Group, Kind, column};
use super::companions::{Companion, companions};
use super::figures::{Sums, sums};
use super::gaps::gaps;
use super::purchases::{buyers, orders};
use super::{Item, Listed, Performance, Reader, Request, Row};
use crate::basket::compare;
use crate::metric::Unit;
use crate::run::MetricsError;
use crate::statement::Bindings;
use crate::table::Cell;

/// What the catalogue says of a product.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub code: String,
    pub name: Option<String>,
    pub category: Option<String>,
    pub price: Option<i64>,
    pub stock: Option<i64>,
    pub listed: bool,
}

/// The products of the shops: each id's item, and each item's facts.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub item_of: HashMap<i64, i64>,
    pub known: HashMap<i64, Known>,
}

/// Reads the catalogue. The first id of a code stands for the code in several shops, as in `Lines`.
pub(super) fn catalogue(reader: &Reader<'_>) -> Result<Catalogue, MetricsError> {
    let mut bindings = Bindings::default();
    let shops: Vec<String> = reader.scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    let mut catalogue = Catalogue::default();
    if shops.is_empty() {
        return Ok(catalogue);
    }
    let statement = bindings.into_statement(format!(
        "SELECT product_id, code, name, category, price, stock, listed AND NOT deleted FROM products
WHERE shop_id IN ({}) ORDER BY product_id",
        shops.join(", ")
    ));
    let mut first: HashMap<String, i64> = HashMap::new();
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        let (Some(id), Some(code)) = (cells[0].int(), cells[1].text()) else { continue };
        let item = *first.entry(code.to_owned()).or_insert(id);
        catalogue.item_of.insert(id, item);
        let text = |at: usize| cells[at].text().filter(|text| !text.trim().is_empty());
        let known = catalogue
            .known
            .entry(item)
            .or_insert_with(|| Known { code: code.to_owned(), ..Known::default() });
        known.name = known.name.take().or(text(2).map(str::to_owned));
        known.category = known.category.take().or(text(3).map(str::to_owned));
        known.price = known.price.or(cells[4].int());
        known.stock = match (known.stock, cells[5].int()) {
            (Some(here), Some(there)) => Some(here.saturating_add(there)),
            (here, there) => here.or(there),
        };
        known.listed |= cells[6].int() == Some(1);
    }
    Ok(catalogue)
}

struct Entry {
    item: Item,
    row: Row,
    loaded: Vec<Group>,
}

pub(super) fn list(reader: &Reader<'_>, request: &Request) -> Result<Performance, MetricsError> {
    let catalogue = catalogue(reader)?;
    let sums = sums(reader, &catalogue.item_of)?;
    let items = listed(reader, request, &catalogue, &sums)?;
    let whole = items
        .iter()
        .filter_map(|item| sums.cell(item, "net_sales").whole())
        .map(i128::from)
        .sum::<i128>();
    let mut entries: Vec<Entry> =
        items.into_iter().filter_map(|item| entry(item, &catalogue, &sums, whole)).collect();
    let before = entries.len();
    let by_revenue = column("revenue").map(|column| (column, true));
    let sort = request.sort.or(by_revenue);
    let mut unpaired = 0;
    let needed = request
        .condition
        .iter()
        .flat_map(super::Condition::columns)
        .chain(sort.map(|(column, _)| column));
    let mut groups: Vec<Group> = needed.map(|column| column.group).collect();
    groups.sort_unstable();
    groups.dedup();
    load(reader, &mut entries, None, &groups, &catalogue, &mut unpaired)?;
    let currency = reader.scope.currency;
    let wanted = request.search.as_deref().map(str::to_lowercase);
    entries.retain(|entry| {
        let found = wanted.as_ref().is_none_or(|wanted| found(&entry.row, wanted));
        let held = request
            .condition
            .as_ref()
            .is_none_or(|condition| condition.holds(&entry.row, currency));
        found && held
    });
    if let Some((column, descending)) = sort {
        entries.sort_by(|left, right| ordered(left, right, column, descending));
    }
    let count = entries.len();
    let totals = totals(&entries);
    // Who counts companions has counted orders: they need not be counted again.
    let every = [Group::Buyers, Group::Gaps, Group::Companions, Group::Orders];
    match request.page {
        Some((first, size)) => {
            entries = entries.into_iter().skip(first).take(size).collect();
            let mut ids: Vec<i64> = entries.iter().map(|entry| entry.item.0).collect();
            ids.sort_unstable();
            ids.dedup();
            load(reader, &mut entries, Some(&ids), &every, &catalogue, &mut unpaired)?;
        }
        None => load(reader, &mut entries, None, &every, &catalogue, &mut unpaired)?,
    }
    let rows = entries.into_iter().map(|entry| entry.row).collect();
    Ok(Performance { period: reader.period, currency, rows, count, before, totals, unpaired })
}

/// The items of the list, in no order.
fn listed(
    reader: &Reader<'_>,
    request: &Request,
    catalogue: &Catalogue,
    sums: &Sums,
) -> Result<Vec<Item>, MetricsError> {
    let in_catalogue = || {
        let known = catalogue.known.iter().filter(|(_, known)| known.listed);
        known.map(|(item, _)| *item)
    };
    match request.listed {
        Listed::Sold => Ok(sums.items().cloned().collect()),
        Listed::All => {
            let there: HashSet<i64> = sums.items().map(|(item, _)| *item).collect();
            let others = in_catalogue().filter(|item| !there.contains(item));
            Ok(sums.items().cloned().chain(others.map(|item| (item, None))).collect())
        }
        Listed::Unsold => {
            let mut bindings = Bindings::default();
            let lines = reader.lines(None, &mut bindings)?;
            let statement = bindings.statement(format!(
                "{}SELECT DISTINCT {} {}",
                lines.with(&[]),
                lines.item,
                lines.rows()
            ));
            let found = reader.snapshot.query(&statement.sql, &statement.values)?.rows;
            let sold: HashSet<i64> =
                found.iter().filter_map(|cells| cells.first().and_then(Value::int)).collect();
            let unsold = in_catalogue().filter(|item| !sold.contains(item));
            Ok(unsold.map(|item| (item, None)).collect())
        }
    }
}

fn entry(item: Item, catalogue: &Catalogue, sums: &Sums, whole: i128) -> Option<Entry> {
    let known = catalogue.known.get(&item.0)?;
    let mut cells = vec![Cell::Null; COLUMNS.len()];
    let mut set = |id: &str, cell: Cell| {
        if let Some(column) = column(id) {
            cells[column.place()] = cell;
        }
    };
    let text = |text: Option<&String>| text.map_or(Cell::Null, |text| Cell::Text(text.clone()));
    set("name", text(known.name.as_ref()));
    set("code", Cell::Text(known.code.clone()));
    set("category", text(known.category.as_ref()));
    set("stock", known.stock.map_or(Cell::Null, Cell::Count));
    let revenue = sums.cell(&item, "net_sales");
    let share = match (revenue.whole(), whole) {
        (Some(part), whole) if whole > 0 => {
            Cell::Ratio { numerator: i128::from(part), denominator: whole }
        }
        _ => Cell::Null,
    };
    set("share", share);
    set("revenue", revenue);
    set("units", sums.cell(&item, "units"));
    set("new_share", sums.cell(&item, "new_customer_sales_share"));
    set("return_rate", sums.cell(&item, "return_rate_units"));
    let row = Row {
        code: known.code.clone(),
        variant: item.1.clone(),
        name: known.name.clone(),
        category: known.category.clone(),
        cells,
        companion: None,
    };
    Some(Entry { item, row, loaded: vec![Group::Sums] })
}

/// Works out groups of columns for the entries that have not got them.
fn load(
    reader: &Reader<'_>,
    entries: &mut [Entry],
    ids: Option<&[i64]>,
    groups: &[Group],
    catalogue: &Catalogue,
    unpaired: &mut i64,
) -> Result<(), MetricsError> {
    for group in groups {
        if entries.iter().all(|entry| entry.loaded.contains(group)) {
            continue;
        }
        match group {
            Group::Sums => {}
            Group::Orders => {
                let found = orders(reader, ids)?;
                for entry in entries.iter_mut() {
                    let orders = found.get(&entry.item).copied().unwrap_or_default();
                    entry.set("orders", Cell::Count(orders));
                }
            }
            Group::Buyers => {
                let found = buyers(reader, ids)?;
                for entry in entries.iter_mut() {
                    let buyers = found.get(&entry.item).copied().unwrap_or_default();
                    entry.set("customers", Cell::Count(buyers.customers));
                    entry.set("retention", buyers.retention());
                }
            }
            Group::Gaps => {
                let found = gaps(reader, ids)?;
                for entry in entries.iter_mut() {
                    let gaps = found.get(&entry.item).cloned().unwrap_or_default();
                    entry.set("mean_days", gaps.mean());
                    entry.set("median_days", gaps.median());
                }
            }
            Group::Companions => {
                let found = companions(reader, ids)?;
                *unpaired = found.unpaired;
                for entry in entries.iter_mut() {
                    let theirs = found.of.get(&entry.item).map_or(&[][..], Vec::as_slice);
                    entry.pair(theirs, catalogue);
                    let orders = found.orders.get(&entry.item).copied().unwrap_or_default();
                    entry.set("orders", Cell::Count(orders));
                    entry.loaded.push(Group::Orders);
                }
            }
        }
        for entry in entries.iter_mut() {
            entry.loaded.push(*group);
        }
    }
    Ok(())
}

impl Entry {
    fn set(&mut self, id: &str, cell: Cell) {
        if let Some(column) = column(id) {
            self.row.cells[column.place()] = cell;
        }
    }

    fn pair(&mut self, theirs: &[Companion], catalogue: &Catalogue) {
        let known = |companion: &Companion| catalogue.known.get(&companion.item);
        let code = |companion: &Companion| known(companion).map_or("", |known| known.code.as_str());
        // Of equally probable ones, the first by code.
        let best = theirs.iter().max_by(|left, right| {
            left.together.cmp(&right.together).then_with(|| code(right).cmp(code(left)))
        });
        let complements = theirs.iter().filter(|companion| companion.complements()).count();
        self.set("complements", Cell::Count(i64::try_from(complements).unwrap_or(i64::MAX)));
        self.set("together", best.map_or(Cell::Null, Companion::confidence));
        self.row.companion =
            best.and_then(known).map(|known| (known.code.clone(), known.name.clone()));
    }
}

fn found(row: &Row, wanted: &str) -> bool {
    let texts = [Some(&row.code), row.name.as_ref(), row.variant.as_ref()];
    texts.into_iter().flatten().any(|text| text.to_lowercase().contains(wanted))
}

/// No value comes last whichever the direction; equal rows by code, then variant.
fn ordered(left: &Entry, right: &Entry, column: &Column, descending: bool) -> Ordering {
    let (a, b) = (&left.row.cells[column.place()], &right.row.cells[column.place()]);
    let turned = |order: Ordering| if descending { order.reverse() } else { order };
    let order = match (a, b) {
        (Cell::Null, Cell::Null) => Ordering::Equal,
        (Cell::Null, _) => Ordering::Greater,
        (_, Cell::Null) => Ordering::Less,
        (Cell::Text(a), Cell::Text(b)) => turned(a.to_lowercase().cmp(&b.to_lowercase())),
        (a, b) => turned(compare(a, b)),
    };
    let key = |entry: &Entry| (entry.row.code.clone(), entry.item.1.clone());
    order.then_with(|| key(left).cmp(&key(right)))
}

/// Sums of what adds up over products.
fn totals(entries: &[Entry]) -> Vec<Cell> {
    COLUMNS
        .iter()
        .map(|column| {
            let sum = || {
                let place = column.place();
                entries.iter().filter_map(|entry| entry.row.cells[place].whole()).sum::<i64>()
            };
            match (column.id, column.kind) {
                ("revenue", Kind::Figure(Unit::Money)) => Cell::Money(sum()),
                ("units", _) => Cell::Count(sum()),
                _ => Cell::Null,
            }
        })
        .collect()
}
