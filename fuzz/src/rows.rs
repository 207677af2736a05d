//! Rows and sources as a page may send them, from a fuzzer's bytes.

use arbitrary::{Arbitrary, Result, Unstructured};
use billfold_core::money::{Currency, Money};
use billfold_core::number::InvoiceNumber;
use billfold_core::protocol::{Row, RowKey, Source};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Digits after the point: none, two, three, and more of each than the currency has.
const CURRENCIES: [&str; 8] = ["USD", "EUR", "GBP", "JPY", "CAD", "KWD", "KRW", "CHF"];

/// A row in which everything but the key's form may be anything.
#[derive(Clone, Debug)]
pub struct AnyRow(pub Row);

/// A source in which everything may be anything.
#[derive(Clone, Debug)]
pub struct AnySource(pub Source);

impl<'a> Arbitrary<'a> for AnyRow {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<AnyRow> {
        Ok(AnyRow(Row {
            key: RowKey::new(any_key(input)?),
            document: input.ratio(7, 8)?,
            number: Option::<&str>::arbitrary(input)?.and_then(InvoiceNumber::parse),
            amount: if input.arbitrary()? { Some(any_money(input)?) } else { None },
            date: if input.arbitrary()? { any_date(input)? } else { None },
            status: input.arbitrary()?,
            description: input.arbitrary()?,
        }))
    }
}

impl<'a> Arbitrary<'a> for AnySource {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<AnySource> {
        Ok(AnySource(Source {
            portal: input.arbitrary()?,
            vendor: input.arbitrary()?,
            product: input.arbitrary()?,
            organisation: input.arbitrary()?,
            page: input.arbitrary()?,
        }))
    }
}

/// Few enough that rows share them: with a link, with one that could not be taken apart, without a link.
fn any_key(input: &mut Unstructured<'_>) -> Result<String> {
    let at = input.int_in_range(0..=5u8)?;
    Ok(match input.int_in_range(0..=2u8)? {
        0 => format!("stripe:{ACCOUNT}/{}", secret(at)),
        1 => format!("stripe:{ACCOUNT}/invst_{at}123456789ABCDEFGHIJKLMNOP"),
        _ => format!("number:openai/AB12CD34-000{at}"),
    })
}

/// The issuer of all rows that have a link.
pub const ACCOUNT: &str = "acct_1TESTplatform000";

/// The secret of a row's link.
pub fn secret(at: u8) -> String {
    format!("_S000{at}fuzzedsecretfuzzedsecret")
}

fn any_money(input: &mut Unstructured<'_>) -> Result<Money> {
    let code = input.choose(&CURRENCIES)?;
    let amount = Decimal::new(input.arbitrary()?, input.int_in_range(0..=28)?);
    Ok(Money { amount, currency: Currency::parse(code).unwrap_or(Currency::USD) })
}

/// Mostly days of these years, and sometimes any that can be written.
fn any_date(input: &mut Unstructured<'_>) -> Result<Option<NaiveDate>> {
    let year = if input.ratio(3, 4)? { input.int_in_range(2020..=2030)? } else { input.arbitrary()? };
    Ok(NaiveDate::from_yo_opt(year, input.int_in_range(1..=366)?))
}
