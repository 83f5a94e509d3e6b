// The whole in a corner, with a frame around what is in view; a press or a drag moves there.

import { make } from "../core/dom.js";

const [WIDTH, HEIGHT] = [168, 104];

export class Minimap {
  constructor({ look, moved }) {
    this.look = look;
    this.moved = moved;
    this.canvas = make("canvas", { class: "dx-minimap", "aria-hidden": "true", tabindex: "-1", width: WIDTH * 2, height: HEIGHT * 2 });
    this.still = document.createElement("canvas");
    this.still.width = WIDTH * 2;
    this.still.height = HEIGHT * 2;
    const go = (event) => {
      if (event.buttons !== 1) return;
      const { camera } = look();
      const { k, x, y } = this.scale;
      camera.center((event.offsetX - x) / k, (event.offsetY - y) / k);
      moved();
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      go(event);
    });
    this.canvas.addEventListener("pointermove", go);
  }

  // Draws the cards anew, after they moved or changed colour.
  update() {
    const { view, theme, painter } = this.look();
    this.box = view.bounds();
    const [left, top, right, bottom] = this.box;
    const k = Math.min((WIDTH - 12) / (right - left), (HEIGHT - 12) / (bottom - top));
    this.scale = { k, x: WIDTH / 2 - (k * (left + right)) / 2, y: HEIGHT / 2 - (k * (top + bottom)) / 2 };
    const pen = this.still.getContext("2d");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.fillStyle = theme.card;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    const groups = [
      [theme.edge, view.cards],
      [theme.accent, view.lit ? view.cards.filter((card) => view.lit.cards.has(card)) : [painter.marked.focus]],
    ];
    for (const [colour, cards] of groups) {
      pen.fillStyle = colour;
      pen.beginPath();
      for (const card of cards) {
        if (card < 0 || !view.visible[card]) continue;
        const width = Math.max(1.5, view.data.scene.width * k);
        pen.rect(view.data.x[card] * k + this.scale.x, view.top[card] * k + this.scale.y, width, Math.max(1, view.height[card] * k));
      }
      pen.fill();
    }
    this.frame();
  }

  frame() {
    if (!this.scale) return;
    const { camera, theme } = this.look();
    const { k, x, y } = this.scale;
    // With everything in view it would only cover something.
    const [left0, top0] = camera.screen(this.box[0], this.box[1]);
    const [right0, bottom0] = camera.screen(this.box[2], this.box[3]);
    const all = left0 >= 0 && top0 >= 0 && right0 <= camera.width && bottom0 <= camera.height;
    this.canvas.classList.toggle("dx-away", all);
    if (all) return;
    const pen = this.canvas.getContext("2d");
    const [x0, y0] = camera.world(0, 0);
    const [x1, y1] = camera.world(camera.width, camera.height);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this.still, 0, 0);
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 1;
    const [left, top] = [Math.max(0.5, x0 * k + x), Math.max(0.5, y0 * k + y)];
    const [right, bottom] = [Math.min(WIDTH - 0.5, x1 * k + x), Math.min(HEIGHT - 0.5, y1 * k + y)];
    pen.strokeRect(left, top, Math.max(2, right - left), Math.max(2, bottom - top));
  }
}
