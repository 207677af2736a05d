//! The port to the native messaging host: asks and their answers.

use billfold_browser::{Port, connect_native, extension_version, from_js};
use billfold_core::protocol::{Answer, Ask, Code, HOST_NAME, PROTOCOL, Reply, Request};
use futures_channel::oneshot;
use futures_util::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Milliseconds that an answer may take: a group of documents on a slow network drive, and then some.
const PATIENCE: u32 = 300_000;

/// One running host. It ends when this is closed or dropped by the browser.
pub(crate) struct Host {
    port: Port,
    next: Cell<u32>,
    waiting: RefCell<HashMap<u32, oneshot::Sender<Reply>>>,
    alive: Cell<bool>,
    /// Why nothing more is answered, if the host has said so.
    refusal: Rc<Cell<Option<Code>>>,
}

impl Host {
    /// Starts a host and greets it.
    pub(crate) async fn start() -> Result<Rc<Host>, Code> {
        let port = connect_native(HOST_NAME).map_err(|_| Code::HostMissing)?;
        let host = Rc::new(Host {
            port,
            next: Cell::new(1),
            waiting: RefCell::default(),
            alive: Cell::new(true),
            refusal: Rc::default(),
        });
        host.listen();
        let hello = Request::Hello { protocol: PROTOCOL, extension: extension_version() };
        let refused = match host.ask(&hello).await {
            Ok(Reply::Welcome { protocol: PROTOCOL, .. }) => return Ok(host),
            Ok(Reply::Error { code, .. }) => code,
            Ok(_) => Code::ProtocolVersion,
            // It never said a word: not registered, or not able to start.
            Err(Code::HostGone) => Code::HostMissing,
            Err(code) => code,
        };
        host.close();
        Err(refused)
    }

    fn listen(self: &Rc<Host>) {
        let host = Rc::downgrade(self);
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            let (Some(host), Ok(Answer { id, answer })) = (host.upgrade(), from_js::<Answer<Reply>>(message))
            else {
                return;
            };
            match (id, answer) {
                (Some(id), answer) => {
                    if let Some(waiting) = host.waiting.borrow_mut().remove(&id) {
                        let _ = waiting.send(answer);
                    }
                }
                // It could not even read who asked, or refuses whoever asks: nobody will get an answer.
                (None, Reply::Error { code, .. }) => {
                    host.refusal.set(Some(code));
                    host.waiting.borrow_mut().clear();
                }
                (None, _) => {}
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
        let refusal = Rc::clone(&self.refusal);
        async move {
            match select(answered, TimeoutFuture::new(PATIENCE)).await {
                Either::Left((Ok(answer), _)) => Ok(answer),
                Either::Left((Err(_), _)) => Err(refusal.get().unwrap_or(Code::HostGone)),
                // Stuck in a file system that does not answer: as good as dead.
                Either::Right(_) => Err(Code::HostGone),
            }
        }
    }

    /// Lets the host go: it sees the end of its input and exits.
    pub(crate) fn close(&self) {
        self.alive.set(false);
        self.port.disconnect();
        // One's own disconnecting fires no event.
        self.waiting.borrow_mut().clear();
    }
}
