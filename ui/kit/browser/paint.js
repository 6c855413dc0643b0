// Colours and SVG elements.

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/**
 * A scale through some colours, as hex, evenly apart.
 * @param {string[]} stops
 * @returns {Ramp}
 */
export function ramp(stops, size = 256) {
  const rgb = stops.map(rgbOf);
  const table = new Uint8Array(size * 3);
  /** @type {string[]} */
  const names = [];
  for (let k = 0; k < size; k++) {
    const at = (k / (size - 1)) * (rgb.length - 1);
    const low = Math.min(Math.floor(at), rgb.length - 2);
    for (let j = 0; j < 3; j++) table[3 * k + j] = rgb[low][j] + (at - low) * (rgb[low + 1][j] - rgb[low][j]);
    names.push(`rgb(${table[3 * k]},${table[3 * k + 1]},${table[3 * k + 2]})`);
  }
  /** @param {number} share */
  const index = (share) => (share > 0 ? Math.min(size - 1, Math.round(share * (size - 1))) : 0);
  return { table, css: (share) => names[index(share)], index };
}

/** @param {string} hex */
const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/**
 * A colour on its way to another, both as hex.
 * @param {string} one
 * @param {string} other
 * @param {number} share
 */
export function mixed(one, other, share) {
  const to = rgbOf(other);
  return `rgb(${rgbOf(one).map((v, k) => Math.round(v + share * (to[k] - v))).join(", ")})`;
}

/**
 * Whether the theme's ground is dark.
 * @param {Element} element
 */
export function isDark(element) {
  const probe = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const rgb = /^#[0-9a-f]{6}/i.test(probe) ? rgbOf(probe) : (probe.match(/[\d.]+/g) ?? []).map(Number);
  return rgb.length >= 3 && 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] < 128;
}

/**
 * The light that a colour gives off, 0 to 1, as contrast is defined on it (WCAG 2).
 * @param {ArrayLike<number>} rgb
 */
function luminance(rgb) {
  const [r, g, b] = [0, 1, 2].map((k) => (rgb[k] / 255 <= 0.04045 ? rgb[k] / 255 / 12.92 : ((rgb[k] / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Which of some inks stands out most on a colour.
 * @param {ArrayLike<number>} rgb
 * @param {string[]} inks as hex
 */
export function legibleOn(rgb, inks) {
  const ground = luminance(rgb);
  /** @param {string} ink */
  const contrast = (ink) => {
    const light = luminance(rgbOf(ink));
    return (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05);
  };
  return inks.reduce((best, ink) => (contrast(ink) > contrast(best) ? ink : best));
}

const SVG = "http://www.w3.org/2000/svg";
/** @type {WeakMap<Element, Record<string, unknown>>} */
const kept = new WeakMap();

/**
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} [attributes]
 * @param {Element | null} [parent]
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  if (parent) parent.appendChild(element);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, any>} attributes
 */
export function set(element, attributes) {
  for (const name in attributes) place(element, name, `${attributes[name]}`);
}

const PLACES = new Set(["cx", "cy", "r", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "d", "points", "transform", "viewBox"]);

/**
 * A mark that lies nowhere, because a number of its place is none or infinite, is not drawn until it lies somewhere again.
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function place(element, name, value) {
  const placed = PLACES.has(name);
  if (placed && /NaN|Infinity/.test(value)) {
    element.setAttribute("data-nowhere", name);
    element.setAttribute("display", "none");
    return;
  }
  if (placed && element.getAttribute("data-nowhere") === name) ["data-nowhere", "display"].forEach((mark) => element.removeAttribute(mark));
  element.setAttribute(name, value);
}

/**
 * The same, for marks of which most stay as they are from frame to frame. A mark is set by this or by `set`, not by both.
 * @param {Element} element
 * @param {Record<string, any>} attributes
 */
export function put(element, attributes) {
  let before = kept.get(element);
  if (!before) kept.set(element, (before = {}));
  for (const name in attributes) {
    if (before[name] === attributes[name]) continue;
    before[name] = attributes[name];
    place(element, name, `${attributes[name]}`);
  }
}

/**
 * @param {Element} element
 * @param {boolean} yes
 */
export const show = (element, yes) => put(element, { visibility: yes ? "visible" : "hidden" });

/**
 * @param {Element} parent
 * @param {unknown} content
 * @param {Record<string, any>} attributes
 */
export function text(parent, content, attributes) {
  const element = svg("text", attributes, parent);
  element.textContent = `${content}`;
  return element;
}

/**
 * An empty picture of some size: its children gone, its type that of the scene.
 * @param {SVGElement} root
 * @param {Scene} scene
 * @param {number} width
 * @param {number} height
 */
export function blank(root, scene, width, height) {
  root.replaceChildren();
  set(root, { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": scene.font, "font-family": scene.family });
}

/**
 * Size of a picture in pixels, whatever room it has on the page.
 * @param {SVGElement} picture
 * @returns {[number, number]}
 */
export function sizeOf(picture) {
  const box = (picture.getAttribute("viewBox") ?? "0 0 300 150").split(/[ ,]+/).map(Number);
  /** @param {string} name @param {number} instead */
  const read = (name, instead) => {
    const found = Number(picture.getAttribute(name) ?? NaN);
    return found > 0 ? found : instead;
  };
  return [read("width", box[2]), read("height", box[3])];
}
