//! The words of dates, as tables: month names, weekdays, what stands between a day and its time.
//!
//! From CLDR (what `Intl.DateTimeFormat` prints). Adding a language is a line in each table; all is written
//! in small letters without accents, because words are compared that way. No parsing in here.

use super::DateError;
use super::words::{lists, lists_tag, words};
use crate::locale::Locale;

/// A language of two letters, a colon, and its twelve months divided by commas, each with all its spellings: the full name
/// and every abbreviation.
const MONTHS: &[&str] = &[
    "en:january jan,february feb,march mar,april apr,may,june jun,july jul,august aug,september sept sep,october oct,november nov,december dec",
    "de:januar janner jan,februar feber feb,marz mar,april apr,mai,juni jun,juli jul,august aug,september sept sep,oktober okt,november nov,dezember dez",
    "fr:janvier janv,fevrier fevr,mars,avril avr,mai,juin,juillet juil juill,aout,septembre sept,octobre oct,novembre nov,decembre dec",
    "es:enero ene,febrero feb,marzo mar,abril abr,mayo may,junio jun,julio jul,agosto ago,septiembre setiembre sept sep set,octubre oct,noviembre nov,diciembre dic",
    "it:gennaio gen,febbraio feb,marzo mar,aprile apr,maggio mag,giugno giu,luglio lug,agosto ago,settembre set,ottobre ott,novembre nov,dicembre dic",
    "nl:januari jan,februari feb,maart mrt,april apr,mei,juni jun,juli jul,augustus aug,september sep,oktober okt,november nov,december dec",
    "pt:janeiro jan,fevereiro fev,marco mar,abril abr,maio mai,junho jun,julho jul,agosto ago,setembro set,outubro out,novembro nov,dezembro dez",
    "sv:januari jan,februari feb,mars mar,april apr,maj,juni jun,juli jul,augusti aug,september sept sep,oktober okt,november nov,december dec",
];

/// Weekdays, full and short, any language. They only have to be recognised, not understood.
const WEEKDAYS: &[&str] = &[
    "monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun",
    "montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so",
    "lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim",
    "lunes martes miercoles mie jueves jue viernes vie sabado sab domingo dom",
    "lunedi martedi mercoledi giovedi gio venerdi sabato domenica",
    "maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo",
    "segunda segunda-feira seg terca terca-feira ter quarta quarta-feira qua quinta quinta-feira qui sexta sexta-feira sex",
];

/// Weekdays of scripts without spaces: a whole one after the date, or one character in brackets.
pub(super) const WEEKDAYS_CJK: &[(&str, &str)] = &[
    ("曜日", "月火水木金土日"),
    ("星期", "一二三四五六日天"),
    ("周", "一二三四五六日"),
    ("週", "一二三四五六日"),
];

/// What may stand between the date and the time of day.
pub(super) const BEFORE_TIME: &[&str] =
    &["at", "um", "à", "om", "alle ore", "alle", "a las", "a la", "às", "kl.", "T"];

/// The half of the day, before or after the time; compared without dots and spaces.
pub(super) const HALF_DAYS: &[&str] = &["am", "pm", "午前", "午後", "上午", "下午"];

/// A word that the name of a time zone begins or ends with: `Central European Standard Time`,
/// `heure normale d’Europe centrale`, `Mitteleuropäische Normalzeit`, `日本標準時`.
pub(super) const ZONE_WORDS: &[&str] =
    &["time", "zeit", "heure", "temps", "hora", "horario", "ora", "tempo", "tijd", "時", "時間"];

/// Small words inside a date: `12 de febrero de 2026`.
pub(super) const FILLERS: &[&str] = &["de", "del", "of"];

/// What follows a day as an ordinal: `1st`, `1er`.
pub(super) const ORDINALS: &[&str] = &["st", "nd", "rd", "th", "er"];

/// The marks after year, month and day.
pub(super) const CJK_MARKS: &[[char; 3]] = &[['年', '月', '日'], ['년', '월', '일']];

/// In which order a locale prints day and month in figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
    Unknown,
}

/// Languages that print the day first in every region but those in `NOT_DAY_FIRST`.
const DAY_FIRST: &str = "de fr es it nl pt pl cs sk da nb nn no fi ro bg el hr sl uk ru tr et lv id vi";
/// Where that language's custom differs or is mixed, so that figures alone prove nothing.
const NOT_DAY_FIRST: &str = "fr-CA es-US es-PR es-PA nl-CW";
/// Regions where English prints the day first. Plain `en` proves nothing: pages that say so often print dates
/// in the browser's own locale.
const ENGLISH_DAY_FIRST: &str = "GB IE AU NZ IN SG HK MT ZA KE NG GH AT BE CH DE DK FI NL";
const ENGLISH_MONTH_FIRST: &str = "US PH PR GU VI AS MP UM";

