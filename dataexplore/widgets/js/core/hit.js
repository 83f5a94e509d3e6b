// Which boxes lie in a rectangle or under a point. Boxes that share a left edge must not overlap each other.

export class Boxes {
  // Arrays by id; `ids` are those that take part.
  constructor(ids, left, top, width, height) {
    Object.assign(this, { left, top, width, height });
    this.columns = new Map();
    for (const id of ids) {
      const column = this.columns.get(left[id]);
      if (column) column.push(id);
      else this.columns.set(left[id], [id]);
    }
    for (const column of this.columns.values()) column.sort((a, b) => top[a] - top[b]);
  }

  inside(x0, y0, x1, y1) {
    const found = [];
    for (const [x, column] of this.columns) {
      if (x > x1 || x + this.width < x0) continue;
      let low = 0;
      let high = column.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.top[column[middle]] + this.height[column[middle]] < y0) low = middle + 1;
        else high = middle;
      }
      for (; low < column.length && this.top[column[low]] <= y1; low += 1) found.push(column[low]);
    }
    return found;
  }

  at(x, y) {
    return this.inside(x, y, x, y)[0] ?? -1;
  }
}
