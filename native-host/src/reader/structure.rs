//! Whether a PDF is whole. Readers repair what they can, and a repaired file can look like a whole one with
//! other figures in it: so this asks the file's own structure and checksums.

use super::{Unreadable, resources};
use flate2::{Decompress, FlushDecompress, Status};
use hayro_syntax::Filter;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Name, Object, Stream};

/// How much is unpacked to compare checksums.
const MOST_UNPACKED: u64 = 256 << 20;

/// Looks at the file's beginning and end.
pub(super) fn check_ends(bytes: &[u8]) -> Result<(), Unreadable> {
    // Readers allow for some bytes before the header (Acrobat: 1,024).
    let start = find(bytes.get(..bytes.len().min(1024)).unwrap_or_default(), b"%PDF-");
    let Some(start) = start else { return Err(Unreadable::NotAPdf) };
    let Some(end) = rfind(bytes, b"%%EOF") else { return Err(Unreadable::Truncated) };
    let (whole, rest) = bytes.split_at(end);
    // An update or the main part of a linearised file would follow. Anything else was added on the way: white
    // space, zeros, a server's farewell.
    if find(rest, b" obj").is_some() || find(rest, b"endobj").is_some() || find(rest, b"stream").is_some() {
        return Err(Unreadable::Truncated);
    }
    let Some(last) = rfind(whole, b"startxref") else { return Err(Unreadable::Truncated) };
    let declared = whole.get(last + b"startxref".len()..).and_then(number);
    let Some(declared) = declared else { return Err(Unreadable::Damaged) };
    // The table of a file that has lost bytes on the way lies before the place where it should be. One that
    // lies behind it is common: something was put before the header.
    let table = rfind(whole.get(..last).unwrap_or_default(), b"xref");
    let is_table = |at: &usize| {
        let here = whole.get(*at..).unwrap_or_default().trim_ascii_start();
        let is_object = |rest: &[u8]| rest.trim_ascii_start().starts_with(b"obj");
        here.starts_with(b"xref") || after_number(here).and_then(after_number).is_some_and(is_object)
    };
    let found = [declared, declared.saturating_add(start)].into_iter().find(is_table);
    let at = found.or(table.filter(|at| *at >= declared)).ok_or(Unreadable::Truncated)?;
    if table_holds(bytes, at, start) { Ok(()) } else { Err(Unreadable::Damaged) }
}

/// Whether the objects are where the table says. Readers look for them when they are not, and then find parts
/// that were thrown away, or miss one. A table in the form of a stream has its own checksum.
fn table_holds(bytes: &[u8], at: usize, start: usize) -> bool {
    let Some(mut rest) = bytes.get(at..).and_then(|rest| rest.trim_ascii_start().strip_prefix(b"xref"))
    else {
        return true;
    };
    let is_object = |place: usize, object: usize, generation: usize| {
        let here = bytes.get(place..).unwrap_or_default();
        number(here) == Some(object) && after_number(here).and_then(number) == Some(generation)
    };
    loop {
        rest = rest.trim_ascii_start();
        let Some(first) = number(rest) else { return true };
        let Some(count) = after_number(rest).and_then(number) else { return false };
        let Some(mut entries) = after_number(rest).and_then(after_number) else { return false };
        for object in first..first.saturating_add(count) {
            let entry = entries.trim_ascii_start();
            let (Some(place), Some(entry)) = (number(entry), after_number(entry)) else { return false };
            let (Some(generation), Some(kind)) = (number(entry), after_number(entry)) else { return false };
            let kind = kind.trim_ascii_start();
            let is_there = |place| is_object(place, object, generation);
            if kind.first() == Some(&b'n')
                && place > 0
                && !is_there(place)
                && !is_there(place.saturating_add(start))
            {
                return false;
            }
            entries = kind.get(1..).unwrap_or_default();
        }
        rest = entries;
    }
}

fn after_number(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.trim_ascii_start();
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (length > 0).then(|| bytes.get(length..)).flatten()
}

fn number(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.trim_ascii_start();
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(bytes.get(..length)?).ok()?.parse().ok()
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, needle)
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, needle)
}

/// Compares what the file says of itself with what it holds: the number of its pages, and the checksum of each
/// packed part that is not a picture.
pub(super) fn check_parts(pdf: &Pdf) -> Result<(), Unreadable> {
    let catalog: Option<Dict<'_>> = pdf.xref().get(pdf.xref().root_id());
    let pages = catalog.and_then(|catalog| catalog.get::<Dict<'_>>(b"Pages"));
    let declared = pages.and_then(|pages| pages.get::<i32>(b"Count"));
    if declared.is_some_and(|count| usize::try_from(count).ok() != Some(pdf.pages().len())) {
        return Err(Unreadable::Damaged);
    }
    let mut left = MOST_UNPACKED;
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            check_stream(&stream, &mut left)?;
        }
    }
    if pdf.pages().iter().all(resources::are_there) { Ok(()) } else { Err(Unreadable::Damaged) }
}

