//! What may follow a date: a weekday, a time of day, a time zone. Shapes are checked, values thrown away.

use super::cursor::Cursor;
use super::names::{self, BEFORE_TIME, HALF_DAYS, WEEKDAYS_CJK, ZONE_WORDS};

/// `木曜日`, `(金)`, `周五` after a date.
pub(super) fn weekday_after(at: &mut Cursor<'_>) {
    let mut probe = *at;
    probe.space();
    let bracket = probe.eat('(');
    let mut one_of = |days: &str| probe.peek().is_some_and(|c| days.contains(c) && probe.eat(c));
    let mut found = false;
    for (mark, days) in WEEKDAYS_CJK {
        // Japanese writes the mark after the day, Chinese before it.
        if *mark == "曜日" {
            found = one_of(days);
        }
        if found {
            break;
        }
    }
    if found {
        let whole = probe.eat_str("曜日") || probe.eat_str("曜");
        found = whole || bracket;
    } else {
        for (mark, days) in WEEKDAYS_CJK {
            if probe.eat_str(mark) {
                found = probe.peek().is_some_and(|c| days.contains(c) && probe.eat(c));
                break;
            }
        }
    }
    if found && (!bracket || probe.eat(')')) {
        *at = probe;
    }
}

/// A time of day with what joins it to the date: `, 6:05 PM`, ` um 18:05`, ` à 18 h 05`, `T18:05:09Z`.
pub(super) fn time(at: &mut Cursor<'_>) {
    let mut probe = *at;
    probe.eat(',');
    let spaced = probe.space();
    for word in BEFORE_TIME {
        let mut after = probe;
        if after.eat_str(word) && (after.space() || (*word == "T" && !spaced && after.at_digit())) {
            probe = after;
            break;
        }
    }
    let early = half_day(&mut probe);
    if early {
        probe.space();
    }
    if clock(&mut probe).is_none() {
        return;
    }
    *at = probe;
    probe.space();
    if (!early && half_day(&mut probe)) || probe.eat_str("Uhr") {
        *at = probe;
    }
    offset(at);
}

/// `18:05`, `6:05:09.123`, `18 h 05 min 09 s`, `18時05分09秒`.
fn clock(at: &mut Cursor<'_>) -> Option<()> {
    let (hour, _) = at.digits(1, 2)?;
    let mut minute = 0;
    let mut second = 0;
    if at.eat(':') {
        (minute, _) = at.digits(2, 2)?;
        if at.eat(':') {
            (second, _) = at.digits(2, 2)?;
            let mut fraction = *at;
            if fraction.eat('.') && fraction.digits(1, 9).is_some() {
                *at = fraction;
            }
        }
    } else if at.eat('時') || at.eat('时') {
        if let Some((m, _)) = at.digits(2, 2) {
            minute = m;
            at.eat('分').then_some(())?;
            if let Some((s, _)) = at.digits(2, 2) {
                second = s;
                at.eat('秒').then_some(())?;
            }
        }
    } else {
        at.space();
        at.eat('h').then_some(())?;
        at.space();
        (minute, _) = at.digits(2, 2)?;
        let mut seconds = *at;
        if seconds.space() && seconds.eat_str("min") && seconds.space() {
            (second, _) = seconds.digits(2, 2)?;
            seconds.space();
            seconds.eat('s').then_some(())?;
            *at = seconds;
        }
    }
    // 24:00 is how some write the day's end; 60 is a leap second.
    let midnight = hour == 24 && minute == 0 && second == 0;
    ((hour < 24 || midnight) && minute < 60 && second <= 60).then_some(())
}

fn half_day(at: &mut Cursor<'_>) -> bool {
    if let Some(mark) =
        HALF_DAYS.iter().filter(|mark| !mark.is_ascii()).find(|mark| at.rest.starts_with(**mark))
    {
        return at.eat_str(mark);
    }
    let mut probe = *at;
    let Some(word) = probe.word(|c| c == '.') else { return false };
    let (first, second) =
        word.trim_end_matches('.').split_once('.').unwrap_or((word.trim_end_matches('.'), ""));
    let is = |half: &str| match second {
        "" => first.eq_ignore_ascii_case(half),
        _ => {
            half.strip_suffix('m').is_some_and(|h| first.eq_ignore_ascii_case(h))
                && second.eq_ignore_ascii_case("m")
        }
    };
    let found = HALF_DAYS.iter().any(|half| is(half));
    if found {
        *at = probe;
    }
    found
}

/// A zone in figures: `Z`, `+02:00`, ` GMT+1`, ` UTC`. Zones in words are [`zone`]'s, because in a longer text
/// the next word may be anything.
fn offset(at: &mut Cursor<'_>) {
    let mut probe = *at;
    let spaced = probe.space();
    let named = probe.eat_str("GMT") || probe.eat_str("UTC") || (!spaced && probe.eat('Z'));
    let mut figures = probe;
    let signed = figures.eat('+') || figures.eat('-') || figures.eat(super::fold::MINUS);
    if signed && (named || !spaced) && figures.digits(1, 4).is_some() {
        if figures.eat(':') && figures.digits(2, 2).is_none() {
            return;
        }
        *at = figures;
    } else if named && !probe.peek().is_some_and(super::fold::joins) {
        *at = probe;
    }
}

/// Whether the whole of what is left names a time zone: `CET`, `(MEZ)`, `Central European Standard Time`.
pub(super) fn is_zone(rest: &str) -> bool {
    let name = rest.trim_start_matches([' ', super::fold::TIGHT]);
    let name = name.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(name);
    if name.len() > 80 || name.chars().any(|c| !(c.is_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.'))) {
        return false;
    }
    let short = (3..=5).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase());
    if short && name.ends_with(['T', 'Z', 'C']) {
        return true;
    }
    let first = name.split(' ').next().unwrap_or_default();
    ZONE_WORDS.iter().any(|word| {
        let tail = name.len().checked_sub(word.len()).and_then(|start| name.get(start..));
        names::is_one_of(&[word], first) || tail.is_some_and(|t| t == *word || t.eq_ignore_ascii_case(word))
    })
}
