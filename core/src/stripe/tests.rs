//! The made-up tokens have the anatomy of real ones; the expected values were encoded by hand, not by us.

use super::{InvoiceLink, Token, embedded_link, file_name_in_url, number_in_file_name};

const OLD: &str =
    "live_YWNjdF8xVEVTVHBsYXRmb3JtMDAwLF9TMDAwN2FiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6LDk5NjE5MjAw0200TESTchk0";
const ONE: &str =
    "live_YWNjdF8xVEVTVHBsYXRmb3JtMDAwLF9TMDAwMWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6LDE3MTAxODkwMA0200TESTchk0";
const ONE_LATER: &str =
    "live_YWNjdF8xVEVTVHBsYXRmb3JtMDAwLF9TMDAwMWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6LDE3MTAxOTIzMA0200TESTchk0";
const PORTAL: &str =
    "live_YWNjdF8xVEVTVHBvcnRhbDAwMDAwLF9TMDA5OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl60100TESTchk1";
const ACCOUNT: &str = "acct_1TESTplatform000";

fn hosted(token: &str) -> InvoiceLink {
    InvoiceLink::parse(&format!("https://invoice.stripe.com/i/{ACCOUNT}/{token}?s=ap")).unwrap()
}

#[test]
fn the_issue_time_is_in_the_token() {
    let issued = |token| Token::parse(token).unwrap().issued().map(|time| time.to_string());
    assert_eq!(issued(OLD).unwrap(), "2024-02-28 00:00:00 UTC");
    assert_eq!(issued(ONE).unwrap(), "2026-06-03 09:15:00 UTC");
    assert_eq!(issued(ONE_LATER).unwrap(), "2026-06-03 09:20:30 UTC");
    assert_eq!(issued(PORTAL), None);
    assert_eq!(issued("invst_0123456789ABCDEFGHIJKLMNOPQRSTU"), None);
}

#[test]
fn one_invoice_under_two_tokens_is_one() {
    assert_eq!(hosted(ONE).identity(), hosted(ONE_LATER).identity());
    assert_ne!(hosted(ONE).identity(), hosted(OLD).identity());
    assert_eq!(
        hosted(ONE).identity().key().as_str(),
        "stripe:acct_1TESTplatform000/_S0001abcdefghijklmnopqrstuvwxyz"
    );
}

#[test]
fn a_token_that_cannot_be_decoded_is_its_own_identity() {
    let old = hosted("invst_0123456789ABCDEFGHIJKLMNOPQRSTU");
    assert_eq!(
        old.identity().key().as_str(),
        "stripe:acct_1TESTplatform000/invst_0123456789ABCDEFGHIJKLMNOPQRSTU"
    );
    // A token of another account does not lend its secret.
    let foreign = InvoiceLink::parse(&format!("https://invoice.stripe.com/i/acct_other0000/{ONE}")).unwrap();
    assert!(foreign.identity().key().as_str().ends_with(ONE));
}

#[test]
fn hosted_link_and_pdf_link_are_one_invoice() {
    let page = hosted(ONE);
    assert_eq!(page.pdf_url(), format!("https://pay.stripe.com/invoice/{ACCOUNT}/{ONE}/pdf?s=ap"));
    assert_eq!(page.hosted_url(), format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE}?s=ap"));
    assert_eq!(
        page.receipt_data_url(),
        format!("https://invoicedata.stripe.com/invoice_receipt_file_url/{ACCOUNT}/{ONE}")
    );
    assert_eq!(InvoiceLink::parse(&page.pdf_url()).unwrap(), page);
    let mail =
        InvoiceLink::parse(&format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE}?locale=de-DE&s=em#x"))
            .unwrap();
    assert!(mail.pdf_url().ends_with("/pdf?s=em"));
    let bare = InvoiceLink::parse(&format!(" HTTPS://Invoice.Stripe.com:443/i/{ACCOUNT}/{ONE}/ ")).unwrap();
    assert_eq!(bare, InvoiceLink::parse(&format!("//invoice.stripe.com/i/{ACCOUNT}/{ONE}")).unwrap());
    assert!(bare.pdf_url().ends_with("?s=ap"), "a link without s gets one");
}

