// Words on marks, and their outlines.

// Touched only where they change: most marks of most frames stay as they are.
export function say(mark, words) {
  if (mark.said !== words) mark.textContent = mark.said = words;
}

// A straight arrow of some thickness, as an outline that can be filled; `most` is the thickest there is.
export function arrow(x1, y1, x2, y2, width, most) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = Math.min(length * 0.6, 3.5 + width * 0.75);
  const half = width / 2;
  const wide = half + Math.min(most * 0.35, 1.6 + width * 0.25);
  const [nx, ny] = [x2 - ux * head, y2 - uy * head];
  const at = (x, y, side) => `${(x - uy * side).toFixed(1)},${(y + ux * side).toFixed(1)}`;
  return `M${at(x1, y1, half)}L${at(nx, ny, half)}L${at(nx, ny, wide)}L${x2.toFixed(1)},${y2.toFixed(1)}L${at(nx, ny, -wide)}L${at(nx, ny, -half)}L${at(x1, y1, -half)}Z`;
}

// The loop of a rolled network, beside its box: out of the box, around, and in again. `side` is 1 on the right.
export function loop(x, y, lift, reach, side) {
  const far = x + side * reach;
  return `M${x},${y - lift}C${far},${y - lift * 3} ${far},${y + lift * 3} ${x + side * 9},${y + lift}`;
}
