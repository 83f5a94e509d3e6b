// Where one looks: zoom and pan, with the mouse, two fingers, or a call.

export class Camera {
  constructor() {
    this.k = 1; // pixels of the screen per unit of the world
    this.x = 0; // where the world's origin is on the screen
    this.y = 0;
    this.width = 0;
    this.height = 0;
    this.least = 0.02;
    this.most = 3;
  }

  world(x, y) {
    return [(x - this.x) / this.k, (y - this.y) / this.k];
  }

  screen(x, y) {
    return [x * this.k + this.x, y * this.k + this.y];
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
  }

  // Zooms so that the point of the world under (x, y) stays there.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const k = Math.min(this.most, Math.max(this.least, this.k * factor));
    this.x = x - ((x - this.x) * k) / this.k;
    this.y = y - ((y - this.y) * k) / this.k;
    this.k = k;
  }

  // Shows a box [left, top, right, bottom] of the world, never larger than life.
  fit([left, top, right, bottom], { margin = 28, least = this.least, most = 1 } = {}) {
    const across = (this.width - 2 * margin) / Math.max(1, right - left);
    const down = (this.height - 2 * margin) / Math.max(1, bottom - top);
    this.k = Math.min(most, Math.max(least, Math.min(across, down)));
    this.center((left + right) / 2, (top + bottom) / 2);
  }

  center(x, y) {
    this.x = this.width / 2 - x * this.k;
    this.y = this.height / 2 - y * this.k;
  }

  // Moves as little as shows a box, and not at all where it is in sight.
  reveal([left, top, right, bottom], margin = 24) {
    const [x0, y0] = this.screen(left, top);
    const [x1, y1] = this.screen(right, bottom);
    const shift = (low, high, size) =>
      low < margin || high - low > size - 2 * margin ? margin - low : Math.min(0, size - margin - high);
    this.pan(shift(x0, x1, this.width), shift(y0, y1, this.height));
  }
}

const CLICK_PX = 4;

// Mouse, pen and touch: drag pans, the wheel and two fingers zoom; hover, click and double click are told.
export function bindPointer(canvas, camera, { moved, hover, click, leave }) {
  const held = new Map();
  let travelled = 0;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    if (held.size === 1) travelled = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const now = at(event);
    const before = held.get(event.pointerId);
    if (!before) return hover(...now);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    held.set(event.pointerId, now);
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (other) {
      const spread = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
      camera.zoom(spread(now) / Math.max(1, spread(before)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      moved(true);
    } else if (travelled >= CLICK_PX) {
      camera.pan(now[0] - before[0], now[1] - before[1]);
      moved(false);
    }
  });
  const release = (event) => {
    if (!held.delete(event.pointerId) || held.size || event.type === "pointercancel") return;
    if (travelled < CLICK_PX) click(...at(event), event);
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      event.stopPropagation();
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.shiftKey) camera.pan(-(event.deltaX || event.deltaY) * unit, 0);
      else camera.zoom(Math.exp(-event.deltaY * unit * 0.0016), ...at(event));
      moved(!event.shiftKey);
    },
    { passive: false },
  );
}
