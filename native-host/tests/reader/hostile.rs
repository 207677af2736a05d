//! Files that want to harm who reads them, and files that have been harmed. The same ones each time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use crate::pdf::{Pdf, invoice, pack, text};
use billfold_core::document::Document;
use billfold_host::reader::{Reader, Unreadable};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Far more than the reader's own limit: this is for a file on which it hangs.
pub const HANGS: Duration = Duration::from_secs(30);

/// A file by its trait. Large ones are made when they are needed.
pub struct Bomb {
    pub name: &'static str,
    pub make: fn() -> Vec<u8>,
}

/// What became of a file.
pub struct Outcome {
    pub read: Result<Document, Unreadable>,
    pub took: Duration,
}

pub fn outcome(reader: &Reader, bytes: &[u8]) -> Outcome {
    let start = Instant::now();
    let read = reader.read_bytes(bytes);
    Outcome { read, took: start.elapsed() }
}

/// Each crafted file.
pub const BOMBS: &[Bomb] = &[
    Bomb { name: "20 million operators", make: || content_of("(A) Tj ", 20_000_000) },
    Bomb { name: "20 million saved states", make: || content_of("q ", 20_000_000) },
    Bomb { name: "20 million points of one path", make: || content_of("1 1 l ", 20_000_000) },
    Bomb {
        name: "spans without an end",
        make: || content_of("/Span <</ActualText (9)>> BDC (A) Tj ", 3_000_000),
    },
    Bomb { name: "clips without an end", make: || content_of("0 0 9 9 re W n (A) Tj ", 3_000_000) },
    Bomb { name: "areas over text", make: areas_over_text },
    Bomb { name: "a long text for one glyph", make: long_actual_text },
    Bomb { name: "glyphs all over the page", make: glyphs_everywhere },
    Bomb { name: "glyphs in one place", make: || content_of("BT /F1 9 Tf 30 700 Td (89) Tj ET ", 500_000) },
    Bomb { name: "forms within forms, 3^30 of them", make: exponential_forms },
    Bomb {
        name: "a form within itself",
        make: || {
            resource("/XObject <</X 7 0 R>>", "/X Do", |pdf| {
                pdf.add_stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X 7 0 R>>>>",
                    b"/X Do /X Do",
                );
            })
        },
    },
    Bomb {
        name: "a pattern within itself",
        make: || {
            resource(
                "/Pattern <</P 7 0 R>>",
                "/Pattern cs /P scn 0 0 500 500 re f BT /F1 9 Tf (A) Tj ET",
                |pdf| {
                    pdf.add_stream("/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.0001 /YStep 0.0001 \
            /Resources <</Pattern <</P 7 0 R>>>>", b"/Pattern cs /P scn 0 0 9 9 re f");
                },
            )
        },
    },
    Bomb {
        name: "a soft mask within itself",
        make: || {
            resource("/ExtGState <</G 7 0 R>> /XObject <</X 8 0 R>>", "/G gs (A) Tj", |pdf| {
                pdf.add("<</SMask <</S /Luminosity /G 8 0 R>>>>");
                pdf.add_stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Group <</S /Transparency>> \
                /Resources <</ExtGState <</G 7 0 R>>>>",
                    b"/G gs 0 0 9 9 re f",
                );
            })
        },
    },
    Bomb {
        name: "a predictor of 64 GB",
        make: || {
            let mut pdf = invoice();
            let packed = pack(&[2; 1000]);
            replace_stream(
                &mut pdf,
                4,
                "/Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 2147483647 /Colors 32 /BitsPerComponent 16>>",
                &packed,
            );
            pdf.bytes()
        },
    },
    Bomb {
        name: "a mapping of 2^32 codes",
        make: || composite("<00000000> <FFFFFFFF>", "<00000000> <FFFFFFFF> <0041>", ""),
    },
    Bomb {
        name: "a mapping of 2^32 codes, one by one",
        make: || composite("<0000> <FFFF>", &"<0000> <FFFF> <0041>\n".repeat(50_000), ""),
    },
    Bomb {
        name: "widths of 2^32 glyphs",
        make: || composite("<0000> <FFFF>", "<0000> <FFFF> <0041>", "/W [0 4294967295 500]"),
    },
    Bomb { name: "10 GB of zeros", make: || flate_bomb(1) },
    Bomb { name: "10 GB of zeros, packed twice", make: || flate_bomb(2) },
    Bomb {
        name: "runs of bytes in runs",
        make: || {
            let mut pdf = invoice();
            replace_stream(
                &mut pdf,
                4,
                "/Filter [/RunLengthDecode /RunLengthDecode /RunLengthDecode]",
                &[129, 129].repeat(400_000),
            );
            pdf.bytes()
        },
    },
    Bomb { name: "arrays within arrays", make: || nested("[") },
    Bomb { name: "dictionaries within dictionaries", make: || nested("<</A ") },
    Bomb { name: "arrays within arrays on a page", make: || content_of("[", 5_000_000) },
    Bomb { name: "dictionaries within dictionaries on a page", make: || content_of("/S <</A ", 2_000_000) },
    Bomb { name: "brackets in a text", make: || content_of("(", 10_000_000) },
    Bomb {
        name: "a page tree that is its own branch",
        make: || changed(1, "<</Type /Pages /Kids [2 0 R 3 0 R] /Count 1>>"),
    },
    Bomb {
        name: "a page tree of pages without a type",
        make: || {
            changed(1, &format!("<</Type /Pages /Kids [{}] /Count 2>>", "<</Kids [2 0 R]>> ".repeat(50_000)))
        },
    },
    Bomb {
        name: "a page tree without leaves",
        make: || changed(1, "<</Type /Pages /Kids [] /Count 1000000000>>"),
    },
    Bomb { name: "a page tree 100,000 deep", make: deep_pages },
    Bomb {
        name: "a million pages",
        make: || {
            changed(
                1,
                &format!("<</Type /Pages /Kids [{}] /Count 1000000>>", "<</Type /Page>> ".repeat(900_000)),
            )
        },
    },
    Bomb {
        name: "201 pages",
        make: || {
            let pages = "<</Type /Page>> ".repeat(201);
            changed(1, &format!("<</Type /Pages /Kids [{pages}] /Count 201>>"))
        },
    },
    Bomb { name: "no pages at all", make: || changed(0, "<</Type /Catalog>>") },
    Bomb { name: "a catalog that is a number", make: || changed(0, "7") },
    Bomb {
        name: "references in a ring",
        make: || {
            let mut pdf = invoice();
            pdf.objects[3] = b"7 0 R".to_vec();
            pdf.add("8 0 R");
            pdf.add("7 0 R");
            pdf.bytes()
        },
    },
    Bomb {
        name: "a length that is its own stream",
        make: || changed(3, "<</Length 4 0 R>>\nstream\nBT ET\nendstream"),
    },
    Bomb {
        name: "a table that comes before itself",
        make: || {
            let mut pdf = invoice();
            let table = find(&pdf.bytes(), b"\nxref") + 1;
            pdf.trailer = format!("/Prev {table}");
            pdf.bytes()
        },
    },
    Bomb {
        name: "a table elsewhere",
        make: || replaced(&invoice().bytes(), b"startxref\n", b"startxref\n99999999999999999999"),
    },
    Bomb {
        name: "a table of a billion",
        make: || replaced(&invoice().bytes(), b"xref\n0 7", b"xref\n0 999999999"),
    },
    Bomb {
        name: "a password",
        make: || encrypted("<</Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <", "> /U <", ">>>"),
    },
    Bomb {
        name: "an unknown cipher",
        make: || encrypted("<</Filter /Standard /V 99 /R 99 /P -4 /O <", "> /U <", ">>>"),
    },
    Bomb {
        name: "a page of 10^30 points",
        make: || page("/MediaBox [0 0 1e30 1000000000000000000000000000000]"),
    },
    Bomb { name: "a page of no size", make: || page("/MediaBox [0 0 0 0]") },
    Bomb { name: "a page inside out", make: || page("/MediaBox [595 842 -595 -842] /CropBox [9 9 1 1]") },
    Bomb { name: "a page turned by 2^31", make: || page("/MediaBox [0 0 595 842] /Rotate 2147483647") },
    Bomb {
        name: "matrices beyond numbers",
        make: || content_of("1000000000000000000000 0 0 1000000000000000000000 0 0 cm (A) Tj ", 1_000),
    },
    Bomb {
        name: "fonts beyond numbers",
        make: || {
            content_of("/F1 99999999999999999999999999999999999999 Tf 0.00000000000001 Tz (A) Tj ", 1_000)
        },
    },
    Bomb { name: "a font that is noise", make: || font("/FontFile2") },
    Bomb { name: "a compact font that is noise", make: || font("/FontFile3") },
    Bomb { name: "an old font that is noise", make: || font("/FontFile") },
    Bomb {
        name: "a glyph that draws itself",
        make: || {
            resource("/Font <</T 7 0 R>>", "BT /T 9 Tf (aaa) Tj ET", |pdf| {
                pdf.add("<</Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 \
                /Widths [9] /Encoding <</Differences [97 /a]>> /CharProcs <</a 8 0 R>> /Resources <</Font <</T 7 0 R>>>>>>");
                pdf.add_stream("", b"9 0 d0 BT /T 9 Tf (aaa) Tj ET");
            })
        },
    },
    Bomb {
        name: "embedded files in a ring",
        make: || {
            let mut pdf = invoice();
            pdf.objects[0] = b"<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles 7 0 R>>>>".to_vec();
            pdf.add(&format!("<</Kids [{}]>>", "7 0 R ".repeat(1000)));
            pdf.bytes()
        },
    },
    Bomb {
        name: "an embedded file of 10 GB",
        make: || {
            let mut pdf = invoice();
            pdf.objects[0] = b"<</Type /Catalog /Pages 2 0 R /AF [7 0 R]>>".to_vec();
            pdf.add("<</Type /Filespec /F (factur-x.xml) /EF <</F 8 0 R>>>>");
            pdf.add_raw("/Filter [/FlateDecode /FlateDecode]", &zeros(2));
            pdf.bytes()
        },
    },
    Bomb {
        name: "a picture of 10^18 points",
        make: || {
            resource("/XObject <</X 7 0 R>>", "/X Do (A) Tj", |pdf| {
                pdf.add_raw(
                    "/Type /XObject /Subtype /Image /Width 1000000000 /Height 1000000000 /BitsPerComponent 8 \
            /ColorSpace /DeviceRGB /Filter /FlateDecode",
                    &zeros(1),
                );
            })
        },
    },
    Bomb {
        name: "a function of many dimensions",
        make: || {
            resource("/Shading <</S 7 0 R>>", "/S sh (A) Tj", |pdf| {
                pdf.add(
                    "<</ShadingType 1 /ColorSpace /DeviceRGB /Function 8 0 R /Domain [0 1000000 0 1000000]>>",
                );
                pdf.add_stream(
                    &format!(
                        "/FunctionType 0 /Domain [{}] /Range [0 1 0 1 0 1] /Size [{}] /BitsPerSample 8",
                        "0 1 ".repeat(200),
                        "2 ".repeat(200)
                    ),
                    &[0; 100],
                );
            })
        },
    },
];

