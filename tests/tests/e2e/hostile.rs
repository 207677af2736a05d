//! Pages and neighbours that mean harm. What a page does to itself is its own affair: it may hide our toolbar or
//! cover it. What is promised is that nothing is filed but what a person asked for, under no name that the page
//! chose, with bounded work, and that nobody else is answered.

use billfold_tests::stage::{RUN, SEND_ALL, SEND_ONE, play, send_all};
use billfold_tests::{Config, Portal};
use serde_json::json;
use std::path::Path;

/// A link's own part after the host, as it was issued at some time.
fn after_host(link: &str) -> &str {
    link.trim_start_matches("https://invoice.stripe.com/i/")
}

#[test]
fn a_hostile_page_gets_its_rows_filed_and_nothing_else() {
    play("hostile-page", Config::default(), |stage| {
        let data = stage.replica.dataset(Portal::Stripe);
        let row = |at: usize| {
            let (date, amount) = (data.invoices[at].date.format("%-d %B %Y"), &data.invoices[at].amount);
            let link = data.invoices[at].hosted_link(1_780_478_100, "il");
            let evil = "../../{{ 7*7 }}{% include 'x' %}\u{202e}fdp.exe<script>evil()</script>";
            format!("<li>{date} <b>US${amount}</b> <i>{evil}</i> <a href=\"{link}\">View</a></li>")
        };
        let big = |at: usize| {
            let link = data.invoices[at].hosted_link(1_780_478_100, "il");
            format!("<li><b hidden></b> <a href=\"{link}\">View</a></li>")
        };
        let rows = [row(0), row(1), big(2)].concat();
        let token = data.invoices[3].hosted_link(1_780_478_100, "il");
        let page = include_str!("../../fixtures/hostile/page.html");
        let page = page.replace("ROWS", &rows).replace("TOKEN", after_host(&token));
        stage.replica.update(|knobs| knobs.document = Some(page));
        let browser = stage.open(Portal::Stripe)?;
        browser.wait("the end of the fight", RUN, |browser| {
            Ok(browser.run("return window.fights")?.as_u64().filter(|fights| *fights == 50))
        })?;
        browser.wait_status("3 invoices listed", RUN)?;
        // The driver, unlike an extension, lives in the page's world, and its questions about roles go deep.
        browser.run("for (const id of ['names', 'deep']) document.getElementById(id).remove();")?;
        browser.toolbar_button(SEND_ALL)?.click()?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "3 listed = 3 filed");
        let filed = stage.filed()?;
        assert_eq!(filed.len(), 3, "{filed:?}");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.$".contains(c);
        for path in &filed {
            let parts: Vec<&str> = path.split('/').collect();
            // The page names the vendor, too, but the document says who issued it, and its word wins.
            assert_eq!(parts[0], "openrouter", "{path}");
            let named = |part: &&str| part.chars().all(plain) && !part.starts_with('.');
            assert!(parts.len() <= 3 && parts.iter().all(named), "{path}");
        }
        // Nobody else was asked for anything.
        let hosts: Vec<String> = stage.replica.log().into_iter().map(|entry| entry.host).collect();
        assert!(hosts.iter().all(|host| !host.contains("evil")), "{hosts:?}");
        assert_eq!(stage.asked(crate::PAY).len(), 3);
        Ok(())
    });
}

/// 100,000 rows, made by a script. Only the first offers a document.
const CROWD: &str = "<!doctype html><html lang=en><title>Billing</title><style>tr:nth-child(n+50) { display: none }</style><body>
<table><thead><tr><th>Invoice<th>Status<th>Amount<th>Created<th></tr></thead><tbody></tbody></table><script>
const row = (_, at) => `<tr><td>AB12CD34-${String(at).padStart(6, '0')}<td>Void<td>$5.00<td>May 1, 2026, 10:00 AM<td></tr>`;
const rows = Array.from({ length: 100_000 }, row);
rows[0] = `FIRST`;
document.querySelector('tbody').innerHTML = rows.join('');
</script>";

#[test]
fn a_page_of_100_000_rows_is_read_up_to_the_limit_and_that_is_said() {
    play("hostile-crowd", Config::default(), |stage| {
        let first = &stage.replica.dataset(Portal::OpenAi).invoices[0];
        let (number, amount) = (&first.number, &first.amount);
        let (date, link) = (first.date.format("%b %-d, %Y"), first.hosted_link(1_780_478_100, "ap"));
        let row =
            format!("<tr><td>{number}<td>Paid<td>${amount}<td>{date}<td><a href='{link}'>View</a></tr>");
        stage.replica.update(|knobs| knobs.document = Some(CROWD.replace("FIRST", &row)));
        let browser = stage.open(Portal::OpenAi)?;
        let more = "16000 invoices listed. The page has more: Billfold takes no more at once";
        assert_eq!(browser.wait_status(" listed", RUN)?, more);
        browser.row_button(number, SEND_ONE)?.click()?;
        let sum = "1 listed = 1 filed. The page has more rows than Billfold takes at once.";
        assert_eq!(browser.wait_status(" listed = ", RUN)?, sum);
        assert_eq!(stage.warnings()?, ["the page offered more rows, but did not list them"]);
        assert_eq!(stage.filed()?.len(), 1);
        Ok(())
    });
}

#[test]
fn another_extension_is_answered_by_nobody() {
    play("hostile-neighbour", Config::default(), |stage| {
        let mut setup = stage.setup()?;
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/other-extension");
        setup.extensions.push(other);
        let browser = stage.start_with(&setup)?;
        browser.goto(&stage.replica.address(Portal::OpenAi))?;
        // Billfold is there and at work.
        send_all(&browser, 36)?;
        assert_eq!(browser.wait_status(" listed = ", RUN)?, "36 listed = 36 filed");
        let said = browser.wait("what the other extension was told", RUN, |browser| {
            let said = browser.run("return document.documentElement.dataset.said ?? null")?;
            Ok(said.as_str().map(str::to_owned))
        })?;
        let nobody = "Could not establish connection. Receiving end does not exist.";
        let forbidden = "Access to the specified native messaging host is forbidden.";
        assert_eq!(serde_json::from_str::<serde_json::Value>(&said)?, json!([nobody, nobody, forbidden]));
        Ok(())
    });
}
