// The picture as text: a tree that screen readers and keyboards walk, filled as it is opened.

import { make } from "./dom.js";

const MOST_CHILDREN = 300;

export class TextTree {
  // label(node) names a node, children(node, trail) gives what lies below it; chosen(node) is told a choice.
  constructor(title, { label, children, chosen }) {
    Object.assign(this, { label, children, chosen });
    this.element = make("ul", { role: "tree", class: "dx-tree", "aria-label": title });
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("click", (event) => {
      const item = event.target.closest("[role=treeitem]");
      if (item) this.choose(item);
    });
    this.nodes = new WeakMap();
  }

  show(roots) {
    const within = this.element.contains(document.activeElement);
    this.element.replaceChildren(...roots.map((node) => this.item(node, [])));
    this.current = this.element.firstElementChild;
    this.current?.setAttribute("tabindex", "0");
    if (this.current) this.open(this.current);
    if (within) this.current?.focus();
  }

  item(node, trail) {
    const below = this.children(node, trail);
    const item = make("li", {
      role: "treeitem",
      tabindex: "-1",
      "aria-level": String(trail.length + 1),
      "aria-expanded": below.length ? "false" : null,
      "aria-selected": "false",
    });
    item.append(make("span", { text: this.label(node) }));
    this.nodes.set(item, { node, below, trail: [...trail, node] });
    return item;
  }

  open(item) {
    if (item.getAttribute("aria-expanded") !== "false") return;
    const { below, trail } = this.nodes.get(item);
    const group = make("ul", { role: "group" });
    group.append(...below.slice(0, MOST_CHILDREN).map((node) => this.item(node, trail)));
    if (below.length > MOST_CHILDREN) {
      group.append(make("li", { role: "none", text: `and ${below.length - MOST_CHILDREN} more` }));
    }
    item.append(group);
    item.setAttribute("aria-expanded", "true");
  }

  close(item) {
    item.querySelector(":scope > [role=group]")?.remove();
    item.setAttribute("aria-expanded", "false");
  }

  choose(item) {
    this.focus(item);
    this.chosen(this.nodes.get(item).node);
  }

  focus(item) {
    if (!item) return;
    this.current?.setAttribute("tabindex", "-1");
    this.current = item;
    item.setAttribute("tabindex", "0");
    item.focus();
  }

  // Marks the items for which test(node) holds, and names all anew: the tree is in step with the picture.
  mark(test) {
    for (const item of this.element.querySelectorAll("[role=treeitem]")) {
      const { node } = this.nodes.get(item);
      item.setAttribute("aria-selected", String(Boolean(test(node))));
      item.firstChild.textContent = this.label(node);
    }
  }

  key(event) {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation();
    const all = [...this.element.querySelectorAll("[role=treeitem]")];
    const expanded = item.getAttribute("aria-expanded");
    const steps = {
      ArrowDown: () => this.focus(all[all.indexOf(item) + 1]),
      ArrowUp: () => this.focus(all[all.indexOf(item) - 1]),
      Home: () => this.focus(all[0]),
      End: () => this.focus(all.at(-1)),
      ArrowRight: () => (expanded === "true" ? this.focus(all[all.indexOf(item) + 1]) : this.open(item)),
      ArrowLeft: () =>
        expanded === "true" ? this.close(item) : this.focus(item.parentElement.closest("[role=treeitem]")),
      Enter: () => this.choose(item),
      " ": () => this.choose(item),
    };
    if (!(event.key in steps)) return;
    event.preventDefault();
    steps[event.key]();
  }
}
