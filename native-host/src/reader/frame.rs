//! What goes through the pipes of a reading process: how many bytes follow, in four (little endian), and those.

use std::io::{Error, ErrorKind, Read, Result, Write};

/// The next piece, or nothing where the input has ended.
pub(super) fn read(input: &mut impl Read, most: usize) -> Result<Option<Vec<u8>>> {
    let mut head = Vec::with_capacity(4);
    input.by_ref().take(4).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(None);
    }
    let length = <[u8; 4]>::try_from(head).map_err(|_| Error::from(ErrorKind::UnexpectedEof))?;
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(Error::other)?;
    if length > most {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::with_capacity(length);
    input.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(Some(bytes)) }
}

pub(super) fn write(output: &mut impl Write, bytes: &[u8]) -> Result<()> {
    let length = u32::try_from(bytes.len()).map_err(Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(bytes)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_as_they_went() {
        let mut pipe = Vec::new();
        for piece in [b"first".as_slice(), b"", b"third"] {
            write(&mut pipe, piece).unwrap();
        }
        assert_eq!(pipe[..5], [5, 0, 0, 0, b'f']);
        let mut pipe = pipe.as_slice();
        let mut next = || read(&mut pipe, 5).unwrap();
        assert_eq!(
            (next(), next(), next()),
            (Some(b"first".to_vec()), Some(vec![]), Some(b"third".to_vec()))
        );
        assert_eq!(next(), None, "the end");
    }

    #[test]
    fn half_a_piece_and_too_large_a_one_are_none() {
        let kind = |bytes: &[u8]| read(&mut &*bytes, 5).unwrap_err().kind();
        assert_eq!(kind(&[5, 0]), ErrorKind::UnexpectedEof);
        assert_eq!(kind(&[5, 0, 0, 0, b'f']), ErrorKind::UnexpectedEof);
        assert_eq!(kind(&[6, 0, 0, 0, 1, 2, 3, 4, 5, 6]), ErrorKind::InvalidData);
    }
}
