// Arrow keys and a presenter's clicker go through the scenes. A picture that has been reached by the keyboard keeps its
// own keys, and so does every field: after a press with the mouse a clicker still turns the scene, not the picture's step.

const CLICKER = /** @type {Record<string, number>} */ ({ PageDown: 1, PageUp: -1 });
const ARROWS = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1 });
const FIELDS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"], [role="slider"]:not(svg), [role="radio"], [role="combobox"], [role="listbox"], [role="option"]';

/** What has the focus, however deep. @returns {Element | null} */
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

/**
 * @param {Stage} stage
 * @param {(way: number) => void} onward
 */
export function followKeys(stage, onward) {
  let pressed = false; // with the mouse or a finger, since the Tab key was last used
  const onPress = () => (pressed = true);
  /** @param {KeyboardEvent} event */
  function plain(event) {
    if (!stage.alive()) stop();
    return stage.alive() && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !focused()?.matches(FIELDS);
  }
  /** @param {KeyboardEvent} event */
  function onClicker(event) {
    if (event.key === "Tab") pressed = false;
    if (!(event.key in CLICKER) || !plain(event)) return;
    const held = focused();
    if (held && !stage.root.contains(held) && !pressed && held.closest("svg, [tabindex]")) return;
    event.preventDefault();
    event.stopPropagation();
    onward(CLICKER[event.key]);
  }
  /** @param {KeyboardEvent} event */
  function onArrow(event) {
    if (!(event.key in ARROWS) || event.defaultPrevented || !plain(event)) return;
    event.preventDefault();
    onward(ARROWS[event.key]);
  }
  document.addEventListener("pointerdown", onPress, true);
  document.addEventListener("keydown", onClicker, true);
  document.addEventListener("keydown", onArrow);
  function stop() {
    document.removeEventListener("pointerdown", onPress, true);
    document.removeEventListener("keydown", onClicker, true);
    document.removeEventListener("keydown", onArrow);
  }
}
