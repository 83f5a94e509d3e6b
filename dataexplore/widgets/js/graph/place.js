// Heights change and cards hide: where the rest goes, in the order the layout chose.

// Moves what lies below a card that grew, within its layer; nothing above it and nothing elsewhere moves.
export function push(layers, home, top, heights, gaps) {
  for (const items of layers) {
    let floor = -Infinity;
    for (const item of items) {
      top[item] = Math.max(home[item], floor);
      floor = top[item] + heights[item] + gaps[item];
    }
  }
}

const SWEEPS = 8;

// Closes the gaps: everything as near as possible to what it is connected with, order kept.
// segments: [from, to, port of from, port of to], by item; only between neighbouring layers.
export function relax(layers, top, heights, gaps, segments) {
  const sums = new Float64Array(top.length);
  const weights = new Float64Array(top.length);
  for (const items of layers) stack(items, top, heights, gaps, (item) => top[item], () => 1e-3);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    sums.fill(0);
    weights.fill(0);
    for (const [from, to, fromPort, toPort] of segments) {
      sums[to] += top[from] + fromPort - toPort;
      sums[from] += top[to] + toPort - fromPort;
      weights[to] += 1;
      weights[from] += 1;
    }
    const wanted = (item) => (weights[item] ? sums[item] / weights[item] : top[item]);
    for (const items of layers) stack(items, top, heights, gaps, wanted, (item) => weights[item] + 0.01);
  }
}

// Places one layer without overlaps, least squares from what is wanted (pool adjacent violators).
function stack(items, top, heights, gaps, wanted, weight) {
  const blocks = []; // [middle, weight, count]
  let offset = 0;
  const offsets = items.map((item) => {
    const here = offset;
    offset += heights[item] + gaps[item];
    return here;
  });
  items.forEach((item, i) => {
    let block = [wanted(item) - offsets[i], weight(item), 1];
    while (blocks.length && blocks.at(-1)[0] >= block[0]) {
      const above = blocks.pop();
      const total = above[1] + block[1];
      block = [(above[0] * above[1] + block[0] * block[1]) / total, total, above[2] + block[2]];
    }
    blocks.push(block);
  });
  let i = 0;
  for (const [middle, , count] of blocks) {
    for (const last = i + count; i < last; i += 1) top[items[i]] = middle + offsets[i];
  }
}
