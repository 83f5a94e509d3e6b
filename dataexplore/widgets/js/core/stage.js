// A canvas that pans at full speed whatever it shows: the picture is drawn once, larger than the view, and moved.

const REACH = 0.3; // of the view, on each side
const SETTLE_MS = 120;
const CHEAP_MS = 9; // a picture this quick is drawn anew at every step of a zoom

export class Stage {
  // draw(pen, camera, width, height) draws the whole picture for a camera; after(pen) what moves on top of it.
  constructor(canvas, camera, { draw, after, failed }) {
    this.canvas = canvas;
    this.camera = camera;
    this.draw = draw;
    this.after = after;
    this.failed = failed;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.bitmap = document.createElement("canvas");
    this.bitmapPen = this.bitmap.getContext("2d", { alpha: false });
    this.shown = null; // the camera the bitmap was drawn for
    this.ratio = 1;
    this.cost = 0;
    this.zoomed = -Infinity;
    this.counters = { frames: 0, draws: 0 };
    this.queued = 0;
    this.settling = 0;
  }

  resize(width, height) {
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    this.camera.width = width;
    this.camera.height = height;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    // Whole pixels of the screen: a bitmap that is stretched by a fraction of one blurs all text.
    this.left = Math.round(this.canvas.width * REACH) / this.ratio;
    this.above = Math.round(this.canvas.height * REACH) / this.ratio;
    this.bitmap.width = this.canvas.width + Math.round(2 * this.left * this.ratio);
    this.bitmap.height = this.canvas.height + Math.round(2 * this.above * this.ratio);
    this.invalidate();
  }

  // The picture itself has changed.
  invalidate() {
    this.shown = null;
    this.request();
  }

  // Only the camera has, or what is drawn after.
  request(zooming = false) {
    if (zooming) {
      this.zoomed = performance.now();
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.request(), SETTLE_MS + 10);
    }
    this.queued ||= requestAnimationFrame(() => this.paint());
  }

  // Whether the bitmap can stand in for the view: same scale and in reach, or a zoom that is still going on.
  fits() {
    const { shown, camera } = this;
    if (!shown) return false;
    if (shown.k !== camera.k) return this.cost > CHEAP_MS && performance.now() - this.zoomed < SETTLE_MS;
    return (
      Math.abs(shown.x - camera.x) <= this.left && Math.abs(shown.y - camera.y) <= this.above
    );
  }

  paint() {
    this.queued = 0;
    const { camera, pen, ratio } = this;
    if (!camera.width || !camera.height) return;
    try {
      if (!this.fits()) this.redraw();
      const scale = camera.k / this.shown.k;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      if (scale !== 1) {
        pen.fillStyle = this.ground;
        pen.fillRect(0, 0, camera.width, camera.height);
      }
      pen.drawImage(
        this.bitmap,
        Math.round((camera.x - (this.shown.x + this.left) * scale) * ratio) / ratio,
        Math.round((camera.y - (this.shown.y + this.above) * scale) * ratio) / ratio,
        (this.bitmap.width / ratio) * scale,
        (this.bitmap.height / ratio) * scale,
      );
      this.after(pen);
      this.counters.frames += 1;
    } catch (error) {
      this.failed(error);
    }
  }

  redraw() {
    const { camera, ratio } = this;
    const started = performance.now();
    this.bitmapPen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.ground = this.draw(
      this.bitmapPen,
      { k: camera.k, x: camera.x + this.left, y: camera.y + this.above },
      camera.width + 2 * this.left,
      camera.height + 2 * this.above,
    );
    this.shown = { k: camera.k, x: camera.x, y: camera.y };
    this.cost = performance.now() - started;
    this.counters.draws += 1;
  }

  end() {
    cancelAnimationFrame(this.queued);
    clearTimeout(this.settling);
  }
}