#[test]
fn look_alikes_are_refused() {
    for href in [
        format!("https://invoice.stripe.com.evil.example/i/{ACCOUNT}/{ONE}"),
        format!("https://evil.example/invoice.stripe.com/i/{ACCOUNT}/{ONE}"),
        format!("https://invoice.stripe.com@evil.example/i/{ACCOUNT}/{ONE}"),
        format!("https://user@invoice.stripe.com/i/{ACCOUNT}/{ONE}"),
        format!("https://invoice.stripe.com:444/i/{ACCOUNT}/{ONE}"),
        format!("https://invoice.stripe.com./i/{ACCOUNT}/{ONE}"),
        format!("https:\\\\invoice.stripe.com\\i\\{ACCOUNT}\\{ONE}"),
        format!("https://invoice.stripe.com\\@evil.example/i/{ACCOUNT}/{ONE}"),
        format!("https://іnvoice.stripe.com/i/{ACCOUNT}/{ONE}"),
        format!("http://invoice.stripe.com/i/{ACCOUNT}/{ONE}"),
        format!("javascript:location='https://invoice.stripe.com/i/{ACCOUNT}/{ONE}'"),
        format!("https://invoice.stripe.com/i/{ACCOUNT}/../{ONE}"),
        format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE}/pdf/more"),
        format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE}%2f.."),
        format!("https://invoice.stripe.com/x/{ACCOUNT}/{ONE}"),
        format!("https://pay.stripe.com/invoice/{ACCOUNT}/{ONE}"),
        format!("https://billing.stripe.com/p/session/{PORTAL}"),
        "https://stripe.com/docs/invoicing".to_owned(),
        String::new(),
    ] {
        assert_eq!(InvoiceLink::parse(&href), None, "{href}");
    }
}

#[test]
fn no_debug_output_holds_a_secret() {
    let link = hosted(ONE);
    let shown = format!("{link:?} {:?} {:?} {:?}", link.token(), link.identity(), link.identity().key());
    assert!(!shown.contains("_S0001") && !shown.contains("live_"), "{shown}");
}

#[test]
fn the_file_name_and_number_come_from_the_redirect() {
    let url = "https://stripe-upload-api.s3.us-west-1.amazonaws.com/file-api/prod/TEST?response-content-disposition=\
               attachment%3B%20filename%3D%22Invoice-AB12CD34-0007.pdf%22&response-content-type=application%2Fpdf";
    let name = file_name_in_url(url).unwrap();
    assert_eq!(name, "Invoice-AB12CD34-0007.pdf");
    assert_eq!(number_in_file_name(&name).unwrap().as_str(), "AB12CD34-0007");
    assert_eq!(number_in_file_name("Invoice-AB12CD34-0007 (1).pdf").unwrap().as_str(), "AB12CD34-0007");
    assert_eq!(number_in_file_name("Receipt-2260-2349.pdf"), None);
    assert_eq!(number_in_file_name("Invoice-.pdf"), None);
    let named = |name: &str| {
        let url = format!("https://x/?response-content-disposition=attachment%3B%20filename%3D%22{name}%22");
        file_name_in_url(&url)
    };
    for hostile in ["%2e%2e%2fetc%2fpasswd", "a%5Cb.pdf", "%ff", "%00", ""] {
        assert_eq!(named(hostile), None, "{hostile}");
    }
    // A plus is a space, and what is no escape stays as it is, as in every address.
    assert_eq!(named("Invoice-AB12CD34-0007+%281%29.pdf").unwrap(), "Invoice-AB12CD34-0007 (1).pdf");
    assert_eq!(named("a%2Bb%zz.pdf").unwrap(), "a+b%zz.pdf");
}

#[test]
fn the_embedded_link_is_found_in_the_raw_bytes() {
    let with = |uris: &[&str]| {
        let links: String = uris.iter().map(|uri| format!("/URI ({uri})\n")).collect();
        [b"%PDF-1.4\n\xff\xfe".as_slice(), links.as_bytes(), b"%%EOF"].concat()
    };
    let one = format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE}?s=pd");
    let later = format!("https://invoice.stripe.com/i/{ACCOUNT}/{ONE_LATER}?s=pd");
    let other = format!("https://invoice.stripe.com/i/{ACCOUNT}/{OLD}?s=pd");
    assert_eq!(embedded_link(&with(&[&one])).unwrap().identity(), hosted(ONE).identity());
    assert_eq!(embedded_link(&with(&[&one, &later])).unwrap().identity(), hosted(ONE).identity());
    assert_eq!(embedded_link(&with(&[&one, &other])), None, "two invoices in one file");
    assert_eq!(embedded_link(&with(&["https://invoice.stripe.com/i/broken"])), None);
    assert_eq!(embedded_link(&with(&["https://invoice.stripe.com/i/broken", &one])).unwrap(), {
        InvoiceLink::parse(&one).unwrap()
    });
    assert_eq!(embedded_link(b""), None);
}
