//! Invoices that carry themselves as data: the XML file in a Factur-X or ZUGFeRD document, or an XRechnung.
//!
//! Two syntaxes of EN 16931: UN/CEFACT's Cross Industry Invoice (D16B) and OASIS UBL 2.1. What is not in the
//! file stays unknown; nothing is computed.

use super::checks;
use super::fields::{Discount, Document, Evidence, Layout, Line, Period, Problem, Reading, Sure, Tax, TaxId};
use crate::kind::Kind;
use crate::money::Currency;
use chrono::NaiveDate;
use roxmltree::{Document as Xml, Node, ParsingOptions};
use rust_decimal::Decimal;

/// A file that is embedded in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// `factur-x.xml`.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// More elements than an invoice of thousands of lines has.
const MOST_NODES: u32 = 1_000_000;

/// The first attachment that is an invoice.
pub(super) fn read(attachments: &[Attachment]) -> Option<Document> {
    attachments.iter().find_map(|attachment| {
        let text = std::str::from_utf8(&attachment.bytes).ok()?;
        let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
        let xml = Xml::parse_with_options(text.trim_start_matches('\u{feff}'), options).ok()?;
        let root = xml.root_element();
        let mut document = match root.tag_name().name() {
            "CrossIndustryInvoice" => cross_industry(root)?,
            "Invoice" | "CreditNote" => universal(root)?,
            _ => return None,
        };
        document.source = Some(Layout::Electronic);
        let fields = ["number", "issued", "due", "currency", "vendor", "customer", "subtotal", "total"];
        document.evidence = fields.iter().map(|field| evidence(field, &attachment.name)).collect();
        Some(checks::finish(document, None))
    })
}

fn evidence(field: &str, name: &str) -> Evidence {
    let (field, text) = (field.to_owned(), name.to_owned());
    Evidence { field, page: 0, place: [0.0; 4], text, sure: Sure::Labelled }
}

/// Says so where the pages and the embedded file are about different things: only one of them is seen by
/// people.
pub(super) fn compare(electronic: &mut Document, printed: &Document) {
    let amount = |amount: Option<Decimal>| amount.map(|amount| amount.normalize().to_string());
    let pairs = [
        ("number", electronic.number.clone(), printed.number.clone()),
        ("total", amount(electronic.total), amount(printed.total)),
        (
            "currency",
            electronic.currency.map(|currency| currency.code().to_owned()),
            printed.currency.map(|currency| currency.code().to_owned()),
        ),
    ];
    for (field, embedded, page) in pairs {
        if let (Some(embedded), Some(page)) = (embedded, page)
            && embedded != page
        {
            electronic.reading = Reading::InPart;
            electronic.problems.push(Problem {
                code: "embedded-differs".to_owned(),
                fields: vec![field.to_owned()],
                sentence: format!("The embedded file says {embedded}, the page says {page}."),
            });
        }
    }
    electronic.link = electronic.link.take().or_else(|| printed.link.clone());
}

/// UNTDID 1001.
fn kind(code: &str) -> Kind {
    match code {
        "381" | "396" | "532" | "261" => Kind::CreditNote,
        "388" => Kind::TaxInvoice,
        _ => Kind::Invoice,
    }
}

/// Children by their names, whatever prefix stands for their namespaces.
fn children<'a, 'i: 'a>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

fn at<'a, 'i: 'a>(node: Node<'a, 'i>, path: &'static str) -> Option<Node<'a, 'i>> {
    path.split('/').try_fold(node, |node, name| children(node, name).next())
}

