// What stands around the canvas: toolbar, chip, banner, legend, help.

import { button, make } from "../core/dom.js";
import { keyName } from "../core/keyboard.js";
import { STATUSES, statusIcon } from "../core/marks.js";
import { brief, counted } from "../core/text.js";

// A number with a minus and a plus: how many hops are shown on one side.
export function stepper(label, sign, step) {
  const value = make("output", { class: "dx-steps", "aria-label": `${label}, hops` });
  const less = button("−", () => step(-1), { class: "dx-small", "aria-label": `${label}: fewer hops` });
  const more = button("+", () => step(1), { class: "dx-small", "aria-label": `${label}: more hops` });
  const element = make("div", { class: "dx-stepper", role: "group", "aria-label": label, title: label }, make("span", { text: sign, "aria-hidden": "true" }), less, value, more);
  const show = (shown, canLess, canMore) => {
    value.textContent = String(shown);
    less.disabled = !canLess;
    more.disabled = !canMore;
  };
  return { element, show };
}

export function toggle(label, title, press) {
  const element = button(label, press, { "aria-pressed": "false", title });
  return { element, show: (on) => element.setAttribute("aria-pressed", String(on)) };
}

// A button that opens a list of others below it.
export function menu(label, entries) {
  const list = make("div", { class: "dx-menu", role: "menu", hidden: true });
  const opener = button(`${label} ▾`, () => open(list.hidden), { "aria-haspopup": "menu", "aria-expanded": "false" });
  const open = (on) => {
    list.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) list.firstElementChild.focus();
  };
  const choose = (run) => () => {
    open(false);
    opener.focus();
    run();
  };
  list.append(...entries.map(([text, run]) => button(text, choose(run), { role: "menuitem", class: "dx-entry" })));
  const element = make("div", { class: "dx-drop" }, opener, list);
  element.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) {
      open(false);
      opener.focus();
    } else if (step && !list.hidden) {
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
      event.preventDefault();
    } else return;
    event.stopPropagation();
  });
  element.addEventListener("focusout", (event) => !element.contains(event.relatedTarget) && open(false));
  return element;
}

// Says what is lit, and takes it away.
export class Chip {
  constructor({ clear, isolate }) {
    this.text = make("span", { class: "dx-chip-text" });
    this.sum = make("span", { class: "dx-chip-sum" });
    this.isolate = button("Isolate", isolate, { class: "dx-chip-button", title: "Hide everything else (i)" });
    const clearing = button("✕ Clear", clear, { class: "dx-chip-button", title: "Clear (Esc)" });
    this.element = make("div", { class: "dx-chip", hidden: true }, this.text, this.sum, this.isolate, clearing);
  }

  show(view) {
    const { lit, selected, data } = view;
    this.element.hidden = lit === null && view.isolated === null;
    if (this.element.hidden) return;
    const first = selected.length ? data.name(selected[0]) : "";
    this.text.textContent = selected.length > 1 ? `${brief(first, 30)} +${selected.length - 1}` : brief(first, 44) || (lit ? "Path" : "Isolated");
    const columns = lit ? [...lit.items].filter((item) => data.isColumn(item)).length : 0;
    const tables = lit ? lit.cards.size : view.cards.length;
    this.sum.textContent = columns ? `${counted(columns, "column")} in ${counted(tables, "table")}` : counted(tables, "table");
    this.isolate.textContent = view.isolated ? "Show all" : "Isolate";
  }
}

// What is missing from the picture; the notes behind it open on a press.
export class Banner {
  constructor() {
    this.text = make("span", { class: "dx-said" });
    this.list = make("ul", { hidden: true });
    this.details = button("Details", () => (this.list.hidden = !this.list.hidden), { class: "dx-chip-button" });
    this.element = make("div", { class: "dx-banner", role: "note", hidden: true }, make("b", { text: "⚠", "aria-hidden": "true" }), this.text, this.details, this.list);
  }

  show(scene, notice) {
    const notes = scene.notes ?? [];
    const parts = [];
    if (notice) parts.push(notice.split("\n").map((line) => brief(line, 300)).join("\n"));
    if (scene.cut) parts.push(`This lineage is not complete: ${counted(scene.cut, "question")} without an answer.`);
    if (scene.whole > scene.shown) {
      parts.push(`The ${scene.shown.toLocaleString("en")} nearest of ${counted(scene.whole, "table")}; the others follow.`);
    }
    this.element.hidden = !parts.length;
    this.text.textContent = parts.join(" ");
    this.details.hidden = !notes.length;
    this.list.replaceChildren(...notes.map((note) => make("li", { text: brief(note, 300) })));
  }
}

// The words of the status lens, with their marks and how often each is seen.
export class Legend {
  constructor() {
    this.element = make("div", { class: "dx-legend", role: "list", "aria-label": "Status", hidden: true });
  }

  show(on, view, statusOf, theme) {
    this.element.hidden = !on;
    if (!on) return;
    const counts = new Map();
    let without = 0;
    for (const card of view.cards) {
      const status = statusOf(card);
      if (status) counts.set(status, (counts.get(status) ?? 0) + 1);
      else without += 1;
    }
    const entry = (icon, label, number) =>
      make("span", { role: "listitem" }, icon, make("span", { text: label }), make("b", { text: number.toLocaleString("en") }));
    const known = Object.keys(STATUSES).filter((word) => counts.has(word));
    this.element.replaceChildren(...known.map((word) => entry(statusIcon(word, theme), STATUSES[word].label, counts.get(word))));
    if (without) this.element.append(entry(null, "no status", without));
  }
}

export class Help {
  constructor(bindings, closed) {
    const rows = bindings.filter((binding) => binding.help).map((binding) =>
      make(
        "tr",
        {},
        make("td", {}, ...binding.keys.slice(0, 4).map((key) => make("kbd", { text: keyName(key) }))),
        make("td", { text: binding.help }),
      ),
    );
    const close = button("✕", closed, { class: "dx-close", "aria-label": "Close" });
    this.element = make(
      "div",
      { class: "dx-help", role: "dialog", "aria-label": "Keys", hidden: true },
      make("div", { class: "dx-panel-head" }, make("div", { class: "dx-panel-title", text: "Keys" }), close),
      make("table", {}, make("tbody", {}, ...rows)),
      make("p", { text: "Click lights a path; Ctrl or Shift adds another. Drag pans, the wheel zooms." }),
    );
    this.element.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape" || event.key === "?") closed();
    });
    this.close = close;
  }

  show(on) {
    this.element.hidden = !on;
    if (on) this.close.focus();
  }
}
