//! Mail: what is attached to it, Stripe's links in it, and what receipts in it name. A message is taken apart in memory, one at a time.

use super::links::{self, Link};
use billfold_core::stripe::ReceiptPage;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use std::collections::HashSet;
use std::io::{self, BufRead};

/// Messages within messages.
const DEEPEST: usize = 4;
/// Parts of one message that are looked at.
const MOST_PARTS: usize = 1_000;

/// What one message holds.
#[derive(Default)]
pub struct Mail {
    /// In their order, also those of messages within.
    pub attachments: Vec<Attachment>,
    /// Each once.
    pub links: Vec<Link>,
    /// Receipts that name something.
    pub receipts: Vec<ReceiptPage>,
    /// For people.
    pub subject: Option<String>,
    /// `2026-04-12`.
    pub date: Option<String>,
}

/// A file that came with a message.
#[derive(Debug, PartialEq, Eq)]
pub struct Attachment {
    /// As its sender called it.
    pub name: Option<String>,
    /// Decoded.
    pub bytes: Vec<u8>,
}

/// Takes a message apart. None: this is no message.
pub fn parse(bytes: &[u8]) -> Option<Mail> {
    let message = MessageParser::default().parse(bytes)?;
    if message.headers().is_empty() {
        return None;
    }
    let date = message.date().map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    let subject = message.subject().map(str::to_owned);
    let mut mail = Mail { subject, date, ..Mail::default() };
    let mut left = MOST_PARTS;
    take(&message, DEEPEST, &mut left, &mut mail);
    let mut seen = HashSet::new();
    mail.links.retain(|link| seen.insert(link.leads_to()));
    Some(mail)
}

fn take(message: &Message<'_>, depth: usize, left: &mut usize, mail: &mut Mail) {
    for part in &message.parts {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => match part.attachment_name() {
                // A message that was attached under a name of its own, or a PDF that says it is text.
                Some(_) if part.contents().starts_with(b"%PDF-") => mail.attachments.push(attachment(part)),
                _ => {
                    mail.links.extend(links::find(text));
                    if matches!(part.body, PartType::Html(_)) {
                        let receipt = ReceiptPage::read(text);
                        mail.receipts.extend(Some(receipt).filter(|receipt| !receipt.names_nothing()));
                    }
                }
            },
            PartType::Binary(_) | PartType::InlineBinary(_) => mail.attachments.push(attachment(part)),
            PartType::Message(inner) if depth > 0 => take(inner, depth - 1, left, mail),
            PartType::Message(_) | PartType::Multipart(_) => {}
        }
    }
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    Attachment { name: part.attachment_name().map(str::to_owned), bytes: part.contents().to_vec() }
}

/// Where the messages of a mailbox lie: offset and length of each, without its separator. A separator is a line
/// that begins with `From ` and has a time, after an empty line or at the very start, with a header right behind it; the same
/// words in the middle of somebody's letter are none.
pub fn messages(mut mailbox: impl BufRead) -> io::Result<Vec<(u64, u64)>> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    let mut line = Vec::new();
    let (mut at, mut begun, mut is_after_gap) = (0_u64, None, true);
    // A separator, until the line behind it says whether it is one.
    let mut maybe: Option<(u64, u64)> = None;
    loop {
        line.clear();
        // A line of base64 without an end is bounded as well.
        let read = io::Read::take(&mut mailbox, LONGEST_LINE).read_until(b'\n', &mut line)? as u64;
        if let Some((before, after)) = maybe.take()
            && is_header(&line)
            && let Some(begun) = begun.replace(after)
        {
            found.push((begun, before - begun));
        }
        if read == 0 {
            break;
        }
        if is_after_gap && is_separator(&line) {
            maybe = Some((at, at + read));
        }
        at += read;
        is_after_gap = line.trim_ascii().is_empty();
    }
    found.extend(begun.map(|begun| (begun, at - begun)));
    Ok(found)
}

const LONGEST_LINE: u64 = 1 << 20;

