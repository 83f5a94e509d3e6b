// What of a lineage is shown: which cards, which of their rows, where each stands, and what is lit.

import { Boxes } from "../core/hit.js";
import { relax, push } from "./place.js";
import { path, pathOf, unfolded } from "./reach.js";

export const ROW = 20;
const FOOT = 6;
const PEEK = 8; // rows of a closed card that a lit path runs through
const FIRST = 40; // rows of an open one, before all of them are asked for
const UNKNOWN = 6; // rows when no column of the card has been traced yet
const SHOWN_OF_ALL = 250; // rows when all were asked for; search finds the others
export const CLOSED = 0;
export const SOME = 1;
export const ALL = 2;

export class View {
  // A view of all there is; of new data, one that shows what the view before it did, as far as it is still there.
  constructor(data, before = null) {
    this.data = data;
    this.open = new Uint8Array(data.size);
    this.folded = { up: new Uint8Array(data.size), down: new Uint8Array(data.size) };
    this.limits = { up: Infinity, down: Infinity };
    this.isolated = null; // a set of cards
    this.closeGaps = false; // whether cards stand by their own heights rather than where the layout put them
    this.selected = [];
    this.lit = null;
    this.top = new Float32Array(data.size + data.laneY.length);
    if (before) this.takeOver(before);
    this.restructure();
  }

  takeOver(before) {
    const kept = (items) => [...items].map((item) => this.data.find(before.data.path(item))).filter((item) => item >= 0);
    const changed = (card) => before.open[card] || before.folded.up[card] || before.folded.down[card];
    for (const card of before.open.keys()) {
      const now = changed(card) ? this.data.find(before.data.path(card)) : -1;
      if (now < 0) continue;
      this.open[now] = before.open[card];
      for (const side of ["up", "down"]) this.folded[side][now] = before.folded[side][card];
    }
    this.limits = { ...before.limits };
    this.closeGaps = before.closeGaps;
    if (before.isolated) this.isolated = new Set(kept(before.isolated));
    if (this.isolated?.size === 0) this.isolated = null;
    this.select(kept(before.selected));
    if (!this.lit && before.lit) this.lightOnly(kept(before.lit.items));
  }

  select(items) {
    this.selected = items;
    this.lit = items.length ? path(this.data, items) : null;
  }

  lightOnly(items) {
    this.selected = [];
    this.lit = items.length ? pathOf(this.data, items) : null;
  }

  isLit(item) {
    return this.lit !== null && this.lit.items.has(item);
  }

  // The rows of a card: columns by number, then -1 for "+n more".
  rows(card) {
    const { data } = this;
    const [from, to] = [data.start[card], data.start[card + 1]];
    const lit = (column) => this.lit !== null && this.lit.items.has(data.size + column);
    if (!this.open[card] && !this.lit?.cards.has(card)) return [];
    const columns = [];
    for (let column = from; column < to; column += 1) columns.push(column);
    let wanted;
    if (this.open[card] === ALL) wanted = columns.filter((column, i) => i < SHOWN_OF_ALL || lit(column));
    else if (this.open[card] === SOME) {
      wanted = columns.filter((column) => lit(column) || data.hasLineage(column));
      if (wanted.length > FIRST) wanted = wanted.filter((column, i) => i < FIRST || lit(column));
      if (!wanted.length) wanted = columns.slice(0, UNKNOWN);
    } else wanted = columns.filter(lit).slice(0, PEEK);
    if (wanted.length && wanted.length < columns.length && this.open[card]) wanted.push(-1);
    return wanted;
  }

  measure() {
    const { data } = this;
    this.shownRows = new Map();
    this.rowOf = new Map();
    this.height.fill(data.scene.header, 0, data.size);
    for (const card of this.cards) {
      const rows = this.rows(card);
      if (!rows.length) continue;
      this.shownRows.set(card, rows);
      rows.forEach((column, i) => column >= 0 && this.rowOf.set(column, i));
      this.height[card] += rows.length * ROW + FOOT;
    }
  }

  within(card) {
    const { data, limits } = this;
    if (this.isolated && !this.isolated.has(card)) return false;
    const side = data.sideOf(card);
    if (side === "focus") return true;
    return data.depth[card] <= (side === "both" ? Math.max(limits.up, limits.down) : limits[side]);
  }

