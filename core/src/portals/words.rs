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
    "unpaid", // en
    "bezahlt",
    "offen",
    "storniert",
    "fehlgeschlagen",
    "erstattet",
    "überfällig", // de
    "payé",
    "payée",
    "ouverte",
    "annulée",
    "échec",
    "échoué",
    "remboursé",
    "remboursée", // fr
    "支払い済み",
    "支払済み",
    "未払い",
    "無効",
    "失敗",
    "返金済み", // ja
];

/// The field that a column's header names.
pub(super) fn header(text: &str) -> Option<Field> {
    let text = text.to_lowercase();
    HEADERS.iter().find(|(_, words)| words.contains(&text.as_str())).map(|(field, _)| *field)
}

/// Is it one of the words that the tables are made of?
pub(super) fn known(word: &str) -> bool {
    let word = word.to_lowercase();
    let phrases = HEADERS.iter().flat_map(|(_, phrases)| *phrases).chain(STATUSES);
    phrases.into_iter().any(|phrase| phrase.split(|c: char| !c.is_alphanumeric()).any(|part| part == word))
}

/// Is the whole text a status?
pub(super) fn is_status(text: &str) -> bool {
    text.chars().count() <= 20 && STATUSES.contains(&text.to_lowercase().as_str())
}
