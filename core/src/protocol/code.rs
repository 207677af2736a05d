//! Why something did not happen: one code for programs, one sentence for people.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident = $wire:literal, $sentence:literal; )*) => {
        /// A reason, stable on the wire. Append only: a code is never renamed, and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $( $(#[$doc])* #[serde(rename = $wire)] $name, )*
        }

        impl Code {
            /// Every code, in the order in which they were added.
            pub const ALL: &'static [Code] = &[$( Code::$name, )*];

            /// The code as it stands on the wire, in records and in `--json`.
            pub fn as_str(self) -> &'static str {
                match self { $( Code::$name => $wire, )* }
            }

            /// What happened, what was kept and what to do, for people.
            pub fn sentence(self) -> &'static str {
                match self { $( Code::$name => $sentence, )* }
            }
        }
    };
}

codes! {
    // On the way from the issuer's server.
    /// An expired link answers 200 with a page instead of a document.
    LinkExpired = "link-expired",
        "The link has expired. Reload the billing page and send the row again.";
    /// The body is something else than a PDF.
    NotAPdf = "not-a-pdf",
        "The server sent something that is not a PDF. Nothing was filed; send the row again.";
    /// The body has no bytes.
    EmptyDocument = "empty-document",
        "The server sent an empty document. Nothing was filed; send the row again.";
    /// The body ended before its announced length.
    Truncated = "truncated",
        "The download broke off. Nothing was filed; send the row again.";
    /// An HTTP status that is not a success; the detail names it.
    HttpStatus = "http-status",
        "The server refused the document. Send the row again later.";
    /// 429 or 503 after the last try.
    RateLimited = "rate-limited",
        "The server asked for fewer requests. Send the row again in a few minutes.";
    /// No connection, or it was cut.
    Network = "network",
        "The server could not be reached. Check the connection and send the row again.";
    /// A redirect to a host that the extension may not read; the detail names the host.
    RedirectNotPermitted = "redirect-not-permitted",
        "The document lies on a server that Billfold has no permission for.";
    /// The person stopped the run.
    Cancelled = "cancelled",
        "The run was stopped before this row's turn. Send the row again when you like.";
    /// The document is larger than Billfold takes.
    TooLarge = "too-large",
        "The document is larger than 32 MiB. Download it by hand.";

    // Between the browser and the host.
    /// The host is not registered, or not allowed, or does not start.
    HostMissing = "host-missing",
        "The Billfold helper did not answer. Run `billfold doctor` to see why.";
    /// The host ended and could not be started again.
    HostGone = "host-gone",
        "The Billfold helper stopped. What was filed is kept; send the row again.";
    /// The caller is not an extension that the host knows.
    CallerNotAllowed = "caller-not-allowed",
        "This extension is not on the helper's list. Run `billfold install` again.";
    /// The two sides speak different versions.
    ProtocolVersion = "protocol-version",
        "Extension and helper are of different versions. Update both, then try again.";
    /// The message is longer than the host takes.
    MessageTooLong = "message-too-long",
        "The message is longer than the helper takes. Nothing was filed from it.";
    /// The message is not JSON, or not one of ours.
    MessageUnreadable = "message-unreadable",
        "The helper could not read a message. Nothing was filed from it.";
    /// A request before `hello`.
    NoHello = "no-hello",
        "The helper was asked for something before it was greeted.";
    /// A run that was not announced, or is closed.
    UnknownRun = "unknown-run",
        "The helper does not know this run. Send the rows again.";
    /// A row that the run does not have, or whose document was not begun.
    UnknownRow = "unknown-row",
        "The helper does not know this row. Send it again.";
    /// The run cannot be closed: rows are unaccounted for; the message names how many.
    RunOpen = "run-open",
        "Some rows of the run are not accounted for, so it stays open.";
    /// A chunk came twice, or one is missing.
    ChunkOutOfOrder = "chunk-out-of-order",
        "The document's parts came out of order. Nothing was filed; send the row again.";
    /// Size or SHA-256 on arrival differ from what was sent.
    BytesDiffer = "bytes-differ",
        "The document changed between browser and helper. Nothing was filed; send the row again.";

    // At the archive.
    /// No archive has been chosen.
    NoArchive = "no-archive",
        "No archive folder is set. Run `billfold config archive DIR`.";
    /// The config file cannot be read or makes no sense.
    ConfigUnreadable = "config-unreadable",
        "The config file cannot be read. Run `billfold doctor`.";
    /// The archive cannot be read or written.
    ArchiveUnavailable = "archive-unavailable",
        "The archive folder cannot be written. Nothing was lost; check the folder and the disk, then send again.";
    /// Another process holds the archive's lock.
    ArchiveLocked = "archive-locked",
        "Another Billfold process is writing to the archive. Try again when it has finished.";

    // What may be wrong with a document.
    /// The document's own link names another account.
    OtherAccount = "other-account",
        "The document was issued by another account than the row's. It is kept in quarantine.";
    /// The document's number is not the row's.
    OtherNumber = "other-number",
        "The document's number is not the row's. It is kept in quarantine.";
    /// The document's own link leads to another invoice that is known.
    OtherInvoice = "other-invoice",
        "The document is another invoice's than the row's. It is kept in quarantine; send the row again.";
    /// Something that should not happen, with no better name.
    Internal = "internal",
        "Something went wrong inside Billfold. Nothing was lost; send the row again and report this.";

    // Later additions, whatever they are about.
    /// No room, or no more room for this person, on the archive's disk.
    DiskFull = "disk-full",
        "The archive's disk is full. What was filed is kept; make room, then send the row again.";
    /// The document is in another currency than the row.
    OtherCurrency = "other-currency",
        "The document is in another currency than the row. It is kept in quarantine.";
    /// The row's amount is none of the document's totals.
    OtherAmount = "other-amount",
        "The row's amount is none of the document's: not its total, not what is due or paid. It is kept in quarantine.";
    /// No date of the document is near the row's, and nothing else says that it is the row's.
    OtherDate = "other-date",
        "The document is of another day than the row, and nothing else shows that it is the row's. It is kept in quarantine.";
    /// The document does not open, or ends too early.
    DamagedDocument = "damaged-document",
        "The document is damaged, or its end is missing. It is kept in quarantine; send the row again.";
    /// The document contradicts itself in what it is filed or booked by.
    DoubtfulDocument = "doubtful-document",
        "The document's own figures do not agree, so it cannot be booked unseen. It is kept in quarantine.";
    /// The document was read, is no invoice that is known, and nothing shows that it is the row's. Or a receipt was
    /// asked for, and it is none; the detail says which.
    NotAnInvoice = "not-an-invoice",
        "The document is not of the kind that was asked for. It is kept in quarantine.";
    /// An imported file that could not be read; the detail says why.
    UnreadableDocument = "unreadable-document",
        "The file could not be read. It stays where it is.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_kebab_case_and_the_same_on_the_wire() {
        let mut seen = BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?} twice");
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code:?}");
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
