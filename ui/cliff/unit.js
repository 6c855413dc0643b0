// The unit by itself, as engine/resting.py has it: where it comes to rest, and the product its error is multiplied by.

export const logistic = (x) => 1 / (1 + Math.exp(-x));

// e / (1 + e)**2 with e = exp(-|a|): sigmoid'(a), and a quarter of tanh'(a / 2); full precision for every a.
function bellAt(a) {
  const e = Math.exp(-Math.abs(a));
  return e / ((1 + e) * (1 + e));
}
export const logisticSlope = bellAt;
export const tanhSlope = (a) => 4 * bellAt(2 * a);

function iterate(step, slope, steps, start) {
  const x = new Float64Array(steps + 1);
  const factors = new Float64Array(steps);
  const product = new Float64Array(steps + 1); // log10 |dx_T/dx_t|
  x[0] = start;
  for (let t = 0; t < steps; t++) {
    factors[t] = slope(x[t]);
    x[t + 1] = step(x[t]);
  }
  for (let t = steps - 1; t >= 0; t--) product[t] = product[t + 1] + Math.log10(Math.abs(factors[t]));
  return { x, factors, product };
}

export const runUnit = (w, b, steps, start) => iterate((x) => w * logistic(x) + b, (x) => w * logisticSlope(x), steps, start);
export const runLatch = (w, u, steps, start) => iterate((x) => Math.tanh(w * x + u), (x) => w * tanhSlope(w * x + u), steps, start);

// Where w sigmoid'(x) = 1, rising; nowhere for w <= 4.
export function turns(w) {
  if (!(w > 4)) return [];
  const root = Math.sqrt(1 - 4 / w);
  const turn = Math.log1p(root) - Math.log1p(-root);
  return [-turn, turn];
}

// The two b between which there are three resting places, or null.
export function fold(w) {
  const b = turns(w).map((x) => x - w * logistic(x));
  return b.length ? b.sort((one, other) => one - other) : null;
}

function crossing(height, left, right) {
  const atLeft = height(left);
  const atRight = height(right);
  if (atLeft === 0) return left;
  if (atRight === 0) return right;
  if (atLeft > 0 === atRight > 0) return null;
  for (let k = 0; k < 200; k++) {
    const middle = (left + right) / 2;
    if (!(left < middle && middle < right)) break;
    const atMiddle = height(middle);
    if (atMiddle === 0) return middle;
    if (atMiddle > 0 === atLeft > 0) left = middle;
    else right = middle;
  }
  return right;
}

// All [x, slope] with x = w sigmoid(x) + b, x rising.
export function restingPlaces(w, b) {
  const low = Math.min(0, w) + b - 1;
  const high = Math.max(0, w) + b + 1;
  const ends = [low, ...turns(w).filter((turn) => low < turn && turn < high), high];
  const found = new Set();
  for (let k = 1; k < ends.length; k++) {
    const place = crossing((x) => x - w * logistic(x) - b, ends[k - 1], ends[k]);
    if (place !== null) found.add(place);
  }
  return [...found].sort((one, other) => one - other).map((x) => [x, w * logisticSlope(x)]);
}

// All [x, slope] with x = tanh(w x + u), x rising: 2a = 4w sigmoid(2a) + 2 (u - w) for the sum a = w x + u.
export const latchStates = (w, u) => restingPlaces(4 * w, 2 * (u - w)).map(([twice]) => [Math.tanh(twice / 2), w * tanhSlope(twice / 2)]);

// The input below which the latch has two attracting states, or null.
export function latchThreshold(w) {
  if (!(w > 1)) return null;
  const x = Math.sqrt(1 - 1 / w);
  return w * x - Math.atanh(x);
}
