// The lineage as a tree of text: the focus, then what is up- and downstream of it, level by level.

import { brief, counted } from "../core/text.js";

// A node is { card, side } or { title, card, side }, the heading of one side of the focus.
export function treeOf(app, go) {
  const label = (node) => {
    const { view, data } = app;
    if (node.title) return node.title;
    const lit = (view.shownRows.get(node.card) ?? []).filter((column) => column >= 0 && view.isLit(data.size + column));
    const parts = [brief(data.name(node.card), 60), data.kindOf(node.card), brief(data.places.at(node.card), 60)];
    if (data.columnCount(node.card)) parts.push(counted(data.columnCount(node.card), "column"));
    const status = app.painter.statusOf(node.card);
    if (status) parts.push(status);
    if (lit.length) parts.push(`lit: ${lit.map((column) => brief(data.columns.at(column), 40)).join(", ")}`);
    return parts.filter(Boolean).join(", ");
  };
  const children = (node, trail) => {
    const { view } = app;
    if (node.side === null) {
      return ["up", "down"]
        .map((side) => ({ card: node.card, side, heading: true, count: view.neighbours(node.card, side).length }))
        .filter((group) => group.count)
        .map((group) => ({ ...group, title: `${group.side === "up" ? "Upstream" : "Downstream"}, ${group.count} direct` }));
    }
    const above = new Set(trail.filter((other) => !other.title).map((other) => other.card));
    return view
      .neighbours(node.card, node.side)
      .filter((card) => !above.has(card) && card !== (node.title ? undefined : node.card))
      .map((card) => ({ card, side: node.side }));
  };
  return { label, children, chosen: (node) => !node.title && go(node.card) };
}
