// The clock of the chain: forward through the states if wanted, then backward with the error, then again.

const HOLD = 1.6; // seconds the finished picture stands before it plays again

export function createPlayback(state, redraw, alive) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let last = 0;
  let held = 0;

  const stepsPerSecond = (steps) => Math.max(6, steps / 7) * state.speed;

  function rewind(steps) {
    state.phase = state.forwardFirst ? "forward" : "backward";
    state.clock = state.phase === "forward" ? 0.5 : steps + 0.5;
    state.revealed = false;
    held = 0;
  }

  function advance(seconds, steps) {
    if (state.revealed) {
      held += seconds;
      if (held > HOLD) rewind(steps);
      return;
    }
    const way = stepsPerSecond(steps) * seconds;
    state.clock += state.phase === "forward" ? way : -way;
    if (state.phase === "forward" && state.clock >= steps + 0.5) {
      state.phase = "backward";
      state.clock = steps + 0.5;
    } else if (state.phase === "backward" && state.clock <= 0.5) {
      state.clock = 0.5;
      state.revealed = true;
      held = 0;
    }
    state.t = Math.max(1, Math.min(steps, Math.round(state.clock)));
  }

  function tick(now) {
    if (!state.playing || !alive()) return;
    const seconds = Math.min(0.1, (now - last) / 1000);
    // Reduced motion: whole steps, two a second, instead of a flow.
    if (still.matches) {
      if (now - last >= 500 / state.speed) {
        last = now;
        advance(1 / stepsPerSecond(state.steps), state.steps);
        redraw();
      }
    } else {
      last = now;
      advance(seconds, state.steps);
      redraw();
    }
    frame = requestAnimationFrame(tick);
  }

  return {
    reduced: () => still.matches,
    rewind,
    play() {
      if (state.revealed || state.clock <= 0.5) rewind(state.steps);
      state.playing = true;
      last = performance.now();
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(tick);
      redraw();
    },
    pause() {
      state.playing = false;
      cancelAnimationFrame(frame);
    },
    // One step the way things flow: backward in time for the error, forward for the states.
    step() {
      this.pause();
      if (state.revealed) rewind(state.steps);
      const next = Math.round(state.clock) + (state.phase === "forward" ? 1 : -1);
      if (state.phase === "forward" && next > state.steps) Object.assign(state, { phase: "backward", clock: state.steps });
      else if (next < 1) Object.assign(state, { revealed: true, clock: 1 });
      else state.clock = next;
      state.t = Math.max(1, Math.min(state.steps, Math.round(state.clock)));
      redraw();
    },
    pick(t) {
      this.pause();
      Object.assign(state, { t, clock: t, revealed: true, phase: "backward" });
      redraw();
    },
  };
}