fn text(node: Node<'_, '_>, path: &'static str) -> Option<String> {
    let text = at(node, path)?.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn decimal(node: Node<'_, '_>, path: &'static str) -> Option<Decimal> {
    Decimal::from_str_exact(text(node, path)?.trim_start_matches('+')).ok()
}

/// Format 102: `20260412`; or ISO 8601.
fn day(node: Node<'_, '_>, path: &'static str) -> Option<NaiveDate> {
    let text = text(node, path)?;
    let text = text.get(..10).unwrap_or(&text);
    NaiveDate::parse_from_str(text, "%Y%m%d").or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d")).ok()
}

fn period(node: Node<'_, '_>, from: &'static str, to: &'static str) -> Option<Period> {
    Some(Period { from: day(node, from)?, to: day(node, to)? })
}

fn tax_id(name: Option<&str>, id: String) -> TaxId {
    let name = match name {
        Some("FC") => "Tax number",
        _ => "VAT",
    };
    TaxId { name: name.to_owned(), id }
}

/// An allowance lowers the price, a charge raises it.
fn allowance(amount: Option<Decimal>, charge: Option<&str>) -> Option<Decimal> {
    let charged = charge == Some("true");
    amount.map(|amount| if charged { amount } else { -amount })
}

fn cross_industry(root: Node<'_, '_>) -> Option<Document> {
    let head = at(root, "ExchangedDocument")?;
    let trade = at(root, "SupplyChainTradeTransaction")?;
    let agreement = at(trade, "ApplicableHeaderTradeAgreement")?;
    let settlement = at(trade, "ApplicableHeaderTradeSettlement")?;
    let sums = at(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")?;
    let party_ids = |party: &'static str| -> Vec<TaxId> {
        let party = at(agreement, party);
        let ids = party.into_iter().flat_map(|party| children(party, "SpecifiedTaxRegistration"));
        ids.filter_map(|id| {
            let scheme = at(id, "ID").and_then(|id| id.attribute("schemeID"));
            Some(tax_id(scheme, text(id, "ID")?))
        })
        .collect()
    };
    let kind = kind(&text(head, "TypeCode").unwrap_or_default());
    let taxes: Vec<Node<'_, '_>> = children(settlement, "ApplicableTradeTax").collect();
    let reverse = taxes.iter().find(|tax| text(**tax, "CategoryCode").as_deref() == Some("AE"));
    Some(Document {
        kind,
        vendor: text(agreement, "SellerTradeParty/Name"),
        vendor_tax_ids: party_ids("SellerTradeParty"),
        customer: text(agreement, "BuyerTradeParty/Name"),
        customer_tax_ids: party_ids("BuyerTradeParty"),
        number: text(head, "ID"),
        refers_to: text(settlement, "InvoiceReferencedDocument/IssuerAssignedID"),
        issued: day(head, "IssueDateTime/DateTimeString"),
        due: day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"),
        purchase_order: text(agreement, "BuyerOrderReferencedDocument/IssuerAssignedID"),
        currency: text(settlement, "InvoiceCurrencyCode").as_deref().and_then(Currency::parse),
        service_period: at(settlement, "BillingSpecifiedPeriod")
            .and_then(|node| period(node, "StartDateTime/DateTimeString", "EndDateTime/DateTimeString")),
        memo: text(head, "IncludedNote/Content"),
        lines: children(trade, "IncludedSupplyChainTradeLineItem").map(cross_industry_line).collect(),
        discounts: children(settlement, "SpecifiedTradeAllowanceCharge")
            .map(|node| Discount {
                name: text(node, "Reason"),
                amount: allowance(
                    decimal(node, "ActualAmount"),
                    text(node, "ChargeIndicator/Indicator").as_deref(),
                ),
                promotional_credit: false,
            })
            .collect(),
        taxes: taxes
            .iter()
            .map(|tax| Tax {
                name: text(*tax, "TypeCode"),
                rate: decimal(*tax, "RateApplicablePercent"),
                base: decimal(*tax, "BasisAmount"),
                amount: decimal(*tax, "CalculatedAmount"),
                inclusive: Some(false),
            })
            .collect(),
        reverse_charge: reverse
            .map(|tax| text(*tax, "ExemptionReason").unwrap_or_else(|| "Reverse charge".to_owned())),
        subtotal: decimal(sums, "LineTotalAmount"),
        total_excluding_tax: decimal(sums, "TaxBasisTotalAmount"),
        total: decimal(sums, "GrandTotalAmount"),
        amount_paid: decimal(sums, "TotalPrepaidAmount"),
        amount_due: decimal(sums, "DuePayableAmount"),
        ..Document::default()
    })
}

fn cross_industry_line(item: Node<'_, '_>) -> Line {
    let settlement = at(item, "SpecifiedLineTradeSettlement");
    Line {
        description: text(item, "SpecifiedTradeProduct/Name"),
        quantity: decimal(item, "SpecifiedLineTradeDelivery/BilledQuantity"),
        unit_price: decimal(item, "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
        tax_rate: settlement.and_then(|node| decimal(node, "ApplicableTradeTax/RateApplicablePercent")),
        amount: settlement
            .and_then(|node| decimal(node, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount")),
        period: settlement
            .and_then(|node| at(node, "BillingSpecifiedPeriod"))
            .and_then(|node| period(node, "StartDateTime/DateTimeString", "EndDateTime/DateTimeString")),
        nested: false,
    }
}

fn universal(root: Node<'_, '_>) -> Option<Document> {
    let credits = root.tag_name().name() == "CreditNote";
    let sums = at(root, "LegalMonetaryTotal")?;
    let party = |role: &'static str| at(root, role).and_then(|role| at(role, "Party"));
    let name = |party: Option<Node<'_, '_>>| {
        let party = party?;
        text(party, "PartyLegalEntity/RegistrationName").or_else(|| text(party, "PartyName/Name"))
    };
    let ids = |party: Option<Node<'_, '_>>| -> Vec<TaxId> {
        let schemes = party.into_iter().flat_map(|party| children(party, "PartyTaxScheme"));
        schemes
            .filter_map(|scheme| {
                let is_local = text(scheme, "TaxScheme/ID").is_some_and(|id| id != "VAT");
                Some(tax_id(is_local.then_some("FC"), text(scheme, "CompanyID")?))
            })
            .collect()
    };
    let code = text(root, if credits { "CreditNoteTypeCode" } else { "InvoiceTypeCode" });
    let taxes: Vec<Node<'_, '_>> =
        children(root, "TaxTotal").flat_map(|total| children(total, "TaxSubtotal")).collect();
    let reverse = taxes.iter().find(|tax| text(**tax, "TaxCategory/ID").as_deref() == Some("AE"));
    let (seller, buyer) = (party("AccountingSupplierParty"), party("AccountingCustomerParty"));
    Some(Document {
        kind: if credits { Kind::CreditNote } else { kind(&code.unwrap_or_default()) },
        vendor: name(seller),
        vendor_tax_ids: ids(seller),
        customer: name(buyer),
        customer_tax_ids: ids(buyer),
        number: text(root, "ID"),
        refers_to: text(root, "BillingReference/InvoiceDocumentReference/ID"),
        issued: day(root, "IssueDate"),
        due: day(root, "DueDate").or_else(|| day(root, "PaymentMeans/PaymentDueDate")),
        purchase_order: text(root, "OrderReference/ID"),
        currency: text(root, "DocumentCurrencyCode").as_deref().and_then(Currency::parse),
        service_period: at(root, "InvoicePeriod").and_then(|node| period(node, "StartDate", "EndDate")),
        memo: text(root, "Note"),
        lines: children(root, if credits { "CreditNoteLine" } else { "InvoiceLine" })
            .map(|line| universal_line(line, credits))
            .collect(),
        discounts: children(root, "AllowanceCharge")
            .map(|node| Discount {
                name: text(node, "AllowanceChargeReason"),
                amount: allowance(decimal(node, "Amount"), text(node, "ChargeIndicator").as_deref()),
                promotional_credit: false,
            })
            .collect(),
        taxes: taxes
            .iter()
            .map(|tax| Tax {
                name: text(*tax, "TaxCategory/TaxScheme/ID"),
                rate: decimal(*tax, "TaxCategory/Percent"),
                base: decimal(*tax, "TaxableAmount"),
                amount: decimal(*tax, "TaxAmount"),
                inclusive: Some(false),
            })
            .collect(),
        reverse_charge: reverse.map(|tax| {
            text(*tax, "TaxCategory/TaxExemptionReason").unwrap_or_else(|| "Reverse charge".to_owned())
        }),
        subtotal: decimal(sums, "LineExtensionAmount"),
        total_excluding_tax: decimal(sums, "TaxExclusiveAmount"),
        total: decimal(sums, "TaxInclusiveAmount"),
        amount_paid: decimal(sums, "PrepaidAmount"),
        amount_due: decimal(sums, "PayableAmount"),
        ..Document::default()
    })
}

fn universal_line(line: Node<'_, '_>, credits: bool) -> Line {
    Line {
        description: text(line, "Item/Name"),
        quantity: decimal(line, if credits { "CreditedQuantity" } else { "InvoicedQuantity" }),
        unit_price: decimal(line, "Price/PriceAmount"),
        tax_rate: decimal(line, "Item/ClassifiedTaxCategory/Percent"),
        amount: decimal(line, "LineExtensionAmount"),
        period: at(line, "InvoicePeriod").and_then(|node| period(node, "StartDate", "EndDate")),
        nested: false,
    }
}
