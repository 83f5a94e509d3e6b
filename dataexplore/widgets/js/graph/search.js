// Search over tables and columns: the best first, all of them counted.

import { make } from "../core/dom.js";
import { brief } from "../core/text.js";

const HITS = 40;

// How well a name answers: the whole of it, its beginning, the beginning of a word, anywhere; null is no answer.
function rank(name, words) {
  let worst = 0;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at < 0) return null;
    let here = 3;
    if (name === word) here = 0;
    else if (at === 0) here = 1;
    else if (/[^a-z0-9]/.test(name[at - 1])) here = 2;
    worst = Math.max(worst, here);
  }
  return worst;
}

// { found: items, best first; total }
export function search(data, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return { found: [], total: 0 };
  const hits = [];
  const tables = data.names.lower();
  const places = data.places.lower();
  const columns = data.columns.lower();
  for (let card = 0; card < data.size; card += 1) {
    const own = rank(tables[card], words) ?? (rank(`${places[card]}.${tables[card]}`, words) === null ? null : 4);
    if (own !== null) hits.push([own, tables[card].length, card]);
  }
  const dotted = words.length === 1 && words[0].includes(".");
  for (let column = 0; column < columns.length; column += 1) {
    let own = rank(columns[column], words);
    if (own === null && dotted) {
      const card = data.owner[column];
      own = rank(`${places[card]}.${tables[card]}.${columns[column]}`, words) === null ? null : 4;
    }
    if (own !== null) hits.push([own + 0.5, columns[column].length, data.size + column]);
  }
  hits.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return { found: hits.slice(0, HITS).map((hit) => hit[2]), total: hits.length };
}

// The field with its list of answers. chosen(item) is told what was picked; look() gives the data of now.
export class SearchBox {
  constructor({ look, chosen, left }) {
    Object.assign(this, { look, chosen, left });
    this.input = make("input", {
      class: "dx-input dx-search",
      type: "text",
      placeholder: "Search tables and columns",
      "aria-label": "Search tables and columns",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.update(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.close(),
    });
    this.list = make("div", { class: "dx-hits", role: "listbox", "aria-label": "Answers", tabindex: "-1", hidden: true });
    this.count = make("span", { class: "dx-count", "aria-live": "polite" });
    this.element = make("div", { class: "dx-field" }, this.input, make("kbd", { text: "/" }), this.count, this.list);
    this.items = [];
    this.current = 0;
  }

  update() {
    const data = this.look();
    const { found, total } = search(data, this.input.value);
    this.items = found;
    this.current = 0;
    this.count.textContent = this.input.value.trim() ? total.toLocaleString("en") : "";
    this.list.replaceChildren(...found.map((item, i) => this.option(data, item, i)));
    if (this.input.value.trim() && !total) this.list.append(make("div", { class: "dx-none", text: "Nothing has this name." }));
    this.list.hidden = !this.input.value.trim();
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark();
  }

  option(data, item, i) {
    const place = data.isColumn(item) ? data.path(data.cardOf(item)) : data.places.at(item);
    const option = make(
      "div",
      { class: "dx-hit", role: "option" },
      make("span", { class: "dx-hit-name", text: brief(data.name(item), 60) }),
      make("span", { class: "dx-hit-place", text: brief(place, 60) }),
      make("span", { class: "dx-hit-kind", text: data.isColumn(item) ? "column" : data.kindOf(item) }),
    );
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field would lose the focus and the list would close before the click
      this.pick(i);
    });
    return option;
  }

  mark() {
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === this.current)));
    this.list.children[this.current]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.items.length) {
      event.preventDefault();
      this.current = (this.current + step + this.items.length) % this.items.length;
      this.mark();
    } else if (event.key === "Enter") this.pick(this.current);
    else if (event.key === "Escape") {
      this.input.value = "";
      this.close();
      this.left();
    }
  }

  pick(i) {
    if (!this.items.length) return;
    const item = this.items[i];
    this.close();
    this.chosen(item);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }
}
