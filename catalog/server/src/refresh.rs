//! Following the repository: a whole new snapshot, and then one pointer is set.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use design_store::Local;

use crate::listen::Shared;
use crate::serving::Served;

/// The part of all versions that a snapshot may lose; one that loses more is a mistake until somebody says otherwise.
const LOST: usize = 5;

/// Looks at the repository from time to time, and at once where a webhook says so.
pub(crate) async fn follow(shared: Arc<Shared>, tell: impl Fn(&str) + Send + Sync + 'static) {
    let tell = Arc::new(tell);
    let pause = Duration::from_secs(shared.options.poll.max(1));
    let mut failed = String::new();
    loop {
        // What is told in vain is not told again before something changes.
        let _ = tokio::time::timeout(pause, shared.wake.notified()).await;
        shared.limit.forget();
        if let Err(why) = shared.access.renew() {
            tell(&format!("the tokens that were known hold on: {why}"));
        }
        let work = Arc::clone(&shared);
        let done = tokio::task::spawn_blocking(move || refresh(&work)).await;
        let outcome = done.unwrap_or_else(|_| Err("reading the repository failed".to_owned()));
        shared.is_behind.store(outcome.is_err(), Ordering::Relaxed);
        match outcome {
            Ok(Some(commit)) => tell(&format!("serving commit {commit}")),
            Ok(None) => failed.clear(),
            Err(why) if why != failed => {
                tell(&format!("what was served goes on being served: {why}"));
                failed = why;
            }
            Err(_) => {}
        }
    }
}

/// Reads the repository where it has a new commit; returns that. The error is one line, and what was served stays.
fn refresh(shared: &Shared) -> Result<Option<String>, String> {
    if let Some(remote) = &shared.options.remote {
        remote.fetch()?;
    }
    let local = Local::around(&shared.options.repository)?;
    let commit = local.commit(&shared.options.origin.revision)?;
    let before = shared.serving.now();
    if before.commit() == commit {
        return Ok(None);
    }
    let served = Served::read(&shared.options, Some(&before))?;
    check(before.versions(), served.versions())?;
    shared.serving.swap(served);
    shared.comparisons.clear();
    shared.swaps.fetch_add(1, Ordering::Relaxed);
    // Without it the next start takes longer, and nothing else.
    let _ = shared.serving.now().save(&shared.options);
    Ok(Some(commit))
}

/// Refuses a snapshot that loses much.
fn check(before: usize, after: usize) -> Result<(), String> {
    if after * LOST < before * (LOST - 1) {
        return Err(format!(
            "the newest commit has {after} of {before} versions; start again to serve it all the same"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_that_loses_a_fifth_is_refused() {
        assert!(check(10, 8).is_ok() && check(10, 7).is_err() && check(10, 0).is_err());
        assert!(check(0, 0).is_ok() && check(0, 5).is_ok());
    }
}
