// One view of a lineage: its state, and what can be done with it. graph.js connects it to Python.

import { Announcer } from "../core/dom.js";
import { Stage } from "../core/stage.js";
import { brief, counted } from "../core/text.js";
import { applyTheme, css, readTheme } from "../core/theme.js";
import { Camera } from "../core/view.js";
import { Data } from "./data.js";
import { Painter } from "./draw.js";
import { Links } from "./links.js";
import { CLOSED, SOME, View } from "./view.js";

const LEGIBLE = 0.78;
const PADDING = 22;

export class App {
  // told: { selected(items), focus(card), ask(message), changed() }, what the outside hears.
  constructor(root, canvas, scene, { live, told }) {
    Object.assign(this, { root, canvas, live, told });
    this.camera = new Camera();
    this.painter = new Painter();
    this.painter.live = live;
    this.announcer = new Announcer();
    this.busy = new Set();
    this.turn = 0;
    this.statuses = {};
    this.stage = new Stage(canvas, this.camera, {
      draw: (pen, camera, width, height) => this.draw(pen, camera, width, height),
      after: (pen) => this.drawOver(pen),
      failed: told.failed,
    });
    this.show(new View(new Data(scene)));
    this.active = { card: this.data.size ? this.data.focus : -1, row: null };
    this.whole = false; // whether all is in view because somebody wanted it to be
    this.used = false; // whether the keyboard has been here: only then its place is shown
    this.readTheme();
  }

  get data() {
    return this.view.data;
  }

