//! Connections: TLS and HTTP, one task each. What is answered is `route`'s and `control`'s business.

use std::io;
use std::net::TcpListener as StdListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{self, ServerConfig};

use super::state::State;
use super::{HOSTS, control, route};

/// The certificate: self-signed, made anew at every start, for every host.
pub(crate) struct Identity {
    acceptor: TlsAcceptor,
    /// For clients that check: `curl --cacert`.
    pub(crate) pem: String,
}

impl Identity {
    pub(crate) fn new() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let made = rcgen::generate_simple_self_signed(HOSTS.map(str::to_owned))?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(rustls::DEFAULT_VERSIONS)?
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), pem: made.cert.pem() })
    }
}

/// One connection, as its requests see it.
pub(crate) struct Connection {
    pub(crate) id: u64,
    /// Drops the connection with everything that is on it.
    pub(crate) kill: Notify,
}

pub(crate) async fn https(listener: StdListener, identity: Identity, state: Arc<State>) {
    let listener = listener_of(listener);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        tokio::spawn(secure(stream, identity.acceptor.clone(), Arc::clone(&state)));
    }
}

async fn secure(stream: TcpStream, acceptor: TlsAcceptor, state: Arc<State>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let stream = acceptor.accept(stream).await?;
    let id = state.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let connection = Arc::new(Connection { id, kill: Notify::new() });
    let service = service_fn(|request| route::answer(Arc::clone(&state), Arc::clone(&connection), request));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http2().max_concurrent_streams(256);
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // How a connection ends is the client's affair.
        _ = serving => {}
        () = connection.kill.notified() => {}
    }
    Ok(())
}

pub(crate) async fn plain(listener: StdListener, state: Arc<State>) {
    let listener = listener_of(listener);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| control::answer(Arc::clone(&state), request));
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn listener_of(listener: StdListener) -> TcpListener {
    listener.set_nonblocking(true).unwrap();
    TcpListener::from_std(listener).unwrap()
}
