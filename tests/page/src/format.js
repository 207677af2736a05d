// Dates and amounts as the real pages print them, by Intl in the chosen locale.

export function decimals(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
}

export function money(minor, currency, locale, currencyDisplay = "symbol") {
  const digits = decimals(currency);
  return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay }).format(minor / 10 ** digits);
}

export function dateTime(seconds, locale, timeZone) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone }).format(seconds * 1000);
}

// Portals print the month's short name where the medium style would not ("1. Feb. 2026"); Japanese has digits.
export function day(seconds, locale, timeZone) {
  const style = locale.startsWith("ja")
    ? { dateStyle: "medium" }
    : { day: "numeric", month: "short", year: "numeric" };
  return new Intl.DateTimeFormat(locale, { ...style, timeZone }).format(seconds * 1000);
}
