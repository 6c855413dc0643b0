// Colours, SVG elements and the logarithmic axis that the pictures share.

export function ramp(stops, size = 256) {
  const rgb = stops.map((hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)));
  const table = new Uint8Array(size * 3);
  const names = [];
  for (let k = 0; k < size; k++) {
    const at = (k / (size - 1)) * (rgb.length - 1);
    const low = Math.min(Math.floor(at), rgb.length - 2);
    for (let j = 0; j < 3; j++) table[3 * k + j] = rgb[low][j] + (at - low) * (rgb[low + 1][j] - rgb[low][j]);
    names.push(`rgb(${table[3 * k]},${table[3 * k + 1]},${table[3 * k + 2]})`);
  }
  const index = (u) => (u > 0 ? Math.min(size - 1, Math.round(u * (size - 1))) : 0);
  return { table, css: (u) => names[index(u)], index };
}

export function isDark(element) {
  const probe = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const hex = probe.match(/^#([0-9a-f]{6})/i);
  const rgb = hex ? [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16)) : (probe.match(/[\d.]+/g) || []).map(Number);
  return rgb.length >= 3 && 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] < 128;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  if (parent) parent.appendChild(element);
  return element;
}

export function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}

export function text(parent, content, attributes) {
  const element = svg("text", attributes, parent);
  element.textContent = content;
  return element;
}

const RUNGS = [1, 2, 3, 5, 8, 12, 16, 24, 32, 46, 64, 90, 128, 180, 256, 360, 512, 720, 1024, 1500, 2100, 3000, 4200, 6000];

// The decades an axis shows: fixed rungs, so that it stands still while values move within them.
export function decades(low, high) {
  const rung = (x) => RUNGS.find((r) => r >= x) ?? x;
  return [low < 0 ? -rung(-low) : 0, rung(Math.max(high, 1))];
}

export function ticks(low, high, most) {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((s) => (high - low) / s <= most) ?? 5000;
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9; v += step) found.push(v);
  return found;
}

export const decadeName = (v) => (v === 0 ? "1" : `1e${v}`);

// Where the plots' common time axis lies: x of step t, and back.
export function timeAxis(width, steps, font) {
  const left = Math.round(font * (width < 560 ? 5.2 : 7.2));
  const right = Math.round(font * 2.2);
  const pitch = (width - left - right) / steps;
  return {
    left,
    right,
    pitch,
    width,
    end: width - right,
    x: (t) => left + (t - 0.5) * pitch,
    step: (x) => Math.max(1, Math.min(steps, Math.ceil((x - left) / pitch))),
  };
}
