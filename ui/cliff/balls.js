// The two balls in time: where each is at a moment, and a clock that slows down for a jump.

const SECONDS = 5; // for all updates without a jump
const JUMP = 0.1; // of the map: a longer move is seen in slow motion
const JUMP_SECONDS = 0.8;

// The length of each move as a share of the map, however much of it is shown.
export function shares(path, [wFrom, wTo, bFrom, bTo]) {
  return Array.from(path.clipped, (_, k) => Math.hypot((path.w[k + 1] - path.w[k]) / (wTo - wFrom), (path.b[k + 1] - path.b[k]) / (bTo - bFrom)));
}

// The update at which the gradient is steepest.
export function steepest(path) {
  let best = 0;
  for (let k = 1; k < path.norm.length; k++) if (path.norm[k] > path.norm[best] || !(path.norm[best] < Infinity)) best = k;
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

export function createClock(state, redraw, alive) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let last = 0;

  const secondsOf = (k) => {
    const long = state.paths.some(({ share }) => share[k] > JUMP);
    return Math.max(SECONDS / state.drop.count, long ? JUMP_SECONDS : 0);
  };

  function tick(now) {
    if (!state.playing || !alive()) return;
    let left = Math.min(0.1, (now - last) / 1000);
    last = now;
    while (left > 0 && state.clock < state.drop.count) {
      const k = Math.floor(state.clock + 1e-9);
      const whole = secondsOf(k);
      const way = Math.min((k + 1 - state.clock) * whole, left);
      state.clock = Math.min(k + 1, state.clock + way / whole);
      left -= way;
      if (way <= 0) break;
    }
    if (state.clock >= state.drop.count - 1e-9) showAll();
    redraw();
    frame = requestAnimationFrame(tick);
  }

  function pause() {
    state.playing = false;
    cancelAnimationFrame(frame);
  }

  function showAll() {
    pause();
    state.clock = state.drop.count;
    state.revealed = true;
    redraw();
  }

  function pick(k) {
    pause();
    state.revealed = false;
    state.clock = Math.max(0, Math.min(state.drop.count, k));
    redraw();
  }

  return {
    pause,
    pick,
    showAll,
    play() {
      if (state.revealed || state.clock >= state.drop.count) state.clock = 0;
      Object.assign(state, { playing: true, revealed: false });
      last = performance.now();
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(tick);
      redraw();
    },
    drop() {
      state.clock = 0;
      if (still.matches) showAll();
      else this.play();
    },
    step() {
      pick(state.revealed ? 1 : Math.floor(state.clock + 1e-9) + 1);
    },
  };
}
