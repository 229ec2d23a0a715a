//! The self-check: for each condition, whether it is met, whether it is not, or that the program can't
//! know. What it can't know it never calls met.

use comptoir_model::VisitMode;
use comptoir_store::backup::schedule::{self, LastBackup, Schedule};
use comptoir_store::privacy::duties::{self, Facts};
use comptoir_store::privacy::retention::{self, Retention, Rule};
use comptoir_store::{StoreError, inspection, settings, visits};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::register;
use super::words::moment;
use crate::audit::Action;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::state::{App, Door};

/// How a condition stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Pass,
    Fail,
    NotVerified,
}

impl State {
    pub fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotVerified => "not-verified",
        }
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub id: String,
    /// audience: of the exemption from consent; general: of every controller.
    pub group: String,
    pub title: String,
    pub state: State,
    pub evidence: String,
    /// What to do; empty when the condition is met.
    pub remedy: String,
}

/// Days of refusals that a check looks back on.
pub const DAYS: i32 = 30;

/// How long erased bytes may stay on disk.
pub const COMPACTED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// After so long the newest backup is an old one.
const OLD_BACKUP: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What the checks are made of.
struct Known {
    facts: Facts,
    rules: Retention,
    /// Visits refused in the last days: any, and for their address.
    refused: i64,
    addresses: i64,
    /// All shops measure their audience without consent.
    exempt: bool,
    filled: bool,
    waiting: Option<Timestamp>,
    plan: Option<Schedule>,
    last_backup: Option<LastBackup>,
    newest_verified: Option<Timestamp>,
    newest_backup: Option<Timestamp>,
    door: Door,
    now: Timestamp,
    zone: jiff::tz::TimeZone,
}

/// All checks, in the reader's language.
pub fn checks(app: &App, lang: Lang, now: Timestamp) -> Result<Vec<Check>, StoreError> {
    let snapshot = app.store.read()?;
    let zone = super::zone(&snapshot)?;
    let today = zone.to_datetime(now).date();
    let refused = visits::refused(&snapshot, today.saturating_sub(DAYS.days()))?;
    let settings = settings::read(&snapshot)?;
    let (plan, last_backup) = schedule::schedule(&snapshot)?;
    let known = Known {
        facts: duties::facts(&snapshot)?,
        rules: retention::read(&snapshot)?,
        refused: refused.iter().map(|one| one.visits).sum(),
        addresses: refused
            .iter()
            .filter(|one| one.fault == comptoir_model::VisitFault::Address)
            .map(|one| one.visits)
            .sum(),
        exempt: settings.shops.iter().all(|shop| shop.visits == VisitMode::Exempt),
        filled: register::is_filled(&duties::register(&snapshot)?),
        waiting: app.store.compaction_due()?,
        plan,
        last_backup,
        newest_verified: schedule::made(&snapshot)?.iter().filter_map(|one| one.verified).max(),
        newest_backup: inspection::last(&snapshot, Action::BackupMade.id())?,
        door: app.door,
        now,
        zone,
    };
    Ok(known.audience(lang).into_iter().chain(known.general(lang)).collect())
}

/// A condition whose words are `check-ID`, `check-ID-EVIDENCE` and `check-ID-remedy`.
fn check(lang: Lang, group: &str, id: &str, state: State, evidence: String) -> Check {
    let remedy = match state {
        State::Pass => String::new(),
        State::Fail | State::NotVerified => t(lang, &format!("check-{id}-remedy")),
    };
    let title = t(lang, &format!("check-{id}"));
    Check { id: id.to_owned(), group: group.to_owned(), title, state, evidence, remedy }
}