fn content_of(piece: &str, times: usize) -> Vec<u8> {
    let mut pdf = Pdf::page("");
    let block = piece.repeat(1000);
    let packed = packed_times(b"BT /F1 9 Tf 30 700 Td ", block.as_bytes(), times / 1000);
    replace_stream(&mut pdf, 4, "/Filter /FlateDecode", &packed);
    pdf.bytes()
}

/// The beginning and then a block so many times, packed: the block only once. Without a checksum.
fn packed_times(beginning: &[u8], block: &[u8], times: usize) -> Vec<u8> {
    let pack = |data: &[u8], flush| {
        // A full flush: what follows does not refer to what came before.
        let mut packed = Vec::with_capacity(data.len() + 1000);
        let mut encoder = flate2::Compress::new(flate2::Compression::new(6), false);
        encoder.compress_vec(data, &mut packed, flush).unwrap();
        packed
    };
    let mut all = vec![0x78, 0x9C];
    all.extend(pack(beginning, flate2::FlushCompress::Full));
    all.extend(pack(block, flate2::FlushCompress::Full).repeat(times));
    all.extend(pack(b"", flate2::FlushCompress::Finish));
    all
}

fn replace_stream(pdf: &mut Pdf, number: usize, entries: &str, data: &[u8]) {
    pdf.add_raw(entries, data);
    pdf.objects[number - 1] = pdf.objects.pop().unwrap();
}

