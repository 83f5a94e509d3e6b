// Where the arrow keys lead: along edges to the left and right, through rows and cards up and down.

// Each gives { card, row } or null; a row is a column's number, -1 for "+n more", null for the header.
export function step(view, { card, row }, key) {
  if (key === "ArrowLeft" || key === "ArrowRight") return sideways(view, card, row, key === "ArrowLeft" ? "up" : "down");
  return vertically(view, card, row, key === "ArrowUp" ? -1 : 1);
}

function sideways(view, card, row, side) {
  const { data } = view;
  if (row !== null && row >= 0) {
    const links = side === "up" ? data.columnPrevious : data.columnNext;
    const column = [...links.edges(row)].map((edge) => links.ends[edge]).find((other) => view.rowOf.has(other) && other !== row);
    if (column !== undefined) return { card: data.owner[column], row: column };
  }
  const y = view.top[card];
  const others = view.neighbours(card, side);
  // Of several neighbours a lit one is meant before others, then one next door, then the one level with this.
  const far = (other) => Math.abs(data.layer[other] - data.layer[card]) * 1e4;
  const score = (other) => Math.abs(view.top[other] - y) + far(other) + (view.lit && !view.lit.cards.has(other) ? 1e6 : 0);
  const nearest = others.sort((a, b) => score(a) - score(b))[0];
  return nearest === undefined ? null : { card: nearest, row: null };
}

function vertically(view, card, row, direction) {
  const { data } = view;
  const rows = view.shownRows.get(card) ?? [];
  const at = row === null ? -1 : rows.indexOf(row);
  const next = at + direction;
  if (next >= 0 && next < rows.length) return { card, row: rows[next] };
  if (next === -1) return { card, row: null };
  const layer = view.cards.filter((other) => data.x[other] === data.x[card]).sort((a, b) => view.top[a] - view.top[b]);
  const other = layer[layer.indexOf(card) + direction];
  if (other === undefined) return null;
  return { card: other, row: direction < 0 ? view.shownRows.get(other)?.at(-1) ?? null : null };
}
