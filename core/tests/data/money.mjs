// Prints money.json: what Intl.NumberFormat (full ICU) shows for an amount, by locale and "amount code".
// Run: node core/tests/data/money.mjs > core/tests/data/money.json
const common = ['en-US', 'en-GB', 'de', 'fr', 'ja'];
const further = ['en-CA', 'en-AU', 'en-IN', 'de-AT', 'de-CH', 'fr-CA', 'fr-CH', 'es', 'it', 'nl', 'pt-BR', 'sv', 'zh-CN'];
const currencies = ['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'CAD', 'AUD', 'CNY', 'INR', 'SEK', 'KWD'];
const amounts = [0, 5, 20, 999.99, 1234.5, 1234567.89, -5, -1234.56];

const table = {};
for (const locale of [...common, ...further]) {
  table[locale] = {};
  for (const currency of currencies) {
    for (const amount of amounts) {
      const format = (options) => new Intl.NumberFormat(locale, { style: 'currency', currency, ...options });
      const digits = format({}).resolvedOptions().maximumFractionDigits;
      const shown = [{}, { currencyDisplay: 'code' }, { currencySign: 'accounting' }].map((o) => format(o).format(amount));
      const exact = (Math.sign(amount) * Math.round(Math.abs(amount) * 10 ** digits) / 10 ** digits).toFixed(digits);
      table[locale][`${exact} ${currency}`] = [...new Set(shown)];
    }
  }
}
const lines = Object.entries(table).map(([locale, byAmount]) => {
  const rows = Object.entries(byAmount).map(([amount, shown]) => `    "${amount}": ${JSON.stringify(shown)}`);
  return `  "${locale}": {\n${rows.join(',\n')}\n  }`;
});
console.log(`{\n${lines.join(',\n')}\n}`);
