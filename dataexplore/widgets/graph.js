// The lineage widget: builds the page's part, connects it to the traits of Python, never shows a blank panel.

import { button, download, make } from "./js/core/dom.js";
import { bindKeys } from "./js/core/keyboard.js";
import { STATUSES } from "./js/core/marks.js";
import { brief, counted } from "./js/core/text.js";
import { TextTree } from "./js/core/texttree.js";
import { watchTheme } from "./js/core/theme.js";
import { App } from "./js/graph/app.js";
import { aloneModel, restore, toCsv, toHtml, toMermaid, toPng, toSvg } from "./js/graph/exports.js";
import { openHook } from "./js/graph/hook.js";
import { ImpactPanel } from "./js/graph/impact.js";
import { keysOf } from "./js/graph/keys.js";
import { Minimap } from "./js/graph/minimap.js";
import { Mouse } from "./js/graph/mouse.js";
import { Banner, Chip, Help, Legend, menu, stepper, toggle } from "./js/graph/panels.js";
import { SearchBox } from "./js/graph/search.js";
import { treeOf } from "./js/graph/tree.js";

class Widget {
  constructor(model, el) {
    this.model = model;
    this.writing = false;
    this.canvas = make("canvas", { class: "dx-canvas", tabindex: "0", role: "application", "aria-label": "Lineage. Arrow keys move, Enter opens columns, Space lights a path, question mark lists the keys." });
    this.root = make("div", { class: "dx-lineage" });
    this.root.style.height = `${model.get("height")}px`;
    el.append(this.root);
    this.stagePanel = make("div", { class: "dx-stage" }, this.canvas);
    this.app = new App(this.root, this.canvas, model.get("scene"), {
      live: Boolean(model.get("live")),
      told: {
        selected: () => this.tell(),
        focus: (card) => this.tellFocus(card),
        ask: (message) => this.ask(message),
        changed: () => this.update(),
        moved: () => this.minimap?.frame(),
        failed: (error) => this.fail(error),
      },
    });
    this.build();
    this.listen();
    this.readStatus();
    this.readBusy();
    this.adoptSelection();
    this.root.__dataexplore = openHook(this);
    this.ends.push(watchTheme(() => this.retheme()));
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.stagePanel);
    this.ends.push(() => observer.disconnect());
    model.send({ type: "ready" });
  }

  build() {
    const { app } = this;
    this.search = new SearchBox({
      look: () => app.data,
      chosen: (item) => {
        app.go(item);
        this.canvas.focus({ preventScroll: true });
      },
      left: () => this.canvas.focus({ preventScroll: true }),
    });
    this.selector = make("input", { class: "dx-input dx-selector", type: "text", placeholder: "+table.column+2", "aria-label": "Selector", title: "Light what a selector names: +t (upstream), t+2 (two hops downstream), t.column+", spellcheck: "false", autocomplete: "off", onkeydown: (event) => this.selectorKey(event) });
    this.up = stepper("Upstream", "↑", (by) => app.step("up", by));
    this.down = stepper("Downstream", "↓", (by) => app.step("down", by));
    this.columns = toggle("Columns", "Open or close the columns of all cards", () => app.openAll());
    this.isolated = toggle("Isolate", "Hide all but the lit path (i)", () => app.isolate());
    this.lens = toggle("Status", "Mark tables by their status", () => this.setLens(!app.painter.lens));
    this.impactToggle = toggle("Impact", "What hangs on the selection", () => this.setImpact(this.impact.element.hidden));
    this.info = make("span", { class: "dx-info" });
    const tools = make("div", { class: "dx-tools", role: "toolbar", "aria-label": "Lineage" }, this.search.element, app.live ? this.selector : null, make("span", { class: "dx-rule" }), this.up.element, this.down.element, make("span", { class: "dx-rule" }), this.columns.element, this.isolated.element, this.lens.element, this.impactToggle.element, this.info, this.zooms(), this.exportMenu(), button("?", () => this.help.show(this.help.element.hidden), { class: "dx-button dx-square", "aria-label": "Keys", title: "Keys (?)" }));
    this.chip = new Chip({ clear: () => app.clear(), isolate: () => app.isolate() });
    this.banner = new Banner();
    this.legend = new Legend();
    this.keys = keysOf(app, { search: this.search, help: () => this.help.show(true) });
    this.help = new Help(this.keys, () => this.closeHelp());
    this.impact = new ImpactPanel({ chosen: (item) => app.go(item, { select: false }), closed: () => this.setImpact(false) });
    this.tree = new TextTree("Lineage as text", treeOf(app, (item) => app.go(item)));
    this.treePanel = make("div", { class: "dx-tree-panel" }, this.tree.element);
    this.minimap = new Minimap({ look: () => app, moved: () => app.moved(false) });
    this.mouse = new Mouse(app, this.canvas);
    this.nothing = make("div", { class: "dx-nothing", hidden: true });
    this.stagePanel.append(this.chip.element, this.legend.element, this.minimap.canvas, this.treePanel, this.help.element, this.mouse.tip, this.nothing);
    this.root.append(tools, this.banner.element, make("div", { class: "dx-body" }, this.stagePanel, this.impact.element), app.announcer.element);
  }

  zooms() {
    const { app } = this;
    return make("div", { class: "dx-group" }, button("−", () => app.zoom(1 / 1.25), { class: "dx-button dx-square", "aria-label": "Zoom out" }), button("+", () => app.zoom(1.25), { class: "dx-button dx-square", "aria-label": "Zoom in" }), button("Fit", () => app.fit(), { title: "Show all (f)" }));
  }

  exportMenu() {
    const text = (content, type) => new Blob([content], { type: `${type};charset=utf-8` });
    const makers = {
      "lineage.svg": () => text(toSvg(this.app), "image/svg+xml"),
      "lineage.png": () => toPng(this.app),
      "lineage.csv": () => text(toCsv(this.app.view), "text/csv"),
      "lineage.mmd": () => text(toMermaid(this.app.view), "text/plain"),
      "lineage.html": () => text(toHtml({ ...this.app, model: this.model, root: this.root }), "text/html"),
    };
    this.export = async (name) => download(await makers[name](), name);
    const labels = ["SVG", "PNG", "CSV of edges", "Mermaid", "Page that stands alone (HTML)"];
    const entries = Object.keys(makers).map((name, i) => [labels[i], () => this.export(name).catch((error) => this.fail(error))]);
    return menu("Export", this.model.get("_esm") ? entries : entries.slice(0, -1));
  }

  closeHelp() {
    this.help.show(false);
    this.canvas.focus({ preventScroll: true });
  }

  listen() {
    const { app, model } = this;
    bindKeys(this.canvas, this.keys);
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    const reactions = {
      scene: () => this.guarded(() => app.replace(model.get("scene"))),
      selected: () => this.guarded(() => this.adoptSelection()),
      path: () => this.guarded(() => this.adoptPath()),
      focus: () => this.guarded(() => this.adoptFocus()),
      status: () => this.guarded(() => this.readStatus()),
      busy: () => this.guarded(() => this.readBusy()),
      notice: () => this.guarded(() => this.update()),
      height: () => (this.root.style.height = `${model.get("height")}px`),
    };
    this.ends = [];
    for (const [name, react] of Object.entries(reactions)) {
      model.on(`change:${name}`, react);
      this.ends.push(() => model.off(`change:${name}`, react));
    }
  }

  guarded(run) {
    if (this.writing) return;
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }

  // --- Python

  write(values) {
    this.writing = true;
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
    this.writing = false;
  }

  tell() {
    const { view, data } = this.app;
    this.write({ selected: view.selected.map((item) => data.path(item)), path: view.lit ? [...view.lit.items].map((item) => data.path(item)) : [] });
  }

  tellFocus(card) {
    if (card >= 0) this.write({ focus: this.app.data.path(card) });
    this.impact.mark(card);
  }

  ask(message) {
    this.model.send(message);
    this.app.announcer.say("Asking the service.");
  }

  items(name) {
    return (this.model.get(name) ?? []).map((path) => this.app.data.find(path)).filter((item) => item >= 0);
  }

  adoptSelection() {
    const items = this.items("selected");
    if (!items.length && this.model.get("path")?.length) return this.adoptPath();
    this.app.select(items);
    return undefined;
  }

  adoptPath() {
    this.app.light(this.items("path"));
    const { lit } = this.app.view;
    if (lit && ![...lit.cards].some((card) => this.inSight(card))) this.app.fit([...lit.cards].filter((card) => this.app.view.visible[card]));
    this.app.announcer.say(lit ? `${counted(lit.items.size, "item")} lit.` : "Nothing is lit.");
  }

  inSight(card) {
    const { camera, view } = this.app;
    const [left, top, right, bottom] = view.box(card);
    const [x0, y0] = camera.screen(left, top);
    const [x1, y1] = camera.screen(right, bottom);
    return x1 > 0 && y1 > 0 && x0 < camera.width && y0 < camera.height;
  }

  adoptFocus() {
    const item = this.app.data.find(this.model.get("focus") ?? "");
    if (item >= 0) this.app.go(item, { select: false });
  }

  readStatus() {
    const { app } = this;
    const words = this.model.get("status") ?? {};
    const byCard = new Map(Object.entries(words).map(([path, word]) => [app.data.find(path), word in STATUSES ? word : "unknown"]));
    app.painter.statusOf = (card) => byCard.get(card) ?? null;
    this.hasStatus = byCard.size > 0;
    this.setLens(this.hasStatus);
  }

  readBusy() {
    this.app.busy = new Set(this.items("busy"));
    this.app.stage.request();
  }

  selectorKey(event) {
    event.stopPropagation();
    if (event.key === "Enter" && this.selector.value.trim()) this.ask({ type: "select", text: this.selector.value.trim() });
    else if (event.key === "Escape") this.canvas.focus({ preventScroll: true });
  }

  // --- panels

  setLens(on) {
    this.app.painter.lens = on && this.hasStatus;
    this.app.stage.invalidate();
    this.update();
  }

  setImpact(on) {
    this.impact.element.hidden = !on;
    this.update();
    if (!on) this.canvas.focus({ preventScroll: true });
  }

  // Everything around the canvas follows what it shows.
  update() {
    const { app, model } = this;
    const { view, data } = app;
    this.chip.show(view);
    this.banner.show(data.scene, model.get("notice"));
    this.legend.show(app.painter.lens, view, app.painter.statusOf, app.theme);
    this.lens.element.hidden = !this.hasStatus;
    this.lens.show(app.painter.lens);
    this.columns.show(app.columnsOn);
    this.columns.element.hidden = !data.columns.length;
    this.isolated.show(view.isolated !== null);
    this.isolated.element.disabled = !view.lit && !view.isolated;
    this.impactToggle.show(!this.impact.element.hidden);
    for (const side of ["up", "down"]) {
      const shown = app.hops(side);
      this[side].show(shown, shown > 0, shown < data.deepest(side) || app.canAskFurther(side));
    }
    const left = data.size - view.cards.length;
    this.info.textContent = counted(view.cards.length, "table") + (left ? ` of ${data.size.toLocaleString("en")}` : "");
    if (data.size) this.impact.show(data, view.selected[0] ?? data.focus, app.active.card);
    this.minimap.canvas.hidden = view.cards.length < 2;
    this.minimap.update();
    if (this.treeCards !== view.cards) this.tree.show(data.size ? [{ card: data.focus, side: null }] : []);
    this.treeCards = view.cards;
    this.tree.mark((node) => node.card !== undefined && view.lit?.cards.has(node.card));
    this.nothing.hidden = data.size > 1;
    this.nothing.textContent = data.size ? "Nothing up- or downstream is known." : "This lineage is empty: there is no table in it.";
    this.nothing.classList.toggle("dx-low", data.size > 0);
  }

  retheme() {
    this.app.readTheme();
    this.app.stage.invalidate();
    this.update();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.stagePanel;
    if (!width || !height) return;
    const first = !this.app.camera.width;
    this.app.resize(width, height);
    if (!first) return;
    const shown = this.model.get("shown");
    if (shown) restore(this.app.view, this.app.camera, shown);
    else this.app.start();
    this.app.show(this.app.view);
    this.update();
  }

  fail(error) {
    showError(this.root, error);
  }

  end() {
    for (const end of this.ends) end();
    this.mouse.hideTip();
    this.app.end();
    this.root.remove();
  }
}

// An error is told where the picture would be; the page goes on.
function showError(root, error) {
  console.warn(error);
  const said = make("div", { class: "dx-error", role: "alert" }, make("b", { text: "The lineage cannot be drawn." }), make("span", { text: brief(String(error?.message ?? error), 300) }), make("span", { text: "Run the cell again; lineage.plot() draws it without a browser." }));
  root.querySelector(".dx-error")?.remove();
  root.append(said);
}

function render({ model, el }) {
  try {
    const widget = new Widget(model, el);
    return () => widget.end();
  } catch (error) {
    showError(el, error);
    return undefined;
  }
}

// Called at the end of a page that stands alone.
export function openAlone(saved) {
  render({ model: aloneModel(saved), el: document.querySelector(".dx-alone") });
}

export default { render };
