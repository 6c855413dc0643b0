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
 * As much of a name as fits into some pixels of type of a size.
 * @param {string} name
 * @param {number} pixels
 * @param {number} size
 */
export function fitting(name, pixels, size) {
  const room = Math.max(1, Math.floor(pixels / (size * 0.62)));
  if (name.length <= room) return name;
  const read = graphemes(name);
  return read.length <= room ? name : `${read.slice(0, Math.max(1, room - 1)).join("")}…`;
}
