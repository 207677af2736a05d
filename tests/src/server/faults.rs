//! Things that go wrong on purpose, by rule and by a seed, so that a failure can be had again.

use serde::{Deserialize, Serialize};

use crate::random::{Random, fnv};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// 429 with `Retry-After` in seconds.
    TooManyRequests(u32),
    /// 503 without `Retry-After`.
    Unavailable,
    /// 500 with a short HTML body.
    ServerError,
    /// 200 with the page "This link expired".
    Expired,
    /// The announced length, half of the bytes, then the stream is cut.
    Truncated,
    /// 200 with HTML instead of a PDF.
    Html,
    /// 200 with the PDF of another invoice under this one's name.
    OtherInvoice,
    /// The connection closes without an answer, with everything else that is on it.
    Dead,
    /// A redirect to a storage host that no manifest lists.
    UnlistedHost,
}

impl Fault {
    /// The host on which it happens unless the rule says otherwise.
    pub fn usual_host(&self) -> &'static str {
        match self {
            Self::Truncated | Self::Html | Self::OtherInvoice => super::STORAGE,
            _ => "pay.stripe.com",
        }
    }

    /// The name in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooManyRequests(_) => "too-many-requests",
            Self::Unavailable => "unavailable",
            Self::ServerError => "server-error",
            Self::Expired => "expired",
            Self::Truncated => "truncated",
            Self::Html => "html",
            Self::OtherInvoice => "other-invoice",
            Self::Dead => "dead",
            Self::UnlistedHost => "unlisted-host",
        }
    }
}

/// When something goes wrong. A request must fit everything that the rule names; the first rule wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What happens.
    pub fault: Fault,
    /// The host; without it the fault's usual one.
    #[serde(default)]
    pub host: Option<String>,
    /// A part of the path.
    #[serde(default)]
    pub path: Option<String>,
    /// The number of the invoice that is asked for.
    #[serde(default)]
    pub number: Option<String>,
    /// At most so often for each invoice (or path, where there is none).
    #[serde(default)]
    pub times: Option<u32>,
    /// At most so often in all.
    #[serde(default)]
    pub total: Option<u32>,
    /// With this probability, drawn from `seed`.
    #[serde(default)]
    pub chance: Option<f64>,
    /// For `chance`.
    #[serde(default)]
    pub seed: u64,
}

impl FaultRule {
    /// Always, on the fault's usual host.
    pub fn always(fault: Fault) -> Self {
        Self { fault, host: None, path: None, number: None, times: None, total: None, chance: None, seed: 0 }
    }

    /// Only on this host.
    #[must_use]
    pub fn on(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    /// Only on paths that contain this.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Only for this invoice.
    #[must_use]
    pub fn number(mut self, number: &str) -> Self {
        self.number = Some(number.to_owned());
        self
    }

    /// Only the first `times` requests for each invoice.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only `total` times in all.
    #[must_use]
    pub fn total(mut self, total: u32) -> Self {
        self.total = Some(total);
        self
    }

    /// At random.
    #[must_use]
    pub fn chance(mut self, chance: f64, seed: u64) -> Self {
        self.chance = Some(chance);
        self.seed = seed;
        self
    }
}

/// How often each rule was asked and has struck, since the knobs were set.
#[derive(Default)]
pub(crate) struct Strikes {
    counts: std::collections::HashMap<(usize, String), Count>,
    totals: std::collections::HashMap<usize, u32>,
}

#[derive(Default)]
struct Count {
    asked: u64,
    struck: u32,
}

impl Strikes {
    /// The fault for this request, if any.
    pub(crate) fn draw(
        &mut self,
        rules: &[FaultRule],
        host: &str,
        path: &str,
        number: Option<&str>,
    ) -> Option<Fault> {
        rules.iter().enumerate().find_map(|(index, rule)| {
            let fits = rule.host.as_deref().unwrap_or(rule.fault.usual_host()) == host
                && rule.path.as_deref().is_none_or(|part| path.contains(part))
                && rule.number.as_deref().is_none_or(|wanted| number == Some(wanted));
            if !fits {
                return None;
            }
            let who = number.unwrap_or(path).to_owned();
            let chance = Random::labelled(rule.seed, &format!("{who}/{}", fnv(host.as_bytes())));
            let count = self.counts.entry((index, who)).or_default();
            let total = self.totals.entry(index).or_default();
            count.asked += 1;
            let mut draw = chance;
            let drawn = (0..count.asked).map(|_| draw.below(1_000_000)).last().unwrap_or(0);
            let strikes = rule.times.is_none_or(|times| count.struck < times)
                && rule.total.is_none_or(|most| *total < most)
                && rule.chance.is_none_or(|chance| (drawn as f64) < chance * 1e6);
            if strikes {
                count.struck += 1;
                *total += 1;
            }
            strikes.then(|| rule.fault.clone())
        })
    }
}
