//! Every word that the tables know, typed here once more: a word that is lost or moved is noticed.

use super::pages;
use billfold_core::portals::{Field, Strategy};

const LINK: &str = "https://invoice.stripe.com/i/acct_1TESTplatform000/live_YWNjdF8xVEVTVHBsYXRmb3JtMDAwLF9TMDAwMWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6LDE3MTAxODkwMA0200TESTchk0";
const ADDRESS: &str = "https://platform.openai.com/settings/organization/billing/history";

const NUMBER: &str = "Invoice|Invoice number|Invoice no|Invoice no.|Invoice #|Number|Rechnung|Rechnungsnummer|Rechnungsnr.|Nummer|\
    Facture|Numéro|Numéro de facture|N°|請求書|請求書番号|番号";
const STATUS: &str = "Status|State|Statut|État|ステータス|状態";
const AMOUNT: &str = "Amount|Total|Betrag|Summe|Gesamt|Montant|金額|合計";
const DATE: &str = "Created|Date|Invoice date|Date of issue|Issued|Datum|Erstellt|Rechnungsdatum|Ausstellungsdatum|Créé|Créée|\
    Date de création|Date d’émission|Date d'émission|日付|作成日|発行日";
const DESCRIPTION: &str = "Description|Item|Beschreibung|Désignation|説明|内容";

const OTHERS: &str = "Tax|VAT|Subtotal|Net|Discount|Balance|Credit|Fee|Due|Due date|Due on|Period|Billing period|Service period|\
    Renews|Paid on|Steuer|MwSt|MwSt.|USt|USt.|Netto|Zwischensumme|Rabatt|Fällig|Fällig am|Fälligkeit|Zeitraum|Leistungszeitraum|\
    Bezahlt am|TVA|Taxe|Taxes|Sous-total|Remise|HT|Échéance|Date d’échéance|Période|Payée le|税|税額|消費税|小計|割引|期日|支払期日|\
    支払期限|期間|利用期間|支払日";

const STATUSES: &str = "Paid|Open|Void|Voided|Uncollectible|Draft|Failed|Refunded|Past due|Unpaid|Overdue|Pending|Bezahlt|Offen|\
    Storniert|Fehlgeschlagen|Erstattet|Überfällig|Entwurf|Payé|Payée|Ouverte|Annulée|Échec|Échoué|Remboursé|Remboursée|Brouillon|\
    En retard|支払い済み|支払済み|未払い|無効|失敗|返金済み|下書き";

#[test]
fn headers() {
    let table = [
        (Field::Number, NUMBER, "RE/7"),
        (Field::Status, STATUS, "Something else"),
        (Field::Amount, AMOUNT, "$5.00"),
        (Field::Date, DATE, "1 May 2026"),
        (Field::Description, DESCRIPTION, "Something else"),
    ];
    for (field, words, text) in table {
        for word in
            words.split('|').flat_map(|word| [word.to_owned(), word.to_lowercase(), format!("{word}:")])
        {
            let html = format!(
                "<table><tr><th>{word}</th><th></th></tr><tr><td>{text}</td><td><a href='{LINK}'>x</a></td></tr></table>"
            );
            let found = pages::read(&html, ADDRESS, "en-GB").1.found;
            assert_eq!(found.into_keys().collect::<Vec<_>>(), [(field, Strategy::Header)], "{word}");
        }
    }
}

#[test]
fn what_is_none_of_the_fields() {
    for word in OTHERS.split('|') {
        for text in ["$5.00", "1 May 2026"] {
            for html in [
                format!(
                    "<table><tr><th>{word}</th><th></th></tr><tr><td>{text}</td><td><a href='{LINK}'>x</a></td></tr></table>"
                ),
                format!("<div><b>{word}:</b> <i>{text}</i> <a href='{LINK}'>x</a></div>"),
                format!("<div>{word} {text} <a href='{LINK}'>x</a></div>"),
            ] {
                let found = pages::read(&html, ADDRESS, "en-GB").1.found;
                assert!(found.is_empty(), "{word}: {found:?}");
            }
        }
    }
}

#[test]
fn statuses() {
    for word in STATUSES.split('|').flat_map(|word| [word.to_owned(), word.to_uppercase()]) {
        let html = format!(
            "<p>1 May 2026</p><div><b>{word}</b> <i>1 May 2026</i> <u>$5.00</u> <a href='{LINK}'>x</a></div>"
        );
        let (_, listing) = pages::read(&html, ADDRESS, "en-GB");
        assert_eq!(listing.rows[0].row.status.as_deref(), Some(word.as_str()));
    }
    let long = "<div><b>Paid by a card that nobody knows</b> <i>1 May 2026</i> <u>$5.00</u> <a href='LINK'>x</a></div>";
    assert_eq!(pages::read(&long.replace("LINK", LINK), ADDRESS, "en-GB").1.rows[0].row.status, None);
}
