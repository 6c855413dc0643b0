// The clock of the backward pass: from the loss at the right to step 1, again and again until it is touched.
// While the clock goes from t + 1/2 to t - 1/2 the error travels to step t, and then step t adds its part.

const PACE = 1.9; // steps per second, more for long sequences
const LONGEST = 9; // seconds of one way back
const HOLD = 3.5; // seconds that the finished picture stands
const TRAVEL = 0.6; // of a step's time

const within = (v) => Math.max(0, Math.min(1, v));

export const travelled = (clock, t) => within((t + 0.5 - clock) / TRAVEL);
export const grown = (clock, t) => within((t + 0.5 - clock - TRAVEL) / (1 - TRAVEL));

export function createReverse(state, redraw, alive) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let last = 0;
  let held = 0;

  function put(clock) {
    state.clock = Math.max(0.5, Math.min(state.steps + 0.5, clock));
    state.t = Math.max(1, Math.min(state.steps, Math.round(state.clock)));
  }

  function advance(steps, seconds) {
    if (state.clock > 0.5) {
      held = 0;
      put(state.clock - steps);
      return;
    }
    held += seconds;
    if (held > HOLD) put(state.steps + 0.5);
  }

  function tick(now) {
    if (!state.playing || !alive()) return;
    if (still.matches) {
      if (now - last >= 600 / state.speed) {
        advance(1, (now - last) / 1000);
        last = now;
        redraw();
      }
    } else {
      const seconds = Math.min(0.1, (now - last) / 1000);
      last = now;
      advance(Math.max(PACE, state.steps / LONGEST) * state.speed * seconds, seconds);
      redraw();
    }
    frame = requestAnimationFrame(tick);
  }

  function pause() {
    state.playing = false;
    cancelAnimationFrame(frame);
  }

  function pick(t) {
    pause();
    put(t - 0.5);
    redraw();
  }

  return {
    reduced: () => still.matches,
    put,
    pause,
    pick,
    play() {
      if (state.clock <= 0.5) put(state.steps + 0.5);
      state.playing = true;
      last = performance.now();
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(tick);
      redraw();
    },
    // One step back in time; from step 1 it begins again at the loss.
    step() {
      pick(state.clock <= 0.5 ? state.steps : Math.ceil(state.clock - 0.5 - 1e-9));
    },
  };
}
