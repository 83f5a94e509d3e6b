// A small sign for each kind of thing at the ends of an edge.

const BARS = [[-5.5, 5], [-1.5, 11], [2.5, 8]];

export function drawKind(pen, kind, x, y, colour) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  if (kind === "table") {
    pen.roundRect(x - 6, y - 5.5, 12, 11, 2);
    pen.moveTo(x - 6, y - 1.8);
    pen.lineTo(x + 6, y - 1.8);
    pen.moveTo(x - 1, y - 1.8);
    pen.lineTo(x - 1, y + 5.5);
    pen.stroke();
  } else if (kind === "dashboard") {
    for (const [dx, height] of BARS) pen.rect(x + dx, y + 5.5 - height, 3, height);
    pen.fill();
  } else if (kind === "sync") {
    for (const [dy, way] of [[-2.5, 1], [2.5, -1]]) {
      pen.moveTo(x - 6 * way, y + dy);
      pen.lineTo(x + 5.5 * way, y + dy);
      pen.moveTo(x + 2.5 * way, y + dy - 2.8);
      pen.lineTo(x + 5.5 * way, y + dy);
    }
    pen.stroke();
  } else {
    pen.moveTo(x, y - 6);
    pen.lineTo(x + 6, y);
    pen.lineTo(x, y + 6);
    pen.lineTo(x - 6, y);
    pen.closePath();
    pen.stroke();
  }
}
