//! The products that moved revenue most, up and down, and all the others together.

use super::{Goods, Item, Sold};

/// Products by what they added to gross sales; with the rest they add up to the change of all products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movers<'g> {
    /// Largest first.
    pub up: Vec<&'g Item>,
    /// The largest loss first.
    pub down: Vec<&'g Item>,
    pub others: Rest,
    pub total: Rest,
}

/// Several products together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rest {
    pub count: usize,
    pub before: Sold,
    pub now: Sold,
    pub change: i64,
}

impl Goods {
    /// The products that added and that took most, at most so many of each.
    pub fn movers(&self, most: usize) -> Movers<'_> {
        let mut sorted: Vec<&Item> = self.items.iter().collect();
        sorted.sort_by(|one, other| {
            other
                .change()
                .cmp(&one.change())
                .then_with(|| (&one.code, &one.variant).cmp(&(&other.code, &other.variant)))
        });
        let rising = sorted.iter().take_while(|item| item.change() > 0).count().min(most);
        let falling = sorted.iter().rev().take_while(|item| item.change() < 0).count().min(most);
        let middle = &sorted[rising..sorted.len() - falling];
        Movers {
            up: sorted[..rising].to_vec(),
            down: sorted[sorted.len() - falling..].iter().rev().copied().collect(),
            others: rest(middle),
            total: rest(&sorted),
        }
    }
}

fn rest(items: &[&Item]) -> Rest {
    let sum =
        |of: fn(&Item) -> i64| items.iter().fold(0_i64, |sum, item| sum.saturating_add(of(item)));
    Rest {
        count: items.len(),
        before: Sold { gross: sum(|item| item.before.gross), units: sum(|item| item.before.units) },
        now: Sold { gross: sum(|item| item.now.gross), units: sum(|item| item.now.units) },
        change: sum(Item::change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_up_the_most_down_and_the_rest_add_up() {
        let items = [5_i64, -7, 0, 12, -1, 3]
            .into_iter()
            .enumerate()
            .map(|(at, change)| Item {
                code: at.to_string(),
                variant: None,
                name: None,
                before: Sold { gross: 100, units: 1 },
                now: Sold { gross: 100 + change, units: 1 },
            })
            .collect();
        let goods = Goods { parts: Vec::new(), items, are_gross_sales: true };
        let movers = goods.movers(2);
        let codes =
            |items: &[&Item]| items.iter().map(|item| item.code.clone()).collect::<Vec<_>>();
        assert_eq!(
            (codes(&movers.up), codes(&movers.down)),
            (vec!["3".into(), "0".into()], vec!["1".into(), "4".into()])
        );
        assert_eq!((movers.others.count, movers.others.change, movers.total.change), (2, 3, 12));
    }
}
