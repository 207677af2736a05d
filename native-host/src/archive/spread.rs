//! The same work with many items, several of them at a time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many are worth it where the work is a processor's.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does the same with each item, so many at a time. The results are in the items' order.
pub(crate) fn spread<'a, T: Sync, R: Send>(
    items: &'a [T],
    at_a_time: usize,
    work: impl Fn(&'a T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let take = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(at) else { break done };
                done.push((at, work(item)));
            }
        };
        // This thread works as well.
        let others: Vec<_> = (1..at_a_time.min(items.len())).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
