// What is drawn where, for tests: they read marks, not pixels.

import { Recorder } from "../core/record.js";
import { contrast } from "../core/theme.js";
import { toCsv, toHtml, toMermaid, toSvg } from "./exports.js";

const parsed = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);

export function openHook(widget) {
  const { app } = widget;
  const place = ([left, top, right, bottom]) => {
    const [x, y] = app.camera.screen(left, top);
    return { x, y, width: (right - left) * app.camera.k, height: (bottom - top) * app.camera.k };
  };
  const worldBox = () => [...app.camera.world(0, 0), ...app.camera.world(app.camera.width, app.camera.height)];

  const cards = () =>
    app.view.cards.map((card) => ({
      path: app.data.path(card),
      ...place(app.view.box(card)),
      lit: app.view.lit?.cards.has(card) ?? false,
      open: app.view.open[card],
      side: app.data.sideOf(card),
      status: app.painter.lens ? app.painter.statusOf(card) : null,
      handles: Object.fromEntries(["up", "down"].map((side) => [side, app.painter.handleBox(app.view, card, side, app.camera.k)?.text ?? null])),
      rows: (app.view.shownRows.get(card) ?? []).map((column, i) => ({
        name: column < 0 ? app.painter.more(app.view, card) : app.data.columns.at(column),
        lit: column >= 0 && app.view.isLit(app.data.size + column),
        x: app.camera.screen(app.data.x[card] + app.data.scene.width / 2, 0)[0],
        y: app.camera.screen(0, app.view.rowY(card, i))[1],
      })),
    }));

  const links = () =>
    app.links.inside(worldBox()).map((link) => ({
      source: app.data.path(link.source),
      target: app.data.path(link.target),
      lit: link.lit,
      bowed: link.bowed,
      backward: link.backward,
      points: link.points.map(([x, y]) => app.camera.screen(x, y)),
    }));

  // Every text in the view as the canvas gets it, in pixels of the screen, with the contrast to what is below.
  const labels = () => {
    const pen = new Recorder();
    app.painter.world(pen, app.view, app.links, app.camera.k, worldBox());
    const { k } = app.camera;
    return pen.texts.map(({ text, x, y, size, weight, align, colour }) => {
      const ruler = weight === "600" ? app.painter.bold : app.painter.plain;
      const width = ruler.width(text) * size * k;
      const [left, middle] = app.camera.screen(x, y);
      const shift = { right: width, center: width / 2 }[align] ?? 0;
      const grounds = [app.theme.rgb.card, app.theme.rgb.soft];
      const worst = Math.min(...grounds.map((ground) => contrast(parsed(colour), ground)));
      const onCard = contrast(parsed(colour), app.theme.rgb.card);
      return { text, px: size * k, x: left - shift, y: middle - (size * k) / 2, width, height: size * k, colour, onCard, worst };
    });
  };

  return {
    cards,
    links,
    labels,
    camera: app.camera,
    counters: app.stage.counters,
    state: () => ({
      selected: app.view.selected.map((item) => app.data.path(item)),
      path: app.view.lit ? [...app.view.lit.items].map((item) => app.data.path(item)) : [],
      active: app.active.card < 0 ? null : app.data.path(app.active.card),
      row: app.active.row === null || app.active.row < 0 ? app.active.row : app.data.columns.at(app.active.row),
      isolated: app.view.isolated !== null,
      tables: app.data.size,
      busy: [...app.busy].map((item) => app.data.path(item)),
      dark: app.theme.dark,
      cost: app.stage.cost,
    }),
    exported: {
      svg: () => toSvg(app),
      csv: () => toCsv(app.view),
      mermaid: () => toMermaid(app.view),
      html: () => toHtml({ ...app, view: app.view, model: widget.model, root: widget.root }),
    },
    pan: (dx, dy) => {
      app.camera.pan(dx, dy);
      app.moved(false);
    },
    zoom: (factor) => app.zoom(factor),
    fit: () => app.fit(),
  };
}
