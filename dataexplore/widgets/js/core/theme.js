// Colours for a canvas, from Jupyter's variables: follows light and dark, and keeps text readable in any theme.

const SOURCES = {
  bg: "var(--jp-layout-color0, #ffffff)",
  card: "var(--jp-layout-color1, #ffffff)",
  fg: "var(--jp-ui-font-color0, #111111)",
  line: "var(--jp-border-color2, #e0e0e0)",
  accent: "var(--jp-brand-color1, #1967d2)",
};
const FORCED = { bg: "Canvas", card: "Canvas", fg: "CanvasText", line: "CanvasText", accent: "LinkText" };

export const css = ([r, g, b]) => `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;

export const mix = (one, other, share) => one.map((part, i) => part + (other[i] - part) * share);

export function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// The colour, moved towards black or white until it stands out from every ground by at least `least`.
export function readable(colour, grounds, least = 4.6) {
  const end = luminance(grounds[0]) > 0.3 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(colour, end, share);
    if (grounds.every((ground) => contrast(candidate, ground) >= least)) return candidate;
  }
  return end;
}

function resolved(probe, expression, over) {
  probe.style.color = expression;
  const [r, g, b, alpha = 1] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return mix(over, [r, g, b], alpha);
}

// Everything drawn takes its colours from here; each is a CSS text, `rgb` holds the numbers.
export function readTheme(root) {
  const probe = root.appendChild(document.createElement("span"));
  const sources = matchMedia("(forced-colors: active)").matches ? FORCED : SOURCES;
  const bg = resolved(probe, sources.bg, [255, 255, 255]);
  const card = resolved(probe, sources.card, bg);
  const fg = readable(resolved(probe, sources.fg, card), [bg, card], 7);
  const accent = readable(resolved(probe, sources.accent, card), [bg, card]);
  const strong = matchMedia("(prefers-contrast: more)").matches || sources === FORCED;
  const line = strong ? fg : resolved(probe, sources.line, bg);
  probe.remove();
  const dark = luminance(bg) < 0.3;
  const soft = mix(card, accent, dark ? 0.2 : 0.1);
  const raised = dark ? mix(card, fg, 0.03) : card;
  const rgb = {
    bg: dark ? bg : mix(bg, fg, 0.02),
    card: raised,
    fg,
    muted: readable(mix(fg, card, 0.42), [bg, raised, soft, mix(bg, fg, 0.06)]),
    faded: readable(mix(fg, card, 0.5), [raised], strong ? 7 : 4.6),
    line: mix(line, fg, 0.08),
    edge: mix(bg, fg, dark ? 0.34 : 0.3),
    faint: mix(bg, fg, dark ? 0.16 : 0.14),
    accent,
    soft,
    onSoft: readable(accent, [soft]),
  };
  const names = Object.entries(rgb).map(([name, colour]) => [name, css(colour)]);
  return { dark, rgb, font: getComputedStyle(root).fontFamily || "system-ui, sans-serif", ...Object.fromEntries(names) };
}

// Panels made of elements take the same colours, as variables.
export function applyTheme(root, theme) {
  for (const [name, colour] of Object.entries(theme.rgb)) root.style.setProperty(`--dx-${name}`, css(colour));
  root.dataset.dark = theme.dark;
  root.style.colorScheme = theme.dark ? "dark" : "light";
}

// Calls back when Jupyter or the system changes the theme; gives a function that ends it.
export function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  const filter = { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class", "style"] };
  for (const element of [document.documentElement, document.body]) observer.observe(element, filter);
  // A theme's style sheet arrives after the attribute that names it.
  const head = new MutationObserver(changed);
  head.observe(document.head, { childList: true });
  const queries = ["(prefers-contrast: more)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  document.addEventListener("load", changed, true);
  return () => {
    observer.disconnect();
    head.disconnect();
    for (const query of queries) query.removeEventListener("change", changed);
    document.removeEventListener("load", changed, true);
  };
}
