// Numbers and names as they arrive: little-endian buffers, and one text with the offsets of its parts.

// A copy, because a message's buffer need not start where a typed array may.
export function numbers(view, Type) {
  if (!view) return new Type(0);
  return new Type(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

// Many names in one text. Offsets count UTF-16 units, so that one decoding serves all of them.
export class Names {
  constructor(blob, offsets) {
    this.text = blob ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(blob) : "";
    this.offsets = numbers(offsets, Int32Array);
    this.length = Math.max(0, this.offsets.length - 1);
    this.folded = null;
  }

  at(index) {
    return this.text.slice(this.offsets[index], this.offsets[index + 1]);
  }

  // All names in lower case, for searching; made when the first search asks.
  lower() {
    this.folded ??= Array.from({ length: this.length }, (_, index) => this.at(index).toLowerCase());
    return this.folded;
  }
}

export function base64(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}
