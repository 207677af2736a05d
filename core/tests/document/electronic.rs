//! Embedded files.

use super::drawn::page;
use billfold_core::document::{Attachment, Document, Layout, Reading, read};
use billfold_core::kind::Kind;
use rust_decimal::Decimal;

const CROSS_INDUSTRY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
  xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
  xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
 <rsm:ExchangedDocument>
  <ram:ID>RE-2026-0007</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260412</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:SpecifiedTradeProduct><ram:Name>Hosting</ram:Name></ram:SpecifiedTradeProduct>
   <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>50.00</ram:ChargeAmount>
   </ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
   <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">2</ram:BilledQuantity>
   </ram:SpecifiedLineTradeDelivery>
   <ram:SpecifiedLineTradeSettlement>
    <ram:ApplicableTradeTax><ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
    <ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>100.00</ram:LineTotalAmount>
    </ram:SpecifiedTradeSettlementLineMonetarySummation>
   </ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Kieselgrund GmbH</ram:Name>
    <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE000000001</ram:ID></ram:SpecifiedTaxRegistration>
   </ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Nordlicht Werkzeuge GmbH</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
   <ram:ApplicableTradeTax><ram:CalculatedAmount>19.00</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
    <ram:BasisAmount>100.00</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
    <ram:RateApplicablePercent>19</ram:RateApplicablePercent></ram:ApplicableTradeTax>
   <ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
     <udt:DateTimeString format="102">20260426</udt:DateTimeString></ram:DueDateDateTime>
   </ram:SpecifiedTradePaymentTerms>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:LineTotalAmount>100.00</ram:LineTotalAmount><ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>
    <ram:GrandTotalAmount>119.00</ram:GrandTotalAmount><ram:DuePayableAmount>119.00</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"#;

const UNIVERSAL: &str = r#"<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
  xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <b:ID>GS-7</b:ID><b:IssueDate>2026-05-02</b:IssueDate><b:CreditNoteTypeCode>381</b:CreditNoteTypeCode>
 <b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
 <a:BillingReference><a:InvoiceDocumentReference><b:ID>RE-2026-0007</b:ID></a:InvoiceDocumentReference></a:BillingReference>
 <a:AccountingSupplierParty><a:Party><a:PartyName><b:Name>Kiesel</b:Name></a:PartyName>
  <a:PartyTaxScheme><b:CompanyID>DE000000001</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:PartyTaxScheme>
  <a:PartyLegalEntity><b:RegistrationName>Kieselgrund GmbH</b:RegistrationName></a:PartyLegalEntity>
 </a:Party></a:AccountingSupplierParty>
 <a:TaxTotal><b:TaxAmount currencyID="EUR">0</b:TaxAmount><a:TaxSubtotal>
  <b:TaxableAmount currencyID="EUR">50</b:TaxableAmount><b:TaxAmount currencyID="EUR">0</b:TaxAmount>
  <a:TaxCategory><b:ID>AE</b:ID><b:Percent>0</b:Percent>
   <b:TaxExemptionReason>Steuerschuldnerschaft des Leistungsempfängers</b:TaxExemptionReason>
   <a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:TaxCategory></a:TaxSubtotal></a:TaxTotal>
 <a:LegalMonetaryTotal><b:LineExtensionAmount currencyID="EUR">50</b:LineExtensionAmount>
  <b:TaxExclusiveAmount currencyID="EUR">50</b:TaxExclusiveAmount>
  <b:TaxInclusiveAmount currencyID="EUR">50</b:TaxInclusiveAmount>
  <b:PayableAmount currencyID="EUR">50</b:PayableAmount></a:LegalMonetaryTotal>
 <a:CreditNoteLine><b:CreditedQuantity unitCode="C62">1</b:CreditedQuantity>
  <b:LineExtensionAmount currencyID="EUR">50</b:LineExtensionAmount><a:Item><b:Name>Hosting</b:Name></a:Item>
  <a:Price><b:PriceAmount currencyID="EUR">50</b:PriceAmount></a:Price></a:CreditNoteLine>
</CreditNote>"#;

fn embedded(xml: &str, text: &str) -> Document {
    let bytes = xml.as_bytes().to_vec();
    read(&[page(text)], &[Attachment { name: "factur-x.xml".to_owned(), bytes }])
}

fn amount(text: &str) -> Option<Decimal> {
    Some(text.parse().unwrap())
}

#[test]
fn a_cross_industry_invoice_comes_before_the_page() {
    let read = embedded(CROSS_INDUSTRY, "Rechnungsnummer  RE-2026-0007\n\nSumme  119,00 €");
    assert_eq!((read.kind, read.reading), (Kind::Invoice, Reading::Whole), "{:?}", read.problems);
    assert_eq!(read.source, Some(Layout::Electronic));
    assert_eq!(read.number.as_deref(), Some("RE-2026-0007"));
    assert_eq!((read.issued, read.due), ("2026-04-12".parse().ok(), "2026-04-26".parse().ok()));
    assert_eq!(read.vendor.as_deref(), Some("Kieselgrund GmbH"));
    assert_eq!(read.vendor_tax_ids[0].id, "DE000000001");
    assert_eq!(read.customer.as_deref(), Some("Nordlicht Werkzeuge GmbH"));
    assert_eq!((read.subtotal, read.total, read.amount_due), (amount("100"), amount("119"), amount("119")));
    let line = &read.lines[0];
    assert_eq!((line.quantity, line.unit_price, line.amount), (amount("2"), amount("50"), amount("100")));
    assert_eq!((read.taxes[0].rate, read.taxes[0].base), (amount("19"), amount("100")));
}

#[test]
fn a_universal_credit_note_with_reverse_charge() {
    let read = embedded(UNIVERSAL, "Gutschrift");
    assert_eq!((read.kind, read.refers_to.as_deref()), (Kind::CreditNote, Some("RE-2026-0007")));
    assert_eq!(read.vendor.as_deref(), Some("Kieselgrund GmbH"));
    assert_eq!(read.reverse_charge.as_deref(), Some("Steuerschuldnerschaft des Leistungsempfängers"));
    assert_eq!((read.total, read.taxes[0].amount), (amount("50"), amount("0")));
}

#[test]
fn another_number_on_the_page_is_a_problem() {
    let read = embedded(CROSS_INDUSTRY, "Rechnung\nRechnungsnummer  RE-2026-0008\nSumme  119,00 €\nKunde");
    assert_eq!(read.reading, Reading::InPart);
    assert_eq!(read.problems[0].code, "embedded-differs");
}

#[test]
fn sums_are_checked_and_bombs_are_not_opened() {
    let read =
        embedded(&CROSS_INDUSTRY.replace("<ram:GrandTotalAmount>119", "<ram:GrandTotalAmount>129"), "");
    assert_eq!(read.reading, Reading::InPart);
    assert!(read.problems.iter().any(|problem| problem.code == "total-differs"));
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Invoice>&b;</Invoice>";
    assert_eq!(embedded(bomb, "").source, None);
}
