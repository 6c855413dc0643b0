// The numbers of a drop that a visitor can drag.

import { slider } from "../kit/browser/hands.js";
import { sayNumber } from "../kit/browser/words.js";

const SLIDERS = {
  rate: { label: "Learning rate", log: true, title: "Each update moves the ball by this times the gradient. Drag it." },
  threshold: { label: "Clip at norm", log: true, title: "A gradient longer than this is shortened to it, for the ball with clipping. Drag it." },
  momentum: { label: "Momentum", title: "The share of the last move that is kept in the next." },
  count: { label: "Updates", whole: true, title: "How many updates the balls make." },
  steps: { label: "Timesteps T", whole: true, title: "How often the unit repeats before its error is taken. Drag it and see the wall sharpen." },
  target: { label: "Target", title: "What σ(x) is to be after T steps; the error is the squared distance to it." },
  start: { label: "Start x₀", step: 0.1, title: "The state the unit starts from." },
  latch_w: { label: "w", title: "The recurrent weight of the tanh unit." },
  latch_u: { label: "u", title: "A constant input." },
  latch_start: { label: "x₀", title: "The state it starts from: the bit is its sign." },
};
export const OF_BALLS = ["rate", "threshold", "momentum", "count", "steps", "target", "start"];
export const OF_LATCH = ["latch_w", "latch_u", "latch_start"];

export function createSliders(host, names, { set, settle }) {
  return Object.fromEntries(names.map((name) => [name, slider(host, { ...SLIDERS[name], name, say: sayNumber, input: (value) => set({ [name]: value }), settle })]));
}
