// Walks over edges kept by number.

// The edges of each node: those with number list[start[v]] to list[start[v + 1]] lead from v to ends[number].
export function linked(size, from, ends) {
  const start = new Int32Array(size + 1);
  for (const node of from) start[node + 1] += 1;
  for (let node = 0; node < size; node += 1) start[node + 1] += start[node];
  const filled = start.slice();
  const list = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge += 1) list[filled[from[edge]]++] = edge;
  return {
    ends,
    count: (node) => start[node + 1] - start[node],
    edges: (node) => list.subarray(start[node], start[node + 1]),
  };
}

// What is reached from the starts: nodes with their hops, and every edge between them on the way.
export function reach(links, starts, allowed = () => true) {
  const hops = new Map(starts.map((node) => [node, 0]));
  const edges = [];
  const waiting = [...hops.keys()];
  for (let i = 0; i < waiting.length; i += 1) {
    for (const edge of links.edges(waiting[i])) {
      const node = links.ends[edge];
      if (!allowed(node)) continue;
      edges.push(edge);
      if (hops.has(node)) continue;
      hops.set(node, hops.get(waiting[i]) + 1);
      waiting.push(node);
    }
  }
  return { hops, edges };
}

// What lights up for some items: all that leads to each of them and all that it leads to.
export function path(data, items) {
  const lit = { items: new Set(), cards: new Set(), edges: new Set(), columnEdges: new Set() };
  for (const item of items) {
    const column = data.isColumn(item);
    const [next, previous] = column ? [data.columnNext, data.columnPrevious] : [data.next, data.previous];
    const start = column ? item - data.size : item;
    for (const links of [next, previous]) {
      const found = reach(links, [start]);
      for (const node of found.hops.keys()) lit.items.add(column ? node + data.size : node);
      for (const edge of found.edges) (column ? lit.columnEdges : lit.edges).add(edge);
    }
  }
  for (const item of lit.items) lit.cards.add(data.cardOf(item));
  return lit;
}

// The path that Python names: these items and what connects them.
export function pathOf(data, items) {
  const chosen = new Set(items);
  const lit = { items: chosen, cards: new Set(), edges: new Set(), columnEdges: new Set() };
  for (const item of chosen) {
    lit.cards.add(data.cardOf(item));
    const column = data.isColumn(item);
    const [links, into, shift] = column ? [data.columnNext, lit.columnEdges, data.size] : [data.next, lit.edges, 0];
    for (const edge of links.edges(item - shift)) if (chosen.has(links.ends[edge] + shift)) into.add(edge);
  }
  return lit;
}

// The cards that stay when some are folded away: what the focus still reaches, and what it never did.
export function unfolded(data, folded, within) {
  if (!folded.up.includes(1) && !folded.down.includes(1)) return null;
  const walk = (starts, open) => {
    const seen = new Set(starts);
    const waiting = [...starts];
    while (waiting.length) {
      const card = waiting.pop();
      for (const [links, side] of [[data.next, "down"], [data.previous, "up"]]) {
        if (!open && folded[side][card]) continue;
        for (const edge of links.edges(card)) {
          const other = links.ends[edge];
          if (!seen.has(other) && within(other)) {
            seen.add(other);
            waiting.push(other);
          }
        }
      }
    }
    return seen;
  };
  const connected = walk([data.focus], true);
  const apart = Array.from({ length: data.size }, (_, card) => card).filter((card) => !connected.has(card));
  return walk([data.focus, ...apart], false);
}
