//! Amounts: what is read is made of the figures that stand there, no locale reads another value than no locale
//! does, and what is printed is read back.
#![no_main]

use billfold_core::locale::Locale;
use billfold_core::money::{self, Currency, Money};
use billfold_fuzz::{locale_and_text, within_limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (locale, text) = locale_and_text(data);
    let whole = within_limits("an amount", || Money::parse(&text, &locale));
    let found = within_limits("amounts in a text", || money::find(&text, &locale));
    for money in whole.iter().chain(found.iter().flatten()) {
        assert!(money.amount.scale() <= money.currency.minor_digits(), "{money}");
        let printed = money.to_string();
        // In any locale; but with three decimals the point alone could as well group thousands.
        let reader = if money.currency.minor_digits() == 3 { Locale::parse("en") } else { locale.clone() };
        assert_eq!(Money::parse(&printed, &reader), Ok(*money), "{printed}");
        let json = serde_json::to_string(money).expect("JSON");
        assert_eq!(serde_json::from_str::<Money>(&json).ok(), Some(*money), "{json}");
    }
    if let Ok(money) = whole {
        has_the_figures_of(&text, money);
        // Words that are codes as well count only where they stand alone.
        assert!(found.contains(&Ok(money)) || found.is_empty(), "{text:?}: {money} {found:?}");
        if let Ok(certain) = Money::parse(&text, &Locale::UNKNOWN)
            && certain.currency == money.currency
        {
            assert_eq!(certain, money, "{text:?}");
        }
    }
    for currency in [Currency::USD, Currency::JPY] {
        if let Ok(money) = within_limits("a number", || Money::parse_in(&text, currency, &locale)) {
            assert_eq!(money.currency, currency);
            has_the_figures_of(&text, money);
        }
    }
});

/// The same figures in the same order, but for zeros in front and behind.
fn has_the_figures_of(text: &str, money: Money) {
    let figures = |text: &str| -> String {
        let figure = |c: char| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
            c => c.is_ascii_digit().then_some(c),
        };
        text.chars().filter_map(figure).collect()
    };
    let (seen, read) = (figures(text), figures(&money.amount.to_string()));
    let bare = |figures: &str| figures.trim_matches('0').to_owned();
    assert_eq!(bare(&seen), bare(&read), "{text:?} was read as {money}");
}
