// The mount shell: everything between a parent element with bytes and a page's pictures.
//
//   export default mountable("backward", create, sheet);        // what Streamlit calls, and a bare page too
//
//   function create(stage) {                                    // builds the page's DOM under stage.root, once
//     return {
//       receive(message, { first, opened, before }) { ... },    // another answer has come
//       draw(scene) { ... },                                    // one idempotent pass over the state
//       view: () => ({ step: player.touched ? t : null }),      // what the link is to say of the moment
//     };
//   }
//
// `opened`: a link, a preset or Back led here; only then the page goes to stage.envelope.view. Otherwise everything stays
// where the visitor has it, as far as it exists. Whatever changes the state calls stage.later(); a message is drawn at once.
// stage.ask(name, value) tells the server, as a trigger. The rest stands in types.d.ts under Stage and Scene.

import sheet from "./kit.css";
import { createAddress, recall } from "./address.js";
import { createCover } from "./cover.js";
import { element } from "./elements.js";
import { openMessage, sameBytes, unseal } from "./message.js";
import { explainSymbols } from "./symbols.js";
import { clamp, isDark, legibleOn, ramp } from "./paint.js";
import { joinDevanagari } from "./script.js";

const NARROWEST = 280; // px: below it pictures are wider than their room
const NARROW = 560; // px
const SMALLEST = 12; // px of type
const OVERLAYS = ".theme-probe, .tip, .help, .covers, style";
const LONGEST = 0.1; // seconds from draw to draw that count for what eases

/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/**
 * Style sheets into a document or shadow root, each once.
 * @param {Node} tree
 * @param {string[]} texts
 */
function dress(tree, texts) {
  const root = tree instanceof ShadowRoot || tree instanceof Document ? tree : document;
  for (const text of texts) {
    let made = sheets.get(text);
    if (!made) {
      made = new CSSStyleSheet();
      made.replaceSync(text);
      sheets.set(text, made);
    }
    if (!root.adoptedStyleSheets.includes(made)) root.adoptedStyleSheets.push(made);
  }
}

/** @returns {Clock} the browser's time, or that of whoever holds it */
function timeOfHere() {
  const held = /** @type {any} */ (window).unrolledClock;
  return held ?? { now: () => performance.now(), frame: (callback) => requestAnimationFrame(callback), cancel: (id) => cancelAnimationFrame(id) };
}

/**
 * The room, the type and the colours of a moment.
 * @param {Stage} stage
 * @param {Message} message
 * @param {Scene | null} before
 * @param {number} seconds
 * @param {number} fits how often pictures were fitted into a screen anew
 * @returns {Scene}
 */
function compose(stage, message, before, seconds, fits) {
  const style = getComputedStyle(stage.root);
  joinDevanagari();
  const font = parseFloat(style.fontSize);
  const width = Math.max(NARROWEST, Math.floor(stage.ground.clientWidth));
  const dark = isDark(stage.root);
  const fold = stage.layout === "page" ? 0 : window.innerHeight;
  const key = [width, font, dark, stage.layout, fold, fits, stage.envelope.parts].join(" ");
  if (before?.key === key && before.number === message.number) return Object.assign(before, { changed: false, fresh: false, seconds });
  const palette = message.header.theme[dark ? "dark" : "light"];
  const signed = ramp(palette.signed);
  return {
    key, width, font, dark, palette, signed, seconds,
    number: message.number,
    changed: before?.key !== key,
    fresh: before?.number !== message.number,
    small: Math.max(SMALLEST, font * 0.86),
    family: style.fontFamily,
    narrow: width < NARROW,
    presenter: stage.layout === "presenter",
    layout: stage.layout,
    magnitude: ramp(palette.magnitude),
    inkOn: (share) => legibleOn(signed.table.subarray(3 * signed.index(share)), palette.inks),
    degree: (colour = palette.text) => ramp([palette.surface, colour]),
  };
}

/**
 * In a scene of a lecture some panels of a picture are shown, and no others: those with one of the classes `parts`.
 * @param {Element} root
 * @param {string[]} [parts] where none of them is there, or none is given, all are shown
 */
