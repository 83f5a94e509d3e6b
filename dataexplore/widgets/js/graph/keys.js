// What each key does.

import { brief } from "../core/text.js";
import { step } from "./steps.js";
import { ALL, CLOSED, SOME } from "./view.js";

function sayActive({ data, active, view, announcer }) {
  if (active.row === -1) return announcer.say("More columns");
  if (active.row !== null) return announcer.say(`column ${brief(data.name(data.size + active.row), 60)}`);
  const sides = ["up", "down"].map((side) => `${view.neighbours(active.card, side).length} ${side}stream`);
  return announcer.say(`${brief(data.name(active.card), 60)}, ${data.kindOf(active.card)}, ${sides.join(", ")}`);
}

function enter(app, item) {
  const { card, row } = app.active;
  if (row === -1) app.open(card, ALL);
  else if (row !== null) app.toggle(item, false);
  else app.open(card, app.view.open[card] ? CLOSED : SOME);
}

export function keysOf(app, { search, help }) {
  const item = () => (app.active.row !== null && app.active.row >= 0 ? app.data.size + app.active.row : app.active.card);
  const sides = () => ({ up: ["up"], down: ["down"] })[app.data.sideOf(app.active.card)] ?? ["up", "down"];
  const onCard = (run) => (event) => app.active.card >= 0 && run(event);
  // The first key shows where one is, and goes nowhere yet.
  const go = (event) => {
    const next = app.used ? step(app.view, app.active, event.key) : app.active;
    if (next) app.setActive(next.card, next.row);
    sayActive(app);
  };
  return [
    { keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], help: "go along edges, through cards and rows", run: onCard(go) },
    { keys: ["Enter"], help: "open or close columns; light a column", run: onCard(() => enter(app, item())) },
    { keys: [" "], help: "light the path of the table or column", run: onCard((event) => app.toggle(item(), event.shiftKey)) },
    { keys: ["/"], help: "search", run: () => search.input.focus() },
    { keys: ["e"], help: "expand the neighbours", run: onCard(() => sides().forEach((side) => app.expand(app.active.card, side))) },
    { keys: ["c"], help: "collapse them", run: onCard(() => sides().forEach((side) => app.fold(app.active.card, side))) },
    { keys: ["i"], help: "isolate the lit path, and back", run: () => app.isolate() },
    { keys: ["+", "="], help: "zoom in", run: () => app.zoom(1.25) },
    { keys: ["-", "_"], help: "zoom out", run: () => app.zoom(1 / 1.25) },
    { keys: ["f", "0"], help: "show all", run: () => app.fit() },
    { keys: ["Escape"], help: "clear", run: () => app.clear() },
    { keys: ["?"], help: "these keys", run: help },
  ];
}
