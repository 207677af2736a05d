// The portal's markup in both generations, written against `h(type, props, ...children)` so that React and
// plain scripting give the same. Test ids and nesting follow fixtures/portals/portal-gen*.html; the words in
// German, French and Japanese other than "Mehr anzeigen" and "Voir plus" are guesses.
import { day, money } from "./format.js";

const WORDS = {
  en: { title: "Invoice history", more: "View more", paid: "Paid", void: "Void", back: "Return to", none: "No invoices" },
  de: { title: "Rechnungsverlauf", more: "Mehr anzeigen", paid: "Bezahlt", void: "Storniert", back: "Zurück zu", none: "Keine Rechnungen" },
  fr: { title: "Historique des factures", more: "Voir plus", paid: "Payée", void: "Annulée", back: "Retour à", none: "Aucune facture" },
  ja: { title: "請求履歴", more: "さらに表示", paid: "支払い済み", void: "無効", back: "戻る", none: "請求書はありません" },
};

export function view(h, { rows, more, epoch, config, viewMore }) {
  const { knobs } = config;
  const words = WORDS[knobs.locale.slice(0, 2)] ?? WORDS.en;
  const row = knobs.generation === "A" ? rowA : rowB;
  const list = rows.map((each) => row(h, each, `${epoch}/${each.id}`, knobs, config, words));
  const grid = knobs.generation === "A" ? { className: "⚙ rs-grid" } : { className: "⚙list" };
  return h("div", { className: "db-CustomerPortalRoot" },
    h("div", { "data-testid": "page-container-main" },
      h("header", {}, h("strong", {}, config.business_name), h("a", { href: "#" }, `${words.back} ${config.business_name}`)),
      h("div", { className: "heading" },
        h(knobs.generation === "A" ? "div" : "h2", {}, h("span", {}, words.title)),
        knobs.generation === "A" ? null : h("a", { "data-testid": "collapsed-invoice-search", href: "#" })),
      rows.length
        ? h("div", {},
            h("div", grid, list),
            more ? h("button", { "data-testid": "view-more-button", type: "button", onClick: viewMore }, h("span", {}, words.more)) : null)
        : h("div", { "data-testid": "empty-state" }, words.none)));
}

function link(h, row, props, ...children) {
  if (!row.hosted_invoice_url) return h("div", { className: props.className, key: props.key }, ...children);
  return h("a", { href: row.hosted_invoice_url, target: "_blank", rel: "noopener noreferrer", "data-testid": "hip-link", ...props }, ...children);
}

function texts(row, knobs, config) {
  return {
    date: day(row.created, knobs.locale, config.time_zone),
    amount: money(row.total, row.currency.toUpperCase(), knobs.locale),
    tone: row.status === "paid" ? "positive" : "negative",
  };
}

// July 2024: a flat grid, four siblings for an invoice and nothing around them.
function rowA(h, row, key, knobs, config, words) {
  const { date, amount, tone } = texts(row, knobs, config);
  const icon = h("svg", { "aria-hidden": "true", height: "12", width: "12", viewBox: "0 0 16 16" });
  return [
    h("div", { className: "⚙", key: `${key}/date` },
      link(h, row, { tabIndex: "0", className: "⚙ rs1 ⚙1hhun9k" },
        h("div", { className: "⚙ rs0" }, h("span", { className: "⚙ rs2 ast asu asv ⚙gg9jmq" }, date), icon))),
    h("div", { className: "⚙", key: `${key}/amount` }, h("span", { className: "⚙ rs2 ast as13 ⚙15qjszs" }, amount)),
    h("div", { className: "⚙", key: `${key}/status` },
      h("span", { "data-testid": `invoice-status-badge-${tone}`, className: `sn-6ldk2i sn-6ldk2i-type-${tone}` }, words[row.status])),
    h("div", { className: "⚙ rs2 as14", key: `${key}/description` }, row.description),
  ];
}

// Since 2025: the link wraps the row.
function rowB(h, row, key, knobs, config, words) {
  const { date, amount, tone } = texts(row, knobs, config);
  return link(h, row, { className: "Box-root ⚙1abcde", key },
    h("div", { "data-testid": "billing-portal-invoice-row", className: "⚙x1" },
      h("div", { className: "⚙x2" }, h("span", { className: "⚙1opxpgz" }, date)),
      h("div", { className: "⚙x3" }, h("span", { className: "⚙1opxpgz" }, amount)),
      h("div", { className: "⚙x4" }, h("span", { className: `sn-6ldk2i sn-6ldk2i-type-${tone}` }, words[row.status])),
      h("div", { "data-testid": "billing-portal-invoice-description", title: row.description }, row.description)));
}
