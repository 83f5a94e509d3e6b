// The panel beside the picture: what hangs on a table or column, counted, as a table to sort.

import { button, make } from "../core/dom.js";
import { brief, counted } from "../core/text.js";
import { reach } from "./reach.js";

const IMPACT_ROWS = 200;
const COUNTED = 3000; // rows above which each row's own total is left out: it costs a walk a row

// What lies on one side of an item: { item, kind, hops, direct, total } each.
export function impact(data, item, side) {
  const column = data.isColumn(item);
  const tables = side === "down" ? data.next : data.previous;
  const columns = side === "down" ? data.columnNext : data.columnPrevious;
  const [links, shift] = column ? [columns, data.size] : [tables, 0];
  const { hops } = reach(links, [item - shift]);
  hops.delete(item - shift);
  const distinct = (node) => new Set([...links.edges(node)].map((edge) => links.ends[edge])).size;
  return [...hops].map(([node, hop]) => ({
    item: node + shift,
    kind: column ? "column" : data.kindOf(node),
    hops: hop,
    direct: distinct(node),
    total: hops.size > COUNTED ? null : reach(links, [node]).hops.size - 1,
  }));
}

const HEADS = [
  ["name", "Name"],
  ["kind", "Kind"],
  ["hops", "Hops"],
  ["direct", "Direct"],
  ["total", "Total"],
];

export class ImpactPanel {
  constructor({ chosen, closed }) {
    this.chosen = chosen;
    this.order = { by: "hops", up: true };
    this.side = "down";
    this.title = make("div", { class: "dx-panel-title" });
    this.sum = make("div", { class: "dx-sum" });
    this.tabs = ["down", "up"].map((side) =>
      button(side === "down" ? "Downstream" : "Upstream", () => this.turn(side), { class: "dx-tab", role: "tab" }),
    );
    this.table = make("table", { class: "dx-table" });
    this.more = make("div", { class: "dx-none" });
    this.element = make(
      "aside",
      { class: "dx-impact", "aria-label": "Impact", hidden: true },
      make("div", { class: "dx-panel-head" }, this.title, button("✕", closed, { class: "dx-close", "aria-label": "Close the panel" })),
      make("div", { class: "dx-tabs", role: "tablist" }, ...this.tabs),
      this.sum,
      make("div", { class: "dx-scroll" }, this.table, this.more),
    );
  }

  turn(side) {
    this.side = side;
    this.show(this.data, this.item, this.active);
  }

  // Shows what hangs on an item; `active` is the card the keyboard or mouse is on in the picture.
  show(data, item, active) {
    if (this.element.hidden) return;
    Object.assign(this, { data, item, active });
    this.title.textContent = brief(data.name(item), 40);
    this.title.title = brief(data.path(item), 300);
    this.tabs.forEach((tab, i) => tab.setAttribute("aria-selected", String((i === 0) === (this.side === "down"))));
    this.rows = impact(data, item, this.side);
    this.sum.replaceChildren(...this.numbers());
    this.sort();
  }

  numbers() {
    const kinds = new Map();
    for (const row of this.rows) kinds.set(row.kind, (kinds.get(row.kind) ?? 0) + 1);
    const figure = (number, label) =>
      make("div", { class: "dx-figure" }, make("b", { text: number.toLocaleString("en") }), make("span", { text: label }));
    const direct = this.rows.filter((row) => row.hops === 1).length;
    const words = [...kinds].map(([kind, number]) => counted(number, brief(kind, 20)));
    return [figure(direct, "direct"), figure(this.rows.length, "in all"), make("div", { class: "dx-kinds", text: words.join(" · ") })];
  }

  sort() {
    const { by, up } = this.order;
    const value = (row) => (by === "name" ? this.data.name(row.item).toLowerCase() : row[by] ?? -1);
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    this.rows.sort((a, b) => compare(value(a), value(b)) * (up ? 1 : -1) || a.hops - b.hops || a.item - b.item);
    const heads = HEADS.map(([key, label]) => {
      const sorted = key === by ? (up ? "ascending" : "descending") : "none";
      const press = () => {
        this.order = { by: key, up: key === by ? !up : key === "name" || key === "kind" || key === "hops" };
        this.sort();
        [...this.table.querySelectorAll("th button")].find((head) => head.textContent.startsWith(label))?.focus();
      };
      const arrow = key === by ? (up ? " ↑" : " ↓") : "";
      return make("th", { scope: "col", "aria-sort": sorted }, button(`${label}${arrow}`, press, { class: "dx-head" }));
    });
    const body = make("tbody", {}, ...this.rows.slice(0, IMPACT_ROWS).map((row) => this.row(row)));
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...heads)), body);
    const left = this.rows.length - IMPACT_ROWS;
    this.more.textContent = !this.rows.length ? `Nothing ${this.side}stream is known.` : left > 0 ? `and ${left.toLocaleString("en")} more` : "";
  }

  row(row) {
    const { data } = this;
    const name = data.isColumn(row.item) ? `${data.name(data.cardOf(row.item))}.${data.name(row.item)}` : data.name(row.item);
    const number = (value) => make("td", { class: "dx-number", text: value === null ? "–" : value.toLocaleString("en") });
    return make(
      "tr",
      { "aria-selected": String(data.cardOf(row.item) === this.active), "data-item": String(row.item) },
      make("td", {}, button(brief(name, 46), () => this.chosen(row.item), { class: "dx-link", title: brief(data.path(row.item), 300) })),
      make("td", { text: brief(row.kind, 20) }),
      number(row.hops),
      number(row.direct),
      number(row.total),
    );
  }

  // The card under the keyboard or mouse changed: mark its row.
  mark(active) {
    this.active = active;
    if (this.element.hidden) return;
    for (const row of this.table.querySelectorAll("tbody tr")) {
      row.setAttribute("aria-selected", String(this.data.cardOf(Number(row.dataset.item)) === active));
    }
  }
}
