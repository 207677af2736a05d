//! What a server's response says: its Content-Security-Policy and the first bytes of its body.
#![no_main]

use billfold_core::csp::allows_wasm;
use billfold_core::locale::Locale;
use billfold_core::protocol::Code;
use billfold_core::sniff::{is_page, pdf_or_why_not};
use billfold_fuzz::within_limits;
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug)]
struct Response<'a> {
    policies: Vec<&'a str>,
    language: &'a str,
    body: &'a [u8],
}

fuzz_target!(|response: Response<'_>| {
    let Response { policies, language, body } = response;
    let allowed = within_limits("policies", || allows_wasm(policies.iter().copied()));
    // Every policy counts, in whatever order, and one that forbids is never outvoted.
    assert_eq!(allowed, policies.iter().all(|policy| allows_wasm([*policy])));
    assert_eq!(allowed, allows_wasm(policies.iter().rev().copied()));
    assert!(!allows_wasm(policies.iter().copied().chain(["script-src 'self'"])));
    let verdict = within_limits("a body", || pdf_or_why_not(body));
    let window = body.get(..1024).unwrap_or(body);
    let header = window.windows(5).any(|bytes| bytes == b"%PDF-");
    let expected = if header {
        Ok(())
    } else if body.is_empty() {
        Err(Code::EmptyDocument)
    } else {
        Err(Code::NotAPdf)
    };
    assert_eq!(verdict, expected);
    assert!(!(is_page(body) && body.starts_with(b"%PDF-")));

    let locale = within_limits("a language", || Locale::parse(language));
    if let Some(language) = locale.language() {
        let tag = [language, locale.region().unwrap_or_default()].join("-");
        assert_eq!(Locale::parse(tag.trim_end_matches('-')), locale);
    }
});
