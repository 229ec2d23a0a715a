//! A canonical file of any number of orders, written as fast as it can be read: two and a half lines
//! per order over three years, two thousand products of which a few sell a lot, and a third of the
//! orders from customers who came before.

use std::io::{self, Write};

const PRODUCTS: u64 = 2_000;
const SECONDS: u64 = 3 * 365 * 86_400;
/// 1 January 2023, in days since 1970.
const FIRST_DAY: u64 = 19_358;
const HEADER: &str = "order_id,number,created,status,currency,customer_id,email,country,city,sku,\
product_name,category,quantity,unit_price,line_discount,tax_rate,line_tax,shipping,\
payment_method,coupon\n";

const PLACES: [&str; 16] = [
    "FR,Paris",
    "FR,Lyon",
    "FR,Marseille",
    "FR,Nantes",
    "FR,Toulouse",
    "FR,Lille",
    "FR,Bordeaux",
    "FR,Rennes",
    "FR,Angers",
    "FR,Strasbourg",
    "FR,Nice",
    "FR,Tours",
    "BE,Bruxelles",
    "CH,Lausanne",
    "LU,Luxembourg",
    "DE,Berlin",
];
const CATEGORIES: [&str; 12] = [
    "Légumes", "Fruits", "Fromages", "Miels", "Vins", "Jus", "Pains", "Œufs", "Plats", "Livres",
    "Bougies", "Savons",
];
const PAYMENTS: [&str; 4] = ["Carte bancaire", "Carte bancaire", "PayPal", "Virement bancaire"];
/// Paid nineteen times in twenty.
const STATUSES: [&str; 20] = [
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "paid",
    "paid",
    "cancelled",
];

/// A product as its cells stand in the file.
struct Product {
    /// `sku,name,category,`
    cells: String,
    /// Cents per unit, without tax.
    price: u64,
    /// Per mille.
    rate: u64,
    rate_cell: &'static str,
}

/// Writes `orders` orders and returns the number of rows after the header. The same number gives the
/// same bytes.
///
/// # Errors
/// The writer's own.
pub fn write_csv(orders: u64, writer: &mut impl Write) -> io::Result<u64> {
    let mut rng = fastrand::Rng::with_seed(0xC0_3970);
    let products = products();
    let mut buffer: Vec<u8> = Vec::with_capacity(1 << 17);
    buffer.extend_from_slice(HEADER.as_bytes());
    let (mut customers, mut rows) = (0_u64, 0_u64);
    // Everything about an order that its lines repeat, before and after their own cells.
    let (mut head, mut tail) = (Vec::with_capacity(256), Vec::with_capacity(64));
    for order in 0..orders {
        let customer = if customers > 0 && rng.u32(..100) < 35 {
            rng.u64(..customers)
        } else {
            customers += 1;
            customers - 1
        };
        write_head(&mut rng, &mut head, order, orders, customer);
        write_tail(&mut rng, &mut tail);
        // One to four lines: 2.5 on average.
        for line in 0..=rng.u64(..4) {
            buffer.extend_from_slice(&head);
            write_line(&mut rng, &mut buffer, &products);
            // Postage is the order's: it stands on its first line only.
            buffer.extend_from_slice(if line == 0 { b"4.92" } else { b"" });
            buffer.extend_from_slice(&tail);
            rows += 1;
        }
        if buffer.len() > 1 << 16 {
            writer.write_all(&buffer)?;
            buffer.clear();
        }
    }
    writer.write_all(&buffer)?;
    writer.flush()?;
    Ok(rows)
}

fn products() -> Vec<Product> {
    let mut rng = fastrand::Rng::with_seed(0x50_D0);
    (0..PRODUCTS)
        .map(|index| {
            let category = CATEGORIES[rng.usize(..CATEGORIES.len())];
            let (rate, rate_cell) =
                [(55, "5.5"), (55, "5.5"), (100, "10"), (200, "20")][rng.usize(..4)];
            Product {
                cells: format!("SKU{index:04},Produit {index},{category},"),
                price: rng.u64(150..6_000),
                rate,
                rate_cell,
            }
        })
        .collect()
}

fn write_head(rng: &mut fastrand::Rng, head: &mut Vec<u8>, order: u64, orders: u64, customer: u64) {
    head.clear();
    let (id, name) = (order + 1, customer + 1);
    head.push(b'B');
    number(head, id);
    head.push(b',');
    number(head, id);
    head.push(b',');
    // Evenly over three years, in order of time.
    let second = u128::from(order) * u128::from(SECONDS) / u128::from(orders.max(1));
    instant(head, u64::try_from(second).unwrap_or(0));
    head.push(b',');
    head.extend_from_slice(STATUSES[rng.usize(..STATUSES.len())].as_bytes());
    head.extend_from_slice(b",EUR,C");
    number(head, name);
    head.extend_from_slice(b",client");
    number(head, name);
    head.extend_from_slice(b"@example.com,");
    // The same place for the same customer; small numbers are the likelier ones.
    let place = usize::try_from((name * 7 % 16).min(name * 11 % 16)).unwrap_or(0);
    head.extend_from_slice(PLACES[place].as_bytes());
    head.push(b',');
}

