// The picture as files: SVG, PNG, CSV, Mermaid, and a page that works on its own. Each shows what is shown.

import { base64 } from "../core/binary.js";
import { css } from "../core/theme.js";
import { Recorder } from "../core/record.js";
import { visible } from "../core/text.js";

const BORDER = 28;
const MOST_PX = 12_000;
const MOST_AREA = 48_000_000;

const extent = (view) => {
  const [left, top, right, bottom] = view.bounds();
  return [left - BORDER - 24, top - BORDER, right + BORDER + 24, bottom + BORDER];
};

// Names as XML can hold them: no control characters.
const titleOf = (data) => (data.size ? `Lineage of ${visible(data.path(data.focus))}` : "Lineage");

export function toSvg({ view, links, painter, theme }) {
  const pen = new Recorder();
  const box = extent(view);
  painter.world(pen, view, links, 1, box);
  return pen.svg(box, { title: titleOf(view.data), background: css(theme.rgb.bg), family: theme.font });
}

export function toPng({ view, links, painter, theme }) {
  const box = extent(view);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const scale = Math.min(2, MOST_PX / width, MOST_PX / height, Math.sqrt(MOST_AREA / (width * height)));
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = theme.bg;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(scale, 0, 0, scale, -box[0] * scale, -box[1] * scale);
  painter.world(pen, view, links, Math.min(1, scale), box);
  return canvas.convertToBlob({ type: "image/png" });
}

// Every edge between what is shown: [source, target, kind, whether it is lit], as items.
function edgesOf(view) {
  const { data, lit } = view;
  const edges = view.edges.map((edge) => [data.source[edge], data.target[edge], "table", lit?.edges.has(edge) ?? false]);
  for (let edge = 0; edge < data.columnSource.length; edge += 1) {
    const ends = [data.size + data.columnSource[edge], data.size + data.columnTarget[edge]];
    if (!ends.every((item) => view.visible[data.cardOf(item)])) continue;
    edges.push([...ends, "column", lit?.columnEdges.has(edge) ?? false]);
  }
  return edges;
}

export function toCsv(view) {
  const cell = (text) => `"${text.replaceAll('"', '""')}"`;
  const lines = edgesOf(view).map(([source, target, kind, lit]) =>
    [cell(view.data.path(source)), cell(view.data.path(target)), kind, lit].join(","),
  );
  return ["source,target,kind,lit", ...lines, ""].join("\r\n");
}

export function toMermaid(view) {
  const { data, lit } = view;
  // Mermaid reads its own entities; letters, digits and a few marks pass, the rest is numbered.
  const label = (text) => [...visible(text)].map((c) => (/[\p{L}\p{N} _.\-]/u.test(c) ? c : `#${c.codePointAt(0)};`)).join("");
  const lines = ["flowchart LR"];
  for (const card of view.cards) lines.push(`  n${card}["${label(data.path(card))}"]`);
  const lines2 = view.edges.map((edge) => `  n${data.source[edge]} --> n${data.target[edge]}`);
  const chosen = lit ? view.cards.filter((card) => lit.cards.has(card)) : [];
  if (chosen.length) {
    lines2.push("  classDef lit stroke-width:3px", `  class ${chosen.map((card) => `n${card}`).join(",")} lit`);
  }
  return [...lines, ...lines2, ""].join("\n");
}

const VARIABLES = ["--jp-layout-color0", "--jp-layout-color1", "--jp-ui-font-color0", "--jp-border-color2", "--jp-brand-color1", "--jp-ui-font-family"];

// A page that needs neither Jupyter nor a network: this very module with the data inside.
export function toHtml({ model, root, view, camera }) {
  const saved = { shown: shownState(view, camera) };
  for (const name of ["scene", "selected", "path", "focus", "status", "height"]) saved[name] = model.get(name);
  const held = JSON.stringify(saved, (_, value) => (ArrayBuffer.isView(value) ? { base64: base64(value) } : value));
  const script = `${model.get("_esm")}\nopenAlone(${held.replaceAll("<", "\\u003c")});`;
  const style = getComputedStyle(root);
  const variables = VARIABLES.map((name) => `${name}:${style.getPropertyValue(name).trim().replace(/[<>{};]/g, "")};`).filter((rule) => !rule.endsWith(":;"));
  const page = document.implementation.createHTMLDocument(titleOf(view.data));
  const add = (tag, text, attributes = {}) => {
    const element = page.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    page.head.append(element);
  };
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";
  add("meta", "", { "http-equiv": "Content-Security-Policy", content: policy });
  page.head.prepend(Object.assign(page.createElement("meta"), { charset: "utf-8" }));
  page.head.firstChild.setAttribute("charset", "utf-8");
  add("style", `:root{${variables.join("")}}html,body{margin:0;height:100%}.dx-alone,.dx-alone .dx-lineage{height:100%!important}${model.get("_css")}`);
  add("script", script, { type: "module" });
  page.body.append(Object.assign(page.createElement("div"), { className: "dx-alone" }));
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

// How it is looked at now, so that a page opens with the same picture.
function shownState(view, camera) {
  const { data } = view;
  const paths = (items) => [...items].map((item) => data.path(item));
  const flagged = (flags) => paths([...flags.keys()].filter((card) => flags[card]));
  return {
    open: flagged(view.open).map((path) => [path, view.open[data.find(path)]]),
    folded: { up: flagged(view.folded.up), down: flagged(view.folded.down) },
    limits: { up: Number.isFinite(view.limits.up) ? view.limits.up : null, down: Number.isFinite(view.limits.down) ? view.limits.down : null },
    isolated: view.isolated ? paths(view.isolated) : null,
    closed: view.closeGaps,
    camera: { k: camera.k, middle: camera.world(camera.width / 2, camera.height / 2) },
  };
}

// Puts a saved way of looking back.
export function restore(view, camera, shown) {
  const { data } = view;
  const found = (paths) => paths.map((path) => data.find(path)).filter((item) => item >= 0);
  for (const [path, state] of shown.open) if (data.find(path) >= 0) view.open[data.find(path)] = state;
  for (const side of ["up", "down"]) {
    for (const card of found(shown.folded[side])) view.folded[side][card] = 1;
    view.limits[side] = shown.limits[side] ?? Infinity;
  }
  view.isolated = shown.isolated ? new Set(found(shown.isolated)) : null;
  view.restructure(shown.closed);
  camera.k = shown.camera.k;
  camera.center(...shown.camera.middle);
}

// The model of a page without Jupyter.
export function aloneModel(saved) {
  const decoded = (value) => {
    if (value && typeof value.base64 === "string") return new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer);
    return value;
  };
  const state = { live: false, busy: [], notice: "", ...saved };
  state.scene = Object.fromEntries(Object.entries(saved.scene).map(([name, value]) => [name, decoded(value)]));
  return {
    get: (name) => state[name],
    set: (name, value) => (state[name] = value),
    on() {},
    off() {},
    send() {},
    save_changes() {},
  };
}
