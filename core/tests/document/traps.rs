//! What is easily read wrongly: each is right, or left out.

use super::drawn::page;
use super::samples::{FULL, HEADINGS_ABOVE, INDIAN, LETTER, RECEIPT};
use super::stripe::PLAIN;
use billfold_core::document::{Document, read};
use billfold_core::kind::Kind;

fn one(text: &str) -> Document {
    read(&[page(text)], &[])
}

fn decimal(text: &str) -> Option<rust_decimal::Decimal> {
    Some(text.parse().unwrap())
}

/// A page of another vendor with the table and totals that matter.
fn with_totals(totals: &str) -> Document {
    one(&format!(
        "#Invoice\nInvoice number INV-1\nInvoice date   1 May 2026\n\n\
         Description        Quantity    Unit price    Amount\n\
         A                         1        $10.00    $10.00\n\
         B                         1        $20.00    $20.00\n{totals}"
    ))
}

#[test]
fn a_street_is_no_name() {
    let vendor =
        PLAIN.replace("*OpenAI, LLC                  *Bill to", "                              *Bill to");
    assert_eq!(one(&vendor).vendor, None);
    let customer = PLAIN.replace("Larkspur Analytics", "");
    assert_eq!(one(&customer).customer, None);
}

/// The head of a tiered price whose row is missing: what is left of it is no head.
#[test]
fn a_period_alone_is_no_line() {
    let tiers = "Apr 25 – May 25, 2024\n   First 10 units                        10         $2.00    25%      $20.00\n";
    let line = "ChatGPT Plus Subscription                  1        $20.00    25%      $20.00\nApr 25 – May 25, 2024\n";
    assert!(PLAIN.contains(line));
    let lines = one(&PLAIN.replace(line, tiers)).lines;
    let said: Vec<Option<&str>> = lines.iter().map(|line| line.description.as_deref()).collect();
    assert_eq!(said, [Some("First 10 units")]);
}

/// Nothing parts the parties' addresses from a memo below them but the headline.
#[test]
fn without_a_headline_no_memo_is_known() {
    let without = one(&PLAIN.replace("#$25.00 USD due April 25, 2024\n", ""));
    assert_eq!(without.memo, None);
    assert_eq!(without.number.as_deref(), Some("AB12CD34-0010"));
}

/// What stands right below the totals at the page's left edge is none of them.
#[test]
fn totals_end_where_a_row_begins_at_the_left() {
    let note = "*$25.00 USD\nTax to be paid on reverse charge basis\n";
    let read = one(&PLAIN.replace("*$25.00 USD\n", note));
    assert_eq!(read.reverse_charge.as_deref(), Some("Tax to be paid on reverse charge basis"));
}

#[test]
fn a_title_may_end_with_a_full_stop() {
    let read = one(&PLAIN.replace("#Invoice\n", "#Credit note.\n"));
    assert_eq!(read.kind, Kind::CreditNote);
}

/// Layouts with a row of numbers, in which the customer's is one.
#[test]
fn a_number_is_no_name() {
    let letter = |above: &str| {
        one(&format!(
            "{above}\n#Invoice\nCustomer          Order       Invoice number\nSCON0303006280    SC0004442   INV-1\n\n\
             Description        Quantity    Unit price    Amount\nA                         1        $10.00    $10.00\n"
        ))
    };
    let without = letter("Strategic Corp");
    assert_eq!((without.customer, without.vendor), (None, None));
    let with = letter("Billing address\nStrategic Corp\nFakestreet 46\n");
    assert_eq!((with.customer.as_deref(), with.vendor), (Some("Strategic Corp"), None));
}

#[test]
fn what_has_no_figures_is_no_line() {
    let section = with_totals("\n                       Subtotal    $30.00\n");
    assert_eq!(section.lines.len(), 2);
    let only_period =
        PLAIN.replace("ChatGPT Plus Subscription                  1        $20.00    25%      $20.00", "");
    assert_eq!(one(&only_period).lines, []);
}

#[test]
fn text_between_two_lines_belongs_to_neither() {
    let read = one("#Invoice\nInvoice number INV-1\n\n\
         Description        Quantity    Unit price    Amount\n\
         A                         1        $10.00    $10.00\n\
         Section of B\n\
         B                         1        $20.00    $20.00\n\n\
                                   Total              $30.00\n");
    assert_eq!(read.lines.iter().map(|line| line.description.as_deref()).collect::<Vec<_>>(), [None, None]);
    assert_eq!(read.lines[1].amount, decimal("20.00"));
}

#[test]
fn of_two_figures_in_one_column_none_is_taken() {
    let read = one(&PLAIN.replace("Qty    Unit price    Tax", "       Unit price    Tax"));
    assert_eq!((read.lines[0].unit_price, read.lines[0].quantity), (None, None));
    assert_eq!(read.lines[0].amount, decimal("20.00"));
}

#[test]
fn of_two_rates_none_is_taken() {
    let read = one(&FULL.replace(
        "Apr 25 – May 25, 2024\n\nSupport",
        "Apr 25 – May 25, 2024                                           5%\n\nSupport",
    ));
    assert_eq!((read.lines[0].tax_rate, read.lines[1].tax_rate), (None, decimal("10")));
}

