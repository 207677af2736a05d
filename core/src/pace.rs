//! How fast to ask one server: politely, and no slower than it likes.
//!
//! Time is an argument, in milliseconds since any fixed point.

/// Downloads at a time, at first and at most.
const START: u32 = 2;
const MOST: u32 = 8;

/// Further tries for one document after the first, and the bounds of the wait before each (exponential backoff
/// with jitter).
const RETRIES: u32 = 5;
const FIRST_WAIT: f64 = 1_000.0;
const LONGEST_WAIT: f64 = 60_000.0;

/// The longest `Retry-After` that is waited for, in milliseconds. A server that says "tomorrow" ends the tries.
pub const LONGEST_REST: f64 = 600_000.0;

/// The pace towards one server.
#[derive(Clone, Debug)]
pub struct Pace {
    limit: u32,
    in_flight: u32,
    /// Successes since the limit last changed.
    streak: u32,
    rest_until: f64,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { limit: START, in_flight: 0, streak: 0, rest_until: 0.0 }
    }
}

impl Pace {
    /// Nothing is under way any more. What the server asked for stays.
    pub fn begin(&mut self) {
        self.in_flight = 0;
    }

    /// May one more download start now?
    pub fn has_room(&self, now: f64) -> bool {
        self.in_flight < self.limit && now >= self.rest_until
    }

    /// How long nothing may start, in milliseconds.
    pub fn rest(&self, now: f64) -> f64 {
        (self.rest_until - now).max(0.0)
    }

    /// A download starts.
    pub fn started(&mut self) {
        self.in_flight += 1;
    }

    /// A download ended well. After as many in a row as run at a time, one more may run.
    pub fn succeeded(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.streak += 1;
        if self.streak >= self.limit && self.limit < MOST {
            self.limit += 1;
            self.streak = 0;
        }
    }

    /// A download ended badly, through no wish of the server's.
    pub fn failed(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.streak = 0;
    }

    /// The server asked for less: 429, 503, or an answer without a file. `retry_after` is in milliseconds.
    pub fn throttled(&mut self, now: f64, retry_after: Option<f64>) {
        self.failed();
        self.limit = (self.limit / 2).max(1);
        let rest = retry_after.unwrap_or(0.0).clamp(0.0, LONGEST_REST);
        self.rest_until = self.rest_until.max(now + rest);
    }
}

/// How long to wait before the next try, in milliseconds, after the first and `retries` more failed; nothing:
/// give up.
/// `random` is drawn from 0 to 1.
pub fn wait_before_retry(retries: u32, random: f64) -> Option<f64> {
    if retries >= RETRIES {
        return None;
    }
    let ceiling = (FIRST_WAIT * f64::from(1_u32 << retries.min(16))).min(LONGEST_WAIT);
    // Never less than half: full jitter alone may come back at once.
    Some(ceiling * (0.5 + random.clamp(0.0, 1.0) / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start_all(pace: &mut Pace, now: f64) -> u32 {
        let mut count = 0;
        while pace.has_room(now) {
            pace.started();
            count += 1;
        }
        count
    }

    #[test]
    fn it_starts_at_two_and_grows_one_by_one_to_eight() {
        let mut pace = Pace::default();
        assert_eq!(start_all(&mut pace, 0.0), 2);
        let mut in_flight = 2;
        for done in 1..200 {
            pace.succeeded();
            in_flight -= 1;
            let started = start_all(&mut pace, 0.0);
            in_flight += started;
            assert!(started <= 2, "never more than the one that ended and one more");
            assert!(in_flight <= 8);
            if done == 4 {
                assert_eq!(in_flight, 3, "not at once");
            }
        }
        assert_eq!(in_flight, 8);
    }

    #[test]
    fn a_server_that_asks_for_less_gets_half_and_the_rest_it_asked_for() {
        let mut pace = Pace { limit: 8, ..Pace::default() };
        assert_eq!(start_all(&mut pace, 0.0), 8);
        pace.throttled(0.0, Some(3_000.0));
        for _ in 0..7 {
            pace.failed();
        }
        assert!(!pace.has_room(2_999.0));
        assert!((pace.rest(1_000.0) - 2_000.0).abs() < 1e-9);
        assert_eq!(start_all(&mut pace, 3_000.0), 4);
        for _ in 0..5 {
            pace.throttled(3_000.0, None);
        }
        assert_eq!(start_all(&mut pace, 3_000.0), 1, "never none at all");
    }

    #[test]
    fn waits_double_and_end() {
        let waits: Vec<f64> = (0..).map_while(|retries| wait_before_retry(retries, 1.0)).collect();
        assert_eq!(waits, [1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0]);
        assert_eq!(wait_before_retry(0, 0.0), Some(500.0));
        assert_eq!(wait_before_retry(5, 0.5), None);
    }
}
