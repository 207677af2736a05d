//! Invented documents in layouts of their own.

/// All that Stripe's totals can hold: two taxes, a discount, a balance, a part that is paid.
pub(crate) const FULL: &str = "
#Invoice

*Invoice number     *AB12CD34-0011
Date of issue       April 25, 2024
Date due            May 9, 2024

*OpenRouter, Inc              *Bill to
1 Example Street              Larkspur Analytics
Springfield                   12 Sample Lane
EU OSS VAT EU000000001        ES VAT ESB12345678

#$16.36 USD due May 9, 2024

*Pay online

Description                              Qty    Unit price    Tax      Amount

Team plan                                  2        $20.00    10%      $40.00
Apr 25 – May 25, 2024

Support                                    1         $4.00    10%       $4.00
Apr 1 – May 1, 2024

                              Subtotal                                 $44.00
                              Spring offer (20% off)                   -$8.80
                              GST (10% on $35.20)                       $3.52
                              Levy tax (5% on $35.20)                   $1.76
                              Total                                    $40.48
                              Applied balance                          -$4.12
                              Amount paid                              $20.00
                              *Amount due                         *$16.36 USD


AB12CD34-0011 · $16.36 USD due May 9, 2024                        Page 1 of 1
";

/// Stripe's receipt with its payments.
pub(crate) const RECEIPT: &str = "
#Receipt

*Invoice number     *AB12CD34-0010
Receipt number      2260-2349
Date paid           April 27, 2024

*OpenAI, LLC                  *Bill to
1 Example Street              Larkspur Analytics
Springfield                   12 Sample Lane

#$25.00 USD paid on April 27, 2024

Description                              Qty    Unit price    Tax      Amount

ChatGPT Plus Subscription                  1        $20.00    25%      $20.00
Apr 25 – May 25, 2024

                              Subtotal                                 $20.00
                              VAT - Sweden (25% on $20.00)              $5.00
                              Total                                    $25.00
                              *Amount paid                            *$25.00

*Payment history

Payment method         Date                Amount paid      Receipt number

Visa - 4242            April 27, 2024           $25.00           2260-2349


                                                                  Page 1 of 1
";

/// Stripe's credit note.
pub(crate) const CREDIT_NOTE: &str = "
#Credit note

*Credit note number     *AB12CD34-0010-CN-01
Invoice number          AB12CD34-0010
Date of issue           April 29, 2024

*OpenAI, LLC                  *Bill to
1 Example Street              Larkspur Analytics
Springfield                   12 Sample Lane

#$20.00 USD refunded on April 29, 2024

Description                              Qty    Unit price    Amount

ChatGPT Plus Subscription                  1        $20.00    $20.00
Apr 25 – May 25, 2024

                              Subtotal                        $20.00
                              Total                           $20.00
                              Amount refunded                 $20.00

AB12CD34-0010-CN-01 · $20.00 USD refunded on April 29, 2024       Page 1 of 1
";

/// A German letter with its totals at the left, as DIN 5008 sets it.
pub(crate) const LETTER: &str = "
#Rechnung
Blaubeer Software GmbH

Kunde                                     Kundennummer: 10023
Nordlicht Werkzeuge GmbH                  Rechnungsnummer: 2026-00318
Musterweg 7                               Lieferdatum: 01.04.2026
20000 Hamburg                             Datum: 03.04.2026

Pos.  Bezeichnung           Menge     Einzelpreis     Gesamtpreis
1     Lizenz Basis              2           50,00          100,00
2     Wartung                   1           19,90           19,90

Summe netto                                                119,90 €
zzgl. 19 % MwSt.                                            22,78 €
Gesamtbetrag                                               142,68 €

Zahlbar bis 17.04.2026 ohne Abzug. Bei Zahlung bis 10.04.2026 2 % Skonto.
IBAN DE00 1234 5678 9000 0000 00   BIC ABCDEFGH
";

/// Headings above their values, and amounts whose prices contain the tax.
pub(crate) const HEADINGS_ABOVE: &str = "
#Invoice
Customer number   555-12
Order number      ORD-778

Invoice number        Invoice date        Delivery date
INV-778               April 5, 2026       April 9, 2026

From                  Bill to
Paper Hat Co.         Tiny Fox Ltd
1 Test Mews           2 Test Mews

Description        Quantity    Unit price    Total
Hat                       1        $12.00    $12.00
Scarf                     2         $6.00    $12.00

                      Total net      $20.00
                      VAT 20%         $4.00
                      Total          $24.00
";

/// Two taxes of one kind each, bare figures, one symbol.
pub(crate) const INDIAN: &str = "
#Tax Invoice
Indus Cloud Private Limited
GSTIN: 29ABCDE1234F1Z5

Invoice No: IC/26-27/0042
Date: 05-04-2026

Bill To
Ganga Traders

Description      Qty    Rate       Amount
Hosting plan       1    1,000.00   1,000.00

Subtotal                            1,000.00
CGST 9%                                90.00
SGST 9%                                90.00
Total                              ₹1,180.00
";

/// A French one; day and month stand in the order of its language.
pub(crate) const FRENCH: &str = "
#Facture
Fournisseur SARL
TVA FR00123456789

Numéro de facture : F2026-0042
Date : 03/04/2026

Facturer à
Client Dupont SA

Description       Qté     Prix unitaire     Montant
Conseil             2          450,00 €     900,00 €

Total HT                              900,00 €
TVA 20 %                              180,00 €
Total TTC                           1 080,00 €
";

/// All of them.
pub(crate) const ALL: [&str; 8] =
    [super::stripe::PLAIN, FULL, RECEIPT, CREDIT_NOTE, LETTER, HEADINGS_ABOVE, INDIAN, FRENCH];
