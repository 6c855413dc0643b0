// Scales and axes: which ticks there are, what they are called, and the two axes that most pictures have.
//
//   decades(low, high)            rungs between which an axis of powers of ten stands still
//   powerTicks(low, high, px, f)  powers of ten that are even and do not collide
//   stepTicks(first, last, px, f) steps that do not collide, the first and the last among them
//   timeAxis(width, steps, font)  where step t lies, and back
//   logAxis, stepAxis             draw into a <g> of their own, which they empty: idempotent
//   factorSpan, factorTicks       of an axis of factors, around 1
//   endNames(group, scene, ends, place)   what curves are called, at their ends and clear of each other
//   marks(low, high, most)        round numbers on a plain axis; markName(v) is what they are called
//   signedScale(top)              where signed values lie from end to end of a scale of colours, over many decades too

import { Far } from "./far.js";
import { clamp, svg, text } from "./paint.js";
import { MINUS, fitting, sayNumber, sayPower, written } from "./words.js";

const RUNGS = [1, 2, 3, 5, 8, 12, 16, 24, 32, 46, 64, 90, 128, 180, 256, 360, 512, 720, 1024, 1500, 2100, 3000, 4200, 6000];
const STRIDES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const DIGIT = 0.62; // of the size of type: the width of a digit
const BESIDE = 0.9; // of the size of type: what stays free between two labels
const LETTER = 0.84; // of the width that `fitting` reckons with: so wide are names
const NAMED = 1.2; // of the size of type: between the names of two curves
const LINE = 1.5; // of the size of type: between two labels above each other
const FACTORS = [Math.log10(1.25), Math.log10(2), 1, 2, 5, 10]; // log10, between two ticks of factors
const PLAIN = 4; // decades: a value beyond them leaves all others without colour, so that the scale is one of logarithms
export const FARTHEST = 16; // decades: what lies farther from 1 has the end's colour and length, so that 1e-4 is no 1
const REACHES = [0.15, 0.31, 0.5, 1, 1.5, 2, 3, 5, 8, 12, FARTHEST]; // log10, where an axis of factors may end

/**
 * The decades an axis shows: fixed rungs, so that it stands still while values move within them; one above 1 at least.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
export function decades(low, high) {
  /** @param {number} x */
  const rung = (x) => RUNGS.find((r) => r >= x) ?? Math.ceil(x);
  return [low < 0 ? -rung(-low) : 0, rung(Math.max(high, 1))];
}

/**
 * Multiples of the smallest stride that gives at most so many.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 * @param {number[]} strides
 */
export function ticks(low, high, most, strides = STRIDES) {
  const stride = strides.find((s) => (high - low) / s <= most) ?? strides[strides.length - 1];
  const found = [];
  for (let v = Math.ceil(low / stride) * stride; v <= high + 1e-9; v += stride) found.push(v === 0 ? 0 : v);
  return found;
}

/**
 * Whole powers of ten on an axis `pixels` long; `across`: labels stand beside each other.
 * @param {number} low
 * @param {number} high
 * @param {number} pixels
 * @param {number} font
 */
export function powerTicks(low, high, pixels, font, across = false) {
  const letters = Math.max(decadeName(Math.floor(low)).length, decadeName(Math.ceil(high)).length);
  const need = across ? font * (letters * DIGIT + BESIDE) : font * LINE;
  return ticks(low, high, Math.max(1, Math.floor(pixels / need)));
}

/**
 * The logarithms that an axis shows which holds factors from 10**low to 10**high, and 1.
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
export function factorSpan(low, high) {
  /** @param {number} v */
  const reach = (v) => REACHES.find((r) => r >= v) ?? FARTHEST;
  return [-reach(-low), reach(high)];
}

/**
 * Factors on such an axis that are even and do not collide.
 * @param {number} low
 * @param {number} high
 * @param {number} pixels
 * @param {number} font
 */
export const factorTicks = (low, high, pixels, font) => ticks(low, high, pixels / (font * 1.14), FACTORS);

/** @param {number} v */
export const decadeName = (v) => (v === 0 ? "1" : `1e${v}`);

/**
 * Steps to be named on an axis of so many pixels from the first to the last: round ones, and both ends.
 * @param {number} first
 * @param {number} last
 * @param {number} pixels
 * @param {number} font
 * @returns {number[]}
 */
export function stepTicks(first, last, pixels, font) {
  if (last <= first) return [first];
  const pitch = pixels / (last - first);
  /** @param {number} one @param {number} other */
  const apart = (one, other) => (other - one) * pitch >= font * ((DIGIT * (`${one}`.length + `${other}`.length)) / 2 + BESIDE);
  const widest = font * (DIGIT * `${last}`.length + BESIDE);
  const next = (/** @type {number} */ s) => (Math.floor(first / s) + 1) * s;
  const stride = STRIDES.find((s) => s * pitch >= widest && (next(s) >= last || apart(first, next(s)))) ?? last; // no gap is wider than the others
  const found = [first];
  for (let v = next(stride); v < last; v += stride) if (apart(found[found.length - 1], v) && apart(v, last)) found.push(v);
  if (apart(first, last)) found.push(last);
  return found;
}

/**
 * Where the pictures' common time axis lies: x of step t, and back. `beyond`: what is free behind the last, in sizes of type.
 * @param {number} width
 * @param {number} steps
 * @param {number} font
 */