impl Known {
    /// The conditions under which audience measurement needs no consent.
    fn audience(&self, lang: Lang) -> Vec<Check> {
        let count = |number: i64| format::integer(lang, number);
        let some = self.facts.visits > 0;
        let unknown = |id: &str| {
            let evidence = t(lang, &format!("check-{id}-unknown"));
            check(lang, "audience", id, State::NotVerified, evidence)
        };
        let refused = t_args(lang, "check-refused", &[("count", &count(self.refused))]);
        let anonymous = if self.facts.naming_visits > 0 {
            let found = count(self.facts.naming_visits);
            let evidence = t_args(lang, "check-anonymous-fail", &[("count", &found)]);
            check(lang, "audience", "anonymous", State::Fail, evidence)
        } else if some {
            let visits = count(self.facts.visits);
            let evidence = t_args(lang, "check-anonymous-pass", &[("count", &visits)]);
            check(lang, "audience", "anonymous", State::Pass, evidence)
        } else {
            check(lang, "audience", "anonymous", State::NotVerified, t(lang, "check-no-visit"))
        };
        let joining = if !self.exempt {
            check(lang, "audience", "joining", State::Fail, t(lang, "check-joining-consented"))
        } else if self.refused > 0 {
            check(lang, "audience", "joining", State::Fail, refused)
        } else {
            let evidence = format!("{} {refused}", t(lang, "check-joining-pass"));
            check(lang, "audience", "joining", State::Pass, evidence)
        };
        let address = if self.addresses > 0 {
            let found = count(self.addresses);
            let evidence = t_args(lang, "check-address-fail", &[("count", &found)]);
            check(lang, "audience", "address", State::Fail, evidence)
        } else {
            check(lang, "audience", "address", State::Pass, t(lang, "check-address-pass"))
        };
        vec![
            unknown("purpose"),
            anonymous,
            joining,
            unknown("third-party"),
            unknown("tracking"),
            address,
            unknown("identifier"),
            self.age(lang),
            unknown("informed"),
            unknown("opt-out"),
        ]
    }

    /// Data of visits is kept for 25 months at most.
    fn age(&self, lang: Lang) -> Check {
        let limit = self.rules.before(Rule::Visits, self.now).unwrap_or(self.now);
        let of = |state, evidence| check(lang, "audience", "age", state, evidence);
        match self.facts.oldest_named_visit {
            Some(oldest) if oldest < limit => {
                let day = format::day(lang, self.zone.to_datetime(oldest).date());
                of(State::Fail, t_args(lang, "check-age-old", &[("day", &day)]))
            }
            _ if self.rules.visits.on => of(State::Pass, t(lang, "check-age-pass")),
            None => of(State::NotVerified, t(lang, "check-no-visit")),
            Some(_) => of(State::Fail, t(lang, "check-age-off")),
        }
    }

    /// What every controller must do.
    fn general(&self, lang: Lang) -> Vec<Check> {
        let of = |id: &str, good: bool, words: &str| {
            let state = if good { State::Pass } else { State::Fail };
            check(lang, "general", id, state, t(lang, words))
        };
        let unknown = |id: &str| {
            let evidence = t(lang, &format!("check-{id}-unknown"));
            check(lang, "general", id, State::NotVerified, evidence)
        };
        let register = of(
            "register",
            self.filled,
            if self.filled { "check-register-pass" } else { "check-register-fail" },
        );
        let on = self.rules.visits.on && self.rules.prospects.on;
        let retention =
            of("retention", on, if on { "check-retention-pass" } else { "check-retention-fail" });
        vec![
            register,
            retention,
            self.compacted(lang),
            self.accounts(lang),
            self.second_factor(lang),
            self.backups(lang),
            unknown("transport"),
            unknown("disk"),
            unknown("processors"),
            unknown("breach"),
        ]
    }

    /// Made and read back by the program itself; what is done from the shell is only known by the log.
    fn backups(&self, lang: Lang) -> Check {
        let of = |state, evidence| check(lang, "general", "backups", state, evidence);
        let recent = |at: Timestamp| self.now.duration_since(at) <= OLD_BACKUP;
        let told = |words: &str, at: Timestamp| {
            t_args(lang, words, &[("day", &moment(lang, at, &self.zone))])
        };
        match (&self.plan, &self.last_backup) {
            (Some(_), Some(last)) if last.failure.is_some() => {
                of(State::Fail, told("check-backups-failed", last.at))
            }
            (Some(plan), _) => match self.newest_verified {
                Some(at) if recent(at) => of(State::Pass, told("check-backups-pass", at)),
                Some(at) => of(State::Fail, told("check-backups-old", at)),
                None if recent(plan.since) => {
                    of(State::NotVerified, t(lang, "check-backups-waiting"))
                }
                None => of(State::Fail, t(lang, "check-backups-none")),
            },
            (None, _) => match self.newest_backup {
                Some(at) => of(State::NotVerified, told("check-backups-by-hand", at)),
                None => of(State::NotVerified, t(lang, "check-backups-unknown")),
            },
        }
    }

    fn compacted(&self, lang: Lang) -> Check {
        let Some(since) = self.waiting else {
            let evidence = t(lang, "check-compacted-pass");
            return check(lang, "general", "compacted", State::Pass, evidence);
        };
        let until = since.saturating_add(COMPACTED_WITHIN).unwrap_or(since);
        let late = until < self.now;
        let until = moment(lang, until, &self.zone);
        let (state, words) = if late {
            (State::Fail, "check-compacted-late")
        } else {
            (State::Pass, "check-compacted-waiting")
        };
        check(lang, "general", "compacted", state, t_args(lang, words, &[("until", &until)]))
    }

