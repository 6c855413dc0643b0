// The records that pass between the kit and a page. Types only: nothing of this reaches the browser.

declare module "*.json" {
  const text: string; // as every file that is no module comes
  export default text;
}

declare module "*.css" {
  const text: string;
  export default text;
}

/** A value of the view: what a field of a page's view record may hold. */
type Value = number | string | boolean | null | Array<number | string>;
type View = Record<string, Value>;
type Layout = "page" | "presenter" | "frame";

/** What stands before the answer in a message: everything about showing it, nothing about what is shown. */
interface Envelope {
  page: string;
  /** Another number: a link was followed, a preset chosen, Back pressed. Then the page goes to `view`. */
  serial: number | string;
  view: View;
  /** Link key of each field of the view. */
  keys: Record<string, string>;
  /** The value that a field has where the link does not name it. */
  usual: View;
  layout: Layout;
  /** In a scene of a lecture: the panels that are shown, by a class of each. */
  parts?: string[];
  /** Parameters of the URL while it is of the scene of a lecture that this picture stands in, and what they usually are. */
  within?: [key: string, words: string, usual: string][];
  /** What selectors find is covered until the answer of a scene is revealed. */
  covers?: { scene: string; names: string[] };
  /** Fields of the record that the picture moves itself, and where they are; the page keeps it current. */
  moved?: View;
  /** Link parameters of what it has moved since, set by the picture: a link does not wait for the server. */
  query?: Record<string, string | null>;
  /** Title of the page, for frames and saved files. */
  title?: string;
  /** Names and lengths of the pieces that stand behind the answer. */
  pieces?: [string, number][];
  /** Number of the question for pieces that this answers, and how far those are that took too long. */
  asked?: number;
  late?: Record<string, number>;
  /** This is a file that somebody saved: no server, no link. */
  saved?: boolean;
}

/** One array of an answer: flat, with its shape. */
interface Block {
  data: Float32Array | Float64Array;
  shape: number[];
}

interface Message {
  header: any;
  arrays: Record<string, Block>;
  /** Counts the answers that a stage has seen: another number, other results. */
  number: number;
}

/** Time. A test hands in one of its own and moves it by hand. */
interface Clock {
  now(): number;
  frame(callback: (now: number) => void): number;
  cancel(id: number): void;
}

/** Some colours along a scale: `css(u)` for a share u of 0 to 1, `table` of RGB bytes at `index(u)`. */
interface Ramp {
  table: Uint8Array;
  css(share: number): string;
  index(share: number): number;
}

/** The room, the type and the colours of a moment. The same object until room or results change: a page adds to it. */
interface Scene {
  [added: string]: any;
  /** Changes where pictures have to be laid out anew: width, type, theme, layout. */
  key: string;
  /** The room is another one than at the last draw. */
  changed: boolean;
  /** Number of the answer, as in Message. */
  number: number;
  /** The answer is another one than at the last draw. */
  fresh: boolean;
  /** px of the stage (of `stage.ground`), at least 280. */
  width: number;
  /** px of the type. */
  font: number;
  /** px of the smallest type that may stand in a picture. */
  small: number;
  family: string;
  dark: boolean;
  narrow: boolean;
  presenter: boolean;
  layout: Layout;
  /** Seconds since the last draw, at most 0.1: for what eases. */
  seconds: number;
  /** The theme of the message's header, for the ground of the moment. */
  palette: any;
  signed: Ramp;
  magnitude: Ramp;
  /** Text colour that is read best on the signed scale at a share. */
  inkOn(share: number): string;
  /** From 0 to a degree, in the colour of what it is the degree of. */
  degree(colour?: string): Ramp;
}

interface Page {
  /** `pieces`: names of those that have come; where the answer is another, of all that are kept. */
  receive(message: Message, how: { first: boolean; opened: boolean; before: Message | null; pieces: string[] }): void;
  /** Whether a piece of the answer before is one of this answer too. */
  keeps?(name: string, message: Message, before: Message): boolean;
  draw(scene: Scene): void;
  view?(): View;
}

interface Stage {
  name: string;
  root: HTMLElement;
  tip: HTMLElement;
  help: HTMLElement;
  /** Where `scene.width` is read; the root unless a page sets another. */
  ground: HTMLElement;
  layout: Layout;
  clock: Clock;
  message: Message | null;
  envelope: Envelope;
  scene: Scene | null;
  source: (() => Promise<string>) | null;
  bytes: Uint8Array;
  /** What belongs to the present answer and was asked for besides: bytes by name, in the order of their coming. */
  pieces: Map<string, Uint8Array>;
  alive(): boolean;
  later(): void;
  ask(name: string, value: unknown): void;
  view(): View;
  /** Goes to a view that was here before. */
  open(view: View): void;
  /** Whether motion is to be left out. */
  reduced(): boolean;
  /** Calls `drawn(scene)` after each draw of the page. */
  follow(drawn: (scene: Scene) => void): void;
  /** Says when something plays: the address waits. */
  busy(plays: () => boolean): void;
  /** Draws again where another element changes its size. */
  watch(element: Element): void;
  /** px for the picture in `host`, so that what is presented fits on the screen; `usual` on a page. */
  tallFor(host: Element, usual: number, least?: number): number;
}

interface Mounted {
  parentElement: HTMLElement;
  data?: Uint8Array | null;
  setTriggerValue?: (name: string, value: unknown) => void;
  setStateValue?: (name: string, value: unknown) => void;
  clock?: Clock;
  /** On paper, motion is left out whatever a visitor prefers. */
  still?: boolean;
  source?: () => Promise<string>;
}

interface Player {
  /** Position, 0 to `length()`. */
  readonly at: number;
  readonly playing: boolean;
  /** Whether a visitor has moved it by hand since it last began or finished by itself. */
  touched: boolean;
  speed: number;
  readonly stage: Stage;
  readonly length: number;
  readonly finished: boolean;
  reduced(): boolean;
  play(): void;
  pause(): void;
  toggle(): void;
  step(way?: number): void;
  put(at: number): void;
  pick(at: number): void;
  finish(): void;
  rewind(): void;
  /** What `restore` brings back: for touches that are cancelled. */
  remember(): { at: number; touched: boolean; playing: boolean };
  restore(memory: { at: number; touched: boolean; playing: boolean }): void;
}

interface Panel {
  box: HTMLElement;
  heading: HTMLElement;
  aside: HTMLElement;
  tools: HTMLElement;
  body: HTMLElement;
  /** Another title, also in the name of the "?". */
  entitle(title: string): void;
}

/** A mark with words: see `legends` in elements.js. */
interface Legend {
  kind: "ramp" | "width" | "bar" | "line" | "words";
  words?: string;
  low?: number | string;
  high?: number | string;
  colours?: string[];
  scale?: Ramp;
  colour?: string;
  dash?: string;
  wide?: number;
  tall?: number;
  title?: string;
}