fn changed(object: usize, body: &str) -> Vec<u8> {
    let mut pdf = invoice();
    pdf.objects[object] = body.as_bytes().to_vec();
    pdf.bytes()
}

fn page(entries: &str) -> Vec<u8> {
    Pdf::page_with(&text(30.0, 700.0, "Total 10.00"), entries, "").bytes()
}

fn resource(resources: &str, content: &str, add: fn(&mut Pdf)) -> Vec<u8> {
    let mut pdf = Pdf::page_with(content, "/MediaBox [0 0 595 842]", resources);
    add(&mut pdf);
    pdf.bytes()
}

fn areas_over_text() -> Vec<u8> {
    let content = text(30.0, 700.0, &"A".repeat(60_000)) + &"1 g 0 0 500 500 re f ".repeat(60_000);
    Pdf::page(&content).bytes()
}

fn long_actual_text() -> Vec<u8> {
    let span = format!("/Span <</ActualText ({})>> BDC (A) Tj EMC ", "9".repeat(10_000));
    content_of(&span, 10_000)
}

fn glyphs_everywhere() -> Vec<u8> {
    let mut random = Random(7);
    let place = |random: &mut Random| random.below(800_000) as f32 / 1000.0;
    let glyph = |random: &mut Random| {
        format!("/F1 {} Tf 1 0 0 1 {} {} Tm (8) Tj\n", random.below(400) + 1, place(random), place(random))
    };
    let content: String = (0..150_000).map(|_| glyph(&mut random)).collect();
    Pdf::page(&format!("BT {content} ET")).bytes()
}

