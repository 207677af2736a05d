//! Addresses, tokens and file names: an address that we take for an invoice's is one for a browser as well, and
//! every form that is rebuilt from it leads to the same invoice.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use billfold_core::number::InvoiceNumber;
use billfold_core::portals::{host_of, is_billing_page, serves_documents};
use billfold_core::stripe::{
    Account, InvoiceLink, Token, embedded_link, file_name_in_url, number_in_file_name,
};
use billfold_fuzz::within_limits;
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};
use url::Url;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    /// An address, a file's name, a token: any text.
    Text(&'a str),
    /// A document that may embed links.
    Document(&'a [u8]),
    /// A token of the known anatomy.
    Made { account: &'a str, secret: &'a str, seconds: [Option<i64>; 2], via: &'a str },
}

fuzz_target!(|input: Input<'_>| {
    match input {
        Input::Text(text) => any_text(text),
        Input::Document(bytes) => document(bytes),
        Input::Made { account, secret, seconds, via } => made(account, secret, seconds, via),
    }
});

fn any_text(text: &str) {
    if let Some(link) = within_limits("a link", || InvoiceLink::parse(text)) {
        leads_to_one_invoice(&link);
        // What a browser would open, from a page of any other site.
        let page = Url::parse("https://example.com/billing").expect("a page");
        let opened = page.join(text).expect("a browser opens what we take for a link");
        assert_eq!(opened.scheme(), "https");
        assert!(
            matches!(opened.host_str(), Some("invoice.stripe.com" | "pay.stripe.com")),
            "a browser would go to {opened}"
        );
        assert!(opened.port().is_none() && opened.username().is_empty() && opened.password().is_none());
        assert!(opened.path().contains(link.token().as_str()), "{opened}");
    }
    if let Some(host) = within_limits("a host", || host_of(text))
        && (serves_documents(text) || is_billing_page(text))
    {
        let opened = Url::parse(text).expect("a browser opens what we take for an address");
        assert_eq!((opened.scheme(), opened.host_str(), opened.port()), ("https", Some(host), None));
        assert!(opened.username().is_empty(), "{opened}");
    }
    if let Some(name) = within_limits("a file's name", || file_name_in_url(text)) {
        assert!(!name.is_empty() && name.len() <= 200);
        assert!(!name.contains(['/', '\\']) && !name.contains(char::is_control), "{name:?}");
    }
    if let Some(number) = within_limits("a number", || number_in_file_name(text)) {
        assert!(text.contains(number.as_str()));
        assert_eq!(InvoiceNumber::parse(number.as_str()), Some(number));
    }
    if let Some(token) = within_limits("a token", || Token::parse(text)) {
        assert_eq!(token.as_str(), text);
        let _ = token.issued();
        assert!(!format!("{token:?}").contains(text), "a token is not to be printed");
    }
    if let Some(account) = Account::parse(text) {
        assert_eq!(account.as_str(), text);
    }
}

fn document(bytes: &[u8]) {
    if let Some(link) = within_limits("a document's link", || embedded_link(bytes)) {
        leads_to_one_invoice(&link);
        let token = link.token().as_str().as_bytes();
        assert!(bytes.windows(token.len()).any(|window| window == token));
    }
}

/// One account and secret under two tokens is one invoice; another secret is another.
fn made(account: &str, secret: &str, seconds: [Option<i64>; 2], via: &str) {
    let plain =
        |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).take(40).collect() };
    let account = format!("acct_{:0<8}", plain(account));
    let secret = format!("_{:0<16}", plain(secret));
    let link = |secret: &str, seconds: Option<i64>| {
        let seconds = seconds.map(|seconds| format!(",{seconds}")).unwrap_or_default();
        let version = if seconds.is_empty() { "0100" } else { "0200" };
        let body = STANDARD_NO_PAD.encode(format!("{account},{secret}{seconds}"));
        let address = format!("https://invoice.stripe.com/i/{account}/live_{body}{version}TESTchk0?s={via}");
        // Base64 has two characters that no token has; then it is not one.
        InvoiceLink::parse(&address)
    };
    let (Some(one), Some(two)) = (link(&secret, seconds[0]), link(&secret, seconds[1])) else { return };
    leads_to_one_invoice(&one);
    assert_eq!(one.identity(), two.identity());
    assert_eq!(one.identity().key().as_str(), format!("stripe:{account}/{secret}"));
    if let Some(other) = link(&format!("{secret}x"), seconds[0]) {
        assert_ne!(one.identity(), other.identity());
    }
}

/// Whatever is rebuilt from a link is a link to the same invoice, plain, and says nothing when printed.
fn leads_to_one_invoice(link: &InvoiceLink) {
    for address in [link.hosted_url(), link.pdf_url()] {
        assert!(address.bytes().all(|b| b.is_ascii_graphic()), "{address}");
        let again = InvoiceLink::parse(&address).expect("an address of ours is an address");
        assert_eq!((&again.identity(), again.token()), (&link.identity(), link.token()));
        assert_eq!(again.hosted_url(), link.hosted_url());
        assert!(serves_documents(&address));
    }
    assert!(serves_documents(&link.file_data_url()));
    assert!(Account::parse(link.identity().account().as_str()).is_some());
    let printed = format!("{link:?} {:?} {:?}", link.identity(), link.identity().key());
    assert!(!printed.contains(link.token().as_str()), "a token is not to be printed");
}