  readTheme() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    this.painter.setTheme(this.theme);
  }

  show(view) {
    this.view = view;
    this.links = new Links(view);
  }

  draw(pen, camera, width, height) {
    const { ratio } = this.stage;
    const ground = css(this.theme.rgb.bg);
    pen.fillStyle = ground;
    pen.fillRect(0, 0, width, height);
    pen.setTransform(ratio * camera.k, 0, 0, ratio * camera.k, ratio * camera.x, ratio * camera.y);
    const [left, top] = [-camera.x / camera.k, -camera.y / camera.k];
    this.painter.marked.focus = this.data.focus;
    this.painter.world(pen, this.view, this.links, camera.k, [left, top, left + width / camera.k, top + height / camera.k]);
    return ground;
  }

  drawOver(pen) {
    const { ratio } = this.stage;
    const { k, x, y } = this.camera;
    pen.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    const { marked } = this.painter;
    marked.active = this.used ? this.active.card : -1;
    marked.row = this.active.row;
    pen.textBaseline = "middle";
    this.painter.overlay(pen, this.view, k, this.busy, this.turn);
    this.told.moved();
    if (!this.busy.size) return;
    this.turn = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : (performance.now() / 160) % (2 * Math.PI);
    this.stage.request();
  }

  // Changes what is shown while a card stays where it is on the screen.
  keeping(card, change) {
    const stays = card >= 0 && this.view.visible[card];
    const before = stays ? this.view.top[card] : 0;
    change();
    this.links = new Links(this.view);
    if (stays && this.view.visible[card]) this.camera.pan(0, (before - this.view.top[card]) * this.camera.k);
    this.stage.invalidate();
    this.told.changed();
  }

  // New data from Python: everything is kept that still exists, and the anchor does not jump.
  replace(scene) {
    const old = this.view;
    const data = new Data(scene);
    const anchorPath = scene.anchor || (old.data.size ? old.data.path(this.active.card >= 0 ? this.active.card : old.data.focus) : "");
    const was = old.data.size ? old.data.find(anchorPath) : -1;
    const place = was >= 0 && old.visible[was] ? this.camera.screen(old.data.x[was], old.top[was]) : null;
    const activePath = this.active.card >= 0 ? old.data.path(this.active.card) : "";
    this.show(new View(data, old));
    const now = data.find(anchorPath);
    if (place && now >= 0 && this.view.visible[now]) {
      const [x, y] = this.camera.screen(data.x[now], this.view.top[now]);
      this.camera.pan(place[0] - x, place[1] - y);
    } else this.start();
    this.active = { card: data.find(activePath), row: null };
    if (this.active.card < 0 && data.size) this.active.card = data.focus;
    this.stage.invalidate();
    this.told.changed();
    // The path of what is selected may be longer now, and Python reads it.
    if (this.view.selected.length && this.view.lit.items.size !== old.lit?.items.size) this.told.selected();
  }

  resize(width, height) {
    this.stage.resize(width, height);
    if (this.whole) this.fit(); // what showed all goes on showing all
  }

  moved(zooming) {
    this.whole = false;
    this.stage.request(zooming);
  }

  // The first look: everything if it can be read, else the focus and what is around it.
  start() {
    if (!this.data.size) return;
    this.fit();
    if (this.camera.k >= LEGIBLE) return;
    this.fit(this.view.cards.filter((card) => this.data.depth[card] <= 1));
    if (this.camera.k >= LEGIBLE) return;
    this.camera.k = LEGIBLE;
    this.center(this.data.focus);
  }

  fit(cards = this.view.cards) {
    this.whole = cards === this.view.cards;
    this.camera.fit(this.view.bounds(cards), { margin: PADDING + 26 });
    this.stage.request();
  }

  zoom(factor) {
    this.camera.zoom(factor);
    this.moved(true);
  }

  // --- selection

  select(items, anchor = this.active.card) {
    this.keeping(anchor, () => {
      this.view.select(items);
      this.view.arrange();
    });
    this.told.selected();
    for (const item of items) this.askFor(item);
    this.saySelection();
  }

  toggle(item, add) {
    const { selected } = this.view;
    const without = selected.filter((other) => other !== item);
    const only = selected.length === 1 && without.length === 0;
    if (add) this.select(without.length < selected.length ? without : [...selected, item], this.data.cardOf(item));
    else this.select(only ? [] : [item], this.data.cardOf(item));
  }

  clear() {
    if (this.view.isolated) this.isolate();
    this.select([]);
  }

  light(items) {
    this.keeping(this.active.card, () => {
      this.view.lightOnly(items);
      this.view.arrange();
    });
  }

  // The edges of a column are asked for when it is looked at, never before.
  askFor(item) {
    const { data } = this;
    if (!this.live || !data.isColumn(item) || data.traced[item - data.size] || this.busy.has(item)) return;
    this.told.ask({ type: "trace", column: data.path(item) });
  }

  saySelection() {
    const { lit, selected } = this.view;
    if (!lit) return this.announcer.say("Nothing is selected.");
    const what = brief(this.data.path(selected[0] ?? [...lit.items][0]), 80);
    const where = `${counted(lit.items.size, this.data.isColumn(selected[0] ?? 0) ? "column" : "table")} in ${counted(lit.cards.size, "card")}`;
    return this.announcer.say(`${what}: path of ${where}.`);
  }

  // --- cards

  open(card, state) {
    if (!this.data.columnCount(card)) return;
    this.keeping(card, () => {
      this.view.open[card] = state;
      this.view.arrange();
    });
    if (this.active.card === card && this.active.row !== null && !this.view.rows(card).includes(this.active.row)) {
      this.active.row = null;
    }
    const rows = this.view.rows(card).filter((column) => column >= 0).length;
    this.announcer.say(state ? `${brief(this.data.name(card), 60)}: ${counted(rows, "column")} shown.` : "Columns closed.");
  }

  get columnsOn() {
    const able = this.view.cards.filter((card) => this.data.columnCount(card));
    return able.length > 0 && able.every((card) => this.view.open[card]);
  }

  openAll() {
    const state = this.columnsOn ? CLOSED : SOME;
    this.keeping(this.active.card, () => {
      for (const card of this.view.cards) this.view.open[card] = this.data.columnCount(card) ? state : CLOSED;
      this.view.restructure(state !== CLOSED);
    });
  }

  expand(card, side) {
    const { view, data } = this;
    if (view.tuckedAway(card, side).size) {
      this.keeping(card, () => this.unhide(card, side));
      this.announcer.say(`${brief(data.name(card), 60)}: neighbours ${side}stream shown.`);
    } else if (this.live && data.hidden[side][card] !== 0) {
      this.told.ask({ type: "expand", node: data.path(card), side, hops: 1 });
    }
  }

  // Shows the neighbours of a card whatever hid them: a fold, a limit of depth, an isolated path.
  unhide(card, side) {
    const { view, data } = this;
    view.folded[side][card] = 0;
    for (const other of view.tuckedAway(card, side)) {
      view.isolated?.add(other);
      view.folded[side === "up" ? "down" : "up"][other] = 0;
      for (const way of ["up", "down"]) if (data.isOn(other, way)) view.limits[way] = Math.max(view.limits[way], data.depth[other]);
    }
    view.restructure();
  }

  fold(card, side) {
    if (!this.view.neighbours(card, side).length) return;
    this.keeping(card, () => {
      this.view.folded[side][card] = 1;
      this.view.restructure();
    });
    this.announcer.say(`${brief(this.data.name(card), 60)}: ${side}stream folded away.`);
  }

  isolate() {
    const { view } = this;
    const cards = view.isolated ? null : view.lit?.cards ?? null;
    if (!cards && !view.isolated) return this.announcer.say("Select something first: its path is what stays.");
    this.keeping(this.active.card, () => {
      view.isolated = cards && new Set(cards);
      view.restructure();
    });
    if (cards && !view.visible[this.active.card]) this.active = { card: view.cards[0] ?? -1, row: null };
    this.fit();
    return this.announcer.say(cards ? `Only the path of ${counted(cards.size, "table")} is shown.` : "Everything is shown again.");
  }

  // --- depth

  hops(side) {
    return Math.min(this.view.limits[side], this.data.deepest(side));
  }

  canAskFurther(side) {
    const { data } = this;
    const edge = data.deepest(side);
    const open = (card) => data.hidden[side][card] !== 0 && data.depth[card] === edge && data.isOn(card, side);
    const alone = edge === 0 && data.hidden[side][data.focus] !== 0;
    return this.live && (alone || this.view.cards.some(open));
  }

  step(side, by) {
    const shown = this.hops(side);
    if (by > 0 && shown >= this.data.deepest(side)) {
      if (this.canAskFurther(side)) this.told.ask({ type: "expand", node: this.data.path(this.data.focus), side, hops: shown + 1 });
      return;
    }
    this.keeping(this.data.focus, () => {
      const next = Math.max(0, shown + by);
      this.view.limits[side] = next >= this.data.deepest(side) ? Infinity : next;
      this.view.restructure();
    });
    this.announcer.say(`${counted(this.hops(side), "hop")} ${side}stream.`);
  }

  // --- going places

  // Shows an item wherever it was hidden, selects it and brings it into view.
  go(item, { select = true } = {}) {
    const card = this.data.cardOf(item);
    if (!this.view.visible[card]) {
      this.view.isolated = null;
      this.view.limits = { up: Infinity, down: Infinity };
      this.view.folded.up.fill(0);
      this.view.folded.down.fill(0);
      this.keeping(-1, () => this.view.restructure());
    }
    const column = this.data.isColumn(item) ? item - this.data.size : null;
    this.setActive(card, column, false);
    if (select) this.select([item], card);
    if (this.camera.k < LEGIBLE) {
      this.camera.k = 1;
      this.center(card);
    } else this.camera.reveal(this.view.box(card), PADDING + 20);
    this.stage.request();
  }

  center(card) {
    const [left, top, right, bottom] = this.view.box(card);
    this.camera.center((left + right) / 2, (top + Math.min(bottom, top + 300)) / 2);
  }

  setActive(card, row = null, reveal = true) {
    this.active = { card, row };
    this.used = true;
    if (reveal && card >= 0) {
      const [left, top, right, bottom] = this.view.box(card);
      const rows = this.view.shownRows.get(card) ?? [];
      const middle = row === null ? top + 20 : this.view.rowY(card, rows.indexOf(row));
      this.camera.reveal(row === null ? [left, top, right, Math.min(bottom, top + 60)] : [left, middle - 30, right, middle + 30], PADDING);
    }
    this.stage.request();
    this.told.focus(card);
  }

  end() {
    this.stage.end();
  }
}
