// Words beside the pointer, on the side where there is room; none hides them.

const LOWER = 16; // px below the pointer

export function showTip({ root, tip }, event, words) {
  tip.style.display = words ? "block" : "none";
  if (!words) return;
  tip.textContent = words;
  const box = root.getBoundingClientRect();
  const left = event.clientX - box.left + 14;
  const fits = left + tip.offsetWidth <= box.width;
  tip.style.left = `${fits ? left : Math.max(0, left - tip.offsetWidth - 28)}px`;
  tip.style.top = `${event.clientY - box.top + LOWER}px`;
}
