// Values of rows by columns as a picture: one or more canvases under an SVG that says what they are; and pictures that
// are put together for taking home.
//
//   const map = createHeatmap(host, "states");
//   blank(map.root, scene, width, height);                       // the SVG on top: labels, cursor
//   map.tile().place({ left, top, width, height });
//   map.tile().paint({ columns, rows, scale, share: (column, row) => 0..1 or NaN });
//   takeHome(stage, tools, { picture: map.picture, ... });

import { element } from "./elements.js";
import { set, sizeOf, svg } from "./paint.js";

const UNKNOWN = [128, 128, 128, 96]; // what is not a number
const SLIGHT = 0.02; // of the scale: so near to 0 a sign says nothing
const FINE = 2; // of a picture taken home, times its size on the page

/** @typedef {{ left: number, top: number, width: number, height: number }} Place */

/** @param {HTMLElement} frame @param {SVGSVGElement} over */
function createTile(frame, over) {
  const canvas = element(null, "canvas");
  frame.insertBefore(canvas, over);
  /** @type {Place} */
  let place = { left: 0, top: 0, width: 0, height: 0 };
  // On paper the picture takes the sheet's width, and the canvas its share of that: see kit.css.
  function shares() {
    const [wide, tall] = sizeOf(over);
    const { left, top, width, height } = place;
    const found = { left: left / wide, top: top / tall, width: width / wide, height: height / tall };
    for (const [name, value] of Object.entries(found)) canvas.style.setProperty(`--${name}`, `${100 * value}%`);
  }
  return {
    canvas,
    /** @param {Place} where */
    place(where) {
      place = where;
      for (const name of /** @type {(keyof Place)[]} */ (["left", "top", "width", "height"])) canvas.style[name] = `${where[name]}px`;
    },
    /**
     * `share(column, row)`: where the value lies on the scale, 0 to 1; NaN is grey, or nothing where `unknown` is false.
     * @param {{ columns: number, rows: number, scale: Ramp, share: (column: number, row: number) => number, unknown?: boolean }} what
     */
    paint({ columns, rows, scale, share, unknown = true }) {
      shares();
      Object.assign(canvas, { width: columns, height: rows });
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      const image = context.createImageData(columns, rows);
      const { data } = image;
      for (let row = 0, to = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, to += 4) {
          const value = share(column, row);
          if (value === value) {
            const from = 3 * scale.index(value);
            for (let j = 0; j < 3; j++) data[to + j] = scale.table[from + j];
            data[to + 3] = 255;
          } else if (unknown) for (let j = 0; j < 4; j++) data[to + j] = UNKNOWN[j];
        }
      }
      context.putImageData(image, 0, 0);
    },
    /** @returns {SVGImageElement} */
    image() {
      const { left, top, width, height } = place;
      return svg("image", { x: left, y: top, width, height, preserveAspectRatio: "none", href: enlarged(canvas, width * FINE, height * FINE) });
    },
  };
}

/**
 * Every pixel as a block, so that no viewer smooths it.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function enlarged(canvas, width, height) {
  const large = element(null, "canvas");
  Object.assign(large, { width: Math.max(canvas.width, Math.round(width)), height: Math.max(canvas.height, Math.round(height)) });
  const context = /** @type {CanvasRenderingContext2D} */ (large.getContext("2d"));
  context.imageSmoothingEnabled = false;
  if (canvas.width && canvas.height) context.drawImage(canvas, 0, 0, large.width, large.height);
  return large.toDataURL();
}

/**
 * @param {Element} host
 * @param {string} [className]
 */
export function createHeatmap(host, className = "") {
  const frame = element(host, "div", `heatmap ${className}`);
  const root = svg("svg", { role: "img" }, frame);
  /** @type {ReturnType<typeof createTile>[]} */
  const tiles = [];
  return {
    frame,
    root,
    tile(k = 0) {
      while (tiles.length <= k) tiles.push(createTile(frame, root));
      return tiles[k];
    },
    // One SVG of its own, with the canvases inside as pictures.
    picture() {
      const copy = /** @type {SVGSVGElement} */ (root.cloneNode(true));
      copy.prepend(...tiles.filter(({ canvas }) => !canvas.hidden).map((tile) => tile.image()));
      return copy;
    },
  };
}

/**
 * Rules between the cells of a heatmap that are large enough: the path's `d`, or "".
 * @param {Place} place
 * @param {number} columns
 * @param {number} rows
 */
export function hairlines({ left, top, width, height }, columns, rows, least = 4) {
  if (width / columns < least || height / rows < least) return "";
  let d = "";
  for (let k = 1; k < rows; k++) d += `M${left},${(top + (k * height) / rows).toFixed(1)}h${width}`;
  for (let k = 1; k < columns; k++) d += `M${(left + (k * width) / columns).toFixed(1)},${top}v${height}`;
  return d;
}

/**
 * A short dash in every cell below 0, where cells are large enough: + and - are told apart without colour.
 * @param {SVGGElement} group is emptied
 * @param {Scene} scene
 * @param {Place} place
 * @param {{ columns: number, rows: number, share: (column: number, row: number) => number }} what `share` on the signed scale: below 1/2 is below 0
 */
export function minuses(group, scene, { left, top, width, height }, { columns, rows, share }, least = 5) {
  group.replaceChildren();
  const [wide, tall] = [width / columns, height / rows];
  if (wide < least || tall < least) return;
  /** @type {Map<string, string>} */
  const paths = new Map();
  const half = Math.min(wide, 2 * tall) * 0.18;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = share(column, row);
      if (!(value < 0.5 - SLIGHT)) continue;
      const ink = scene.inkOn(value);
      const x = left + (column + 0.5) * wide - half;
      paths.set(ink, `${paths.get(ink) ?? ""}M${x.toFixed(1)},${(top + (row + 0.5) * tall).toFixed(1)}h${(2 * half).toFixed(1)}`);
    }
  }
  for (const [stroke, d] of paths) svg("path", { d, stroke, "stroke-width": Math.min(1.4, tall * 0.2), "stroke-opacity": 0.75, "pointer-events": "none" }, group);
}

/**
 * Pictures in one: from left to right, `columns` in a row.
 * @param {SVGElement[]} pictures
 * @param {Scene} scene
 */
export function sideBySide(pictures, scene, columns = pictures.length, gap = scene.font * 1.5) {
  const root = svg("svg", { "font-size": scene.font, "font-family": scene.family });
  let [x, y, tall, wide] = [0, 0, 0, 0];
  pictures.forEach((picture, k) => {
    if (k && k % columns === 0) [x, y, tall] = [0, y + tall + gap, 0];
    const [width, height] = sizeOf(picture);
    const copy = /** @type {SVGElement} */ (picture.cloneNode(true));
    set(copy, { x, y, width, height });
    root.append(copy);
    x += width + gap;
    [tall, wide] = [Math.max(tall, height), Math.max(wide, x - gap)];
  });
  set(root, { width: wide, height: y + tall, viewBox: `0 0 ${wide} ${y + tall}` });
  return root;
}

/**
 * A canvas that is drawn by hand, as an SVG of its size on the page.
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 */
export function asPicture(canvas, scene) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-size": scene.font, "font-family": scene.family });
  svg("image", { width, height, href: canvas.toDataURL() }, root);
  return root;
}
