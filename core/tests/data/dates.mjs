// Prints dates.json: what Intl.DateTimeFormat (full ICU) shows for a day, by locale and ISO date.
// Run: node core/tests/data/dates.mjs > core/tests/data/dates.json
const common = ['en-US', 'en-GB', 'de', 'fr', 'ja'];
const further = ['en-AU', 'en-CA', 'en-IN', 'de-AT', 'de-CH', 'fr-CA', 'fr-CH', 'es', 'it', 'nl', 'pt-BR', 'zh-CN'];
// At noon UTC the day is the same in all of these.
const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Tokyo', 'America/Los_Angeles', 'Asia/Kolkata'];
const styles = ['short', 'medium', 'long', 'full'];

const days = ['2024-02-29', '2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25'];
for (let month = 1; month <= 12; month++) {
  const pad = (n) => String(n).padStart(2, '0');
  const last = new Date(Date.UTC(2023, month, 0)).getUTCDate();
  [1, 12, 13, last].forEach((day, i) => days.push(`${2023 + ((month + i) % 4)}-${pad(month)}-${pad(day)}`));
}

const table = {};
for (const locale of [...common, ...further]) {
  table[locale] = {};
  days.forEach((day, n) => {
    if (further.includes(locale) && n % 4 !== 3) return;
    const instant = new Date(`${day}T12:${String((n * 7) % 60).padStart(2, '0')}:09Z`);
    const timeZone = zones[n % zones.length];
    const forms = styles.flatMap((dateStyle, i) => [
      { dateStyle },
      // Zones in words only where the parser promises them.
      { dateStyle, timeStyle: styles[(i + n) % (common.includes(locale) ? 4 : 2)] },
    ]);
    forms.push(
      {},
      { year: 'numeric', month: 'short', day: 'numeric' },
      { year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit' },
      { year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' },
    );
    const shown = forms.map((options) => new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(instant));
    table[locale][day] = [...new Set(shown)];
  });
}
const lines = Object.entries(table).map(([locale, byDay]) => {
  const rows = Object.entries(byDay).map(([day, shown]) => `    "${day}": ${JSON.stringify(shown)}`);
  return `  "${locale}": {\n${rows.join(',\n')}\n  }`;
});
console.log(`{\n${lines.join(',\n')}\n}`);
