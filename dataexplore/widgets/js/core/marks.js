// Status marks: a shape and a colour for each word, so that neither has to be told apart alone.

import { css, readable } from "./theme.js";

// Okabe and Ito's palette, which the common kinds of colour blindness keep apart.
export const STATUSES = {
  ok: { shape: "disc", colour: [0, 158, 115], label: "ok" },
  failed: { shape: "cross", colour: [213, 94, 0], label: "failed" },
  alert: { shape: "triangle", colour: [213, 94, 0], label: "alert" },
  different: { shape: "unequal", colour: [204, 121, 167], label: "different" },
  stale: { shape: "diamond", colour: [230, 159, 0], label: "stale" },
  running: { shape: "play", colour: [0, 114, 178], label: "running" },
  queued: { shape: "ring", colour: [86, 180, 233], label: "queued" },
  cancelled: { shape: "square", colour: [120, 120, 120], label: "cancelled" },
  skipped: { shape: "dash", colour: [120, 120, 120], label: "skipped" },
  unknown: { shape: "dot", colour: [120, 120, 120], label: "unknown" },
};

export function statusColour(word, theme) {
  return css(readable(STATUSES[word].colour, [theme.rgb.card, theme.rgb.bg], 3.1));
}

const POLYGONS = {
  cross: [[-1, -0.5], [-0.5, -1], [0, -0.5], [0.5, -1], [1, -0.5], [0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5], [-0.5, 1], [-1, 0.5], [-0.5, 0]],
  triangle: [[0, -1], [1.05, 0.85], [-1.05, 0.85]],
  diamond: [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]],
  play: [[-0.75, -1], [1.05, 0], [-0.75, 1]],
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  dash: [[-1, -0.3], [1, -0.3], [1, 0.3], [-1, 0.3]],
};

// Draws the mark of a status, `r` from its middle to its edge, with any pen that knows a canvas's paths.
export function drawStatus(pen, word, x, y, r, theme) {
  const { shape } = STATUSES[word];
  pen.fillStyle = pen.strokeStyle = statusColour(word, theme);
  pen.beginPath();
  if (shape === "disc" || shape === "dot") {
    pen.arc(x, y, shape === "dot" ? r * 0.5 : r, 0, 2 * Math.PI);
    pen.fill();
  } else if (shape === "ring") {
    pen.lineWidth = r * 0.45;
    pen.arc(x, y, r * 0.8, 0, 2 * Math.PI);
    pen.stroke();
  } else if (shape === "unequal") {
    pen.rect(x - r, y - r * 0.7, 2 * r, r * 0.45);
    pen.rect(x - r, y + r * 0.25, 2 * r, r * 0.45);
    pen.fill();
  } else {
    POLYGONS[shape].forEach(([dx, dy], i) => (i ? pen.lineTo(x + dx * r, y + dy * r) : pen.moveTo(x + dx * r, y + dy * r)));
    pen.closePath();
    pen.fill();
  }
}

// The mark as an element, for legends.
export function statusIcon(word, theme) {
  const size = 12 * 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  canvas.className = "dx-icon";
  drawStatus(canvas.getContext("2d"), word, size / 2, size / 2, size * 0.36, theme);
  return canvas;
}