export function timeAxis(width, steps, font, beyond = 2.2) {
  const left = Math.round(font * (width < 560 ? 5.2 : 7.2));
  const right = Math.round(font * beyond);
  const pitch = (width - left - right) / steps;
  return {
    left,
    right,
    pitch,
    width,
    steps,
    end: width - right,
    x: (/** @type {number} */ t) => left + (t - 0.5) * pitch,
    step: (/** @type {number} */ x) => Math.max(1, Math.min(steps, Math.ceil((x - left) / pitch))),
  };
}

/**
 * An upright axis of powers of ten with its rules: y of log10 v comes back. `strong` is the power whose rule stands out;
 * `of` says which ticks there are, `beside` the side on which they are named, the left unless curves are named there.
 * @param {SVGGElement} group
 * @param {Scene} scene
 * @param {{ left: number, right: number, top: number, bottom: number, low: number, high: number, strong?: number, say?: (v: number) => string, beside?: "left" | "right", of?: typeof powerTicks }} place
 */
export function logAxis(group, scene, { left, right, top, bottom, low, high, strong, say = decadeName, beside = "left", of = powerTicks }) {
  group.replaceChildren();
  /** @param {number} v */
  const y = (v) => bottom - ((v - low) / (high - low)) * (bottom - top);
  for (const v of of(low, high, bottom - top, scene.font)) {
    svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: v === strong ? scene.palette.muted : scene.palette.rule }, group);
    const at = beside === "left" ? { x: left - scene.font * 0.45, "text-anchor": "end" } : { x: right + scene.font * 0.45 };
    text(group, say(v), { ...at, y: y(v) + scene.font * 0.34, "font-size": scene.small, fill: scene.palette.muted });
  }
  return y;
}

/**
 * The steps below a picture: x of a step comes back. `x` may be a time axis's own.
 * @param {SVGGElement} group
 * @param {Scene} scene
 * @param {{ left: number, right: number, y: number, first?: number, last: number, x?: (t: number) => number, name?: string }} place
 */
export function stepAxis(group, scene, { left, right, y, first = 1, last, x, name = "step t" }) {
  group.replaceChildren();
  const at = x ?? ((/** @type {number} */ t) => (last > first ? left + ((t - first) / (last - first)) * (right - left) : (left + right) / 2));
  const marked = { y: y + scene.font * 1.15, "text-anchor": "middle", "font-size": scene.small, fill: scene.palette.muted };
  for (const t of stepTicks(first, last, Math.abs(at(last) - at(first)), scene.small)) text(group, t, { ...marked, x: at(t) });
  if (name) text(group, name, { ...marked, x: (left + right) / 2, y: y + scene.font * 2.2 });
  return at;
}

/**
 * What curves are called, left of where they end: nothing is told by colour alone. The names keep clear of each other, and
 * a thin line leads to each; where they do not all fit, the first of `ends` go before the others.
 * @param {SVGGElement} group is emptied
 * @param {Scene} scene
 * @param {{ name: string, x?: number, y: number, colour: string }[]} ends `x` where one ends elsewhere than the others
 * @param {{ x: number, top: number, bottom: number }} place
 */
export function endNames(group, scene, ends, { x, top, bottom }) {
  group.replaceChildren();
  const { small, font } = scene;
  const apart = small * NAMED;
  const room = ends.filter(({ y }) => y >= top - 1 && y <= bottom + 1).slice(0, Math.max(1, Math.floor((bottom - top) / apart)));
  const named = room.map((end) => ({ ...end, at: clamp(end.y, top + apart / 2, bottom - apart / 2) })).sort((one, other) => one.at - other.at);
  for (let k = 1; k < named.length; k++) named[k].at = Math.max(named[k].at, named[k - 1].at + apart);
  for (let k = named.length - 1, most = bottom - apart / 2; k >= 0; k--, most -= apart) named[k].at = Math.min(named[k].at, most);
  for (const { name, x: end = x, y, at, colour } of named) {
    svg("path", { d: `M${end - 2},${y.toFixed(1)}L${x - font * 0.7},${at.toFixed(1)}`, stroke: colour, fill: "none" }, group);
    text(group, fitting(name, x - font * 0.9, small * LETTER), { x: x - font * 0.8, y: at + small * 0.34, "text-anchor": "end", "font-size": small, fill: colour, "font-weight": 600 });
  }
}

/**
 * Round numbers along a plain axis.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
export function marks(low, high, most) {
  const rough = (high - low) / most;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = ([1, 2, 2.5, 5, 10].find((k) => k * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const found = [];
  for (let k = Math.ceil(low / stride - 1e-9); k * stride <= high + stride * 1e-9; k++) found.push(k * stride);
  return found;
}

export const markName = written;

/**
 * Signed values on one scale that is centred on 0: plain, or over many decades sign(v) log10(1 + |v|). `share(v)` is where a
 * value lies from end to end, `words` what is to be said of it behind the ends.
 * @param {number} top log10 of the largest size
 * @param {number} extent at which a plain scale is full
 * @param {boolean} beyond whether some sizes are larger than can be told
 */
export function signedScale(top, extent = 10 ** top, beyond = false) {
  const far = top > PLAIN;
  /** @param {import("./far.js").Exact} v */
  const size = (v) => (v instanceof Far && v.log10 > 0 ? v.log10 : Math.log10(1 + Math.abs(Number(v))));
  /** @param {import("./far.js").Exact} v */
  const share = (v) => 0.5 + 0.5 * Math.sign(Number(v)) * Math.min(1, far ? size(v) / top : Math.abs(Number(v)) / extent);
  const high = far ? sayPower(top) : sayNumber(extent);
  const words = `${far ? ", log scale" : ""}${beyond ? "; what is beyond has the end’s colour" : ""}`;
  return { low: `${MINUS}${high}`, high, share, words };
}
