//! Answers: the body type, and a constructor for each kind.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use hyper::{Response, StatusCode};

use super::state::InFlight;

pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const JSON: &str = "application/json";
pub(crate) const PDF: &str = "application/pdf";

/// A whole body.
pub(crate) fn full(status: StatusCode, kind: &str, body: impl Into<Bytes>) -> Answer {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, kind)
        .header(CACHE_CONTROL, "no-store")
        .body(body)
        .unwrap()
}

pub(crate) fn html(body: impl Into<Bytes>) -> Answer {
    full(StatusCode::OK, HTML, body)
}

pub(crate) fn json(value: &impl serde::Serialize) -> Answer {
    full(StatusCode::OK, JSON, serde_json::to_vec(value).unwrap())
}

pub(crate) fn empty() -> Answer {
    full(StatusCode::NO_CONTENT, "text/plain", Bytes::new())
}

pub(crate) fn not_found() -> Answer {
    full(StatusCode::NOT_FOUND, HTML, "<!doctype html><title>Not found</title><h1>Not found</h1>")
}

/// A listing for nobody.
pub(crate) fn unauthorized() -> Answer {
    full(StatusCode::UNAUTHORIZED, JSON, "{\"error\":{\"message\":\"Your session has expired.\"}}")
}

pub(crate) fn redirect(to: &str) -> Answer {
    let mut answer = full(StatusCode::FOUND, HTML, Bytes::new());
    answer.headers_mut().insert(LOCATION, to.parse().unwrap());
    answer
}

/// A body that keeps its request counted as under way until its last byte is taken.
pub(crate) struct Counted<B> {
    body: B,
    _guard: InFlight,
}

/// Counts `answer` until its body ends.
pub(crate) fn counted(answer: Answer, guard: InFlight) -> Answer {
    answer.map(|body| Counted { body, _guard: guard }.boxed_unsync())
}

impl<B: Body + Unpin> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
