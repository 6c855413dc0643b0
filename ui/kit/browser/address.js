// The view in the link: where a visitor is looking stands in the URL and comes back from there, and never makes an entry
// in the browser's history.
//
// The server writes the record's part of the URL, by pushing; the view's part is written here, by replacing, when nothing
// has changed for a while. All stages of a page share one URL, each with fields of its own. What somebody else pushes may
// carry the view of long ago: then the present one is put back.

const QUIET = 300; // ms without a change before the URL follows
const MOST = 64; // views that are remembered
const DROPPED = ["embed", "embed_options"]; // what no link to a view carries

/** @type {Map<string, View>} views by page, serial and stage: a stage that is mounted anew finds its own */
const remembered = new Map();

/**
 * A value as a link has it: numbers in their shortest form, switches as 1 and 0, lists joined by dots.
 * @param {Value | undefined} value
 * @returns {string | null}
 */
export function textOf(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((one) => textOf(one)).join(".");
  if (typeof value === "boolean") return value ? "1" : "0";
  return `${value}`;
}

/**
 * Link parameters of a view; null for what is as usual and stays out.
 * @param {Envelope} envelope
 * @param {View} view
 */
export function parametersOf({ keys, usual }, view) {
  /** @type {Record<string, string | null>} */
  const found = {};
  for (const [field, value] of Object.entries(view)) {
    const key = keys[field];
    if (!key) continue;
    const words = textOf(value);
    found[key] = words === textOf(usual[field]) ? null : words;
  }
  return found;
}

/** @param {Envelope} envelope @param {string} name */
const placeOf = ({ page, serial }, name) => `${page} ${serial} ${name}`;

/**
 * The view that a stage of this serial had when it was last here, or null.
 * @param {Envelope} envelope
 * @param {string} name
 */
export const recall = (envelope, name) => remembered.get(placeOf(envelope, name)) ?? null;

/** Keeps the newest. @param {Map<string, View>} views @param {string} place @param {View} view */
function keep(views, place, view) {
  views.delete(place);
  views.set(place, view);
  if (views.size > MOST) views.delete(views.keys().next().value ?? "");
}

/** What a query says beside the views of all stages. @param {Envelope} envelope @param {string} search */
function decided({ keys }, search) {
  const query = new URLSearchParams(search);
  for (const key of Object.values(keys)) query.delete(key);
  return query.toString();
}

/** @param {URLSearchParams} query @param {Record<string, string | null>} changes */
function change(query, changes) {
  for (const [key, words] of Object.entries(changes)) {
    if (words === null) query.delete(key);
    else query.set(key, words);
  }
}

/**
 * The absolute link to a view of this page: what the URL says of the record and of other stages, and this view.
 * @param {Envelope} envelope
 * @param {View} view
 */
export function linkTo(envelope, view) {
  const url = new URL(window.location.pathname, window.location.href);
  const query = new URLSearchParams(window.location.search);
  change(query, envelope.query ?? {});
  change(query, parametersOf(envelope, view));
  for (const key of DROPPED) query.delete(key);
  url.search = query.toString();
  return url.href;
}

/**
 * Keeps the URL of a page at the view of one stage. `changed()` at every draw.
 * @param {Stage} stage
 * @param {() => boolean} playing
 */
export function createAddress(stage, playing) {
  const home = window.location.pathname;
  const navigation = /** @type {any} */ (window).navigation;
  let timer = 0;
  let told = ""; // the view of the last draw
  let due = false; // it has changed since the URL was written
  let written = ""; // the query that was left in the URL
  /** @type {Record<string, string | null>} */
  let mine = {}; // what stands there of this stage
  let { serial } = stage.envelope;
  /** @type {Map<string, View>} views by what they put into the URL */
  const places = new Map();
  let led = ""; // what Back has put there of a view that only the server can read, as after a reload

  /** Whether the URL is of the scene of a lecture that this picture stands in: a picture that is about to go says nothing. */
  function inScene() {
    const query = new URLSearchParams(window.location.search);
    return (stage.envelope.within ?? []).every(([key, words, usual]) => (query.get(key) ?? usual) === words);
  }
  const here = () => stage.alive() && window.location.pathname === home && !stage.envelope.saved;

  /** @param {View} view */
  function stand(view) {
    const parameters = parametersOf(stage.envelope, view);
    keep(places, JSON.stringify(parameters), view);
    put(parameters);
  }
  /** @param {Record<string, string | null>} parameters */
  function put(parameters) {
    mine = parameters;
    const url = new URL(window.location.href);
    const before = url.searchParams.toString();
    change(url.searchParams, parameters);
    if (url.searchParams.toString() === before) {
      written = window.location.search;
      return;
    }
    written = url.search;
    try {
      window.history.replaceState(window.history.state, "", url);
    } catch {
      written = window.location.search; // a frame without a history of its own: there is nothing to keep
    }
  }
  function write() {
    timer = 0;
    if (!here()) return forget();
    if (playing()) return;
    if (!inScene()) return soon();
    due = false;
    stand(stage.view());
  }
  function soon() {
    clearTimeout(timer);
    timer = window.setTimeout(write, QUIET);
  }
  function forget() {
    clearTimeout(timer);
    navigation?.removeEventListener("currententrychange", elsewhere);
  }
  // Back and Forward lead to a URL with a view of its own. Where the record is another the server answers to it; where
  // only the view is, as between two presets of one record, it is opened here.
  /** @param {{ navigationType: string | null }} event */
  function elsewhere({ navigationType }) {
    if (!here()) return forget();
    const now = window.location.search;
    led = "";
    if (navigationType === "traverse") {
      clearTimeout(timer);
      if (decided(stage.envelope, now) !== decided(stage.envelope, written)) return;
      const query = new URLSearchParams(now);
      const place = ofMine(Object.fromEntries(query));
      const view = places.get(place);
      if (view) return stage.open(view);
      led = place;
      follow();
    } else if (now !== written && inScene()) put(mine);
  }
  /** @param {Record<string, string | null>} parameters */
  const ofMine = (parameters) => JSON.stringify(Object.fromEntries(Object.keys(mine).map((key) => [key, parameters[key] ?? null])));
  // Once the server has told what the URL says, that is opened.
  function follow() {
    const { view } = stage.envelope;
    if (!led || ofMine(parametersOf(stage.envelope, view)) !== led) return;
    led = "";
    stage.open(view);
  }
  navigation?.addEventListener("currententrychange", elsewhere);

  return {
    changed() {
      follow();
      const view = stage.view();
      if (stage.envelope.serial !== serial && here()) {
        ({ serial } = stage.envelope); // a preset or a link has opened something: what stood there before is over
        const opened = Object.keys(view).map((field) => [field, stage.envelope.view[field]]);
        stand(Object.fromEntries(opened));
      }
      const words = JSON.stringify(view);
      if (words !== told) {
        told = words;
        led = "";
        due = true;
        keep(remembered, placeOf(stage.envelope, stage.name), view);
        soon();
      } else if (!timer && !led && (due || window.location.search !== written)) soon();
    },
  };
}