fn write_line(rng: &mut fastrand::Rng, buffer: &mut Vec<u8>, products: &[Product]) {
    // The smaller of three draws: the first tenth of the products makes a quarter of the sales.
    let pick = rng.usize(..products.len()).min(rng.usize(..products.len()));
    let product = &products[pick.min(rng.usize(..products.len()))];
    let quantity = 1 + rng.u64(..3) * rng.u64(..2);
    let gross = product.price * quantity;
    let discount = if rng.u32(..10) == 0 { gross / 10 } else { 0 };
    let tax = ((gross - discount) * product.rate + 500) / 1000;
    buffer.extend_from_slice(product.cells.as_bytes());
    number(buffer, quantity);
    buffer.push(b',');
    amount(buffer, product.price);
    buffer.push(b',');
    amount(buffer, discount);
    buffer.push(b',');
    buffer.extend_from_slice(product.rate_cell.as_bytes());
    buffer.push(b',');
    amount(buffer, tax);
    buffer.push(b',');
}

fn write_tail(rng: &mut fastrand::Rng, tail: &mut Vec<u8>) {
    tail.clear();
    tail.push(b',');
    tail.extend_from_slice(PAYMENTS[rng.usize(..PAYMENTS.len())].as_bytes());
    tail.extend_from_slice(if rng.u32(..12) == 0 { b",BIENVENUE\n" } else { b",\n" });
}

/// Digits of a number, without an allocation: this is most of what the file is made of.
fn number(buffer: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = digit(value % 10);
        value /= 10;
        if value == 0 {
            break;
        }
    }
    buffer.extend_from_slice(&digits[at..]);
}

/// Cents as units with two decimals.
fn amount(buffer: &mut Vec<u8>, cents: u64) {
    number(buffer, cents / 100);
    buffer.push(b'.');
    two(buffer, cents % 100);
}

fn two(buffer: &mut Vec<u8>, value: u64) {
    buffer.extend_from_slice(&[digit(value / 10 % 10), digit(value % 10)]);
}

fn digit(value: u64) -> u8 {
    b'0' + u8::try_from(value).unwrap_or(0)
}

/// A second of the three years as RFC 3339 in UTC.
fn instant(buffer: &mut Vec<u8>, second: u64) {
    let (year, month, day) = civil(FIRST_DAY + second / 86_400);
    let of_day = second % 86_400;
    number(buffer, year);
    buffer.push(b'-');
    two(buffer, month);
    buffer.push(b'-');
    two(buffer, day);
    buffer.push(b'T');
    two(buffer, of_day / 3600);
    buffer.push(b':');
    two(buffer, of_day / 60 % 60);
    buffer.push(b':');
    two(buffer, of_day % 60);
    buffer.push(b'Z');
}

/// Year, month and day of a day since 1970 (Howard Hinnant, “chrono-compatible low-level date
/// algorithms”).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(orders: u64) -> (u64, String) {
        let mut bytes = Vec::new();
        let rows = write_csv(orders, &mut bytes).expect("memory takes everything");
        (rows, String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn the_file_is_the_same_every_time_and_has_the_promised_shape() {
        let (rows, file) = text(20_000);
        assert_eq!(file, text(20_000).1);
        assert!((49_000..51_000).contains(&rows), "{rows}");
        assert_eq!(u64::try_from(file.lines().count()).expect("fits"), rows + 1);
        let columns = HEADER.trim_end().split(',').count();
        assert!(file.lines().all(|line| line.split(',').count() == columns));
    }

    #[test]
    fn dates_run_from_2023_to_the_end_of_2025() {
        let mut buffer = Vec::new();
        for second in [0, 59 * 86_400, 3600 * 24 * 789 + 61, SECONDS - 1] {
            instant(&mut buffer, second);
            buffer.push(b' ');
        }
        // 2023 has no 29 February: day 59 is 1 March; 2024 has one: day 789 is 28 February 2025.
        assert_eq!(
            String::from_utf8(buffer).expect("text"),
            "2023-01-01T00:00:00Z 2023-03-01T00:00:00Z 2025-02-28T00:01:01Z 2025-12-30T23:59:59Z "
        );
    }

    #[test]
    fn a_third_of_the_orders_come_from_customers_who_came_before() {
        let (_, file) = text(10_000);
        let mut orders = std::collections::HashMap::new();
        for line in file.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            orders.insert(cells[0].to_owned(), cells[5].to_owned());
        }
        let customers: std::collections::HashSet<&String> = orders.values().collect();
        let returning = orders.len() - customers.len();
        assert!((3_300..3_700).contains(&returning), "{returning}");
    }
}