fn exponential_forms() -> Vec<u8> {
    resource("/XObject <</X 7 0 R>>", "/X Do", |pdf| {
        for level in 0..30 {
            let next = 8 + level;
            let entries = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <</XObject <</X {next} 0 R>>>>"
            );
            pdf.add_stream(&entries, b"/X Do /X Do /X Do");
        }
        pdf.add_stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", b"BT (A) Tj ET");
    })
}

fn composite(codes: &str, ranges: &str, more: &str) -> Vec<u8> {
    let mut pdf = Pdf::page_with(
        "BT /C 9 Tf 30 700 Td <0041004200430044> Tj ET",
        "/MediaBox [0 0 595 842]",
        "/Font <</C 7 0 R>>",
    );
    pdf.add("<</Type /Font /Subtype /Type0 /BaseFont /C /Encoding /Identity-H /DescendantFonts [8 0 R] /ToUnicode 9 0 R>>");
    pdf.add(&format!(
        "<</Type /Font /Subtype /CIDFontType2 /BaseFont /C /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) \
         /Supplement 0>> {more}>>"
    ));
    let count = ranges.lines().count().max(1);
    let map = format!(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange {codes} endcodespacerange \
         {count} beginbfrange\n{ranges}\nendbfrange endcmap end"
    );
    pdf.add_stream("", map.as_bytes());
    pdf.bytes()
}

/// 10 GB of zeros, packed once or twice.
fn zeros(layers: usize) -> Vec<u8> {
    let once = packed_times(b"", &vec![0; 1 << 20], 10_000);
    if layers > 1 { pack(&once) } else { once }
}

fn flate_bomb(layers: usize) -> Vec<u8> {
    let mut pdf = Pdf::page("");
    let filters = "/FlateDecode ".repeat(layers);
    replace_stream(&mut pdf, 4, &format!("/Filter [{filters}]"), &zeros(layers));
    pdf.bytes()
}

fn nested(opening: &str) -> Vec<u8> {
    let mut pdf = invoice();
    pdf.add(&opening.repeat(300_000));
    pdf.objects[2] = b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources 7 0 R /Annots 7 0 R>>".to_vec();
    pdf.bytes()
}

fn deep_pages() -> Vec<u8> {
    let mut pdf = invoice();
    pdf.objects[1] = b"<</Type /Pages /Kids [7 0 R] /Count 1>>".to_vec();
    for number in 8..100_008 {
        pdf.add(&format!("<</Type /Pages /Kids [{number} 0 R] /Count 1>>"));
    }
    pdf.add("<</Type /Page>>");
    pdf.bytes()
}

fn encrypted(before: &str, between: &str, after: &str) -> Vec<u8> {
    let mut pdf = invoice();
    let noise = "5A".repeat(32);
    pdf.trailer = format!("/Encrypt {before}{noise}{between}{noise}{after} /ID [<{noise}> <{noise}>]")
        .replace(">>>>", ">>>");
    pdf.bytes()
}

