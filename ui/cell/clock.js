// The clock: rank after rank in the order of computation, then the next step; backward the other way round.

const BEATS = 2.6; // ranks a second at normal speed
const HOLD = 4; // beats that a finished step, and a finished run, stands

export function createClock(state, run, changed, alive) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let last = 0;
  let beat = 0; // what has passed of the present rank

  const first = () => (state.backward ? run().ranks : 0);
  const finished = () => (state.backward ? state.rank <= 0 : state.rank >= run().ranks);
  const lastStep = () => (state.backward ? 1 : run().steps);

  function onward() {
    if (!finished()) {
      state.rank += state.backward ? -1 : 1;
      return;
    }
    if (state.t === lastStep()) state.t = state.backward ? run().steps : 1;
    else state.t += state.backward ? -1 : 1;
    state.rank = first();
  }

  function tick(now) {
    if (!state.playing || !alive()) return;
    beat += Math.min(0.1, (now - last) / 1000) * BEATS * state.speed;
    last = now;
    const length = finished() ? (state.t === lastStep() ? 2 * HOLD : 2) : 1;
    if (beat >= length) {
      beat = 0;
      onward();
      changed();
    }
    frame = requestAnimationFrame(tick);
  }

  const clock = {
    reduced: () => still.matches,
    play() {
      if (state.whole) state.rank = first();
      Object.assign(state, { playing: true, whole: false });
      beat = 0;
      last = performance.now();
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(tick);
      changed();
    },
    pause() {
      state.playing = false;
      cancelAnimationFrame(frame);
      changed();
    },
    // One rank the way things flow, or against it.
    step(against = false) {
      state.playing = false;
      if (state.whole) {
        state.whole = false;
        state.rank = against === state.backward ? 0 : run().ranks;
        if (!against) state.rank = first();
      } else if (!against) onward();
      else {
        const start = state.rank === first();
        const way = state.backward ? 1 : -1;
        if (!start) state.rank += way;
        else if (state.t + way >= 1 && state.t + way <= run().steps) Object.assign(state, { t: state.t + way, rank: state.backward ? 0 : run().ranks });
      }
      changed();
    },
    // A whole step at once.
    pick(t) {
      Object.assign(state, { playing: false, whole: true, t: Math.max(1, Math.min(run().steps, t)) });
      changed();
    },
    turn(backward) {
      if (state.backward === backward) return;
      state.backward = backward;
      state.rank = first();
      beat = 0;
      changed();
    },
  };
  return clock;
}
