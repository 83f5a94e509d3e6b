// What the mouse does on the picture: point, tell, click.

import { make } from "../core/dom.js";
import { STATUSES } from "../core/marks.js";
import { brief } from "../core/text.js";
import { bindPointer } from "../core/view.js";
import { pick } from "./draw.js";
import { ALL, CLOSED, SOME } from "./view.js";

const TIP_MS = 350;

export class Mouse {
  constructor(app, canvas) {
    this.app = app;
    this.canvas = canvas;
    this.tip = make("div", { class: "dx-tip", hidden: true, "aria-hidden": "true" });
    bindPointer(canvas, app.camera, {
      moved: (zooming) => {
        this.hideTip();
        app.moved(zooming);
      },
      hover: (x, y) => this.hover(this.pick(x, y), x, y),
      click: (x, y, event) => this.click(this.pick(x, y), event),
      leave: () => this.hover(null),
    });
  }

  pick(x, y) {
    const { painter, view, camera } = this.app;
    return pick(painter, view, ...camera.world(x, y), camera.k);
  }

  hover(hit, x, y) {
    const { marked } = this.app.painter;
    this.canvas.style.cursor = hit ? "pointer" : "grab";
    if (marked.hover !== (hit?.card ?? -1)) {
      marked.hover = hit?.card ?? -1;
      this.app.stage.request();
    }
    this.hideTip();
    if (hit && hit.part !== "handle") this.timer = setTimeout(() => this.showTip(hit, x, y), TIP_MS);
  }

  hideTip() {
    clearTimeout(this.timer);
    this.tip.hidden = true;
  }

  showTip({ card, part, column }, x, y) {
    const { data, view, painter, camera } = this.app;
    const status = painter.statusOf(card);
    const sides = ["up", "down"].map((side) => `${view.neighbours(card, side).length + view.tuckedAway(card, side).size} ${side}stream`);
    const about = part === "row" ? ["column"] : [brief(data.kindOf(card), 40), ...sides, ...(status ? [STATUSES[status].label] : [])];
    const name = brief(data.path(part === "row" ? data.size + column : card), 240);
    this.tip.replaceChildren(make("b", { text: name }), make("span", { text: about.join(" · ") }));
    this.tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    this.tip.style.left = `${Math.max(4, Math.min(x + 14, camera.width - width - 8))}px`;
    this.tip.style.top = `${y + 20 + height > camera.height ? y - height - 10 : y + 20}px`;
  }

  click(hit, event) {
    const { app } = this;
    this.hideTip();
    this.canvas.focus({ preventScroll: true });
    if (!hit) return app.clear();
    const { card, part, column, side } = hit;
    app.setActive(card, part === "row" ? column : null, false);
    app.used = false; // the mouse shows where it is by itself
    const add = event.ctrlKey || event.metaKey || event.shiftKey;
    if (part === "chevron") app.open(card, app.view.open[card] ? CLOSED : SOME);
    else if (part === "more") app.open(card, ALL);
    else if (part === "row") app.toggle(app.data.size + column, add);
    else if (part === "header") app.toggle(card, add);
    else if (app.view.tuckedAway(card, side).size || app.data.hidden[side][card] !== 0) app.expand(card, side);
    else app.fold(card, side);
    return undefined;
  }
}