/// `From somebody Mon Jan  1 00:00:00 2026`: whatever a program writes there, a time is part of it.
fn is_separator(line: &[u8]) -> bool {
    let digit = |b: &u8| b.is_ascii_digit();
    let is_time = |part: &[u8]| matches!(part, [a, b, b':', c, d] if [a, b, c, d].into_iter().all(digit));
    line.starts_with(b"From ") && line.windows(5).any(is_time)
}

fn is_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| b.is_ascii_graphic() && **b != b':').count();
    name > 0 && line.get(name) == Some(&b':')
}

/// Whether a file begins like a message: the first line is a header, and one of those that every message has
/// follows soon.
pub fn is_message(head: &[u8]) -> bool {
    let first = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let known = ["from:", "received:", "return-path:", "date:", "subject:", "mime-version:", "delivered-to:"];
    let mut lines = head.split(|b| *b == b'\n').take(40).map(|line| line.to_ascii_lowercase());
    is_header(first) && lines.any(|line| known.iter().any(|name| line.starts_with(name.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    const PDF: &[u8] = b"%PDF-1.4 an invoice";

    fn message(body: &str) -> String {
        format!(
            "From: billing@example.com\r\nSubject: Your receipt\r\nDate: Sun, 12 Apr 2026 10:00:00 +0200\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n{body}\r\n--B--\r\n"
        )
    }

    fn attached(name: &str, kind: &str) -> String {
        format!(
            "Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{}",
            STANDARD.encode(PDF)
        )
    }

    fn names(mail: &Mail) -> Vec<&str> {
        mail.attachments.iter().filter_map(|attachment| attachment.name.as_deref()).collect()
    }

    #[test]
    fn attachments_and_links_of_a_message() {
        let link = "https://invoice.stripe.com/i/acct_1ABCDEFGH/live_abcdefghijkl?s=em";
        let text =
            format!("Content-Type: text/html\r\n\r\n<a href=\"{link}\">Pay</a> <a href=\"{link}\">again</a>");
        let body = [text, attached("Invoice-1.pdf", "application/pdf"), attached("b.pdf", "text/plain")]
            .join("\r\n--B\r\n");
        let mail = parse(message(&body).as_bytes()).unwrap();
        assert_eq!(names(&mail), ["Invoice-1.pdf", "b.pdf"]);
        assert!(mail.attachments.iter().all(|attachment| attachment.bytes == PDF));
        assert_eq!(mail.links.len(), 1);
        assert_eq!(
            (mail.subject.as_deref(), mail.date.as_deref()),
            (Some("Your receipt"), Some("2026-04-12"))
        );
        assert!(parse(b"").is_none());
    }

    #[test]
    fn messages_within_messages() {
        let inner = message(&attached("inner.pdf", "application/octet-stream"))
            .replace("=B\r\n", "=C\r\n")
            .replace("--B", "--C");
        let body = format!("Content-Type: message/rfc822\r\n\r\n{inner}");
        assert_eq!(names(&parse(message(&body).as_bytes()).unwrap()), ["inner.pdf"]);
    }

    #[test]
    fn a_mailbox_is_split_at_its_separators_only() {
        let one = "Subject: a\n\nDear all,\n\nFrom now on we pay early.\nFrom: is no separator\n";
        let two = "Subject: b\n\n>From quoted\n";
        let mailbox =
            format!("From a@x Mon Jan 1 00:00:00 2026\n{one}\nFrom b@x Mon Jan 1 00:00:00 2026\n{two}");
        let found = messages(mailbox.as_bytes()).unwrap();
        let parts: Vec<&str> =
            found.iter().map(|(at, length)| &mailbox[*at as usize..(at + length) as usize]).collect();
        assert_eq!(parts, [format!("{one}\n").as_str(), two]);
        assert!(messages(b"no mailbox\n".as_slice()).unwrap().is_empty());
    }

    #[test]
    fn a_message_is_known_by_its_head() {
        assert!(is_message(b"Return-Path: <a@x>\r\nX: y\r\n"));
        assert!(is_message(b"X-Any: 1\nReceived: by x\n"));
        for text in ["%PDF-1.4", "Note: to self\nmilk\n", "", "PK\u{3}\u{4}", "Dear all,\nSubject: x"] {
            assert!(!is_message(text.as_bytes()), "{text}");
        }
    }
}