function leaveOut(root, parts = []) {
  root.classList.toggle("scene", parts.length > 0);
  const chosen = parts.map((name) => `.${CSS.escape(name)}`).join();
  const some = chosen !== "" && root.querySelector(chosen) !== null;
  for (const one of root.querySelectorAll(`.panel, .aside-part, :scope > :not(${OVERLAYS})`)) one.classList.toggle("left-out", some && !one.closest(chosen) && !one.querySelector(chosen));
}

/**
 * How far below the top of the page the stage begins, however far it is scrolled.
 * @param {Element} root
 */
function topOf(root) {
  let top = root.getBoundingClientRect().top;
  for (let up = /** @type {any} */ (root).parentNode; up; up = up.parentNode ?? up.host) if (up.scrollTop) top += up.scrollTop;
  return top;
}

/**
 * @param {string} name
 * @param {(stage: Stage) => Page} create
 * @param {Mounted} mounted
 */
function createStage(name, create, mounted) {
  const root = element(mounted.parentElement, "div", `stage ${name}`);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {((scene: Scene) => void)[]} */
  const followers = [];
  /** @type {(() => boolean)[]} */
  const players = [];
  let queued = 0;
  let drawn = 0; // when, by the stage's clock
  let refit = false; // the next draw lays pictures out again, in the room that this one has shown
  let fits = 0;
  /** @type {Page | null} */
  let page = null;
  /** @type {ReturnType<typeof createAddress> | null} */
  let address = null;
  let answers = 0;
  /** @type {Uint8Array | null} */
  let answer = null;
  /** @type {number | string | null} */
  let serial = null;

  const tip = element(root, "div", "tip");
  const help = element(root, "div", "help");
  help.popover = "auto";
  explainSymbols(root, tip);
  const probe = element(root, "span", "theme-probe"); // its colour takes a moment to change, and says so
  probe.addEventListener("transitionrun", () => stage.later());

  /** @type {Stage} */
  const stage = {
    name, root, tip, help,
    ground: root,
    layout: "page",
    clock: mounted.clock ?? timeOfHere(),
    source: mounted.source ?? null,
    message: null,
    scene: null,
    bytes: new Uint8Array(),
    pieces: new Map(),
    envelope: { page: name, serial: 0, view: {}, keys: {}, usual: {}, layout: "page" },
    alive: () => root.isConnected,
    later() {
      if (!queued) queued = requestAnimationFrame(draw);
    },
    ask(kind, value) {
      const tell = () => made.tell(kind, value);
      // Where the server has to be found again first, surroundings.js holds it back.
      const asking = new CustomEvent("unrolled-ask", { cancelable: true, detail: { what: `${name} ${kind}`, tell } });
      if (document.dispatchEvent(asking)) tell();
    },
    view: () => page?.view?.() ?? {},
    open(view) {
      if (!page || !stage.message) return;
      stage.envelope = { ...stage.envelope, view: { ...stage.envelope.view, ...view } };
      page.receive(stage.message, { first: false, opened: true, before: stage.message, pieces: [] });
      draw();
    },
    reduced: () => still.matches || mounted.still === true,
    follow: (call) => followers.push(call),
    busy: (plays) => players.push(plays),
    watch: (watched) => sizes.observe(watched),
    tallFor(host, usual, least = usual * 0.5) {
      if (stage.layout === "page") return usual;
      const shown = Array.from(root.querySelectorAll(".main"), (part) => part.getBoundingClientRect().bottom);
      const bottom = Math.max(host.getBoundingClientRect().bottom, ...shown);
      const others = bottom - root.getBoundingClientRect().top - host.clientHeight;
      const top = topOf(root);
      const above = top < window.innerHeight / 2 ? top : 0; // what begins farther down has a screen of its own: one scrolls to it
      return Math.round(clamp(window.innerHeight - above - others - 10, least, usual));
    },
  };

  const cover = createCover(stage);

  function draw() {
    cancelAnimationFrame(queued);
    queued = 0;
    if (!page || !stage.message || !root.isConnected || stage.ground.clientWidth === 0) return;
    const fitting = refit;
    refit = false;
    if (fitting) fits += 1;
    const now = stage.clock.now();
    const scene = (stage.scene = compose(stage, stage.message, stage.scene, clamp((now - drawn) / 1000, 0, LONGEST), fits));
    drawn = now;
    page.draw(scene);
    if (scene.changed || scene.fresh) leaveOut(root, stage.envelope.parts);
    cover();
    for (const call of followers) call(scene);
    address?.changed();
    // How high a picture may be on a projector is known only once the words around it stand.
    if (stage.layout === "page" || fitting || !(scene.changed || scene.fresh)) return;
    refit = true;
    stage.later();
  }

  /** @param {Uint8Array} bytes */
  function receive(bytes) {
    if (sameBytes(stage.bytes, bytes)) return stage.later(); // the theme may be another
    const sent = unseal(bytes);
    const before = stage.message;
    const first = before === null;
    const opened = sent.envelope.serial !== serial;
    const view = opened ? { ...sent.envelope.view, ...(first && !sent.envelope.saved && recall(sent.envelope, name)) } : sent.envelope.view;
    serial = sent.envelope.serial;
    Object.assign(stage, { bytes, envelope: { ...sent.envelope, view }, layout: sent.envelope.layout });
    const another = !before || !sameBytes(answer, sent.answer);
    if (another) stage.message = { ...openMessage(sent.answer), number: ++answers };
    const message = /** @type {Message} */ (stage.message);
    answer = sent.answer;
    if (another && before) for (const name of stage.pieces.keys()) if (!page?.keeps?.(name, message, before)) stage.pieces.delete(name);
    for (const [name, piece] of sent.pieces) stage.pieces.set(name, piece.slice());
    root.dataset.layout = stage.layout;
    for (const layout of ["presenter", "frame"]) root.classList.toggle(layout, stage.layout === layout);
    root.classList.toggle("saved", Boolean(stage.envelope.saved));
    page ??= create(stage);
    if (first) root.append(probe, tip, help); // over everything else
    page.receive(message, { first, opened, before, pieces: another ? [...stage.pieces.keys()] : sent.pieces.map(([name]) => name) });
    address ??= createAddress(stage, () => players.some((plays) => plays()));
    draw(); // at once, before the browser turns to the rest of the page
  }

  const sizes = new ResizeObserver(() => stage.later());
  sizes.observe(root);
  window.addEventListener("resize", onResize);
  function onResize() {
    if (!root.isConnected) window.removeEventListener("resize", onResize);
    else if (stage.layout !== "page") stage.later(); // the height counts there
  }
  const made = { stage, receive, tell: /** @type {(kind: string, value: unknown) => void} */ (() => {}) };
  return made;
}

