// Numbers and symbols in words. The same rounding as figures/words.py: 3 significant digits, e-notation beyond 1e-3 and 1e4.

/** @param {string} digits */
function plain(digits) {
  return digits.includes(".") ? digits.replace(/0+$/, "").replace(/\.$/, "") : digits;
}

/**
 * @param {number} mantissa
 * @param {number} exponent
 */
function rounded(mantissa, exponent) {
  let three = Math.round(mantissa * 100) / 100;
  if (three >= 10) {
    three /= 10;
    exponent += 1;
  }
  if (exponent >= -3 && exponent < 4) return plain((three * 10 ** exponent).toFixed(Math.max(2 - exponent, 0)));
  return `${plain(three.toFixed(2))}e${exponent}`;
}

/** @param {number} value */
export function sayNumber(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinity";
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(2).split("e").map(Number);
  return (value < 0 ? "-" : "") + rounded(mantissa, exponent);
}

/**
 * 10**log10, for sizes that no float can hold.
 * @param {number} log10
 */
export function sayPower(log10) {
  if (Number.isNaN(log10)) return "not a number";
  if (!Number.isFinite(log10)) return log10 > 0 ? "infinite" : "0";
  const exponent = Math.floor(log10);
  return rounded(10 ** (log10 - exponent), exponent);
}

/**
 * A symbol inside a sentence keeps its own direction of writing.
 * @param {string} symbol
 */
export const isolated = (symbol) => `\u2068${symbol}\u2069`;
/** @param {string} symbol */
export const quoted = (symbol) => `‘${isolated(symbol)}’`;

const segmenter = typeof Intl !== "undefined" && "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/**
 * What a reader sees as letters: an emoji of several characters is one.
 * @param {string} words
 */
export const graphemes = (words) => (segmenter ? Array.from(segmenter.segment(words), (found) => found.segment) : Array.from(words));

/**
 * At most so many letters of some words.
 * @param {string} words
 * @param {number} most
 */
export function shortened(words, most) {
  const read = words.length <= most ? [] : graphemes(words);
  return read.length <= most ? words : `${read.slice(0, Math.max(1, most - 1)).join("")}…`;
}

/**
 * As much of a name as fits into some pixels of type of a size.
 * @param {string} name
 * @param {number} pixels
 * @param {number} size
 */
export const fitting = (name, pixels, size) => shortened(name, Math.max(1, Math.floor(pixels / (size * 0.62))));

const UNSEEN = new Map([["\n", "⏎"], ["\r", "⏎"], ["\r\n", "⏎"], ["\t", "⇥"]]);
/**
 * A symbol that cannot be seen, as a mark that can.
 * @param {string} symbol
 */
export const visible = (symbol) => UNSEEN.get(symbol) ?? (symbol.trim() ? symbol : "␣");
