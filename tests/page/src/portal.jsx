// The customer portal at billing.stripe.com and pay.openai.com: three rows, ten more for each "View more".
// One view (portal_view.js) is put on the page by React or by plain DOM scripting.
import "./report.js";
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { readConfig, start, subscribe } from "./live.js";
import { view } from "./portal_view.js";

const FIRST = 3;
const MORE = 10;

// What is shown, apart from how: the same for both renderings.
class Model {
  rows = null;
  more = false;
  epoch = 0;
  reversed = false;
  deaf = 0;
  listeners = new Set();

  constructor(config) {
    this.config = config;
    this.deaf = config.knobs.deaf_clicks;
    subscribe((name, detail) => this.told(name, detail));
  }

  changed() {
    for (const listener of this.listeners) listener();
  }

  async fetch(limit, after) {
    const query = `limit=${limit}${after ? `&starting_after=${after}` : ""}`;
    const response = await fetch(`/v1/billing_portal/sessions/${this.config.session}/invoices?${query}`);
    // The session is over: the page goes, and its address says so.
    if (response.status === 401) return location.reload(), new Promise(() => {});
    const page = await response.json();
    this.more = page.has_more;
    return page.data;
  }

  async load() {
    this.rows = await this.fetch(Math.max(FIRST, this.rows?.length ?? 0));
    this.changed();
  }

  viewMore = async () => {
    if (this.deaf-- > 0) return;
    const next = await this.fetch(MORE, this.rows.at(-1).id);
    this.rows = [...this.rows, ...next];
    this.changed();
  };

  told(name, detail) {
    if (name === "knobs") this.config.knobs = detail;
    if (name === "reorder") this.reversed = !this.reversed;
    if (name === "remount") this.epoch += 1;
    if (["rerender", "reorder", "remount", "knobs"].includes(name)) this.load();
  }

  view(h) {
    const rows = this.reversed ? [...this.rows].reverse() : this.rows;
    return view(h, { ...this, rows, viewMore: this.viewMore });
  }
}

function byReact(model, root) {
  function Portal() {
    const [, bump] = useState(0);
    useEffect(() => {
      const listener = () => bump((count) => count + 1);
      model.listeners.add(listener);
      return () => model.listeners.delete(listener);
    }, []);
    return model.rows ? model.view(createElement) : createElement("p", { className: "muted" }, "…");
  }
  createRoot(root).render(createElement(Portal));
}

// Throws the old rows away on every change, as pages without a framework do.
function byHand(model, root) {
  const h = (type, props, ...children) => {
    const svg = ["svg", "path"].includes(type);
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", type) : document.createElement(type);
    for (const [name, value] of Object.entries(props ?? {})) {
      if (name === "key" || value === undefined) continue;
      if (name === "onClick") node.addEventListener("click", value);
      else node.setAttribute({ className: "class", tabIndex: "tabindex" }[name] ?? name, value);
    }
    node.append(...children.flat(2).filter((child) => child !== null && child !== false));
    return node;
  };
  model.listeners.add(() => root.replaceChildren(model.view(h)));
}

const config = readConfig();
const root = document.getElementById("customer_portal_page_body");
const model = new Model(config);
(config.knobs.rendering === "plain" ? byHand : byReact)(model, root);
model.load();
start(config);
