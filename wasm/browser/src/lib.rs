//! The WebExtension APIs that Billfold calls, as both browsers have them under `chrome`. Bindings only: no
//! logic, and nothing that is not called.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// `runtime.Port`.
    #[derive(Clone)]
    pub type Port;

    /// The name given at connect.
    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Port) -> String;

    /// Who connected; absent at the connecting end.
    #[wasm_bindgen(method, getter)]
    pub fn sender(this: &Port) -> Option<Sender>;

    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &Port, message: &JsValue) -> Result<(), JsValue>;

    /// Closes this end; the other end hears of it.
    #[wasm_bindgen(method)]
    pub fn disconnect(this: &Port);

    /// Fires with the message and the port.
    #[wasm_bindgen(method, getter, js_name = onMessage)]
    pub fn on_message(this: &Port) -> Event;

    /// Fires with the port when the other end is gone.
    #[wasm_bindgen(method, getter, js_name = onDisconnect)]
    pub fn on_disconnect(this: &Port) -> Event;

    /// `events.Event`.
    pub type Event;

    /// Calls `listener` from now on.
    #[wasm_bindgen(method, js_name = addListener)]
    pub fn add_listener(this: &Event, listener: &js_sys::Function);

    /// `runtime.MessageSender`.
    #[derive(Clone)]
    pub type Sender;

    /// The extension's id, where an extension is the sender.
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &Sender) -> Option<String>;

    /// The tab, where a content script is the sender.
    #[wasm_bindgen(method, getter)]
    pub fn tab(this: &Sender) -> Option<Tab>;

    /// 0 for the page itself.
    #[wasm_bindgen(method, getter, js_name = frameId)]
    pub fn frame_id(this: &Sender) -> Option<u32>;

    /// Names the document, also after the tab has moved on.
    #[wasm_bindgen(method, getter, js_name = documentId)]
    pub fn document_id(this: &Sender) -> Option<String>;

    /// `tabs.Tab`.
    pub type Tab;

    /// The tab's id.
    #[wasm_bindgen(method, getter)]
    pub fn id(this: &Tab) -> Option<i32>;

    #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = connect)]
    fn runtime_connect(info: &JsValue) -> Result<Port, JsValue>;

    /// Starts a native messaging host. Whether it could be started shows at the port's first event.
    #[wasm_bindgen(catch, js_namespace = ["chrome", "runtime"], js_name = connectNative)]
    pub fn connect_native(name: &str) -> Result<Port, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getManifest)]
    fn manifest() -> Manifest;

    type Manifest;

    #[wasm_bindgen(method, getter)]
    fn version(this: &Manifest) -> String;

    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = create)]
    fn alarms_create(name: &str, info: &JsValue);

    /// Clears an alarm.
    #[wasm_bindgen(js_namespace = ["chrome", "alarms"], js_name = clear)]
    pub fn alarms_clear(name: &str) -> js_sys::Promise;

    #[wasm_bindgen(js_namespace = ["chrome", "action"], js_name = setBadgeText)]
    fn action_set_badge_text(details: &JsValue) -> js_sys::Promise;

    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = executeScript)]
    fn scripting_execute_script(injection: &JsValue) -> js_sys::Promise;
}

/// The extension's own version.
pub fn extension_version() -> String {
    manifest().version()
}

/// Rust to the plain objects and arrays that a message can carry: a `Map` would arrive empty.
pub fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, String> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|error| error.to_string())
}

/// A message to Rust.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

impl Port {
    /// Sends a message. Fails when the other end is gone.
    pub fn post<T: Serialize>(&self, message: &T) -> Result<(), String> {
        self.post_message(&to_js(message)?).map_err(|error| format!("{error:?}"))
    }
}

/// Connects a content script to the background, which is woken for it. Fails when the extension was reloaded
/// or removed under the page.
pub fn connect(name: &str) -> Result<Port, String> {
    #[derive(Serialize)]
    struct Info<'a> {
        name: &'a str,
    }
    runtime_connect(&to_js(&Info { name })?).map_err(|error| format!("{error:?}"))
}

/// An alarm that fires again and again. Browsers allow no less than half a minute.
pub fn alarm_every(name: &str, minutes: f64) {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Info {
        period_in_minutes: f64,
    }
    if let Ok(info) = to_js(&Info { period_in_minutes: minutes }) {
        alarms_create(name, &info);
    }
}

/// The few characters on the extension's button.
pub fn set_badge(text: &str) {
    #[derive(Serialize)]
    struct Details<'a> {
        text: &'a str,
    }
    if let Ok(details) = to_js(&Details { text }) {
        let _ = action_set_badge_text(&details);
    }
}

/// Runs one of the extension's own scripts in the sender's document.
pub fn inject(sender: &Sender, file: &str) -> Option<js_sys::Promise> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Target {
        tab_id: i32,
        #[serde(skip_serializing_if = "Option::is_none")]
        document_ids: Option<[String; 1]>,
    }
    #[derive(Serialize)]
    struct Injection<'a> {
        target: Target,
        files: [&'a str; 1],
    }
    let tab_id = sender.tab()?.id()?;
    let target = Target { tab_id, document_ids: sender.document_id().map(|id| [id]) };
    to_js(&Injection { target, files: [file] }).ok().map(|injection| scripting_execute_script(&injection))
}
