// Draws what a view shows, with a canvas's pen or one that records; detail follows from the scale.

import { drawStatus, statusColour } from "../core/marks.js";
import { Ruler } from "../core/text.js";
import { drawKind } from "./kinds.js";
import { trace } from "./links.js";
import { ROW } from "./view.js";

const LEAST_PX = 9.5; // no text is drawn smaller
const TITLE = 12.5;
const SMALL = 11;
const SMALL_LEAST_PX = 9;
const RADIUS = 7;
const FOLD = "−";
const CARDS_FROM = 0.3; // below this scale a card is a plain block
const ROWS_FROM = 0.62; // below this its rows are bars
const PLACES_FROM = 0.66; // below this its second line is left out

export class Painter {
  constructor() {
    this.statusOf = () => null;
    this.lens = false;
    this.live = false; // whether somebody answers when hidden neighbours are asked for
    this.marked = { focus: -1, active: -1, row: null, hover: -1 };
  }

  setTheme(theme) {
    this.theme = theme;
    this.bold = new Ruler(theme.font, 600);
    this.plain = new Ruler(theme.font, 400);
  }

  // Draws the part [left, top, right, bottom] of the world at k pixels a unit; the pen is in the world's units.
  world(pen, view, links, k, box) {
    const { width } = view.data.scene;
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    this.links(pen, view, links.inside(box, { columns: k >= CARDS_FROM }), k);
    const cards = view.boxes.inside(...box);
    if (k < CARDS_FROM) return this.blocks(pen, view, cards);
    for (const card of cards) this.card(pen, view, card, k, box);
    for (const card of view.boxes.inside(box[0] - width, box[1], box[2] + width, box[3])) {
      for (const side of ["up", "down"]) {
        const tab = this.handleBox(view, card, side, k);
        if (tab && tab.text !== FOLD) this.handle(pen, tab, side, k);
      }
    }
    return undefined;
  }

  // What follows the mouse and the keyboard, and what is being waited for: drawn in every frame, on top.
  overlay(pen, view, k, busy, turn) {
    const { hover, active, row } = this.marked;
    for (const card of new Set([hover, active])) {
      if (card < 0 || !view.visible[card]) continue;
      for (const side of ["up", "down"]) {
        const tab = this.handleBox(view, card, side, k);
        if (tab && tab.text === FOLD) this.handle(pen, tab, side, k);
      }
    }
    if (hover >= 0 && view.visible[hover] && hover !== active) this.outline(pen, view, hover, 0, this.theme.muted, 1 / k);
    if (active >= 0 && view.visible[active]) {
      const rows = view.shownRows.get(active) ?? [];
      if (row !== null && rows.includes(row)) this.rowOutline(pen, view, active, rows.indexOf(row), k);
      else this.outline(pen, view, active, 3 / k, this.theme.fg, 1.5 / k);
    }
    pen.strokeStyle = this.theme.accent;
    pen.lineWidth = 2;
    for (const item of busy) {
      const card = view.data.cardOf(item);
      if (!view.visible[card]) continue;
      const x = view.data.isColumn(item) ? view.data.x[card] + view.data.scene.width - 14 : view.data.x[card] + 17;
      pen.beginPath();
      pen.arc(x, view.portY(item), view.data.isColumn(item) ? 5 : 11, turn, turn + 4.4);
      pen.stroke();
    }
  }

  rowOutline(pen, view, card, i, k) {
    pen.strokeStyle = this.theme.fg;
    pen.lineWidth = Math.max(1.5, 1.5 / k);
    pen.beginPath();
    pen.roundRect(view.data.x[card] + 2, view.rowY(card, i) - ROW / 2 + 1, view.data.scene.width - 4, ROW - 2, 4);
    pen.stroke();
  }