    fn accounts(&self, lang: Lang) -> Check {
        match self.door {
            Door::Accounts => {
                let number = format::integer(lang, self.facts.accounts);
                let evidence = t_args(lang, "check-accounts-pass", &[("count", &number)]);
                check(lang, "general", "accounts", State::Pass, evidence)
            }
            Door::Demo | Door::Open => {
                check(lang, "general", "accounts", State::Fail, t(lang, "check-accounts-fail"))
            }
        }
    }

    fn second_factor(&self, lang: Lang) -> Check {
        let Facts { accounts, second_factors, .. } = self.facts;
        let state = if accounts == 0 {
            State::NotVerified
        } else if second_factors == accounts {
            State::Pass
        } else {
            State::Fail
        };
        let evidence = t_args(
            lang,
            "check-second-factor-count",
            &[
                ("count", &format::integer(lang, second_factors)),
                ("all", &format::integer(lang, accounts)),
            ],
        );
        check(lang, "general", "second-factor", state, evidence)
    }
}

#[cfg(test)]
mod tests {
    use comptoir_store::Store;

    use super::*;

    #[test]
    fn s109_what_is_not_known_is_never_called_met_and_every_condition_has_its_words() {
        let app = App::new(Store::in_memory().expect("a store"), Door::Open);
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        for lang in Lang::ALL {
            let all = checks(&app, lang, now).expect("checks");
            assert_eq!(all.iter().filter(|one| one.group == "audience").count(), 10);
            for one in &all {
                let words = [&one.title, &one.evidence, &one.remedy];
                assert!(words.iter().all(|text| !text.starts_with("check-")), "{one:?}");
                assert_eq!(one.remedy.is_empty(), one.state == State::Pass, "{one:?}");
            }
            let state = |id: &str| all.iter().find(|one| one.id == id).map(|one| one.state);
            for unknown in [
                "purpose",
                "third-party",
                "tracking",
                "identifier",
                "informed",
                "opt-out",
                "backups",
                "anonymous",
            ] {
                assert_eq!(state(unknown), Some(State::NotVerified), "{unknown}");
            }
            // Open to whoever is at the machine; nothing filled in, no rule on.
            for failed in ["accounts", "register", "retention"] {
                assert_eq!(state(failed), Some(State::Fail), "{failed}");
            }
            assert_eq!(state("joining"), Some(State::Pass), "nothing was refused");
        }
    }

    #[test]
    fn s109_backups_are_weighed_by_what_the_schedule_did() {
        let app = App::new(Store::in_memory().expect("a store"), Door::Open);
        let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
        let state = |now: &str| {
            let all = checks(&app, Lang::Fr, at(now)).expect("checks");
            let found = all.into_iter().find(|one| one.id == "backups").expect("backups");
            assert!(!found.evidence.starts_with("check-"), "{}", found.evidence);
            found.state
        };
        assert_eq!(state("2026-11-22T12:00:00Z"), State::NotVerified);
        let plan = Schedule {
            folder: "/mnt/backups".into(),
            hour: 3,
            daily: 7,
            weekly: 4,
            monthly: 12,
            since: at("2026-11-01T00:00:00Z"),
        };
        app.store.set_schedule(Some(&plan)).expect("set");
        assert_eq!(state("2026-11-02T12:00:00Z"), State::NotVerified, "the first is to come");
        assert_eq!(state("2026-11-22T12:00:00Z"), State::Fail, "none was made");
        let made = at("2026-11-22T03:00:00Z");
        let last = |failure: Option<&str>| LastBackup {
            at: made,
            name: None,
            failure: failure.map(str::to_owned),
        };
        let listed = schedule::MadeBackup {
            name: "comptoir-2026-11-22T0300Z.tar.zst".into(),
            made,
            bytes: 1,
            verified: Some(made),
        };
        app.store.note_backup(&last(None), Some(listed)).expect("noted");
        assert_eq!(state("2026-11-22T12:00:00Z"), State::Pass);
        assert_eq!(state("2026-12-22T12:00:00Z"), State::Fail, "a month old");
        app.store.note_backup(&last(Some("{}")), None).expect("noted");
        assert_eq!(state("2026-11-22T12:00:00Z"), State::Fail, "the last one failed");
    }
}
