// Keys of a widget: named once, for the handler and for the help; none of them reaches Jupyter.

// bindings: [{ keys: ["+", "="], help: "zoom in", run }]; `run` may give false to leave the key to the page.
export function bindKeys(element, bindings) {
  const actions = new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding.run])));
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = actions.get(event.key) ?? actions.get(event.key.toLowerCase());
    if (action && action(event) !== false) event.preventDefault();
  });
}

const NAMES = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: "Enter",
  Escape: "Esc",
  " ": "Space",
};

export const keyName = (key) => NAMES[key] ?? key;
