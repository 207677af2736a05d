//! Stripe's layout.

use super::drawn::page;
use billfold_core::document::{Document, Layout, Reading, read};
use billfold_core::kind::Kind;

pub(crate) const PLAIN: &str = "
#Invoice

*Invoice number     *AB12CD34-0010
Date of issue       April 25, 2024
Date due            April 25, 2024
PO Number           4711

*OpenAI, LLC                  *Bill to
1 Example Street              Larkspur Analytics
Springfield                   12 Sample Lane
EU OSS VAT EU372041333        ES VAT ESB12345678

#$25.00 USD due April 25, 2024

*Pay online

Thank you for paying early.

Description                              Qty    Unit price    Tax      Amount

ChatGPT Plus Subscription                  1        $20.00    25%      $20.00
Apr 25 – May 25, 2024

                              Subtotal                                 $20.00
                              VAT - Sweden (25% on $20.00)              $5.00
                              Total                                    $25.00
                              *Amount due                         *$25.00 USD


AB12CD34-0010 · $25.00 USD due April 25, 2024                     Page 1 of 1
";

fn decimal(text: &str) -> Option<rust_decimal::Decimal> {
    Some(text.parse().unwrap())
}

fn one(text: &str) -> Document {
    read(&[page(text)], &[])
}

#[test]
fn a_plain_invoice() {
    let read = one(PLAIN);
    assert_eq!((read.kind, read.reading, read.source), (Kind::Invoice, Reading::Whole, Some(Layout::Stripe)));
    assert_eq!(read.number.as_deref(), Some("AB12CD34-0010"));
    assert_eq!(read.issued, "2024-04-25".parse().ok());
    assert_eq!(read.due, "2024-04-25".parse().ok());
    assert_eq!(read.purchase_order.as_deref(), Some("4711"));
    assert_eq!(read.vendor.as_deref(), Some("OpenAI, LLC"));
    assert_eq!(read.customer.as_deref(), Some("Larkspur Analytics"));
    assert_eq!(read.vendor_tax_ids[0].id, "EU372041333");
    assert_eq!(read.customer_tax_ids[0].name, "ES VAT");
    assert_eq!(read.currency.unwrap().code(), "USD");
    assert_eq!(
        (read.subtotal, read.total, read.amount_due),
        (decimal("20.00"), decimal("25.00"), decimal("25.00"))
    );
    let line = &read.lines[0];
    assert_eq!(line.description.as_deref(), Some("ChatGPT Plus Subscription"));
    assert_eq!((line.quantity, line.unit_price), (decimal("1"), decimal("20.00")));
    assert_eq!((line.tax_rate, line.amount), (decimal("25"), decimal("20.00")));
    assert_eq!(read.service_period.unwrap().to, "2024-05-25".parse().unwrap());
    let tax = &read.taxes[0];
    assert_eq!(
        (tax.name.as_deref(), tax.rate, tax.base),
        (Some("VAT - Sweden"), decimal("25"), decimal("20.00"))
    );
    assert_eq!(read.memo.as_deref(), Some("Thank you for paying early."));
    assert!(read.problems.is_empty(), "{:?}", read.problems);
}

#[test]
fn what_does_not_add_up_is_taken_out_and_said() {
    let read = one(&PLAIN.replace("$20.00    25%      $20.00", "$20.00    25%      $19.00"));
    assert_eq!(read.reading, Reading::InPart);
    assert!(read.lines.is_empty());
    assert_eq!(read.total, decimal("25.00"));
    assert_eq!(read.problems[0].code, "lines-differ-from-subtotal");
}

/// The head of a tiered price stands so close under a line that it may as well be more of its description: then
/// neither is known, but that there are two.
#[test]
fn a_tiered_price_has_a_head_of_its_own() {
    let tiers = "ChatGPT Plus Subscription                  1        $20.00    25%      $20.00
API usage
   First 1,000                         1,000         $0.02    25%      $20.00
   Flat fee                                1         $5.00    25%       $5.00
";
    let text = PLAIN
        .replace(
            "ChatGPT Plus Subscription                  1        $20.00    25%      $20.00\nApr 25 – May 25, 2024\n",
            tiers,
        )
        .replace(
            "Subtotal                                 $20.00",
            "Subtotal                                 $45.00",
        )
        .replace("(25% on $20.00)              $5.00", "(25% on $45.00)             $11.25")
        .replace("$25.00", "$56.25");
    let read = one(&text);
    let lines: Vec<(Option<&str>, bool)> =
        read.lines.iter().map(|line| (line.description.as_deref(), line.nested)).collect();
    assert_eq!(lines[..2], [(None, false), (None, false)], "{read:?}");
    assert_eq!(lines[2..], [(Some("First 1,000"), true), (Some("Flat fee"), true)]);
}
