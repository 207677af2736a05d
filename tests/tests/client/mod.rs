//! The smallest client that can say what a server does: one connection, HTTP/1.1 or HTTP/2, no redirects.

#![allow(dead_code, reason = "each test binary uses its part")]

use std::sync::Arc;

use billfold_tests::Replica;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::header::HOST;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, DEFAULT_VERSIONS, RootCertStore};

pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What came back.
pub struct Got {
    pub version: Version,
    pub status: u16,
    pub headers: hyper::HeaderMap,
    pub body: Result<Bytes, Failed>,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn bytes(&self) -> &Bytes {
        self.body.as_ref().unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes().to_vec()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.bytes()).unwrap()
    }
}

/// `GET` of an https address, over HTTP/2.
pub async fn get(replica: &Replica, address: &str) -> Result<Got, Failed> {
    fetch(replica, address, b"h2").await
}

/// `GET` of an https address with this ALPN protocol.
pub async fn fetch(replica: &Replica, address: &str, protocol: &[u8]) -> Result<Got, Failed> {
    let host = address.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(replica.certificate().as_bytes())?)?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(DEFAULT_VERSIONS)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(("127.0.0.1", replica.https_port)).await?;
    let stream =
        TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(host.clone())?, stream).await?;
    let io = TokioIo::new(stream);
    if protocol == b"h2" {
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
        tokio::spawn(connection);
        let request = Request::get(address).body(Empty::<Bytes>::new())?;
        Ok(collect(sender.send_request(request).await?).await)
    } else {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await?;
        tokio::spawn(connection);
        let path = &address["https://".len() + host.len()..];
        let request = Request::get(path).header(HOST, host).body(Empty::<Bytes>::new())?;
        Ok(collect(sender.send_request(request).await?).await)
    }
}

/// A request to the control endpoint.
pub async fn control(replica: &Replica, method: &str, path: &str, body: &str) -> Result<Got, Failed> {
    let stream = TcpStream::connect(("127.0.0.1", replica.control_port)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let body = Full::new(Bytes::from(body.to_owned()));
    let request = Request::builder().method(method).uri(path).header(HOST, "localhost").body(body)?;
    Ok(collect(sender.send_request(request).await?).await)
}

async fn collect(response: Response<hyper::body::Incoming>) -> Got {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).map_err(Failed::from);
    Got { version: parts.version, status: parts.status.as_u16(), headers: parts.headers, body }
}
