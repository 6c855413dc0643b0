// Gradient descent on the error surface, as engine/descent.py has it, for drags that wait for no server.
//
// The same operations in the same order: +, -, *, / and square roots, whose every bit IEEE 754 fixes, and an exponential
// made of them. So a path is the engine's to the last bit (a test compares them), also where the wall multiplies a
// difference in the last bit a million times; the engine's own answer takes its place as soon as a slider is released.

const LN2 = Math.LN2;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOWEST = -745;
const SERIES = [];
for (let k = 0, factorial = 1; k <= 13; factorial *= ++k) SERIES.unshift(1 / factorial);
const ASIDE = 2 ** -49;
const AGREES = 1e-4;
const NOTHING = 1e-12;
const POWERS = [1]; // 2**-k by halving, which is exact
while (POWERS.length < 1076) POWERS.push(POWERS[POWERS.length - 1] / 2);

// exp(x) for x <= 0.
export function exponential(x) {
  if (x < LOWEST) return 0;
  const k = Math.floor(x / LN2 + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let total = 0;
  for (let j = 0; j < 14; j++) total = total * r + SERIES[j];
  return total * POWERS[-k];
}

const states = new Float64Array(2001);
const slopes = new Float64Array(2001);

// Into `found`: E, dE/dw, dE/db at one point.
export function slopeAt(w, b, { steps, target, start }, found) {
  let x = start;
  for (let t = 0; t <= steps; t++) {
    const small = exponential(-Math.abs(x));
    const share = 1 / (1 + small);
    states[t] = x >= 0 ? share : small * share;
    slopes[t] = small * share * share;
    if (t < steps) x = w * states[t] + b;
  }
  const off = states[steps] - target;
  let carried = 2 * off * slopes[steps];
  let dw = 0;
  let db = 0;
  for (let t = steps; t > 0; t--) {
    db += carried;
    dw += states[t - 1] * carried;
    carried *= w * slopes[t - 1];
  }
  found[0] = off * off;
  found[1] = dw;
  found[2] = db;
}

// The length of (dw, db), also where its square is beyond a double.
function length(dw, db) {
  const most = Math.max(Math.abs(dw), Math.abs(db));
  if (!(most > 0 && most < Infinity)) return most;
  return most * Math.sqrt((dw / most) * (dw / most) + (db / most) * (db / most));
}

// `count` updates from (w, b): v <- momentum v - rate g; with a threshold g is clipped by its norm. `sure` is the last
// update up to which two twins that start a few last places beside it agree.
export function descend(drop, threshold) {
  const path = alone(drop, threshold);
  path.sure = drop.count;
  for (const side of [1, -1]) path.sure = Math.min(path.sure, agreeing(path, alone({ ...drop, w: drop.w * (1 + ASIDE), b: drop.b * (1 + side * ASIDE) }, threshold)));
  return path;
}

function agreeing(path, twin) {
  const near = (one, other) => Math.abs(one - other) <= AGREES * Math.abs(one) || (Number.isNaN(one) && Number.isNaN(other));
  for (let k = 0; k < path.w.length; k++) {
    const flat = path.error[k] < NOTHING && twin.error[k] < NOTHING;
    const together = near(path.w[k], twin.w[k]) && near(path.b[k], twin.b[k]) && (flat || (near(path.error[k], twin.error[k]) && near(path.norm[k], twin.norm[k])));
    if (!together || (k > 0 && path.clipped[k - 1] !== twin.clipped[k - 1])) return k - 1;
  }
  return path.w.length - 1;
}

function alone(drop, threshold) {
  const { rate, momentum, count } = drop;
  const path = { w: new Float64Array(count + 1), b: new Float64Array(count + 1), error: new Float64Array(count + 1), norm: new Float64Array(count + 1) };
  for (const values of Object.values(path)) values.fill(NaN);
  path.clipped = new Uint8Array(count);
  const found = [0, 0, 0];
  let { w, b } = drop;
  let velocityW = 0;
  let velocityB = 0;
  for (let k = 0; k <= count; k++) {
    slopeAt(w, b, drop, found);
    let [error, dw, db] = found;
    const norm = length(dw, db);
    path.w[k] = w;
    path.b[k] = b;
    path.error[k] = error;
    path.norm[k] = norm;
    if (k === count || !Number.isFinite(norm)) break;
    if (threshold !== null && norm > threshold) {
      path.clipped[k] = 1;
      dw *= threshold / norm;
      db *= threshold / norm;
    }
    velocityW = momentum * velocityW - rate * dw;
    velocityB = momentum * velocityB - rate * db;
    w += velocityW;
    b += velocityB;
  }
  return path;
}

// A coarse surface, shown while T is dragged and until the engine's own arrives: rows of b rising, w along a row; the norm as log10.
export function coarseSurface(drop, columns, rows) {
  const [wFrom, wTo, bFrom, bTo] = drop.window;
  const error = new Float32Array(columns * rows);
  const norm = new Float32Array(columns * rows);
  const found = [0, 0, 0];
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      slopeAt(wFrom + (i / (columns - 1)) * (wTo - wFrom), bFrom + (j / (rows - 1)) * (bTo - bFrom), drop, found);
      error[j * columns + i] = found[0];
      norm[j * columns + i] = Math.log10(Math.hypot(found[1], found[2]));
    }
  }
  return { columns, rows, error, norm };
}
