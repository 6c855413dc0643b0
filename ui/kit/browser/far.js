// Numbers beyond float64, as the engine carries them: a sign and the logarithm of a size. Where float64 holds a number it
// stays a plain one, so that sums and products of plain numbers are what they always were.
//
//   carried(value, log10)   a float64 with what is known of its size: itself, or a `Far` where it was cut off
//   times(factors)          their product
//   plus(terms)             their sum

const PLAIN = 250; // decades on both sides of 1 within which no product of two loses digits

export class Far {
  /**
   * @param {number} sign 1 or -1
   * @param {number} log10
   */
  constructor(sign, log10) {
    this.sign = sign;
    this.log10 = log10;
  }

  /** As float64 holds it: 0 or infinite. */
  valueOf() {
    return this.sign * 10 ** this.log10;
  }

  /** To ten digits, as a table has it. */
  toString() {
    const exponent = Math.floor(this.log10);
    return `${this.sign < 0 ? "-" : ""}${Number((10 ** (this.log10 - exponent)).toPrecision(10))}e${exponent}`;
  }
}

/** @typedef {number | Far} Exact */

/** log10 of a size. @param {Exact} value */
export const sizeOf10 = (value) => (value instanceof Far ? value.log10 : Math.log10(Math.abs(value)));

/** @param {Exact} value @returns {Exact} */
export const absolute = (value) => (value instanceof Far ? new Far(1, value.log10) : Math.abs(value));

/** @param {Exact} value */
const signOf = (value) => (value instanceof Far ? value.sign : Math.sign(value));

/** @param {number} sign @param {number} log10 @returns {Exact} */
const made = (sign, log10) => (Math.abs(log10) < PLAIN ? sign * 10 ** log10 : new Far(sign, log10));

/**
 * @param {number} value as float64 has it, whose sign is right where it is 0 or infinite too
 * @param {number | undefined} log10 of its size, where that is known
 * @returns {Exact}
 */
export function carried(value, log10) {
  if (log10 === undefined || !Number.isFinite(log10) || (Math.abs(log10) < PLAIN && value !== 0 && Number.isFinite(value))) return value;
  return new Far(value < 0 || Object.is(value, -0) ? -1 : 1, log10);
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((a, v) => a + v, 0);
/** @param {number[]} numbers */
const product = (numbers) => numbers.reduce((a, v) => a * v, 1);
/** @param {Exact[]} values @returns {values is number[]} */
const allPlain = (values) => values.every((value) => typeof value === "number");

/** @param {Exact[]} factors @returns {Exact} */
export function times(factors) {
  if (factors.includes(0)) return 0;
  const log10 = sum(factors.map(sizeOf10));
  if (!Number.isFinite(log10) || (Math.abs(log10) < PLAIN && allPlain(factors))) return product(factors.map(Number));
  return made(product(factors.map(signOf)), log10);
}

/** @param {Exact[]} terms @returns {Exact} */
export function plus(terms) {
  const plain = sum(terms.map(Number));
  if (allPlain(terms) && Number.isFinite(plain)) return plain;
  const top = Math.max(...terms.map(sizeOf10));
  if (!Number.isFinite(top)) return plain;
  const share = sum(terms.map((term) => signOf(term) * 10 ** (sizeOf10(term) - top)));
  return share === 0 ? 0 : made(Math.sign(share), top + Math.log10(Math.abs(share)));
}
