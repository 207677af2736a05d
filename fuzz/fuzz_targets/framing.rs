//! Native messaging's framing: what is read is what a plain reading of the bytes says, however they trickle in,
//! and what is written is read back.
#![no_main]

use billfold_fuzz::within_limits;
use billfold_host::wire::{self, Frame, MAX_FROM_BROWSER};
use libfuzzer_sys::fuzz_target;
use std::io::{self, Read};

/// A pipe that gives a few bytes at a time, and is interrupted now and then.
struct Trickle<'a> {
    rest: &'a [u8],
    step: usize,
    calls: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let room = buffer.len().min(self.step);
        self.rest.read(buffer.get_mut(..room).unwrap_or_default())
    }
}

/// The frames of some bytes, and whether they end between two.
fn plain_reading(mut rest: &[u8]) -> (Vec<Frame>, bool) {
    let mut frames = Vec::new();
    loop {
        if rest.is_empty() {
            return (frames, true);
        }
        let Some((head, after)) = rest.split_first_chunk::<4>() else { return (frames, false) };
        let length = u32::from_ne_bytes(*head) as usize;
        let Some((body, after)) = after.split_at_checked(length) else { return (frames, false) };
        frames.push(match std::str::from_utf8(body) {
            _ if length > MAX_FROM_BROWSER => Frame::TooLong(length),
            Ok(text) => Frame::Text(text.to_owned()),
            Err(_) => Frame::NotText,
        });
        rest = after;
    }
}

fuzz_target!(|data: &[u8]| {
    let (first, bytes) = data.split_first().unwrap_or((&0, &[]));
    let (frames, clean) = within_limits("reading frames", || {
        let mut input = Trickle { rest: bytes, step: usize::from(*first) + 1, calls: 0 };
        let mut frames = Vec::new();
        loop {
            match wire::read(&mut input) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => return (frames, true),
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
                    return (frames, false);
                }
            }
        }
    });
    assert_eq!((&frames, clean), (&plain_reading(bytes).0, plain_reading(bytes).1));

    for frame in frames {
        let Frame::Text(text) = frame else { continue };
        let mut out = Vec::new();
        wire::write(&mut out, &text).expect("a short message is written");
        let mut written = out.as_slice();
        let Ok(Some(Frame::Text(json))) = wire::read(&mut written) else { panic!("not one frame") };
        assert_eq!(serde_json::from_str::<String>(&json).ok().as_ref(), Some(&text));
        assert!(written.is_empty(), "one message is one frame");
    }
});