#[test]
fn a_missing_line_hides_the_period() {
    assert_eq!(one(FULL).service_period.map(|period| period.to), "2024-05-25".parse().ok());
    let without =
        FULL.replace("Team plan                                  2        $20.00    10%      $40.00", "");
    assert_eq!((one(&without).service_period, one(&without).lines.len()), (None, 0));
    let without = FULL.replace("Apr 1 – May 1, 2024", "");
    assert_eq!(one(&without).service_period, None);
}

#[test]
fn totals_at_the_left_edge_are_no_lines() {
    let read = one(LETTER);
    assert_eq!(read.lines.len(), 2);
    assert_eq!((read.total_excluding_tax, read.total), (decimal("119.90"), decimal("142.68")));
    assert_eq!(read.taxes[0].name.as_deref(), Some("MwSt."));
    let read =
        one(&LETTER.replace("Summe netto                                                119,90 €", ""));
    assert!(read.lines.len() <= 2);
}

#[test]
fn lines_that_no_sum_confirms_are_left_out() {
    assert_eq!(with_totals("").lines, []);
    assert_eq!(with_totals("\n        Amount due   $30.00\n").lines, []);
    assert_eq!(with_totals("\n        Total   $30.00\n").lines.len(), 2);
    // The lines leave something out; the total is none the worse.
    let read = with_totals("\n        Total   $31.00\n");
    assert_eq!((read.lines.len(), read.total), (0, decimal("31.00")));
}

#[test]
fn prices_with_tax_make_the_total() {
    let read = one(HEADINGS_ABOVE);
    assert_eq!(
        (read.lines.len(), read.total, read.total_excluding_tax),
        (2, decimal("24.00"), decimal("20.00"))
    );
    assert_eq!(read.issued, "2026-04-05".parse().ok());
    assert_eq!(read.number.as_deref(), Some("INV-778"));
}

#[test]
fn a_deposit_is_no_discount() {
    let read =
        with_totals("\n      Total       $30.00\n      Deposit    -$10.00\n      Balance due $20.00\n");
    assert_eq!((read.discounts.len(), read.amount_due), (0, None));
}

#[test]
fn a_total_of_each_page_is_none() {
    let read = with_totals("\n      Total   $10.00\n      Total   $20.00\n      Total   $30.00\n");
    assert_eq!(read.total, None);
}

#[test]
fn taxes_and_discounts_by_their_sign() {
    let read = one(&FULL
        .replace("Spring offer (20% off) ", "VAT relief offer (20% off)")
        .replace("GST (10%", "GST - discount zone (10%"));
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(read.discounts[0].name, name("VAT relief offer (20% off)"));
    assert_eq!(read.taxes[0].name, name("GST - discount zone"));
    assert_eq!((read.taxes.len(), read.discounts.len(), read.problems.len()), (2, 1, 0));
}

#[test]
fn two_taxes_of_one_country() {
    let read = one(INDIAN);
    let names: Vec<_> = read.taxes.iter().filter_map(|tax| tax.name.as_deref()).collect();
    assert_eq!((names, read.total), (vec!["CGST", "SGST"], decimal("1180.00")));
    // 5 April or 4 May.
    assert_eq!(read.issued, None);
}

#[test]
fn a_tax_name_ends_before_its_rate() {
    let read =
        with_totals("\n      Subtotal   $30.00\n      HST 10% on 30.00   $3.00\n      Total   $33.00\n");
    assert_eq!(read.taxes[0].name.as_deref(), Some("HST"));
    let read =
        with_totals("\n      Subtotal   $30.00\n      10% HST on 30.00   $3.00\n      Total   $33.00\n");
    assert_eq!(read.taxes[0].name, None);
}

#[test]
fn amounts_in_two_currencies_name_none() {
    let two = INDIAN.replace("90.00\nTotal", "90.00\nTotal in EUR    EUR 11.80\nTotal");
    assert_eq!(one(&two).currency, None);
    assert_eq!(one(INDIAN).currency.unwrap().code(), "INR");
    let unclear = INDIAN.replace("90.00\nTotal", "90.00\nShipping    34.07 kr\nTotal");
    assert_eq!(one(&unclear).currency, None);
}

#[test]
fn a_tax_number_of_the_customer_is_not_the_vendors() {
    let read = one(&HEADINGS_ABOVE.replace(
        "2 Test Mews\n",
        "2 Test Mews\n\n                      VAT DE000000001\nVAT GB000000002\nCustomer VAT ES000000003\n",
    ));
    let ids: Vec<_> = read.vendor_tax_ids.iter().map(|tax| tax.id.as_str()).collect();
    assert_eq!(ids, ["GB000000002"]);
}

