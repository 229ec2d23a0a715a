//! When a connection is read next: on time after a success, later and later after failures.

use comptoir_sources::Failure;
use jiff::{SignedDuration, Timestamp};

/// The longest wait between two attempts.
const LONGEST: i64 = 60;

/// However long a platform asks to wait, we look again after a day.
const LONGEST_ASKED: SignedDuration = SignedDuration::from_hours(24);

/// Soon: the platform prepares something.
const SOON: SignedDuration = SignedDuration::from_secs(15);

/// The next run after one that went well.
pub fn after_success(now: Timestamp, minutes: i64, waiting: bool) -> Timestamp {
    let interval = SignedDuration::from_mins(minutes);
    later(now, if waiting { SOON.min(interval) } else { interval })
}

/// The next run after so many failures in a row, this one included: 1, 2, 4 … 60 minutes, a quarter
/// more or less so that connections of one host do not come back together. What can't pass by itself
/// is not asked faster than the usual interval, and a platform that asks to wait is heard.
pub fn after_failure(
    now: Timestamp,
    minutes: i64,
    failures: i64,
    failure: &Failure,
    chance: u64,
) -> Timestamp {
    let doublings = u32::try_from(failures.clamp(1, 7) - 1).unwrap_or(6);
    let wait = (1_i64 << doublings).min(LONGEST);
    let wait =
        SignedDuration::from_mins(if failure.kind.passes() { wait } else { wait.max(minutes) });
    // 75 % to 125 %.
    let share = 750 + i64::try_from(chance % 501).unwrap_or(250);
    let jittered = SignedDuration::from_millis(wait.as_secs() * share);
    let jittered = if failure.kind.passes() {
        jittered
    } else {
        jittered.max(SignedDuration::from_mins(minutes))
    };
    let asked = failure
        .retry_after
        .and_then(|asked| SignedDuration::try_from(asked).ok())
        .map_or(SignedDuration::ZERO, |asked| asked.min(LONGEST_ASKED));
    later(now, jittered.max(asked))
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn wait(failures: i64, failure: &Failure, chance: u64) -> i64 {
        after_failure(NOW, 5, failures, failure, chance).as_second()
    }

    #[test]
    fn waits_double_up_to_an_hour_and_jitter_by_a_quarter() {
        let failure = Failure::of_status(503, "", None).expect("a failure");
        // chance 250: 750 + 250 = 1000 thousandths, the plain wait.
        let plain: Vec<i64> = (1..=9).map(|n| wait(n, &failure, 250) / 60).collect();
        assert_eq!(plain, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!((wait(1, &failure, 0), wait(1, &failure, 500)), (45, 75));
        assert_eq!(wait(3, &failure, 501), wait(3, &failure, 0));
    }

    #[test]
    fn a_platform_that_asks_to_wait_is_heard() {
        let asked = |seconds| {
            let after = Some(Duration::from_secs(seconds));
            wait(1, &Failure::of_status(429, "", after).expect("a failure"), 250)
        };
        assert_eq!(asked(7), 60);
        assert_eq!(asked(1200), 1200);
        assert_eq!(asked(10_000_000), 24 * 3600);
    }

    #[test]
    fn a_wrong_key_is_not_tried_faster_than_the_interval() {
        for status in [401, 403, 404] {
            let failure = Failure::of_status(status, "", None).expect("a failure");
            for chance in [0, 250, 500] {
                assert!(wait(1, &failure, chance) >= 300, "{status}");
            }
        }
    }

    #[test]
    fn after_a_success_the_interval_counts() {
        assert_eq!(after_success(NOW, 5, false).as_second(), 300);
        assert_eq!(after_success(NOW, 60, true).as_second(), 15);
    }
}