  // Which cards, lanes and edges there are has changed: choose them again, then place them.
  restructure(closeGaps = this.closeGaps) {
    const { data } = this;
    this.closeGaps = closeGaps;
    const kept = unfolded(data, this.folded, (card) => this.within(card));
    this.cards = [];
    this.visible = new Uint8Array(data.size);
    for (let card = 0; card < data.size; card += 1) {
      if (!this.within(card) || (kept && !kept.has(card))) continue;
      this.cards.push(card);
      this.visible[card] = 1;
    }
    this.edges = [];
    const lanes = new Set();
    for (let edge = 0; edge < data.source.length; edge += 1) {
      if (!this.visible[data.source[edge]] || !this.visible[data.target[edge]]) continue;
      this.edges.push(edge);
      for (let i = data.routeStart[edge]; i < data.routeStart[edge + 1]; i += 1) lanes.add(data.route[i]);
    }
    this.base = new Float32Array(data.size + data.laneY.length);
    this.base.set(data.y);
    this.base.set(data.laneY, data.size);
    this.height = new Float32Array(this.base.length);
    this.height.set(data.laneHeight, data.size);
    this.order(lanes);
    this.measure();
    if (closeGaps || this.cards.length < data.size) {
      relax(this.layers, this.base, this.height, this.gaps, this.segments());
    }
    this.arrange();
  }

  order(lanes) {
    const { data, base } = this;
    const layers = new Map();
    const put = (layer, item) => (layers.get(layer) ?? layers.set(layer, []).get(layer)).push(item);
    for (const card of this.cards) put(data.layer[card], card);
    for (const lane of lanes) put(data.laneLayer[lane], data.size + lane);
    this.layers = [...layers.values()];
    // Where the layout put things closer than usual they may stay so: nothing moves that need not.
    this.gaps = new Float32Array(base.length).fill(data.scene.row_gap);
    for (const items of this.layers) {
      items.sort((a, b) => base[a] - base[b]);
      for (let i = 1; i < items.length; i += 1) {
        const above = items[i - 1];
        const height = above < data.size ? data.scene.header : this.height[above];
        this.gaps[above] = Math.max(0, Math.min(data.scene.row_gap, base[items[i]] - base[above] - height));
      }
    }
  }

  // The pieces of all visible edges from layer to layer, each once.
  segments() {
    const { data } = this;
    const port = (item) => (item < data.size ? data.scene.header / 2 : this.height[item] / 2);
    const seen = new Map();
    for (const edge of this.edges) {
      const [left, right] = this.ends(edge);
      const stops = [left, ...this.lanesOf(edge).map((lane) => data.size + lane), right];
      for (let i = 1; i < stops.length; i += 1) {
        const [a, b] = [stops[i - 1], stops[i]];
        if (a !== b) seen.set(a * this.base.length + b, [a, b, port(a), port(b)]);
      }
    }
    return [...seen.values()];
  }

  ends(edge) {
    const { source, target, backward } = this.data;
    return backward[edge] ? [target[edge], source[edge]] : [source[edge], target[edge]];
  }

  lanesOf(edge) {
    return [...this.data.route.subarray(this.data.routeStart[edge], this.data.routeStart[edge + 1])];
  }

  // Rows have changed: what is below moves down.
  arrange() {
    const { data } = this;
    this.measure();
    push(this.layers, this.base, this.top, this.height, this.gaps);
    this.boxes = new Boxes(this.cards, data.x, this.top, data.scene.width, this.height);
  }

  // The middle of a row, or of the header when the row is not shown.
  rowY(card, row) {
    return this.top[card] + this.data.scene.header + (row + 0.5) * ROW;
  }

  portY(item) {
    const card = this.data.cardOf(item);
    const row = this.data.isColumn(item) ? this.rowOf.get(item - this.data.size) : undefined;
    return row === undefined ? this.top[card] + this.data.scene.header / 2 : this.rowY(card, row);
  }

  box(card) {
    const [x, y] = [this.data.x[card], this.top[card]];
    return [x, y, x + this.data.scene.width, y + this.height[card]];
  }

  bounds(cards = this.cards) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const card of cards) {
      const [left, top, right, bottom] = this.box(card);
      box[0] = Math.min(box[0], left);
      box[1] = Math.min(box[1], top);
      box[2] = Math.max(box[2], right);
      box[3] = Math.max(box[3], bottom);
    }
    return cards.length ? box : [0, 0, 1, 1];
  }

  // Neighbours of a card on a side that are in the data and not shown.
  tuckedAway(card, side) {
    const links = side === "up" ? this.data.previous : this.data.next;
    return new Set([...links.edges(card)].map((edge) => links.ends[edge]).filter((other) => !this.visible[other]));
  }

  neighbours(card, side) {
    const links = side === "up" ? this.data.previous : this.data.next;
    const found = new Set([...links.edges(card)].map((edge) => links.ends[edge]));
    return [...found].filter((other) => this.visible[other] && other !== card).sort((a, b) => this.top[a] - this.top[b]);
  }
}