/**
 * What mounts a page's stage: call it again with the same parent to bring it another message.
 * @param {string} name
 * @param {(stage: Stage) => Page} create
 * @param {...string} own style sheets of the page, behind the kit's
 */
export function mountable(name, create, ...own) {
  /** @type {WeakMap<Element, ReturnType<typeof createStage>>} */
  const stages = new WeakMap();

  /** @param {Mounted} mounted */
  function mount(mounted) {
    const { parentElement, data, setTriggerValue = () => {} } = mounted;
    let shown = stages.get(parentElement);
    if (!shown) {
      if (!data) return; // nothing to show yet
      shown = createStage(name, create, mounted);
      stages.set(parentElement, shown);
    }
    dress(parentElement.getRootNode(), [sheet, ...own]);
    shown.tell = setTriggerValue;
    if (data) shown.receive(data);
    else shown.stage.later();
  }

  // In a saved file the message stands beside this source, which then starts by itself.
  const saved = document.querySelector(`script[type="text/plain"][data-stage="${name}"]`);
  const host = saved?.parentElement;
  if (host && saved.textContent) {
    const data = Uint8Array.from(atob(saved.textContent), (letter) => letter.charCodeAt(0));
    queueMicrotask(() => mount({ parentElement: host, data })); // once the page's own file has been read to its end
  }
  return mount;
}