fn font(key: &str) -> Vec<u8> {
    let mut pdf = Pdf::page_with(
        "BT /N 9 Tf 30 700 Td (Total 9) Tj ET",
        "/MediaBox [0 0 595 842]",
        "/Font <</N 7 0 R>>",
    );
    pdf.add(
        "<</Type /Font /Subtype /TrueType /BaseFont /N /FontDescriptor 8 0 R /FirstChar 0 /LastChar 255>>",
    );
    pdf.add(&format!("<</Type /FontDescriptor /FontName /N /Flags 4 {key} 9 0 R>>"));
    let mut random = Random(3);
    let noise: Vec<u8> =
        [0, 1, 0, 0, 0, 200].into_iter().chain((0..50_000).map(|_| random.below(256) as u8)).collect();
    pdf.add_stream("", &noise);
    pdf.bytes()
}

fn find(bytes: &[u8], needle: &[u8]) -> usize {
    memchr::memmem::find(bytes, needle).unwrap()
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = find(bytes, old);
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

/// xorshift64*, so that a number names a file.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end.max(1)
    }
}

/// The whole file with some harm done to it, and which.
pub fn harmed(whole: &[u8], seed: u64) -> (&'static str, Vec<u8>) {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    random.next();
    let mut bytes = whole.to_vec();
    let length = bytes.len();
    let (from, size) = (random.below(length), random.below(200) + 1);
    let until = (from + size).min(length);
    let kind = match seed % 8 {
        0 => {
            bytes.truncate(from);
            "cut off"
        }
        1 => {
            // Near its end a file has its table, and readers are used to repairing that.
            bytes.truncate(length - random.below(length.min(1500)));
            "cut off near the end"
        }
        2 => {
            for _ in 0..=random.below(4) {
                let bit = random.below(length * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            "some bits turned"
        }
        3 => {
            bytes[from..until].fill(0);
            "a stretch of zeros"
        }
        4 => {
            bytes.drain(from..until);
            "a stretch lost"
        }
        5 => {
            let stretch = bytes[from..until].to_vec();
            let at = random.below(length);
            bytes.splice(at..at, stretch);
            "a stretch doubled"
        }
        6 => {
            for _ in 0..=random.below(3) {
                figure(&mut bytes, &mut random);
            }
            "a figure of its structure changed"
        }
        _ => {
            let noise: Vec<u8> = (0..size).map(|_| random.below(256) as u8).collect();
            let room = noise.len().min(length - from);
            bytes[from..from + room].copy_from_slice(&noise[..room]);
            "a stretch of noise"
        }
    };
    (kind, bytes)
}

/// Changes a figure that is not inside a stream.
fn figure(bytes: &mut [u8], random: &mut Random) {
    let mut in_stream = false;
    let mut figures = Vec::new();
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(b"endstream") {
            in_stream = false;
        } else if bytes[at..].starts_with(b"stream") {
            in_stream = true;
        }
        if !in_stream && bytes[at].is_ascii_digit() {
            figures.push(at);
        }
    }
    let at = figures[random.below(figures.len())];
    bytes[at] = b'0' + random.below(10) as u8;
}

/// The fields that a harmed file gets wrong: neither as in the whole one nor absent.
pub fn wrong_fields(whole: &Document, read: &Document) -> Vec<String> {
    let (whole, read) = (serde_json::to_value(whole).unwrap(), serde_json::to_value(read).unwrap());
    // Nothing in a PDF guards the letters of a link; which reader read it is no field.
    let is_field =
        |key: &str| !matches!(key, "reading" | "problems" | "evidence" | "link" | "source" | "language");
    let fields = read.as_object().unwrap().iter().filter(|(key, _)| is_field(key));
    let wrong = fields.filter(|(key, value)| {
        let is_nothing = *key == "kind" && *value == "not-an-invoice";
        !is_right_or_absent(&whole[key.as_str()], value) && !is_nothing
    });
    wrong.map(|(key, value)| format!("{key}: {value}, not {}", whole[key.as_str()])).collect()
}

/// A list may be absent, but what it holds is all there: of each of its items a field may be absent.
fn is_right_or_absent(whole: &Value, read: &Value) -> bool {
    match (whole, read) {
        (_, Value::Null) => true,
        (Value::Array(whole), Value::Array(read)) => {
            let items = || whole.iter().zip(read).all(|(whole, read)| is_right_or_absent(whole, read));
            read.is_empty() || (whole.len() == read.len() && items())
        }
        (Value::Object(whole), Value::Object(read)) => {
            read.iter().all(|(key, value)| is_right_or_absent(&whole[key], value))
        }
        _ => whole == read,
    }
}
