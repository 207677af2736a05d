//! What must hold for every portal, over the registry itself.

use billfold_core::portals::{infos, is_billing_page};
use std::collections::BTreeSet;

/// A host without wildcard, port or path.
fn is_exact_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.contains('.') && host.split('.').all(label)
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let ids: Vec<&str> = infos().map(|info| info.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    for id in &ids {
        let parts_fit =
            id.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
        assert!(parts_fit, "{id}");
    }
    // Permanent: they stand in records and certificates.
    assert_eq!(ids, ["openai", "stripe-portal"]);
}

#[test]
fn names_are_for_people() {
    let names: BTreeSet<&str> = infos().map(|info| info.name).collect();
    assert_eq!(names.len(), infos().count());
    assert!(names.iter().all(|name| name.starts_with(char::is_uppercase)), "{names:?}");
}

#[test]
fn hosts_are_exact_and_paths_begin_at_the_root() {
    for info in infos() {
        assert!(!info.addresses.is_empty() && !info.document_hosts.is_empty(), "{}", info.id);
        for address in info.addresses {
            assert!(is_exact_host(address.host), "{}", address.host);
            assert!(!address.paths.is_empty(), "{}", address.host);
            for path in address.paths {
                assert!(
                    path.starts_with('/') && path.len() > 1 && !path.contains(['?', '#', '*', ' ']),
                    "{path}"
                );
            }
        }
        for host in info.document_hosts {
            assert!(is_exact_host(host), "{host}");
        }
    }
}

#[test]
fn documents_come_from_these_hosts_and_no_others() {
    for info in infos() {
        assert_eq!(
            info.document_hosts,
            [
                "invoice.stripe.com",
                "pay.stripe.com",
                "files.stripe.com",
                "invoicedata.stripe.com",
                "stripe-upload-api.s3.us-west-1.amazonaws.com",
            ],
            "{}",
            info.id
        );
    }
}

#[test]
fn no_two_portals_claim_one_page() {
    let mut claimed: Vec<(&str, &str, &str)> = Vec::new();
    for info in infos() {
        for address in info.addresses {
            for path in address.paths {
                for (id, host, other) in &claimed {
                    let clash = *host == address.host && (other.starts_with(path) || path.starts_with(other));
                    // Within one portal a path may be longer than another's, never equal.
                    assert!(
                        !clash || (*id == info.id && other != path),
                        "{id} and {} claim {host}{path}",
                        info.id
                    );
                }
                claimed.push((info.id, address.host, path));
            }
        }
    }
}

#[test]
fn billing_pages_are_told_from_others() {
    for info in infos() {
        for address in info.addresses {
            for path in address.paths {
                assert!(
                    is_billing_page(&format!("https://{}{path}", address.host)),
                    "{}{path}",
                    address.host
                );
            }
        }
    }
    for page in [
        "https://platform.openai.com/settings/organization/billing/history",
        "https://platform.openai.com/account/billing/history?x=1#y",
        "https://billing.stripe.com/p/session/live_abc",
        "https://billing.stripe.com/p/session?secret=live_abc",
        "https://billing.stripe.com/session/live_abc",
        "https://pay.openai.com/p/session/live_abc",
        "https://pay.openai.com/session/live_abc",
    ] {
        assert!(is_billing_page(page), "{page}");
    }
    for page in [
        "",
        "https://platform.openai.com",
        "https://platform.openai.com/",
        "https://platform.openai.com/settings/organization/billing/overview",
        "http://platform.openai.com/account/billing/history",
        "https://platform.openai.com.evil.example/account/billing/history",
        "https://platform.openai.com:8443/account/billing/history",
        "https://user@platform.openai.com/account/billing/history",
        "https://evil.example/https://platform.openai.com/account/billing/history",
        "https://evil.example?https://platform.openai.com/account/billing/history",
        "https://billing.stripe.com/p/login/live_abc",
        "https://pay.openai.com/c/pay/live_abc",
        "https://pay.openai.com/?/p/session",
        "https://invoice.stripe.com/i/acct_1TESTplatform000/live_abc",
    ] {
        assert!(!is_billing_page(page), "{page}");
    }
}