pub(super) fn order(locale: &Locale) -> Order {
    let (Some(language), region) = (locale.language(), locale.region().unwrap_or_default()) else {
        return Order::Unknown;
    };
    if language == "en" {
        if lists(ENGLISH_MONTH_FIRST, region.as_bytes()) {
            return Order::MonthFirst;
        }
        if lists(ENGLISH_DAY_FIRST, region.as_bytes()) {
            return Order::DayFirst;
        }
    } else if lists(DAY_FIRST, language.as_bytes()) && !lists_tag(NOT_DAY_FIRST, language, region) {
        return Order::DayFirst;
    }
    Order::Unknown
}

/// A word in small ASCII letters, without accents; short, because no name here is long.
pub(super) struct Plain {
    letters: [u8; 16],
    len: usize,
}

impl Plain {
    /// Nothing when the word is empty, longer than any name, or has a letter that no name has.
    pub(super) fn of(word: &str) -> Option<Plain> {
        let mut plain = Plain { letters: [0; 16], len: 0 };
        for c in word.chars() {
            let letter = match c {
                'a'..='z' | '-' => c as u8,
                'A'..='Z' => c.to_ascii_lowercase() as u8,
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' => b'a',
                'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => b'e',
                'ì' | 'í' | 'Ì' | 'Í' => b'i',
                'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => b'u',
                'ç' | 'Ç' => b'c',
                // Accents of decomposed letters (NFD).
                '\u{300}'..='\u{36f}' => continue,
                _ => return None,
            };
            *plain.letters.get_mut(plain.len)? = letter;
            plain.len += 1;
        }
        (plain.len > 0).then_some(plain)
    }

    fn bytes(&self) -> &[u8] {
        self.letters.get(..self.len).unwrap_or_default()
    }
}

/// The month that a word names, 1 to 12. The locale's own language is asked first; otherwise all languages
/// that know the word must agree.
pub(super) fn month(word: &str, locale: &Locale) -> Option<Result<u32, DateError>> {
    let word = Plain::of(word)?;
    let in_language = |line: &&str| {
        let (_, months) = line.split_at_checked(3)?;
        (1..).zip(words(months, b',')).find_map(|(number, names)| {
            names.split(|b| *b == b' ').any(|name| name == word.bytes()).then_some(number)
        })
    };
    let own = MONTHS.iter().find(|line| line.get(..2) == locale.language());
    if let Some(month) = own.and_then(in_language) {
        return Some(Ok(month));
    }
    let mut found = None;
    for month in MONTHS.iter().filter_map(in_language) {
        match found {
            None => found = Some(month),
            Some(other) if other != month => return Some(Err(DateError::Ambiguous)),
            Some(_) => {}
        }
    }
    found.map(Ok)
}

pub(super) fn is_weekday(word: &str) -> bool {
    Plain::of(word).is_some_and(|word| WEEKDAYS.iter().any(|days| lists(days, word.bytes())))
}

pub(super) fn is_one_of(list: &[&str], word: &str) -> bool {
    Plain::of(word).is_some_and(|word| list.iter().any(|entry| entry.as_bytes() == word.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month_words() -> impl Iterator<Item = &'static str> {
        MONTHS.iter().flat_map(|line| line.split([':', ',', ' ']).skip(1))
    }

    #[test]
    fn every_language_has_twelve_months() {
        for line in MONTHS {
            assert_eq!(line.split(',').count(), 12, "{line}");
        }
    }

    #[test]
    fn tables_are_plain() {
        let words = month_words().chain(WEEKDAYS.iter().flat_map(|days| days.split(' ')));
        for word in words {
            let plain = Plain::of(word).unwrap();
            assert_eq!(plain.bytes(), word.as_bytes());
        }
    }

    #[test]
    fn no_language_contradicts_another() {
        for word in month_words() {
            assert!(month(word, &Locale::UNKNOWN).unwrap().is_ok(), "{word}");
        }
    }

    #[test]
    fn order_needs_a_region_for_english() {
        let of = |tag| order(&Locale::parse(tag));
        assert_eq!(of("en-US"), Order::MonthFirst);
        assert_eq!(of("en-GB"), Order::DayFirst);
        assert_eq!(of("de"), Order::DayFirst);
        for tag in ["", "en", "en-CA", "fr-CA", "es-US", "ja", "zh-CN"] {
            assert_eq!(of(tag), Order::Unknown, "{tag}");
        }
    }
}
