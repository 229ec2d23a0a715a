//! The bank's rates, fetched on working days once the merchant has switched that on.
//!
//! The bank publishes about 16:00 of its own time, and not on its holidays, which nobody tells us: so
//! what is not there yet is asked for again, an hour later and for a few hours only.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use comptoir_sources::words::Text;
use comptoir_sources::{Failure, FailureKind, ecb};
use comptoir_store::StoreError;
use comptoir_store::rates::{Download, download};
use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::add_since;
use crate::clock;
use crate::commands::log;
use crate::state::App;

/// Never asked more often than this, unless somebody switches it on anew.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// How long after its usual hour a day's rates are still waited for.
const LATE: SignedDuration = SignedDuration::from_hours(4);

/// Days before the newest known one that are taken again: the bank may have corrected them.
const AGAIN: i32 = 30;

/// The longest sleep: a machine that was suspended must not wait for a timer that slept too.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Where the file comes from, and the switch that wakes the task.
pub struct Daily {
    /// A copy of the file elsewhere than at the bank.
    from: Option<String>,
    clock: Clock,
    woken: Mutex<bool>,
    changed: Condvar,
    stop: AtomicBool,
}

impl Default for Daily {
    fn default() -> Self {
        Self::new(None, Box::new(clock::now))
    }
}

impl Daily {
    pub fn new(from: Option<String>, clock: Clock) -> Self {
        Self {
            from,
            clock,
            woken: Mutex::default(),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
        }
    }

    /// Lets the task look again: it was switched on.
    pub fn wake(&self) {
        *self.woken.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }

    fn sleep(&self) {
        let woken = self.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.changed.wait_timeout_while(woken, LONGEST_SLEEP, |woken| !std::mem::take(woken));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Starts the task. Who stops the server need not wait for it: what it adds is one commit.
pub fn start(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::clone(app);
    std::thread::Builder::new().name("rates".into()).spawn(move || {
        while !app.rates.stop.load(Ordering::Relaxed) {
            if let Err(error) = look(&app) {
                log(&format!("exchange rates: {error}"));
            }
            app.rates.sleep();
        }
    })?;
    Ok(())
}

/// Fetches the rates if they are due.
fn look(app: &App) -> Result<(), StoreError> {
    let now = (app.rates.clock)();
    let before = download(&app.store.read()?)?;
    if !is_due(&before, now) {
        return Ok(());
    }
    let failure = fetch(app, &before).err();
    if let Some(failure) = failure.as_ref().filter(|_| before.failure.is_none()) {
        log(&format!("exchange rates: {failure}"));
    }
    // It was switched off meanwhile: then there is nothing to remember.
    if download(&app.store.read()?)?.wanted {
        let words = failure.and_then(|failure| serde_json::to_string(&failure).ok());
        app.store.rates_asked(now, words)?;
    }
    app.ring();
    Ok(())
}

fn fetch(app: &App, before: &Download) -> Result<(), Failure> {
    let text = ecb::download(app.rates.from.as_deref())?;
    // Years that are here already need not be written again each day.
    let since = before.asked.and(before.newest).map(|day| day.saturating_sub(AGAIN.days()));
    let added = add_since(&app.store, &text, since).map_err(|_| {
        Failure::new(
            FailureKind::NotTheApi,
            Text {
                fr: "aucun taux n’a pu être lu dans le fichier de la Banque centrale européenne"
                    .into(),
                en: "no rate could be read from the European Central Bank’s file".into(),
            },
            Text {
                fr: "téléchargez eurofxref-hist.zip sur son site et importez-le à la main".into(),
                en: "download eurofxref-hist.zip from its site and import it by hand".into(),
            },
        )
    })?;
    log(&format!("{added} exchange rates added"));
    Ok(())
}

/// Whether the bank is to be asked now.
fn is_due(is: &Download, now: Timestamp) -> bool {
    if !is.wanted {
        return false;
    }
    // A clock that was set back is no reason to wait for it to catch up.
    let Some(asked) = is.asked.filter(|asked| *asked <= now) else { return true };
    if now.duration_since(asked) < APART {
        return false;
    }
    let (day, published) = latest(now);
    is.failure.is_some()
        || asked < published
        || is.newest < Some(day) && now.duration_since(published) < LATE
}

/// The latest working day whose rates should be out, and when they came.
fn latest(now: Timestamp) -> (Date, Timestamp) {
    let frankfurt = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    let mut day = frankfurt.to_datetime(now).date();
    loop {
        let out = day.to_datetime(time(16, 0, 0, 0)).to_zoned(frankfurt.clone());
        let works = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        if let Ok(out) = out
            && works
            && out.timestamp() <= now
        {
            return (day, out.timestamp());
        }
        let Ok(before) = day.checked_sub(1.day()) else { return (day, now) };
        day = before;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::atomic::AtomicUsize;

    use comptoir_store::Store;
    use jiff::civil::date;

    use super::*;
    use crate::sync::Engine;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn wanted() -> Download {
        Download { wanted: true, ..Download::default() }
    }

    #[test]
    fn rates_are_out_on_working_days_at_four_in_frankfurt() {
        // 20 November 2026 is a Friday; 16:00 in Frankfurt is 15:00 UTC in winter, 14:00 in summer.
        let friday = (date(2026, 11, 20), at("2026-11-20T15:00:00Z"));
        assert_eq!(latest(at("2026-11-20T15:00:00Z")), friday);
        assert_eq!(latest(at("2026-11-23T14:59:59Z")), friday, "over the weekend");
        assert_eq!(latest(at("2026-11-20T14:59:59Z")).0, date(2026, 11, 19));
        assert_eq!(latest(at("2026-07-01T14:00:00Z")).0, date(2026, 7, 1));
    }

    #[test]
    fn nobody_is_asked_unasked_and_never_more_than_once_an_hour() {
        let now = at("2026-11-20T15:30:00Z");
        assert!(!is_due(&Download::default(), now), "off");
        assert!(is_due(&wanted(), now), "at once when switched on");
        let failed = Download {
            asked: Some(at("2026-11-20T14:40:00Z")),
            failure: Some(String::new()),
            ..wanted()
        };
        assert!(!is_due(&failed, now) && is_due(&failed, at("2026-11-20T15:40:00Z")));
        // Asked in the morning, all was well: the next time is after this day's hour.
        let morning = Download {
            asked: Some(at("2026-11-20T08:00:00Z")),
            newest: Some(date(2026, 11, 19)),
            ..wanted()
        };
        assert!(!is_due(&morning, at("2026-11-20T14:59:00Z")) && is_due(&morning, now));
        // Asked after that hour and this day was in it: done until Monday.
        let done = Download { asked: Some(now), newest: Some(date(2026, 11, 20)), ..wanted() };
        assert!(!is_due(&done, at("2026-11-23T14:59:00Z")));
        assert!(is_due(&done, at("2026-11-23T15:00:00Z")));
        // It was not in it: again in an hour, and on a holiday no longer than until the evening.
        let late = Download { newest: Some(date(2026, 11, 19)), ..done };
        assert!(!is_due(&late, at("2026-11-20T16:29:00Z")));
        assert!(is_due(&late, at("2026-11-20T16:30:00Z")));
        assert!(!is_due(&late, at("2026-11-20T19:00:00Z")));
        let ahead = Download { asked: Some(at("2027-01-01T00:00:00Z")), ..wanted() };
        assert!(is_due(&ahead, now), "the clock was set back");
    }

    /// Plays the bank: answers each request with the next of the texts, and counts them.
    fn bank(texts: &'static [&'static str]) -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for (stream, text) in listener.incoming().zip(texts) {
                let mut stream = stream.expect("a caller");
                let mut request = [0; 4096];
                let _asked = stream.read(&mut request);
                count.fetch_add(1, Ordering::SeqCst);
                let length = text.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(format!("{head}{text}").as_bytes()).expect("answered");
            }
        });
        (format!("http://{address}/eurofxref-hist.csv"), asked)
    }

    #[test]
    fn what_the_bank_publishes_comes_in_and_what_fails_is_kept_in_words() {
        let (url, asked) = bank(&["<html>Maintenance</html>", "Date,USD,\n2026-11-20,1.1172,\n"]);
        let now = Arc::new(Mutex::new(at("2026-11-20T15:10:00Z")));
        let told = Arc::clone(&now);
        let daily = Daily::new(Some(url), Box::new(move || *told.lock().expect("a clock")));
        let store = Store::in_memory().expect("a store");
        let app = App::with_rates(store, crate::state::Door::Open, Engine::default(), daily);
        let is = || download(&app.store.read().expect("a snapshot")).expect("read");

        look(&app).expect("looked");
        assert_eq!(asked.load(Ordering::SeqCst), 0, "nothing leaves the machine unasked");

        app.store.want_rates(true).expect("on");
        look(&app).expect("looked");
        let failed: Failure =
            serde_json::from_str(&is().failure.expect("a failure")).expect("its words");
        assert_eq!((failed.kind, is().newest), (FailureKind::NotTheApi, None));
        look(&app).expect("looked");
        assert_eq!(asked.load(Ordering::SeqCst), 1, "not again within the hour");

        *now.lock().expect("a clock") = at("2026-11-20T16:10:00Z");
        look(&app).expect("looked");
        assert_eq!((is().failure, is().newest), (None, Some(date(2026, 11, 20))));
        look(&app).expect("looked");
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }
}
