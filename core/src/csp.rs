//! May WebAssembly be compiled in a content script on this page, without the site noticing?
//!
//! Chromium applies the *page's* Content-Security-Policy to WebAssembly in content scripts (measured in
//! Chromium 156). A refused attempt raises a violation event and a report, so it must never be tried: this is
//! read from the response's headers (Content Security Policy Level 3, sections 2.2.2, 6.1.10 and 4.4).

/// `policies`: the values of all `Content-Security-Policy` and `Content-Security-Policy-Report-Only` headers.
/// Report-only ones count: they would let us compile, and tell the site.
pub fn allows_wasm<'a>(policies: impl IntoIterator<Item = &'a str>) -> bool {
    // One header may hold several policies, with commas between them; all of them apply.
    policies.into_iter().flat_map(|header| header.split(',')).all(policy_allows)
}

fn policy_allows(policy: &str) -> bool {
    let directive = |name: &str| {
        let mut all = policy.split(';').map(|directive| directive.split_ascii_whitespace());
        // Of a directive that is there twice, the first one counts.
        all.find_map(|mut words| words.next().filter(|found| found.eq_ignore_ascii_case(name)).map(|_| words))
    };
    // What these do to a content script was not measured everywhere: in doubt, no.
    if directive("sandbox").is_some() || directive("require-trusted-types-for").is_some() {
        return false;
    }
    let Some(mut sources) = directive("script-src").or_else(|| directive("default-src")) else { return true };
    sources.any(|source| {
        ["'wasm-unsafe-eval'", "'unsafe-eval'"].iter().any(|known| source.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::allows_wasm;

    #[test]
    fn a_policy_without_a_word_on_scripts_allows_it() {
        for policy in ["", "img-src 'none'", "upgrade-insecure-requests; frame-ancestors 'self'"] {
            assert!(allows_wasm([policy]), "{policy}");
        }
        assert!(allows_wasm([]));
    }

    #[test]
    fn scripts_without_wasm_eval_forbid_it() {
        for policy in [
            "script-src 'self'",
            "default-src 'none'",
            "default-src 'self' 'unsafe-eval'; script-src 'self'",
            "SCRIPT-SRC 'nonce-abc' 'strict-dynamic'",
            "script-src 'self'; script-src 'unsafe-eval'",
            "script-src",
            "sandbox allow-scripts",
            "require-trusted-types-for 'script'",
            "img-src *, script-src 'self'",
        ] {
            assert!(!allows_wasm([policy]), "{policy}");
        }
        assert!(!allows_wasm(["script-src 'unsafe-eval'", "default-src 'self'"]), "every policy counts");
    }

    #[test]
    fn either_keyword_allows_it() {
        for policy in [
            "script-src 'self' 'wasm-unsafe-eval'",
            "default-src 'self' 'UNSAFE-EVAL'",
            "default-src 'none'; script-src 'wasm-unsafe-eval' https://x.example",
        ] {
            assert!(allows_wasm([policy]), "{policy}");
        }
    }
}
