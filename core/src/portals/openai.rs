//! OpenAI's API platform: `platform.openai.com`, billing history.
//!
//! A React table of one row per invoice or top-up, all rows at once. Each row links to the hosted invoice at
//! Stripe. Seen in public code from December 2023 to July 2026: with and without a number column, with and
//! without the class `billing-history-table`, under two addresses; rows without a link (void) exist. Dates
//! follow the browser's locale, whatever the page's `lang` says. ChatGPT's own invoices are on
//! `pay.openai.com`, which is a Stripe portal.

use super::{Address, Heading, Hints, Info, Node, Portal};

static INFO: Info = Info {
    id: "openai",
    name: "OpenAI platform, billing history",
    addresses: &[Address {
        host: "platform.openai.com",
        paths: &["/settings/organization/billing/history", "/account/billing/history"],
        vendor: Some("OpenAI"),
        product: Some("openai-api"),
    }],
    document_hosts: super::stripe_portal::DOCUMENT_HOSTS,
    hints: Hints {
        row: "",
        description: "",
        status: "",
        more: "",
        signed_in: r#"a[href="/settings/profile"]"#,
        signed_out: ".onb-homepage-link, button[data-color='primary'][data-variant='soft']",
        empty: "",
        dates_follow_reader: true,
    },
};

pub(super) fn portal<N: Node>() -> Portal<N> {
    Portal { info: &INFO, heading }
}

/// The organisation's name stands in the switcher, whose id is a prefix and a counter. Beside it may stand what
/// is for the eye only, such as a round initial: "L" and "Larkspur Analytics" are not "LLarkspur Analytics".
fn heading<N: Node>(page: &N) -> Heading {
    let switchers = page.select(r#"button[id^="select-trigger-radix"][aria-haspopup="dialog"]"#);
    let [switcher] = switchers.as_slice() else { return Heading::default() };
    let mut name = switcher.pieces();
    for ornament in switcher.select("[aria-hidden='true']").iter().flat_map(N::pieces) {
        if let Some(at) = name.iter().position(|piece| *piece == ornament) {
            name.remove(at);
        }
    }
    Heading { organisation: Some(name.join(" ")), ..Heading::default() }
}

#[cfg(all(test, feature = "html"))]
mod tests {
    use super::*;
    use crate::portals::HtmlNode;

    #[test]
    fn the_organisation_is_read_without_its_ornaments() {
        let organisation = |inner: &str| {
            let page = format!("<button id=select-trigger-radix-1 aria-haspopup=dialog>{inner}</button>");
            heading(&HtmlNode::parse(&page)).organisation.unwrap()
        };
        assert_eq!(organisation("Tidewater Labs"), "Tidewater Labs");
        let with_initial = "<span aria-hidden=true>L</span><span>Larkspur Analytics</span>";
        assert_eq!(organisation(with_initial), "Larkspur Analytics");
    }
}
