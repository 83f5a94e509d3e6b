// Text as it may be shown: control characters visible, long names elided in the middle.

const BIDI = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const UNSAFE = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f${BIDI}]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]`, "g");
const LONGEST = 400;

// A right-to-left override in a name must not repaint what stands around it.
export function visible(text) {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

// Shortened text for places without a ruler: tooltips, lists, messages.
export function brief(text, most = 120) {
  const seen = visible(text.slice(0, LONGEST * 2) + text.slice(Math.max(LONGEST * 2, text.length - LONGEST)));
  return seen.length <= most ? seen : `${seen.slice(0, Math.ceil(most / 2))}…${seen.slice(1 - Math.floor(most / 2))}`;
}

export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// Widths by character, measured once: a zoom step asks for a thousand labels in a new size.
export class Ruler {
  constructor(family, weight) {
    this.context = document.createElement("canvas").getContext("2d");
    this.context.font = `${weight} 100px ${family}`;
    this.widths = new Map();
    this.elided = new Map();
  }

  // The width of text, in ems.
  width(text) {
    let sum = 0;
    for (const character of text) sum += this.character(character);
    return sum;
  }

  character(character) {
    let width = this.widths.get(character);
    if (width === undefined) this.widths.set(character, (width = this.context.measureText(character).width / 100));
    return width;
  }

  // Text cut in the middle to fit a width in pixels at a font size.
  elide(text, width, size) {
    const room = Math.floor((width / size) * 10) / 10;
    const key = `${room}\n${text}`;
    let result = this.elided.get(key);
    if (result === undefined) {
      if (this.elided.size > 20_000) this.elided.clear();
      this.elided.set(key, (result = this.cut(text, room)));
    }
    return result;
  }

  cut(text, room) {
    const seen = visible(text.length > LONGEST ? `${text.slice(0, LONGEST / 2)}${text.slice(-LONGEST / 2)}` : text);
    if (text.length <= LONGEST && this.width(seen) <= room) return seen;
    const characters = [...seen];
    let left = 0;
    let right = characters.length;
    let used = this.character("…");
    while (left < right) {
      const next = left <= characters.length - right ? characters[left] : characters[right - 1];
      used += this.character(next);
      if (used > room) break;
      if (left <= characters.length - right) left += 1;
      else right -= 1;
    }
    return left === 0 ? "" : `${characters.slice(0, left).join("")}…${characters.slice(right).join("")}`;
  }
}