fn check_stream(stream: &Stream<'_>, left: &mut u64) -> Result<(), Unreadable> {
    let is_picture = stream.dict().get::<Name<'_>>(b"Subtype").is_some_and(|name| name.as_str() == "Image");
    if is_picture || stream.filters().first() != Some(&Filter::FlateDecode) {
        return Ok(());
    }
    let raw = stream.raw_data();
    if unpack(&raw, true, left)?.is_some() {
        return Ok(());
    }
    // Some writers leave the checksum out: then the packed data itself has to come to its end.
    let packed = raw.get(2..).unwrap_or_default();
    match unpack(packed, false, left)? {
        Some(length) if packed.len().saturating_sub(length) < 4 => Ok(()),
        _ => Err(Unreadable::Damaged),
    }
}

/// How many bytes the packed data has, if it is whole, and is what its checksum says where that is asked for.
fn unpack(raw: &[u8], with_checksum: bool, left: &mut u64) -> Result<Option<usize>, Unreadable> {
    let mut decoder = Decompress::new(with_checksum);
    let mut page = [0; 16 << 10];
    loop {
        let (read, written) = (decoder.total_in(), decoder.total_out());
        let rest = usize::try_from(read).ok().and_then(|read| raw.get(read..)).unwrap_or_default();
        let status = decoder.decompress(rest, &mut page, FlushDecompress::None);
        *left = left.checked_sub(decoder.total_out() - written).ok_or(Unreadable::TooMuch)?;
        match status {
            Ok(Status::StreamEnd) => return Ok(usize::try_from(decoder.total_in()).ok()),
            Ok(_) if decoder.total_in() > read || decoder.total_out() > written => {}
            _ => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &[u8] =
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n\
        trailer\n<<>>\nstartxref\n29\n%%EOF\n";

    fn with(more: &[u8]) -> Vec<u8> {
        [WHOLE, more].concat()
    }

    #[test]
    fn a_file_ends_with_its_table() {
        assert_eq!(check_ends(WHOLE), Ok(()));
        assert_eq!(check_ends(b"<html>"), Err(Unreadable::NotAPdf));
        for length in 5..WHOLE.len() - 1 {
            assert_eq!(check_ends(&WHOLE[..length]), Err(Unreadable::Truncated), "{length}");
        }
    }

    #[test]
    fn what_was_added_behind_the_end_does_no_harm() {
        for more in [b"\n\n\n".as_slice(), &[0; 5000], b"<!-- served by a proxy -->"] {
            assert_eq!(check_ends(&with(more)), Ok(()));
        }
    }

    #[test]
    fn an_update_without_an_end_is_no_whole_file() {
        assert_eq!(check_ends(&with(b"2 0 obj\n<</Total 1>>\nendobj\nxref\n")), Err(Unreadable::Truncated));
        assert_eq!(check_ends(&with(b"2 0 obj\n<</Tot")), Err(Unreadable::Truncated));
    }

    #[test]
    fn bytes_before_the_header_are_common_and_lost_ones_are_not() {
        assert_eq!(check_ends(&[b"\xEF\xBB\xBF\n\n".as_slice(), WHOLE].concat()), Ok(()));
        let lost = [&WHOLE[..12], &WHOLE[21..]].concat();
        assert_eq!(check_ends(&lost), Err(Unreadable::Truncated));
    }

    #[test]
    fn objects_are_where_the_table_says() {
        let moved = [&WHOLE[..9], b"%\n%\n", &WHOLE[9..]].concat();
        assert_eq!(check_ends(&moved), Err(Unreadable::Damaged), "the table is found, its objects are not");
        for (place, what) in [(9, "number"), (11, "generation")] {
            let mut other = WHOLE.to_vec();
            other[place] = b'7';
            assert_eq!(check_ends(&other), Err(Unreadable::Damaged), "{what}");
        }
    }

    #[test]
    fn a_changed_bit_does_not_pass_the_checksum() {
        use std::io::Write as _;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"BT (Total) Tj (20.00) Tj ET").unwrap();
        let packed = encoder.finish().unwrap();
        let whole = |bytes: &[u8]| unpack(bytes, true, &mut 1_000_000);
        assert_eq!(whole(&packed), Ok(Some(packed.len())));
        for bit in 16..packed.len() * 8 {
            let mut changed = packed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(whole(&changed), Ok(None), "bit {bit}");
        }
        let packed_only = &packed[2..packed.len() - 4];
        assert_eq!(unpack(packed_only, false, &mut 1_000_000), Ok(Some(packed_only.len())));
        assert_eq!(unpack(&packed, true, &mut 10), Err(Unreadable::TooMuch));
    }
}
