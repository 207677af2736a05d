//! What the texts of a page are made of: runs of letters and figures, and what stands near them.

use crate::{dates, money, portals::words as known};

/// Characters of dates, times and amounts in scripts without spaces.
pub(super) const EAST: &str = "年月日時分秒曜火水木金土星期周週午前後上下円元원년월일";

/// What a text falls into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Figures,
    Letters,
    /// Letters of scripts without spaces.
    East,
    Other,
}

/// Does the word stay as it is?
pub(super) fn stays(word: &str) -> bool {
    known::known(word) || dates::is_date_word(word) || money::is_mark_word(word)
}

pub(super) fn kind(c: char) -> Kind {
    match c {
        '0'..='9' | '０'..='９' => Kind::Figures,
        '\u{300}'..='\u{36f}' => Kind::Letters,
        c if c.is_alphanumeric() => {
            if c < '\u{2e80}' || ('\u{ff21}'..='\u{ff5a}').contains(&c) {
                Kind::Letters
            } else {
                Kind::East
            }
        }
        _ => Kind::Other,
    }
}

/// The text in runs of one kind.
pub(super) fn runs(text: &str) -> Vec<(Kind, &str)> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next().map(kind) {
        let end = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        let (run, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
        runs.push((first, run));
        rest = more;
    }
    runs
}

/// The letters and figures from here on that nothing divides; otherwise the one run.
pub(super) fn group<'a, 'b>(runs: &'a [(Kind, &'b str)], at: usize) -> &'a [(Kind, &'b str)] {
    let rest = runs.get(at..).unwrap_or_default();
    let joined = |(kind, _): &&(Kind, &str)| matches!(kind, Kind::Figures | Kind::Letters);
    let length = rest.iter().take_while(joined).count().max(1);
    rest.get(..length).unwrap_or(rest)
}

pub(super) fn figure(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(c as u32 - '０' as u32),
        c => c.to_digit(10),
    }
}

pub(super) fn number(figures: &str) -> u32 {
    figures.chars().filter_map(figure).fold(0, |sum, figure| sum.saturating_mul(10).saturating_add(figure))
}

pub(super) fn is_year(part: &str) -> bool {
    part.chars().count() == 4 && (1990..2070).contains(&number(part))
}

/// A number in as many figures as the model has, in its script.
pub(super) fn in_figures_like(value: u32, model: &str) -> String {
    let plain = format!("{value:0width$}", width = model.chars().count());
    if model.is_ascii() {
        return plain;
    }
    plain.chars().map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c)).collect()
}

/// `18 h 05`, `18時05分`.
pub(super) fn before_hours(runs: &[(Kind, &str)]) -> bool {
    let mut runs = runs.iter().skip_while(|(_, run)| run.trim().is_empty());
    runs.next().is_some_and(|(_, run)| matches!(*run, "h" | "Uhr") || run.starts_with(['時', '시']))
}

/// Is the word before the figures a month? Then no thousands follow (`May 1 123`).
pub(super) fn near_month(runs: &[(Kind, &str)], at: usize) -> bool {
    let before = runs.get(..at).unwrap_or_default().iter().rev().find(|(_, run)| !run.trim().is_empty());
    before.is_some_and(|(kind, run)| *kind != Kind::Figures && dates::is_date_word(run))
}

/// Is there a currency's mark before or after?
pub(super) fn near_mark(runs: &[(Kind, &str)], start: usize, end: usize) -> bool {
    let sign = |c: char| money::is_mark_word(c.encode_utf8(&mut [0; 4]));
    let before = runs.get(..start).unwrap_or_default().iter().rev().find(|(_, run)| !run.trim().is_empty());
    let after = runs.get(end..).unwrap_or_default().iter().find(|(_, run)| !run.trim().is_empty());
    let marks = |(kind, run): &(Kind, &str), last: bool| match kind {
        Kind::Figures => false,
        Kind::Letters => money::is_mark_word(run),
        _ => {
            let run = run.trim().trim_matches(['-', '\u{2212}', '(', ')']);
            (if last { run.chars().next_back() } else { run.chars().next() }).is_some_and(sign)
        }
    };
    before.is_some_and(|run| marks(run, true)) || after.is_some_and(|run| marks(run, false))
}

/// Another character of the same class.
pub(super) fn other(c: char, first: bool, mut draw: impl FnMut(u32) -> u32) -> char {
    let within = |start: char, number: u32| char::from_u32(start as u32 + number).unwrap_or(c);
    match c {
        '0'..='9' if first => within('1', draw(9)),
        '0'..='9' => within('0', draw(10)),
        '０'..='９' => within('１', draw(9)),
        'ぁ'..='ん' => within('あ', draw(70)),
        'ァ'..='ヶ' => within('ア', draw(70)),
        'ー' | '々' => c,
        '\u{ac00}'..='\u{d7a3}' => within('\u{ac00}', draw(11_000)),
        c if kind(c) == Kind::East => {
            let made = within('\u{4e00}', draw(8_000));
            if EAST.contains(made) { '\u{4e01}' } else { made }
        }
        '\u{300}'..='\u{36f}' => c,
        c if c.is_uppercase() => within('A', draw(26)),
        c if c.is_alphabetic() => within('a', draw(26)),
        c => c,
    }
}
