//! The port to the native messaging host: asks and their answers.

use billfold_browser::{Port, connect_native, extension_version, from_js};
use billfold_core::protocol::{Answer, Ask, Code, HOST_NAME, PROTOCOL, Reply, Request};
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// One running host. It ends when this is closed or dropped by the browser.
pub(crate) struct Host {
    port: Port,
    next: Cell<u32>,
    waiting: RefCell<HashMap<u32, oneshot::Sender<Reply>>>,
    alive: Cell<bool>,
}

impl Host {
    /// Starts a host and greets it.
    pub(crate) async fn start() -> Result<Rc<Host>, Code> {
        let port = connect_native(HOST_NAME).map_err(|_| Code::HostMissing)?;
        let host =
            Rc::new(Host { port, next: Cell::new(1), waiting: RefCell::default(), alive: Cell::new(true) });
        host.listen();
        let hello = Request::Hello { protocol: PROTOCOL, extension: extension_version() };
        match host.ask(&hello).await {
            Ok(Reply::Welcome { protocol: PROTOCOL, .. }) => Ok(host),
            Ok(Reply::Error { code, .. }) => Err(code),
            Ok(_) => Err(Code::ProtocolVersion),
            // It never said a word: not registered, not allowed, or not able to start.
            Err(_) => Err(Code::HostMissing),
        }
    }

    fn listen(self: &Rc<Host>) {
        let host = Rc::downgrade(self);
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            let (Some(host), Ok(Answer { id: Some(id), answer })) =
                (host.upgrade(), from_js::<Answer<Reply>>(message))
            else {
                return;
            };
            if let Some(waiting) = host.waiting.borrow_mut().remove(&id) {
                let _ = waiting.send(answer);
            }
        });
        self.port.on_message().add_listener(heard.into_js_value().unchecked_ref());
        let host = Rc::downgrade(self);
        let gone = Closure::<dyn FnMut()>::new(move || {
            if let Some(host) = host.upgrade() {
                host.alive.set(false);
                host.waiting.borrow_mut().clear();
            }
        });
        self.port.on_disconnect().add_listener(gone.into_js_value().unchecked_ref());
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.alive.get()
    }

    /// Sends at once; the answer comes when it comes. [`Code::HostGone`] when the host has died.
    pub(crate) fn ask(&self, request: &Request<'_>) -> impl Future<Output = Result<Reply, Code>> + use<> {
        let id = self.next.replace(self.next.get().wrapping_add(1));
        let (answer, answered) = oneshot::channel();
        if self.alive.get() && self.port.post(&Ask { id, ask: request }).is_ok() {
            self.waiting.borrow_mut().insert(id, answer);
        }
        // Where it was not sent, the sender is dropped here, and the answer is that nobody will answer.
        async move { answered.await.map_err(|_| Code::HostGone) }
    }

    /// Lets the host go: it sees the end of its input and exits.
    pub(crate) fn close(&self) {
        self.alive.set(false);
        self.port.disconnect();
    }
}
