//! The smallest TrueType font there is: each glyph is the same box, 600 wide.

/// A font whose glyphs 1, 2, … are these letters, and the map of its codes to them.
pub fn with_glyphs(letters: &str) -> (Vec<u8>, String) {
    let count = u16::try_from(letters.chars().count()).unwrap() + 1;
    // One contour of four points, all on the curve, with their steps as words.
    let words = |values: &[i16]| values.iter().flat_map(|value| value.to_be_bytes()).collect::<Vec<u8>>();
    let mut glyph = words(&[1, 100, 0, 500, 700, 3, 0]);
    glyph.extend([1, 1, 1, 1]);
    glyph.extend(words(&[100, 400, 0, -400, 0, 0, 700, 0]));
    let mut head = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000]);
    head.extend([0; 16]);
    head.extend(words(&[100, 0, 500, 700, 0, 8, 2, 1, 0]));
    let mut hhea = words(&[1, 0, 700, 0, 0, 600, 100, 100, 500, 1, 0, 0]);
    hhea.extend([0; 10]);
    hhea.extend(count.to_be_bytes());
    let mut maxp = words(&[1, 0]);
    maxp.extend(count.to_be_bytes());
    maxp.extend(words(&[4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
    let length = u32::try_from(glyph.len()).unwrap();
    let loca = (0..=u32::from(count)).flat_map(|at| (at * length).to_be_bytes()).collect();
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", glyph.repeat(count.into())),
        (b"head", head),
        (b"hhea", hhea),
        (b"hmtx", words(&[600, 100]).repeat(count.into())),
        (b"loca", loca),
        (b"maxp", maxp),
    ];
    let map =
        letters.chars().zip(1..).map(|(letter, code)| format!("<{code:04X}> <{:04X}>\n", u32::from(letter)));
    let map: String = map.collect();
    let map = format!(
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange \
         {} beginbfchar\n{map}endbfchar endcmap end",
        count - 1
    );
    (sfnt(&tables), map)
}

fn sfnt(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut font = vec![0, 1, 0, 0, 0, tables.len() as u8, 0, 0, 0, 0, 0, 0];
    let mut place = font.len() + 16 * tables.len();
    for (tag, data) in tables {
        font.extend_from_slice(*tag);
        font.extend([0; 4]);
        font.extend((place as u32).to_be_bytes());
        font.extend((data.len() as u32).to_be_bytes());
        place += data.len().next_multiple_of(4);
    }
    for (_, data) in tables {
        font.extend_from_slice(data);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    font
}
