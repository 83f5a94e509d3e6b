// A lineage as it arrived: cards, columns, edges and lanes by number, names on demand.

import { Names, numbers } from "../core/binary.js";
import { linked } from "./reach.js";

const UP = 1;
const DOWN = 2;
export const SIDES = ["focus", "up", "down", "both"];

const quoted = (part) => (part === "" || /[."]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part);

// An item is a card (its number) or a column (the number of cards, plus its own).
export class Data {
  constructor(scene) {
    this.scene = scene;
    this.x = numbers(scene.x, Float32Array);
    this.y = numbers(scene.y, Float32Array);
    this.size = this.x.length;
    this.layer = numbers(scene.layer, Int32Array);
    this.depth = numbers(scene.depth, Int32Array);
    this.side = numbers(scene.side, Uint8Array);
    this.kind = numbers(scene.kind, Uint8Array);
    const hidden = numbers(scene.hidden, Int32Array); // -1: not asked
    this.hidden = { up: hidden.filter((_, i) => i % 2 === 0), down: hidden.filter((_, i) => i % 2 === 1) };
    this.names = new Names(scene.names, scene.name_offsets);
    this.places = new Names(scene.places, scene.place_offsets);
    this.columns = new Names(scene.columns, scene.column_offsets);
    this.start = numbers(scene.column_start, Int32Array); // the columns of card i: start[i] to start[i + 1]
    this.traced = numbers(scene.traced, Uint8Array);
    this.owner = new Int32Array(this.columns.length);
    for (let i = 0; i < this.size; i += 1) this.owner.fill(i, this.start[i], this.start[i + 1]);
    this.readEdges(scene);
    this.focus = scene.focus;
    this.paths = null;
  }

  readEdges(scene) {
    const pairs = (view) => {
      const flat = numbers(view, Int32Array);
      return [flat.filter((_, i) => i % 2 === 0), flat.filter((_, i) => i % 2 === 1)];
    };
    [this.source, this.target] = pairs(scene.edges);
    this.backward = numbers(scene.backward, Uint8Array);
    this.routeStart = numbers(scene.route_start, Int32Array);
    this.route = numbers(scene.route, Int32Array);
    this.laneLayer = numbers(scene.lane_layer, Int32Array);
    this.laneY = numbers(scene.lane_y, Float32Array); // tops
    this.laneHeight = numbers(scene.lane_height, Float32Array);
    [this.columnSource, this.columnTarget] = pairs(scene.column_edges);
    this.columnVia = numbers(scene.column_via, Int32Array); // the edge of its tables, -1 within one
    this.next = linked(this.size, this.source, this.target);
    this.previous = linked(this.size, this.target, this.source);
    this.columnNext = linked(this.columns.length, this.columnSource, this.columnTarget);
    this.columnPrevious = linked(this.columns.length, this.columnTarget, this.columnSource);
    this.via = linked(this.source.length + 1, this.columnVia.map((edge) => (edge < 0 ? this.source.length : edge)), this.columnVia);
  }

  isColumn(item) {
    return item >= this.size;
  }

  cardOf(item) {
    return this.isColumn(item) ? this.owner[item - this.size] : item;
  }

  kindOf(card) {
    return this.scene.kinds[this.kind[card]];
  }

  sideOf(card) {
    return SIDES[this.side[card]];
  }

  isOn(card, side) {
    return Boolean(SIDES.indexOf(this.sideOf(card)) & (side === "up" ? UP : DOWN));
  }

  columnCount(card) {
    return this.start[card + 1] - this.start[card];
  }

  hasLineage(column) {
    return this.columnNext.count(column) + this.columnPrevious.count(column) > 0 || this.traced[column] === 1;
  }

  name(item) {
    return this.isColumn(item) ? this.columns.at(item - this.size) : this.names.at(item);
  }

  // Where a card is, without the database that most of what is shown shares with the focus.
  shortPlace(card) {
    const place = this.places.at(card);
    const own = this.places.at(this.focus);
    const common = own.slice(0, own.indexOf(".") + 1);
    return common && place.startsWith(common) ? place.slice(common.length) : place;
  }

  // The item as text that Python reads: parts joined by dots, quoted where they must be.
  path(item) {
    if (this.isColumn(item)) return `${this.path(this.cardOf(item))}.${quoted(this.name(item))}`;
    const place = this.places.at(item);
    return place ? `${place}.${quoted(this.name(item))}` : quoted(this.name(item));
  }

  // The item of a text path, or -1. Columns are looked up within their table only.
  find(path) {
    this.paths ??= new Map(Array.from({ length: this.size }, (_, card) => [this.path(card), card]));
    const card = this.paths.get(path);
    if (card !== undefined) return card;
    for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
      const table = this.paths.get(path.slice(0, dot));
      if (table === undefined) continue;
      for (let column = this.start[table]; column < this.start[table + 1]; column += 1) {
        if (quoted(this.columns.at(column)) === path.slice(dot + 1)) return this.size + column;
      }
    }
    return -1;
  }

  // The farthest hop there is on one side.
  deepest(side) {
    let most = 0;
    for (let card = 0; card < this.size; card += 1) {
      if (this.isOn(card, side) && this.depth[card] > most) most = this.depth[card];
    }
    return most;
  }
}
