//! The manifest that registers the host with a browser. What a browser would not take is never written:
//! Chromium says no more than "host not found" to any mistake in it, one bad origin included.

use super::browsers::Family;
use crate::caller;
use billfold_core::protocol::HOST_NAME;
use serde_json::{Value, json};
use std::path::Path;

const CHROMIUM: &str = include_str!("../../../manifest/host.chromium.json");
const FIREFOX: &str = include_str!("../../../manifest/host.firefox.json");

/// The file's name in a browser's folder.
pub(super) fn file_name() -> String {
    format!("{HOST_NAME}.json")
}

/// The manifest's text for a program.
pub(super) fn text(family: Family, program: &Path) -> Result<String, String> {
    let (template, list, id) = match family {
        Family::Chromium => (CHROMIUM, "allowed_origins", origin()),
        Family::Firefox => (FIREFOX, "allowed_extensions", caller::gecko_id().to_owned()),
    };
    let mut manifest: Value = serde_json::from_str(template).map_err(|error| error.to_string())?;
    let path = program.to_str().ok_or("the program's path is not Unicode, which browsers do not take")?;
    if let Some(fields) = manifest.as_object_mut() {
        fields.insert("path".into(), json!(path));
        fields.insert(list.into(), json!([id]));
    }
    check(family, &manifest)?;
    serde_json::to_string_pretty(&manifest).map(|text| text + "\n").map_err(|error| error.to_string())
}

/// The extension as a Chromium browser names it.
pub(super) fn origin() -> String {
    format!("chrome-extension://{}/", caller::chromium_id())
}

/// Whether a browser would take a manifest, and start us for our extension. The reason, if not.
pub(super) fn check(family: Family, manifest: &Value) -> Result<(), String> {
    let text = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default();
    let name = text("name");
    let name_fits = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_')
        && name.split('.').all(|part| !part.is_empty());
    if !name_fits || name != HOST_NAME {
        return Err(format!("its name is `{name}`, not `{HOST_NAME}`"));
    }
    if text("description").is_empty() {
        return Err("its description is empty".into());
    }
    if text("type") != "stdio" {
        return Err("its type is not `stdio`".into());
    }
    if !Path::new(text("path")).is_absolute() {
        return Err(format!("its path `{}` is not absolute", text("path")));
    }
    let (list, id) = match family {
        Family::Chromium => ("allowed_origins", origin()),
        Family::Firefox => ("allowed_extensions", caller::gecko_id().to_owned()),
    };
    let entries = manifest.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let entries: Vec<&str> = entries.iter().map(|entry| entry.as_str().unwrap_or_default()).collect();
    if let (Family::Chromium, Some(bad)) = (family, entries.iter().find(|entry| !is_origin(entry))) {
        return Err(format!("`{bad}` in its {list} is no extension's origin, which voids the whole file"));
    }
    if !entries.contains(&id.as_str()) {
        return Err(format!("its {list} do not name the extension {id}"));
    }
    Ok(())
}

/// `chrome-extension://`, 32 letters from a to p, and the slash that is easily forgotten.
fn is_origin(text: &str) -> bool {
    let id = text.strip_prefix("chrome-extension://").and_then(|rest| rest.strip_suffix('/'));
    id.is_some_and(|id| id.len() == 32 && id.bytes().all(|b| (b'a'..=b'p').contains(&b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_a_browser_takes() {
        for (family, list) in [(Family::Chromium, "allowed_origins"), (Family::Firefox, "allowed_extensions")]
        {
            let manifest: Value =
                serde_json::from_str(&text(family, Path::new("/opt/billfold")).unwrap()).unwrap();
            assert_eq!(manifest["path"], "/opt/billfold");
            assert_eq!(manifest[list].as_array().unwrap().len(), 1);
        }
        assert!(text(Family::Chromium, Path::new("billfold")).unwrap_err().contains("not absolute"));
    }

    #[test]
    fn what_a_browser_refuses_is_refused() {
        let good: Value = serde_json::from_str(&text(Family::Chromium, Path::new("/b")).unwrap()).unwrap();
        assert_eq!(check(Family::Chromium, &good), Ok(()));
        let ours = origin();
        let other = "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/";
        for (key, value, why) in [
            ("name", json!("app.billfold..host"), "its name"),
            ("name", json!("App.Billfold"), "its name"),
            ("description", json!(""), "description"),
            ("type", json!("pipe"), "stdio"),
            ("path", json!("./billfold"), "absolute"),
            ("path", Value::Null, "absolute"),
            ("allowed_origins", json!([]), "do not name"),
            ("allowed_origins", json!([other]), "do not name"),
            ("allowed_origins", json!([ours.trim_end_matches('/')]), "no extension's origin"),
            ("allowed_origins", json!([ours, "chrome-extension://*/"]), "no extension's origin"),
            ("allowed_origins", json!([ours, 7]), "no extension's origin"),
        ] {
            let mut bad = good.clone();
            bad[key] = value;
            let error = check(Family::Chromium, &bad).unwrap_err();
            assert!(error.contains(why), "{key}: {error}");
        }
    }
}