#[test]
fn without_a_title_the_numbers_tell() {
    let untitled = |text: &str| one(&text.replacen("#Receipt", "", 1).replacen("#Invoice", "", 1));
    assert_eq!(untitled(HEADINGS_ABOVE).kind, Kind::Invoice);
    assert_eq!(untitled(RECEIPT).kind, Kind::NotAnInvoice);
    let credit = HEADINGS_ABOVE.replace("Invoice number ", "Credit note no.");
    assert_eq!(untitled(&credit).kind, Kind::CreditNote);
}

#[test]
fn half_a_number_is_none() {
    let torn = "#Invoice\nInvoice number   AB12CD34  0010\nInvoice date     May 3, 2026\nBill to\nTiny Fox\n";
    assert_eq!((one(torn).number, one(torn).issued), (None, "2026-05-03".parse().ok()));
}

#[test]
fn two_languages_that_are_equal_are_none() {
    assert_eq!(one("Subtotal      1,000\nTotal         1,000\n").language, None);
}

#[test]
fn a_table_is_no_memo() {
    let table = PLAIN.replace("Thank you for paying early.", "Team    Seats   Price\nRed     2       $5.00");
    assert_eq!((one(&table).memo, one(&table).total), (None, decimal("25.00")));
}

#[test]
fn a_label_without_its_value_goes_into_no_other() {
    let text = PLAIN.replace(
        "Total                                    $25.00",
        "Tax to be paid on reverse charge basis\n                              Total",
    );
    assert_eq!(one(&text).reverse_charge.as_deref(), Some("Tax to be paid on reverse charge basis"));
}

#[test]
fn a_receipt_of_a_balance() {
    let receipt = RECEIPT.replace("Total                                    $25.00", "Total                                    $25.00\n                              Applied balance                          -$5.00");
    let receipt = receipt.replace(
        "*Amount paid                            *$25.00",
        "*Amount paid                            *$20.00",
    );
    assert_eq!(
        (one(&receipt).applied_balance, one(&receipt).amount_paid),
        (decimal("-5.00"), decimal("20.00"))
    );
}

#[test]
fn a_day_of_a_line_is_not_the_day_of_issue() {
    let read = one("#Invoice\nInvoice number INV-1\n\n\
         Date             Description        Hours    Amount\n\
         May 2, 2026      Drawing                1    $10.00\n\n\
                          Total                       $10.00\n");
    assert_eq!((read.issued, read.total), (None, decimal("10.00")));
}

#[test]
fn a_heading_of_a_section_is_no_line() {
    let text = "#Invoice\nInvoice number INV-1\nInvoice date   1 May 2026\n\n\
         Description        Quantity    Unit price    Amount\n\
         Hosting\n\n\
         A                         1        $10.00    $10.00\n\n\
                                   Total              $10.00\n";
    let lines = one(text).lines;
    assert_eq!((lines.len(), lines[0].description.as_deref()), (1, Some("A")));
}

#[test]
fn what_is_said_twice_and_differently_is_not_taken() {
    let rate = one(&PLAIN.replace("(25% on $20.00)", "(24% on $20.00)"));
    assert_eq!((rate.taxes[0].rate, rate.taxes[0].base), (None, None));
    let foot = one(&PLAIN.replace("AB12CD34-0010 ·", "AB12CD34-0011 ·"));
    assert_eq!(foot.number, None);
    let headline = one(&PLAIN.replace("USD due April 25, 2024\n\n*Pay", "USD due April 26, 2024\n\n*Pay"));
    assert_eq!((headline.due, headline.issued), (None, "2024-04-25".parse().ok()));
    let number = one(&format!("{HEADINGS_ABOVE}\nInvoice number: INV-779\n"));
    assert_eq!(number.number, None);
}

#[test]
fn a_quote_is_no_invoice() {
    assert_eq!(one(&HEADINGS_ABOVE.replace("#Invoice", "#Quote")).kind, Kind::NotAnInvoice);
}

#[test]
fn a_dollar_in_canada_may_be_a_canadian_one() {
    assert_eq!(one(HEADINGS_ABOVE).currency.unwrap().code(), "USD");
    assert_eq!(one(&HEADINGS_ABOVE.replace("2 Test Mews", "Toronto, Canada")).currency, None);
}

#[test]
fn a_name_that_may_go_on_is_not_known() {
    let thin = PLAIN.replace('*', "");
    assert_eq!(one(&thin).vendor.as_deref(), Some("OpenAI, LLC"));
    let long = thin
        .replace("OpenAI, LLC                  Bill to", "A long vendor name of Spring  Bill to")
        .replace("1 Example Street", "Incorporated    ");
    assert_eq!(one(&long).vendor, None);
}

#[test]
fn a_deposit_leaves_the_total_as_it_is() {
    let read =
        with_totals("\n      Subtotal    $30.00\n      Total       $30.00\n      Deposit    -$10.00\n");
    assert_eq!((read.total, read.discounts.len()), (decimal("30.00"), 0));
}

#[test]
fn a_total_without_its_value_goes_into_no_other() {
    let text = PLAIN.replace(
        "Total                                    $25.00",
        "Total\n                              Tax to be paid on reverse charge basis",
    );
    assert_eq!(one(&text).reverse_charge.as_deref(), Some("Tax to be paid on reverse charge basis"));
}
