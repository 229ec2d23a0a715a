//! Follows the hints of webhooks: reads again the records that they were about.

use comptoir_sources::connector::Wanted;
use comptoir_sources::{Failure, FailureKind, Refused};
use comptoir_store::connections::{self, Belief, Hint};

use super::run::{Reading, Stop};
use comptoir_sources::connector::{Page, Phase};

/// Records asked for with one call.
const AT_ONCE: usize = 50;

/// A hint whose record can't be read, and why.
pub type Unread = (Hint, Failure);

/// Follows all hints that wait; those whose record can't be read come back. A failure that passes
/// leaves the rest for the next run.
pub fn hints(reading: &mut Reading<'_>) -> Result<Vec<Unread>, Stop> {
    let waiting = connections::hints(&reading.runner.store.read()?, reading.connection.id)?;
    let mut unread = Vec::new();
    for some in waiting.chunks(AT_ONCE) {
        match some_hints(reading, some) {
            Err(Stop::Failed(failure)) if is_about_one(&failure) => {
                one_by_one(reading, some, &mut unread)?;
            }
            other => other?,
        }
    }
    Ok(unread)
}

fn one_by_one(
    reading: &mut Reading<'_>,
    some: &[Hint],
    unread: &mut Vec<Unread>,
) -> Result<(), Stop> {
    for hint in some {
        match some_hints(reading, std::slice::from_ref(hint)) {
            Err(Stop::Failed(failure)) if is_about_one(&failure) => {
                unread.push((hint.clone(), failure));
            }
            other => other?,
        }
    }
    Ok(())
}

/// Refuses the records of hints that can't be read, and is done with the hints. To be called once
/// the platform has answered for the rest: a platform that refuses everything says nothing of them.
pub fn give_up(reading: &mut Reading<'_>, unread: Vec<Unread>) -> Result<(), Stop> {
    for (hint, failure) in unread {
        let mut page = Page::empty(Phase::Changes);
        page.refused.push(refused(&hint, failure));
        reading.commit(page, None, Belief::Stamp, vec![hint])?;
    }
    Ok(())
}

fn some_hints(reading: &mut Reading<'_>, some: &[Hint]) -> Result<(), Stop> {
    let wanted: Vec<_> = some
        .iter()
        .map(|hint| (Wanted { kind: hint.kind.clone(), id: hint.id.clone() }, hint.last_seen))
        .collect();
    let setting = reading.setting()?;
    let page = reading.connector.fetch(&wanted, &setting)?;
    reading.commit(page, None, Belief::Stamp, some.to_vec())
}

/// Whether a failure may be that of one record alone.
fn is_about_one(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NotFound
            | FailureKind::Forbidden
            | FailureKind::Protocol
            | FailureKind::TooLarge
    )
}

fn refused(hint: &Hint, failure: Failure) -> Refused {
    Refused {
        kind: hint.kind.clone(),
        id: hint.id.clone(),
        field: String::new(),
        value: String::new(),
        reason: failure.reason,
        remedy: failure.remedy,
    }
}
