//! Words over columns and in status badges, by language. Adding a language is a line in each table.

use super::Field;

const HEADERS: &[(Field, &[&str])] = &[
    (
        Field::Number,
        &[
            "invoice",
            "invoice number",
            "invoice no",
            "invoice no.",
            "invoice #",
            "number", // en
            "rechnung",
            "rechnungsnummer",
            "rechnungsnr.",
            "nummer", // de
            "facture",
            "numéro",
            "numéro de facture",
            "n°", // fr
            "請求書",
            "請求書番号",
            "番号", // ja
        ],
    ),
    (Field::Status, &["status", "state", "statut", "état", "ステータス", "状態"]),
    (Field::Amount, &["amount", "total", "betrag", "summe", "gesamt", "montant", "金額", "合計"]),
    (
        Field::Date,
        &[
            "created",
            "date",
            "invoice date",
            "date of issue",
            "issued", // en
            "datum",
            "erstellt",
            "rechnungsdatum",
            "ausstellungsdatum", // de
            "créé",
            "créée",
            "date de création",
            "date d'émission", // fr
            "日付",
            "作成日",
            "発行日", // ja
        ],
    ),
    (Field::Description, &["description", "item", "beschreibung", "désignation", "説明", "内容"]),
];

const STATUSES: &[&str] = &[
    "paid",
    "open",
    "void",
    "voided",
    "uncollectible",
    "draft",
    "failed",
    "refunded",
    "past due",
    "unpaid",
    "overdue",
    "pending", // en
    "bezahlt",
    "offen",
    "storniert",
    "fehlgeschlagen",
    "erstattet",
    "überfällig",
    "entwurf", // de
    "payé",
    "payée",
    "ouverte",
    "annulée",
    "échec",
    "échoué",
    "remboursé",
    "remboursée",
    "brouillon",
    "en retard", // fr
    "支払い済み",
    "支払済み",
    "未払い",
    "無効",
    "失敗",
    "返金済み",
    "下書き", // ja
];

/// Amounts and dates that an invoice has beside its own: what it says under or after these is not the field.
const OTHERS: &[&str] = &[
    "tax",
    "vat",
    "subtotal",
    "net",
    "discount",
    "balance",
    "credit",
    "fee", // en
    "due",
    "due date",
    "due on",
    "period",
    "billing period",
    "service period",
    "renews",
    "paid on", // en
    "steuer",
    "mwst",
    "mwst.",
    "ust",
    "ust.",
    "netto",
    "zwischensumme",
    "rabatt", // de
    "fällig",
    "fällig am",
    "fälligkeit",
    "zeitraum",
    "leistungszeitraum",
    "bezahlt am", // de
    "tva",
    "taxe",
    "taxes",
    "sous-total",
    "remise",
    "ht", // fr
    "échéance",
    "date d'échéance",
    "période",
    "payée le", // fr
    "税",
    "税額",
    "消費税",
    "小計",
    "割引",
    "期日",
    "支払期日",
    "支払期限",
    "期間",
    "利用期間",
    "支払日", // ja
];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// A field.
    Field(Field),
    /// Something else, known to be none of the fields.
    Other,
}

fn label(text: &str) -> String {
    text.trim_end_matches([':', '：', ' ']).replace('\u{2019}', "'").to_lowercase()
}

/// What a column's header names.
pub(super) fn column(text: &str) -> Option<Column> {
    let text = label(text);
    let field = HEADERS
        .iter()
        .find(|(_, words)| words.contains(&text.as_str()))
        .map(|(field, _)| Column::Field(*field));
    field.or_else(|| OTHERS.contains(&text.as_str()).then_some(Column::Other))
}

/// Does a label say that what follows is none of the fields?
pub(super) fn is_other(text: &str) -> bool {
    OTHERS.contains(&label(text).as_str())
}

/// Does a text say somewhere that an amount or a date in it is none of the fields?
pub(super) fn mentions_other(text: &str) -> bool {
    let text = label(text);
    OTHERS.iter().any(|other| {
        text.match_indices(other).any(|(at, _)| {
            let ends = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}');
            let after = text.get(at + other.len()..).and_then(|rest| rest.chars().next());
            ends(text.get(..at).and_then(|rest| rest.chars().next_back())) && ends(after)
        })
    })
}

/// Is it one of the words that the tables are made of? In scripts without spaces: a part of one.
pub(super) fn known(word: &str) -> bool {
    let word = word.to_lowercase();
    let spaceless = word.chars().all(|c| c >= '\u{2e80}');
    let phrases = HEADERS.iter().flat_map(|(_, phrases)| *phrases).chain(STATUSES).chain(OTHERS);
    phrases.into_iter().any(|phrase| match spaceless {
        true => phrase.contains(&word),
        false => phrase.split(|c: char| !c.is_alphanumeric()).any(|part| part == word),
    })
}

/// Is the whole text a status?
pub(super) fn is_status(text: &str) -> bool {
    text.chars().count() <= 20 && STATUSES.contains(&text.to_lowercase().as_str())
}
