//! How many requests a client may send: so many per second, and so many at once after a pause.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients remembered at most; whoever has been quiet is forgotten first.
const CLIENTS: usize = 20_000;

/// So many per second in the long run, and so many at once.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: u32,
    pub at_once: u32,
}

/// Counts requests by client. For each it remembers one instant: when all that it sent would have been
/// due, had it kept to the rate (the generic cell rate algorithm).
#[derive(Debug)]
pub struct Meter {
    pause: Duration,
    credit: Duration,
    due: Mutex<HashMap<IpAddr, Instant>>,
}

impl Meter {
    pub fn new(rate: Rate) -> Self {
        let pause = Duration::from_secs(1) / rate.per_second.max(1);
        let credit = pause * rate.at_once.saturating_sub(1);
        Self { pause, credit, due: Mutex::default() }
    }

    /// Counts a request; when it is one too many, how long to wait.
    pub fn spend(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if due.len() >= CLIENTS {
            due.retain(|_, due| *due > now);
            // So many at the same time are no clients: better to forget all than to know ever more.
            if due.len() >= CLIENTS {
                due.clear();
            }
        }
        let due = due.entry(network(client)).or_insert(now);
        let from = (*due).max(now);
        self.fits(from, now)?;
        *due = from + self.pause;
        Ok(())
    }

    /// Whether another request would do, without counting one.
    pub fn is_open(&self, client: IpAddr, now: Instant) -> Result<(), Duration> {
        let due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.get(&network(client)).map_or(Ok(()), |due| self.fits((*due).max(now), now))
    }

    fn fits(&self, from: Instant, now: Instant) -> Result<(), Duration> {
        match from.duration_since(now).checked_sub(self.credit) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(()),
        }
    }
}

/// Whoever has an IPv6 address has the 2⁶⁴ of its network.
pub fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)))
        }
        short @ IpAddr::V4(_) => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10, at_once: 3 };

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn three_at_once_then_one_every_tenth_of_a_second() {
        let (meter, start, client) = (Meter::new(RATE), Instant::now(), ip("203.0.113.7"));
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        for _ in 0..3 {
            assert_eq!(meter.spend(client, at(0)), Ok(()));
        }
        assert_eq!(meter.spend(client, at(0)), Err(Duration::from_millis(100)));
        assert_eq!(meter.spend(client, at(40)), Err(Duration::from_millis(60)));
        assert_eq!(meter.spend(client, at(100)), Ok(()));
        assert_eq!(meter.spend(client, at(100)), Err(Duration::from_millis(100)));
        assert_eq!(meter.spend(ip("203.0.113.8"), at(100)), Ok(()));
        // A pause gives all of it back, and no more.
        for _ in 0..3 {
            assert_eq!(meter.spend(client, at(60_000)), Ok(()));
        }
        assert!(meter.spend(client, at(60_000)).is_err());
    }

    #[test]
    fn looking_costs_nothing() {
        let (meter, now, client) = (Meter::new(RATE), Instant::now(), ip("203.0.113.7"));
        for _ in 0..9 {
            assert_eq!(meter.is_open(client, now), Ok(()));
        }
        for _ in 0..3 {
            meter.spend(client, now).unwrap();
        }
        assert_eq!(meter.is_open(client, now), Err(Duration::from_millis(100)));
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_memory_has_an_end() {
        let (meter, now) = (Meter::new(RATE), Instant::now());
        for last in 1..=3 {
            meter.spend(ip(&format!("2001:db8:1:2::{last}")), now).unwrap();
        }
        assert!(meter.spend(ip("2001:db8:1:2:9::4"), now).is_err());
        assert!(meter.spend(ip("2001:db8:1:3::1"), now).is_ok());
        for number in 0..60_000_u32 {
            let _counted = meter.spend(IpAddr::V4((0x0a00_0000 + number).into()), now);
        }
        assert!(meter.due.lock().unwrap().len() <= CLIENTS);
    }
}
