//! Who may talk to the host: the extension's fixed ids, compared with what the browser says in the arguments.
//!
//! It keeps other extensions out, in an honest browser. It proves nothing about a local program, which can
//! pass any arguments; the host is built so that such a caller gains nothing.

use base64::Engine;
use billfold_core::protocol::HOST_NAME;
use sha2::{Digest, Sha256};

/// The extension's public key as in its manifest's `key`: base64 of the DER form. The Chromium id follows
/// from it, so nothing else names the id.
pub const KEY: &str = include_str!("../../manifest/key.txt");

/// The id in Firefox, as in `browser_specific_settings.gecko.id`.
pub const GECKO_ID: &str = include_str!("../../manifest/gecko-id.txt");

/// How a browser introduced itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// With the id of our extension.
    Known(String),
    /// With another id.
    Unknown(String),
}

/// The first 32 hexadecimal digits of the key's SHA-256, written with a to p.
pub fn chromium_id() -> String {
    let der = base64::engine::general_purpose::STANDARD.decode(KEY.trim()).unwrap_or_default();
    let letter = |half: u8| char::from(b'a' + half);
    Sha256::digest(&der).iter().take(16).flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect()
}

/// The Firefox id without its line end.
pub fn gecko_id() -> &'static str {
    GECKO_ID.trim()
}

/// Whether a browser started us, and for whom: Chromium passes the extension's origin first, Firefox the
/// path of the host's manifest and then the add-on's id. Further arguments are ignored: Windows adds some.
/// `None`: a person did.
pub fn from_arguments(arguments: &[String]) -> Option<Caller> {
    let first = arguments.get(1)?;
    let named =
        |known: bool, id: &str| if known { Caller::Known(id.into()) } else { Caller::Unknown(id.into()) };
    if first.starts_with("chrome-extension://") {
        return Some(named(*first == format!("chrome-extension://{}/", chromium_id()), first));
    }
    let id = arguments.get(2)?;
    let is_manifest = first.ends_with(&format!("{HOST_NAME}.json"));
    is_manifest.then(|| named(id == gecko_id(), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(arguments: &[&str]) -> Option<Caller> {
        from_arguments(&arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn only_our_own_extension_is_known() {
        let id = chromium_id();
        assert!(id.len() == 32 && id.bytes().all(|b| (b'a'..=b'p').contains(&b)), "{id}");
        let ours = format!("chrome-extension://{id}/");
        assert_eq!(caller(&["billfold", &ours]), Some(Caller::Known(ours.clone())));
        assert_eq!(caller(&["billfold", &ours, "--parent-window=1"]), Some(Caller::Known(ours.clone())));
        for other in [
            "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/".to_owned(),
            format!("chrome-extension://{id}"),
            format!("chrome-extension://{id}/evil"),
        ] {
            assert_eq!(caller(&["billfold", &other]), Some(Caller::Unknown(other.clone())));
        }
        let manifest = "/home/x/.mozilla/native-messaging-hosts/app.billfold.host.json";
        assert!(matches!(caller(&["billfold", manifest, gecko_id()]), Some(Caller::Known(_))));
        assert!(matches!(caller(&["billfold", manifest, "x@y"]), Some(Caller::Unknown(_))));
        for person in [&["billfold"] as &[&str], &["billfold", "list"], &["billfold", "show", "x"]] {
            assert_eq!(caller(person), None);
        }
    }
}
