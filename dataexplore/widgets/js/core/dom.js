// Elements built from text only, and what every panel does with them.

const FOCUSABLE = new Set(["button", "input", "canvas", "select"]);

// make("button", { class: "dx-button", text: "Fit", onclick: fit }); attributes that are false or null are left out.
export function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  // Jupyter's own shortcuts (dd deletes a cell) must not fire while one types here.
  if (FOCUSABLE.has(tag) || "tabindex" in options) element.setAttribute("data-lm-suppress-shortcuts", "true");
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function button(label, action, options = {}) {
  return make("button", { type: "button", class: "dx-button", text: label, onclick: action, ...options });
}

export function download(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A region that screen readers read out when its text changes; repeating a text reads it again.
export class Announcer {
  constructor() {
    this.element = make("div", { class: "dx-unseen", role: "status", "aria-live": "polite" });
  }

  say(text) {
    this.element.textContent = this.element.textContent === text ? `${text}\u00a0` : text;
  }
}