  links(pen, view, found, k) {
    const { theme } = this;
    const px = 1 / k;
    const straight = k < 0.12;
    const dense = k >= CARDS_FROM ? 1 : found.length > 3000 ? 0.4 : 0.65;
    const groups = [
      [found.filter((link) => !link.lit && !link.backward), view.lit ? theme.faint : theme.edge, 1, []],
      [found.filter((link) => !link.lit && link.backward), view.lit ? theme.faint : theme.edge, 1, [5, 4]],
      [found.filter((link) => link.lit && !link.backward), theme.accent, 2, []],
      [found.filter((link) => link.lit && link.backward), theme.accent, 2, [6, 4]],
    ];
    for (const [links, colour, weight, dash] of groups) {
      if (!links.length) continue;
      pen.strokeStyle = colour;
      pen.lineWidth = weight * (k < 1 ? px : 1);
      pen.globalAlpha = weight === 1 ? dense : 1;
      pen.setLineDash(dash.map((length) => length * px));
      // One stroke over thousands of lines costs more than many strokes over some.
      for (let start = 0; start < links.length; start += 200) {
        pen.beginPath();
        for (const link of links.slice(start, start + 200)) trace(pen, link, straight);
        pen.stroke();
      }
      if (dash.length && !straight) this.arrows(pen, links, colour);
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  // Lines read from left to right; those of a circle that do not say so.
  arrows(pen, links, colour) {
    pen.fillStyle = colour;
    pen.beginPath();
    for (const { points } of links) {
      const [x, y] = points[0];
      pen.moveTo(x, y);
      pen.lineTo(x + 8, y - 4.5);
      pen.lineTo(x + 8, y + 4.5);
      pen.closePath();
    }
    pen.fill();
  }

  blocks(pen, view, cards) {
    const { theme } = this;
    const { data } = view;
    const colours = new Map();
    for (const card of cards) {
      const status = this.lens ? this.statusOf(card) : null;
      let colour = theme.muted;
      if (view.lit) colour = view.lit.cards.has(card) ? theme.accent : theme.edge;
      if (status && !(view.lit && !view.lit.cards.has(card))) colour = statusColour(status, theme);
      if (card === this.marked.focus) colour = theme.accent;
      (colours.get(colour) ?? colours.set(colour, []).get(colour)).push(card);
    }
    for (const [colour, group] of colours) {
      pen.fillStyle = colour;
      pen.beginPath();
      for (const card of group) pen.rect(data.x[card], view.top[card], data.scene.width, view.height[card]);
      pen.fill();
    }
  }

  outline(pen, view, card, distance, colour, weight) {
    const [left, top, right, bottom] = view.box(card);
    pen.strokeStyle = colour;
    pen.lineWidth = weight;
    pen.beginPath();
    pen.roundRect(left - distance, top - distance, right - left + 2 * distance, bottom - top + 2 * distance, RADIUS + distance);
    pen.stroke();
  }

  card(pen, view, card, k, [, y0, , y1]) {
    const { theme, marked } = this;
    const { data } = view;
    const { width, header } = data.scene;
    const [x, y] = [data.x[card], view.top[card]];
    const lit = view.lit?.cards.has(card) ?? false;
    const dim = view.lit !== null && !lit;
    const px = Math.max(1, 1 / k);
    pen.fillStyle = theme.card;
    pen.beginPath();
    pen.roundRect(x, y, width, view.height[card], RADIUS);
    pen.fill();
    if (card === marked.focus) this.tint(pen, view, card);
    pen.strokeStyle = lit || card === marked.focus ? theme.accent : theme.line;
    pen.lineWidth = lit ? 1.5 * px : px;
    pen.beginPath();
    pen.roundRect(x, y, width, view.height[card], RADIUS);
    pen.stroke();
    this.header(pen, view, card, k, dim);
    const rows = view.shownRows.get(card);
    if (rows) {
      pen.strokeStyle = dim ? theme.faint : theme.line;
      pen.lineWidth = px;
      pen.beginPath();
      pen.moveTo(x, y + header);
      pen.lineTo(x + width, y + header);
      pen.stroke();
      rows.forEach((column, i) => {
        const middle = view.rowY(card, i);
        if (middle > y0 - ROW && middle < y1 + ROW) this.row(pen, view, card, column, middle, k, dim);
      });
    }
  }

  // The card it is all about.
  tint(pen, view, card) {
    const rows = view.shownRows.has(card);
    pen.fillStyle = this.theme.soft;
    pen.beginPath();
    pen.roundRect(view.data.x[card], view.top[card], view.data.scene.width, view.data.scene.header, rows ? [RADIUS, RADIUS, 0, 0] : RADIUS);
    pen.fill();
  }

  header(pen, view, card, k, dim) {
    const { theme } = this;
    const { data } = view;
    const { width, header } = data.scene;
    const [x, y] = [data.x[card], view.top[card]];
    const size = Math.max(TITLE, LEAST_PX / k);
    const status = this.lens ? this.statusOf(card) : null;
    const inner = k < 0.5 ? 10 : 32;
    if (inner > 10) {
      if (status) drawStatus(pen, status, x + 17, y + header / 2, 5.5, theme);
      else drawKind(pen, data.kindOf(card), x + 17, y + header / 2, dim ? theme.faded : theme.muted);
    } else if (status) {
      pen.fillStyle = statusColour(status, theme);
      pen.beginPath();
      pen.roundRect(x, y, 7, header, [RADIUS, 0, 0, RADIUS]);
      pen.fill();
    }
    const place = k >= PLACES_FROM ? this.subtitle(data, card) : "";
    const room = width - inner - (k >= 0.5 && data.columnCount(card) ? 28 : 10);
    pen.font = `600 ${size}px ${theme.font}`;
    pen.fillStyle = dim ? theme.faded : theme.fg;
    pen.fillText(this.bold.elide(data.name(card), room, size), x + inner, place ? y + header / 2 - 7.5 : y + header / 2);
    if (data.columnCount(card) && k >= 0.5) this.chevron(pen, view, card, dim);
    if (!place) return;
    const small = Math.max(SMALL, SMALL_LEAST_PX / k);
    const count = data.columnCount(card) ? String(data.columnCount(card)) : "";
    const counted = count ? this.plain.width(count) * small + 8 : 0;
    pen.font = `400 ${small}px ${theme.font}`;
    pen.fillStyle = dim ? theme.faded : theme.muted;
    pen.fillText(this.plain.elide(place, room - counted, small), x + inner, y + header / 2 + 8.5);
    if (!count) return;
    pen.textAlign = "right";
    pen.fillText(count, x + width - 28, y + header / 2 + 8.5);
    pen.textAlign = "left";
  }

  subtitle(data, card) {
    const place = data.shortPlace(card);
    const kind = data.kindOf(card);
    return kind === "table" ? place : [kind, place].filter(Boolean).join(" · ");
  }

  chevron(pen, view, card, dim) {
    const { theme } = this;
    const { data } = view;
    const [x, y] = [data.x[card] + data.scene.width - 16, view.top[card] + data.scene.header / 2];
    pen.strokeStyle = dim ? theme.faded : theme.muted;
    pen.lineWidth = 1.5;
    pen.beginPath();
    if (view.open[card]) {
      pen.moveTo(x - 4, y - 2);
      pen.lineTo(x, y + 2.5);
      pen.lineTo(x + 4, y - 2);
    } else {
      pen.moveTo(x - 2, y - 4);
      pen.lineTo(x + 2.5, y);
      pen.lineTo(x - 2, y + 4);
    }
    pen.stroke();
  }

  row(pen, view, card, column, y, k, dim) {
    const { theme } = this;
    const { data } = view;
    const x = data.x[card];
    const { width } = data.scene;
    const item = data.size + column;
    const lit = column >= 0 && view.isLit(item);
    const chosen = column >= 0 && view.selected.includes(item);
    if (lit) {
      pen.fillStyle = theme.soft;
      pen.beginPath();
      pen.rect(x + 0.75, y - ROW / 2, width - 1.5, ROW);
      pen.fill();
    }
    if (chosen) {
      pen.fillStyle = theme.accent;
      pen.beginPath();
      pen.rect(x + 0.75, y - ROW / 2, 3, ROW);
      pen.fill();
    }
    if (column >= 0) this.ports(pen, view, column, y, lit, dim);
    const colour = lit ? theme.onSoft : dim ? theme.faded : column < 0 ? theme.muted : theme.fg;
    if (k < ROWS_FROM) {
      pen.fillStyle = lit ? theme.accent : theme.faint;
      pen.beginPath();
      pen.rect(x + 14, y - 2.5, Math.min(width - 28, 14 + 70 * ((column * 0.37) % 1 || 0.4)), 5);
      pen.fill();
    } else {
      const size = Math.max(SMALL + 0.5, LEAST_PX / k);
      pen.font = `${chosen ? 600 : 400} ${size}px ${theme.font}`;
      pen.fillStyle = colour;
      const text = column < 0 ? this.more(view, card) : data.name(item);
      pen.fillText((chosen ? this.bold : this.plain).elide(text, width - 40, size), x + 14, y + 0.5);
    }
  }

  more(view, card) {
    const shown = view.shownRows.get(card).filter((column) => column >= 0).length;
    return `+${(view.data.columnCount(card) - shown).toLocaleString("en")} more`;
  }

  ports(pen, view, column, y, lit, dim) {
    const { data } = view;
    const x = data.x[data.owner[column]];
    pen.fillStyle = lit ? this.theme.accent : dim ? this.theme.edge : this.theme.muted;
    pen.beginPath();
    if (data.columnPrevious.count(column)) pen.arc(x, y, 2.5, 0, 2 * Math.PI);
    if (data.columnNext.count(column)) pen.arc(x + data.scene.width, y, 2.5, 0, 2 * Math.PI);
    pen.fill();
  }

  // What the tab at a card's side says: how many neighbours are not shown; null for no tab.
  handleText(view, card, side) {
    const known = view.data.hidden[side][card];
    const away = view.tuckedAway(card, side).size;
    if (away || known > 0) return `+${(away + Math.max(0, known)).toLocaleString("en")}`;
    if (known < 0 && this.live) return "+";
    if ((card === this.marked.hover || card === this.marked.active) && view.neighbours(card, side).length) return FOLD;
    return null;
  }

  handleBox(view, card, side, k) {
    const text = this.handleText(view, card, side);
    if (text === null || k < 0.45) return null;
    const scale = Math.max(1, 0.92 / k);
    const width = (this.plain.width(text) * SMALL + 11) * scale;
    const height = 17 * scale;
    const [left, , right] = view.box(card);
    const middle = view.top[card] + view.data.scene.header / 2;
    return { text, scale, width, height, x: side === "up" ? left - width : right, y: middle - height / 2 };
  }

  handle(pen, box, side, k) {
    const { theme } = this;
    const r = box.height / 2;
    const corners = side === "up" ? [r, 0, 0, r] : [0, r, r, 0];
    pen.fillStyle = theme.card;
    pen.strokeStyle = theme.line;
    pen.lineWidth = Math.max(1, 1 / k);
    pen.beginPath();
    pen.roundRect(box.x, box.y, box.width, box.height, corners);
    pen.fill();
    pen.stroke();
    pen.fillStyle = theme.muted;
    pen.font = `400 ${SMALL * box.scale}px ${theme.font}`;
    pen.textAlign = "center";
    pen.fillText(box.text, box.x + box.width / 2, box.y + r + 0.5);
    pen.textAlign = "left";
  }
}

// What lies under a point of the world: { card, part, row, side }, or null.
export function pick(painter, view, x, y, k) {
  const { data } = view;
  const { width, header } = data.scene;
  for (const card of view.boxes.inside(x - width, y - header, x + width, y + header)) {
    for (const side of ["up", "down"]) {
      const box = painter.handleBox(view, card, side, k);
      if (box && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) {
        return { card, part: "handle", side };
      }
    }
  }
  const card = view.boxes.at(x, y);
  if (card < 0 || y < view.top[card]) return null;
  const row = Math.floor((y - view.top[card] - header) / ROW);
  const column = view.shownRows.get(card)?.[row];
  if (column !== undefined && k >= CARDS_FROM) return { card, part: column < 0 ? "more" : "row", column };
  const atChevron = x > data.x[card] + width - 44 && data.columnCount(card) > 0 && y < view.top[card] + header;
  return { card, part: atChevron && k >= 0.5 ? "chevron" : "header" };
}
