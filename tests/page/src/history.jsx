// The billing history: fetched late, keyed rows, as a table or as an ARIA grid. Re-render, reorder and
// remount are real React updates with a new listing, hence new tokens in every link.
import { useCallback, useEffect, useState } from "react";
import { subscribe } from "./live.js";
import { dateTime, money } from "./format.js";

const TABLE = { table: "table", head: "thead", body: "tbody", row: "tr", header: "th", cell: "td", role: {} };
const GRID = {
  table: "div", head: "div", body: "div", row: "div", header: "div", cell: "div",
  role: { table: "grid", head: "rowgroup", body: "rowgroup", row: "row", header: "columnheader", cell: "gridcell" },
};

async function list(organisation) {
  const response = await fetch(`/dashboard/billing/invoices?system=api&organization=${organisation.id}`);
  if (!response.ok) throw new Error(`the listing answered ${response.status}`);
  return (await response.json()).data;
}

const LISTS_ANEW = ["rerender", "remount", "reorder"];

export function History({ organisation, config }) {
  const [rows, setRows] = useState(null);
  const [failed, setFailed] = useState(false);
  const [epoch, setEpoch] = useState(0);
  const [reversed, setReversed] = useState(false);
  const [knobs, setKnobs] = useState(config.knobs);

  const load = useCallback(() => list(organisation).then(setRows, () => setFailed(true)), [organisation]);
  useEffect(() => void load(), [load]);
  useEffect(() => subscribe((name, detail) => {
    if (name === "knobs") setKnobs(detail);
    if (name === "reorder") setReversed((was) => !was);
    if (name === "remount") setEpoch((was) => was + 1);
    if (LISTS_ANEW.includes(name)) load();
  }), [load]);

  if (failed) return <p role="alert">Billing history could not be loaded.</p>;
  if (!rows) return <p className="muted" aria-busy="true">Loading…</p>;
  if (!rows.length) return <p className="muted">No invoices yet.</p>;
  return <Rows rows={reversed ? [...rows].reverse() : rows} epoch={epoch} config={config} knobs={knobs} />;
}

function Rows({ rows, epoch, config, knobs }) {
  const kind = knobs.aria_grid ? GRID : TABLE;
  const { table: Table, head: Head, body: Body, row: Row, header: Header } = kind;
  const columns = [knobs.number_column && "Invoice", "Status", "Amount", "Created", ""].filter((c) => c !== false);
  const className = [knobs.class_name ? "billing-history-table" : "data-view", knobs.aria_grid && "grid"].filter(Boolean);
  return (
    <Table className={className.join(" ")} role={kind.role.table} aria-label={knobs.aria_grid ? "Billing history" : undefined}>
      <Head role={kind.role.head}>
        <Row role={kind.role.row}>
          {columns.map((name) => <Header key={name} role={kind.role.header}>{name}</Header>)}
        </Row>
      </Head>
      <Body role={kind.role.body}>
        {rows.map((row) => <HistoryRow key={`${epoch}/${row.id}`} {...{ row, kind, config, knobs }} />)}
      </Body>
    </Table>
  );
}

function HistoryRow({ row, kind, config, knobs }) {
  const { row: Row, cell: Cell } = kind;
  const role = kind.role.cell;
  // In English the page prints "$12.10" even where Intl's en-GB would print "US$12.10".
  const locale = knobs.locale.startsWith("en") ? "en-US" : knobs.locale;
  const status = row.status[0].toUpperCase() + row.status.slice(1);
  return (
    <Row role={kind.role.row}>
      {knobs.number_column && <Cell role={role}>{row.number}</Cell>}
      <Cell role={role}><span className={`badge ${row.status}`}>{status}</span></Cell>
      <Cell role={role}>{money(row.total, row.currency.toUpperCase(), locale, "narrowSymbol")}</Cell>
      <Cell role={role}>{dateTime(row.created, knobs.locale, config.time_zone)}</Cell>
      <Cell role={role}>
        {row.hosted_invoice_url && <a href={row.hosted_invoice_url} target="_blank" rel="noreferrer">View</a>}
      </Cell>
    </Row>
  );
}
