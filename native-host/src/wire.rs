//! Native messaging's framing, over any reader and writer: four bytes of length in native order, then JSON.
//!
//! Writing is the `native_messaging` crate's. Reading is not: it would set aside 64 MiB for whoever announces
//! them, however little follows. What follows a message that is refused for its length or its encoding is
//! still read as messages.

use native_messaging::host::{NmError, encode_message, send_frame};
use serde::Serialize;
use std::io::{self, Read, Write};

pub use native_messaging::host::{MAX_FROM_BROWSER, MAX_TO_BROWSER};

/// What came in one frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Text, JSON or not.
    Text(String),
    /// Not UTF-8.
    NotText,
    /// More than [`MAX_FROM_BROWSER`] bytes, which were skipped.
    TooLong(usize),
}

/// Reads one frame. `None` at the end of input; an end within a frame is an error.
pub fn read(reader: &mut impl Read) -> io::Result<Option<Frame>> {
    let mut head = Vec::new();
    reader.take(4).read_to_end(&mut head)?;
    let length = match <[u8; 4]>::try_from(head.as_slice()) {
        Ok(bytes) => u32::from_ne_bytes(bytes) as usize,
        Err(_) if head.is_empty() => return Ok(None),
        Err(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
    };
    let mut body = reader.take(length as u64);
    if length > MAX_FROM_BROWSER {
        let skipped = io::copy(&mut body, &mut io::sink())?;
        return if skipped == length as u64 {
            Ok(Some(Frame::TooLong(length)))
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        };
    }
    // Grows with what comes, not with what is announced.
    let mut bytes = Vec::new();
    if body.read_to_end(&mut bytes)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(String::from_utf8(bytes).map_or(Frame::NotText, Frame::Text)))
}

/// Writes one message and flushes it. What a browser would not take is an error, and nothing is written.
pub fn write(writer: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let into_io = |error| match error {
        NmError::Io(error) => error,
        NmError::OutgoingTooLarge { .. } => io::Error::new(io::ErrorKind::FileTooLarge, "message too long"),
        other => io::Error::other(other.to_string()),
    };
    send_frame(writer, &encode_message(message).map_err(into_io)?).map_err(into_io)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &[u8]) -> Vec<u8> {
        [&u32::try_from(body.len()).unwrap().to_ne_bytes(), body].concat()
    }

    /// One byte at a time, and an interruption before each.
    struct Trickle(Vec<u8>, usize, bool);

    impl Read for Trickle {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            match (self.0.get(self.1), buffer.first_mut()) {
                (Some(byte), Some(slot)) => *slot = *byte,
                _ => return Ok(0),
            }
            self.1 += 1;
            Ok(1)
        }
    }

    #[test]
    fn frames_survive_interruptions_and_bad_neighbours() {
        let bytes = [frame(b"{}"), frame(b""), frame(b"\xff"), frame("\"é\"".as_bytes())].concat();
        let mut input = Trickle(bytes, 0, false);
        let mut frames = Vec::new();
        while let Some(frame) = read(&mut input).unwrap() {
            frames.push(frame);
        }
        let text = |text: &str| Frame::Text(text.into());
        assert_eq!(frames, [text("{}"), text(""), Frame::NotText, text("\"é\"")]);
    }

    #[test]
    fn a_cut_frame_is_no_clean_end() {
        for cut in [1, 3, 4, 5] {
            let bytes = frame(b"{}");
            let error = read(&mut &bytes[..cut]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "after {cut} bytes");
        }
        assert_eq!(read(&mut &[][..]).unwrap(), None);
    }

    #[test]
    fn an_oversize_frame_is_skipped_and_the_next_one_read() {
        let long = MAX_FROM_BROWSER + 1;
        let head = u32::try_from(long).unwrap().to_ne_bytes();
        let mut input = head.chain(io::repeat(b' ').take(long as u64)).chain(io::Cursor::new(frame(b"{}")));
        assert_eq!(read(&mut input).unwrap(), Some(Frame::TooLong(long)));
        assert_eq!(read(&mut input).unwrap(), Some(Frame::Text("{}".into())));
        let error = read(&mut &u32::MAX.to_ne_bytes()[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "and nothing was allocated for it");
    }

    /// Found by fuzzing: four bytes made the host hold 64 MiB.
    #[test]
    fn what_is_announced_is_not_set_aside() {
        struct Small<'a>(&'a [u8]);
        impl Read for Small<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(buffer.len() <= 64 * 1024, "room for {} bytes", buffer.len());
                self.0.read(buffer)
            }
        }
        let head = u32::try_from(MAX_FROM_BROWSER).unwrap().to_ne_bytes();
        let error = read(&mut Small(&[&head[..], b"{}"].concat())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn what_a_browser_would_not_take_is_not_sent() {
        let mut out = Vec::new();
        let error = write(&mut out, &"x".repeat(MAX_TO_BROWSER)).unwrap_err();
        assert_eq!((error.kind(), out.len()), (io::ErrorKind::FileTooLarge, 0));
        write(&mut out, &"x".repeat(MAX_TO_BROWSER - 2)).unwrap();
        assert_eq!(out.len(), MAX_TO_BROWSER + 4);
    }
}
