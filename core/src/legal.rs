//! Words that say what a company is in law.

/// In small letters, without dots.
const FORMS: [&str; 36] = [
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "nv",
    "oy",
    "pbc",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "sas",
    "sl",
    "spa",
    "srl",
    "eurl",
    "oü",
    "sro",
    "ug",
];

/// Whether a word is a legal form, dots and case aside: `GmbH`, `B.V.`, `Inc`.
pub(crate) fn is_form(word: &str) -> bool {
    let form = word.replace('.', "").to_lowercase();
    FORMS.contains(&form.as_str())
}
