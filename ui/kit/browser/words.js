// Numbers and symbols in words. The same rounding as figures/words.py: 3 significant digits, e-notation beyond 1e-3 and 1e4.

export const FAINTEST = -80_000_000_000; // decades: beyond, the engine knows only that a size is fainter
export const MINUS = "−"; // of a number that is read, as in an equation; an exponent keeps the hyphen of programs

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

/** @param {import("./far.js").Exact} value */
export function sayNumber(value) {
  if (typeof value === "object") return (value.sign < 0 ? MINUS : "") + sayPower(value.log10);
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "minus infinity";
  if (value === 0) return "0";
  const [mantissa, exponent] = Math.abs(value).toExponential(2).split("e").map(Number);
  return (value < 0 ? MINUS : "") + rounded(mantissa, exponent);
}

/** A number as it was set, to ten digits. @param {number} value */
export const written = (value) => `${Number(value.toPrecision(10))}`.replace(/^-/, MINUS);

/**
 * As `sayNumber`, and in brackets its digits up to six, which a float32 holds, where they are more.
 * @param {import("./far.js").Exact} value
 */
export function sayInFull(value) {
  if (typeof value === "object") return sayNumber(value);
  const [sign, size] = [value < 0 ? MINUS : "", Math.abs(value)];
  const [short, full] = [sayNumber(size), `${Number(size.toPrecision(6))}`];
  return !Number.isFinite(value) || Number(short) === Number(full) ? sayNumber(value) : `${sign}${short} (${sign}${full})`;
}

/** A probability; near 1 with three digits of what it lies below 1, so that its logarithm can be read from it. @param {number} p */
export const sayProbability = (p) => (p > 0.9 && p < 1 ? `${Number(p.toFixed(Math.min(16, 2 - Math.floor(Math.log10(1 - p)))))}` : sayNumber(p));

/**
 * 10**log10, for sizes that no float can hold.
 * @param {number} log10
 */
export function sayPower(log10) {
  if (Number.isNaN(log10)) return "not a number";
  if (!Number.isFinite(log10)) return log10 > 0 ? "infinite" : "0";
  if (log10 < FAINTEST) return `below 1e${FAINTEST.toLocaleString("en")}`;
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

/** @type {Record<string, string>} */
const SIGNS = { ...Object.fromEntries(Array.from("−‐‑‒–﹣", (minus) => [minus, "-"])), "،": ",", "、": ",", "؛": ";", "٫": ".", "⁄": "/", "∕": "/", "∞": "inf" };
const UNMARKED = /[\u061c\u200b\u200e\u200f\u2066-\u2069\ufeff]/g; // marks that are not seen
const GROUPS = String.raw`\d{1,3}(?<gap>[\s'’_])\d{3}(?:\k<gap>\d{3})*(?:[.,]\d+)?|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:\.\d{3})+,\d+`;
const DECIMAL = new RegExp(String.raw`^(?<digits>${GROUPS}|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,}|\d+\.?\d*|\d*[.,]\d+)(?:e(?<power>[+-]?\d+))?$`, "i");

/** A digit of any script as ASCII has it: scripts have theirs in rows of ten. @param {string} digit */
function asciiDigit(digit) {
  const at = /** @type {number} */ (digit.codePointAt(0));
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(at - before - 1))) before++;
  return `${before % 10}`;
}

/** @param {string} body */
function decimal(body) {
  if (/^(inf|infinity)$/i.test(body)) return Infinity;
  const [, whole, part] = /^(\d*)\s*([¼-¾⅐-⅞])$/.exec(body) ?? [];
  if (part) return Number(whole) + fraction(part.normalize("NFKC").replace("⁄", "/"));
  const found = DECIMAL.exec(body)?.groups;
  if (!found) return NaN;
  let digits = found.digits.replace(/[\s'’_]/g, "");
  for (const [mark, other] of [",.", ".,"]) {
    const at = digits.indexOf(mark);
    if (at >= 0 && (digits.indexOf(mark, at + 1) > 0 || digits.lastIndexOf(other) > at)) digits = digits.replaceAll(mark, ""); // it groups
  }
  return Number(`${digits.replace(",", ".")}e${found.power ?? 0}`);
}

/** @param {string} body */
function fraction(body) {
  const [above, below] = body.split("/").map((part) => numeral(part).value);
  return below ? above / below : NaN;
}

/**
 * The one number in some words, NaN if there is none; by the rules of engine/record/numerals.py.
 * @param {string} words
 * @returns {{ value: number, unclear: string }}
 */
export function numeral(words) {
  const plain = words.replace(UNMARKED, "").replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replace(/[^\0-\x7f]/gu, (sign) => (/\p{Nd}/u.test(sign) ? asciiDigit(sign) : (SIGNS[sign] ?? sign))).trim();
  const body = plain.replace(/^[+-]\s*/, "");
  const [, thousands, rest] = /^([1-9]\d{0,2}),(\d{3})(?:$|\/)/.exec(body) ?? [];
  if (thousands) return { value: NaN, unclear: `may be ${Number(`${thousands}.${rest}`)} or ${thousands}${rest}; write it without a comma` };
  const value = body.split("/").length === 2 ? fraction(body) : decimal(body);
  return { value: plain.startsWith("-") && value ? -value : value, unclear: "" };
}

/**
 * What a visitor typed as a number from `low` to `high`, or a sentence on what is wrong with it.
 * @param {string} words
 * @param {number[]} ends
 * @param {string} of what it is for
 * @returns {{ value: number, complaint: string }}
 */
export function readNumber(words, [low, high], of = "") {
  const { value, unclear } = numeral(words);
  if (value >= low && value <= high) return { value, complaint: "" };
  const wrong = unclear || (Number.isNaN(value) ? "is not a number" : "is out of range");
  const [from, to] = [low, high].map(written);
  return { value: NaN, complaint: `“${shortened(words.trim(), 20)}” ${wrong}${unclear ? "." : `${of && ` for ${of}`}; ${from} to ${to} is accepted.`}` };
}
