// Small things that stand on the page, and words put together from a visitor's own symbols.

// Text that is drawn anew only where it changed: nothing flickers, a selection stays.
export function write(target, words) {
  if (target.textContent !== words) target.textContent = words;
}

// A symbol inside a sentence keeps its own direction of writing.
export const isolated = (symbol) => `\u2068${symbol}\u2069`;
export const quoted = (symbol) => `‘${isolated(symbol)}’`;

const segmenter = typeof Intl !== "undefined" && Intl.Segmenter ? new Intl.Segmenter() : null;

// What a reader sees as letters: an emoji of several characters is one.
export const graphemes = (name) => (segmenter ? Array.from(segmenter.segment(name), (found) => found.segment) : Array.from(name));

// As much of a name as fits into some pixels of type.
export function fitting(name, pixels, size) {
  const room = Math.max(1, Math.floor(pixels / (size * 0.62)));
  if (name.length <= room) return name;
  const read = graphemes(name);
  return read.length <= room ? name : `${read.slice(0, Math.max(1, room - 1)).join("")}…`;
}

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
