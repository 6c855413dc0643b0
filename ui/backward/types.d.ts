// The records that pass between the modules of this page. Types only: nothing of this reaches the browser.

/** The shape of an array of weights as a matrix; `vector`: it has one column and is counted by one number. */
interface Shape {
  name: string;
  rows: number;
  columns: number;
  vector: boolean;
}

/** The network and weight that are looked at, as far as the message at hand has them; row and column from 0. */
interface Spot {
  c: number;
  cell: string;
  title: string;
  array: string;
  shape: Shape;
  row: number;
  column: number;
  /** The weight by name, as W[2,3]. */
  named: string;
}

/** The terms of one gradient, step by step. */
interface Terms {
  name: string;
  label: string;
  /** Of the one weight in view, not of its whole array. */
  single: boolean;
  /** [t]: steps t to T together. */
  since: Float64Array;
  total: number;
  /** Norm of each step's whole contribution. */
  own: ArrayLike<number>;
  at(t: number): number;
  share(value: number): number;
}

/** One norm on the way of a loss to a state, and the factor that led to it. */
interface Factor {
  at: number;
  step?: number;
  kind: string;
  log10: number;
  factor: number;
}
