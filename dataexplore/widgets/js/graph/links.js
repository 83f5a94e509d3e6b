// The lines between cards: which are drawn, and their points.

// Points of a link from left to right: a start, then in and out of each lane, then an end.
function between(view, edge, source, target) {
  const { data } = view;
  const { width } = data.scene;
  const [left, right] = data.backward[edge] ? [target, source] : [source, target];
  const points = [[data.x[data.cardOf(left)] + width, view.portY(left)]];
  for (let i = data.routeStart[edge]; i < data.routeStart[edge + 1]; i += 1) {
    const lane = data.route[i];
    const x = data.laneLayer[lane] * data.scene.step;
    const y = view.top[data.size + lane] + data.laneHeight[lane] / 2;
    points.push([x, y], [x + width, y]);
  }
  points.push([data.x[data.cardOf(right)], view.portY(right)]);
  return points;
}

// A link within one card, or between cards of one layer, bows out on the right.
function bow(view, source, target) {
  const { data } = view;
  const [from, to] = [data.cardOf(source), data.cardOf(target)];
  const y = view.portY(source);
  const same = source === target;
  return [
    [data.x[from] + data.scene.width, same ? y - 6 : y],
    [data.x[to] + data.scene.width, same ? y + 6 : view.portY(target)],
  ];
}

export class Links {
  constructor(view) {
    this.view = view;
    const { data } = view;
    this.boxes = new Float32Array(view.edges.length * 4);
    view.edges.forEach((edge, i) => {
      const [left, right] = view.ends(edge).map((card) => view.box(card));
      let [low, high] = [Math.min(left[1], right[1]), Math.max(left[3], right[3])];
      for (const lane of view.lanesOf(edge)) {
        const y = view.top[data.size + lane];
        low = Math.min(low, y);
        high = Math.max(high, y + data.laneHeight[lane]);
      }
      this.boxes.set([Math.min(left[0], right[0]), low, Math.max(left[2], right[2]) + 60, high], i * 4);
    });
  }

  // The links that touch a rectangle: { edge, column, lit, backward, points }; a column edge stands for its tables'
  // edge where both of its rows are shown.
  inside([x0, y0, x1, y1], { columns = true } = {}) {
    const { view, boxes } = this;
    const { data, lit } = view;
    const found = [];
    const anyRows = columns && view.rowOf.size > 0;
    view.edges.forEach((edge, i) => {
      if (boxes[i * 4] > x1 || boxes[i * 4 + 2] < x0 || boxes[i * 4 + 1] > y1 || boxes[i * 4 + 3] < y0) return;
      const detailed = anyRows ? this.columnLinks(edge) : [];
      found.push(...detailed);
      // A lit path of columns whose cards are closed still shows which way it goes.
      const carries = lit?.columnEdges.size && !detailed.some((link) => link.lit) && this.carriesLit(edge);
      if (!detailed.length || carries || lit?.edges.has(edge)) {
        found.push(this.link(edge, -1, data.source[edge], data.target[edge], Boolean(carries || lit?.edges.has(edge))));
      }
    });
    if (anyRows) found.push(...this.columnLinks(data.source.length));
    return found;
  }

  carriesLit(edge) {
    return this.view.data.via.edges(edge).some((column) => this.view.lit.columnEdges.has(column));
  }

  columnLinks(edge) {
    const { view } = this;
    const { data, lit } = view;
    const found = [];
    for (const column of data.via.edges(edge)) {
      const [source, target] = [data.columnSource[column], data.columnTarget[column]];
      if (!view.rowOf.has(source) || !view.rowOf.has(target)) continue;
      const on = lit !== null && lit.columnEdges.has(column);
      found.push(this.link(edge, column, data.size + source, data.size + target, on));
    }
    return found;
  }

  link(edge, column, source, target, lit) {
    const { view } = this;
    const { data } = view;
    const [left, right] = edge < data.source.length ? view.ends(edge) : [data.cardOf(source), data.cardOf(source)];
    const bowed = data.x[left] + data.scene.width > data.x[right];
    const points = bowed ? bow(view, source, target) : between(view, edge, source, target);
    return { edge, column, source, target, lit, bowed, backward: !bowed && data.backward[edge] === 1, points };
  }
}

// Puts a link into the path of a pen; `straight` is for when curves are too small to be seen.
export function trace(pen, { points, bowed }, straight) {
  pen.moveTo(...points[0]);
  if (bowed) {
    const out = Math.max(points[0][0], points[1][0]) + 26;
    pen.bezierCurveTo(out, points[0][1], out, points[1][1], ...points[1]);
    return;
  }
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    if (straight || i % 2 === 0 || y0 === y1) pen.lineTo(x1, y1);
    else pen.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
  }
}
