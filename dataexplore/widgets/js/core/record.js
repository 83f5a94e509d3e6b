// A pen like a canvas's that keeps what it drew: as SVG, and as a list of the texts for tests.

const escaped = (text) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const short = (number) => String(Math.round(number * 100) / 100);

export class Recorder {
  constructor() {
    this.parts = [];
    this.texts = [];
    this.path = [];
    this.state = { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, dash: [] };
    this.font = "12px sans-serif";
    this.textAlign = "left";
  }

  set fillStyle(value) { this.state.fillStyle = value; }
  get fillStyle() { return this.state.fillStyle; }
  set strokeStyle(value) { this.state.strokeStyle = value; }
  set lineWidth(value) { this.state.lineWidth = value; }
  set globalAlpha(value) { this.state.globalAlpha = value; }

  setLineDash(dash) { this.state.dash = dash; }
  beginPath() { this.path = []; }
  moveTo(x, y) { this.path.push(`M${short(x)} ${short(y)}`); }
  lineTo(x, y) { this.path.push(`L${short(x)} ${short(y)}`); }
  bezierCurveTo(...points) { this.path.push(`C${points.map(short).join(" ")}`); }
  closePath() { this.path.push("Z"); }

  rect(x, y, width, height) {
    this.path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  roundRect(x, y, width, height, radii) {
    const [a, b, c, d] = (Array.isArray(radii) ? radii : [radii, radii, radii, radii]).map((r) => Math.min(r, width / 2, height / 2));
    const turn = (r, dx, dy) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.path.push(
      `M${short(x + a)} ${short(y)}h${short(width - a - b)}${turn(b, b, b)}v${short(height - b - c)}${turn(c, -c, c)}` +
        `h${short(-(width - c - d))}${turn(d, -d, -d)}v${short(-(height - d - a))}${turn(a, a, -a)}Z`,
    );
  }

  // Whole circles are all that is drawn of arcs.
  arc(x, y, r) {
    this.path.push(`M${short(x - r)} ${short(y)}a${short(r)} ${short(r)} 0 1 0 ${short(2 * r)} 0a${short(r)} ${short(r)} 0 1 0 ${short(-2 * r)} 0Z`);
  }

  fillRect(x, y, width, height) {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  fill() {
    this.add(`fill="${this.state.fillStyle}"`);
  }

  stroke() {
    const dash = this.state.dash.length ? ` stroke-dasharray="${this.state.dash.map(short).join(" ")}"` : "";
    this.add(`fill="none" stroke="${this.state.strokeStyle}" stroke-width="${short(this.state.lineWidth)}"${dash}`);
  }

  add(attributes) {
    if (!this.path.length) return;
    const alpha = this.state.globalAlpha < 1 ? ` opacity="${short(this.state.globalAlpha)}"` : "";
    this.parts.push(`<path d="${this.path.join("")}" ${attributes}${alpha}/>`);
  }

  fillText(text, x, y) {
    const [, weight = "400", size] = this.font.match(/^(?:(\d+) )?([\d.]+)px/);
    const anchor = { center: "middle", right: "end" }[this.textAlign];
    this.texts.push({ text, x, y, size: Number(size), weight, align: this.textAlign, colour: this.state.fillStyle });
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" font-size="${size}" font-weight="${weight}" fill="${this.state.fillStyle}"` +
        ` dominant-baseline="central"${anchor ? ` text-anchor="${anchor}"` : ""}>${escaped(text)}</text>`,
    );
  }

  // The whole as an SVG text; it stands on its own.
  svg([left, top, right, bottom], { title, background, family }) {
    const box = [left, top, right - left, bottom - top].map(short).join(" ");
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${short(right - left)}" height="${short(bottom - top)}"` +
      ` font-family="${escaped(family)}" role="img"><title>${escaped(title)}</title>` +
      `<rect x="${short(left)}" y="${short(top)}" width="100%" height="100%" fill="${background}"/>${this.parts.join("")}</svg>`
    );
  }
}
