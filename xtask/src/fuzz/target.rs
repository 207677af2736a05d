//! The fuzz targets: one for each program in `fuzz/fuzz_targets`.

/// A target and how it is run.
pub(super) struct Target {
    /// Of its program and its corpus.
    pub(super) name: &'static str,
    /// The most bytes of one input.
    pub(super) max_len: u32,
    /// Its part of the time, beside the others' parts.
    pub(super) share: u32,
    /// The list of words in `fuzz/dictionaries` that inputs are made of.
    pub(super) words: Option<&'static str>,
    /// Are the sample pages inputs, too?
    pub(super) pages: bool,
}

const fn target(name: &'static str, max_len: u32, share: u32, words: Option<&'static str>) -> Target {
    Target { name, max_len, share, words, pages: false }
}

/// Every target. What is slow or deep gets more time.
pub(super) const TARGETS: [Target; 11] = [
    target("dates", 4096, 2, Some("dates")),
    target("framing", 4096, 1, None),
    target("links", 4096, 1, Some("links")),
    target("mail", 4096, 1, Some("links")),
    target("messages", 4096, 1, Some("messages")),
    target("money", 4096, 2, Some("money")),
    target("names", 2048, 2, Some("names")),
    Target { pages: true, ..target("pages", 65536, 3, Some("pages")) },
    target("responses", 4096, 1, Some("responses")),
    // Its time is in proportion to the page, about 2 ms for each KiB of the densest ones.
    Target { pages: true, ..target("scrub", 32768, 3, Some("pages")) },
    target("session", 4096, 4, None),
];

#[cfg(test)]
mod tests {
    use super::TARGETS;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn names(folder: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(folder);
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn every_program_has_its_target_and_every_target_what_it_names() {
        let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
        assert_eq!(names("fuzz_targets"), targets);
        assert_eq!(names("corpus"), targets);
        let words: BTreeSet<String> =
            TARGETS.iter().filter_map(|target| target.words.map(str::to_owned)).collect();
        assert_eq!(names("dictionaries"), words);
    }
}
