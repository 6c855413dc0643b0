// Words of the field that stand in sentences and readings, each explained where it stands, in one sentence.

const SLOPE = "γ is the largest slope of the activation (1 for tanh, ReLU and linear, ¼ for the logistic) and ‖W‖ the most that W stretches a vector: no step of a vanilla RNN makes an error grow by more than their product.";
/** @type {Record<string, string>} */
export const GLOSSARY = {
  "spectral radius": "The largest |eigenvalue| of the recurrent weights W: by how much W alone, applied again and again, stretches a vector each time in the long run; it bounds no single step. Of several gates the largest is shown.",
  "largest singular value": "‖W‖, the most by which one multiplication with the recurrent weights W can stretch an error; of several gates the largest is shown.",
  saturation: "How flat the activations are where they work, from 0 (all where they are steepest) to 1 (all flat), or, as a factor ×, what their slopes and the gates of one step leave of an error: a flat unit lets none through, but a flat gate of an LSTM or GRU may be one that is held open.",
  "gradient norm": "The length of the gradients of all parameters taken as one vector, which is what clipping looks at: it multiplies them all by one factor, which bounds the step and revives nothing that has vanished.",
  "‖W‖ γ": SLOPE,
  "‖W‖₂ γ": SLOPE,
  "of size": "The size of a vector is its length ‖·‖, the square root of the sum of its squared entries.",
  "geometric mean": "The mean of numbers that are multiplied, or drawn on a log scale: of n of them the n-th root of their product.",
  probe: "One unit of error in a random direction, sent into the last state in place of a loss: what arrives before is the network's own doing.",
};
/** Finds them in a sentence. */
export const TERMS = new RegExp(Object.keys(GLOSSARY).sort((a, b) => b.length - a.length).join("|"), "g");
