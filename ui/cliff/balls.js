// The two balls in time: where each is at a moment, and how long an update takes: a jump is seen in slow motion.

const SECONDS = 5; // for all updates without a jump
const JUMP = 0.1; // of the map: a longer move is seen in slow motion
const JUMP_SECONDS = 0.8;

// The length of each move as a share of the map, however much of it is shown.
export function shares(path, [wFrom, wTo, bFrom, bTo]) {
  return Array.from(path.clipped, (_, k) => Math.hypot((path.w[k + 1] - path.w[k]) / (wTo - wFrom), (path.b[k + 1] - path.b[k]) / (bTo - bFrom)));
}

// The update at which the gradient is steepest, of those that rounding does not decide.
export function steepest(path) {
  let best = 0;
  for (let k = 1; k <= path.sure; k++) if (path.norm[k] > path.norm[best] || !(path.norm[best] < Infinity)) best = k;
  return best;
}

// Where a path is at a moment between two updates: null where it has ended in no finite number.
export function placeAt(path, clock) {
  const k = Math.min(path.w.length - 1, Math.floor(clock));
  const rest = clock - k;
  const next = Math.min(k + 1, path.w.length - 1);
  const mix = (values) => (rest > 0 ? values[k] + rest * (values[next] - values[k]) : values[k]);
  const place = { w: mix(path.w), b: mix(path.b), error: mix(path.error) };
  return Number.isFinite(place.w) && Number.isFinite(place.b) ? place : null;
}

// Updates a second during update k.
export function paceOf({ paths, drop }, k) {
  const long = paths?.some(({ share }) => share[k] > JUMP);
  return 1 / Math.max(SECONDS / drop.count, long ? JUMP_SECONDS : 0);
}
