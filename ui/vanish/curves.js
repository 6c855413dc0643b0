// How large the error is at each step: log10 ||dL/dh_t|| over t, one curve per network.

import { endNames, logAxis, stepAxis } from "../kit/browser/axes.js";
import { element } from "../kit/browser/elements.js";
import { blank, clamp, set, svg, text } from "../kit/browser/paint.js";

const ENDS = ["", ", c", ", bound"]; // after a network's name

// The first step that a curve reaches: before it the error is 0, or no number.
function firstOf(values, steps) {
  let t = 1;
  while (t < steps && !Number.isFinite(values[t])) t += 1;
  return t;
}

/** @param {Element} host @param {Stage} stage */
export function createCurves(host, stage) {
  const frame = element(host, "div");
  const root = svg("svg", { role: "img", class: "curves" }, frame);
  let layout = null;
  const tall = ({ font }) => stage.tallFor(frame, Math.round(font * 13.6), font * 7);

  function build(scene) {
    const { axis, cells, palette, font, steps } = scene;
    const height = tall(scene);
    const top = Math.round(font * 0.7);
    const bottom = height - Math.round(font * 2.3);
    blank(root, scene, axis.width, height);
    const clip = svg("clipPath", { id: "plot" }, svg("defs", {}, root));
    svg("rect", { x: axis.left, y: top - 2, width: axis.end - axis.left + 3, height: bottom - top + 4 }, clip);
    const cursor = svg("rect", { y: top, height: bottom - top, width: Math.max(2, axis.pitch), fill: palette.rule, opacity: 0.55 }, root);
    const grid = svg("g", {}, root);
    const limits = svg("g", { fill: palette.muted, "clip-path": "url(#plot)" }, root);
    const plot = svg("g", { "clip-path": "url(#plot)", fill: "none", "stroke-linejoin": "round" }, root);
    const bands = svg("g", { class: "bands", opacity: 0 }, plot);
    const thick = scene.presenter ? 3.5 : 2.2;
    const lines = cells.map((cell) => {
      const stroke = palette.cells[cell.name];
      return {
        band: svg("path", { fill: stroke, "fill-opacity": 0.14, "data-line": `band-${cell.name}` }, bands),
        median: svg("path", { stroke, "stroke-width": thick * 0.5, "stroke-opacity": 0.55, "data-line": `median-${cell.name}` }, bands),
        bound: svg("path", { stroke, "stroke-width": 1, "stroke-dasharray": "1 4", "data-line": `bound-${cell.name}` }, plot),
        dc: svg("path", { stroke, "stroke-width": thick * 0.75, "stroke-dasharray": "6 4", "data-line": `dc-${cell.name}` }, plot),
        dh: svg("path", { stroke, "stroke-width": thick, "data-line": `dh-${cell.name}` }, plot),
        dot: svg("circle", { r: scene.presenter ? 6 : 4, fill: stroke, stroke: palette.ground, "stroke-width": 1.5 }, root),
      };
    });
    stepAxis(svg("g", {}, root), scene, { left: axis.left, right: axis.end, y: bottom, last: steps, x: axis.x });
    const names = svg("g", { "pointer-events": "none", class: "names" }, root);
    layout = { height, top, bottom, cursor, grid, limits, bands, lines, names };
  }

  function path(axis, y, values, shift, steps) {
    const stride = Math.max(1, Math.floor(steps / (axis.end - axis.left)));
    let d = "";
    let pen = "M";
    for (let t = 1; t <= steps; t += stride) {
      const value = values[t] + shift;
      if (Number.isFinite(value)) {
        d += `${pen}${axis.x(t).toFixed(1)},${y(value).toFixed(1)}`;
        pen = "L";
      } else pen = "M";
    }
    return d;
  }

  // From rank to rank and back; where one of them is no number there is a gap.
  function area(axis, y, low, high, steps) {
    const stride = Math.max(1, Math.floor(steps / (axis.end - axis.left)));
    let d = "";
    let there = "";
    let back = "";
    const close = () => {
      if (there) d += `M${there.slice(1)}${back}Z`;
      there = back = "";
    };
    for (let t = 1; t <= steps; t += stride) {
      if (Number.isNaN(low[t]) || Number.isNaN(high[t])) close();
      else {
        const x = axis.x(t).toFixed(1);
        there += `L${x},${y(high[t]).toFixed(1)}`;
        back = `L${x},${y(low[t]).toFixed(1)}${back}`;
      }
    }
    close();
    return d;
  }

  function draw(scene, state) {
    const moved = scene.layout !== "page" && layout && Math.abs(tall(scene) - layout.height) > 2; // something came above it
    if (scene.laid || !layout || moved) build(scene);
    const { axis, cells, palette, span, steps, font } = scene;
    const { top, bottom } = layout;
    const y = (v) => Math.max(-9999, Math.min(9999, bottom - ((v - span[0]) / (span[1] - span[0])) * (bottom - top)));
    layout.y = y;
    const key = `${span} ${scene.absolute}`;
    if (key !== layout.key) {
      layout.key = key;
      logAxis(layout.grid, scene, { left: axis.left, right: axis.end, top, bottom, low: span[0], high: span[1], beside: "right" });
      layout.limits.replaceChildren();
      if (scene.absolute) {
        for (const [v, name] of [[scene.float32[0], "float32 floor: below this it is 0"], [scene.float32[1], "float32 ceiling: above this it is infinite"]]) {
          if (v < span[0] || v > span[1]) continue;
          svg("line", { x1: axis.left, x2: axis.end, y1: y(v), y2: y(v), stroke: palette.muted, "stroke-width": 1.2, "stroke-dasharray": "3 3" }, layout.limits);
          text(layout.limits, name, { x: axis.left + font * 0.5, y: y(v) - font * 0.3, "font-size": font * 0.9 });
        }
      }
    }
    const ends = [[], [], []]; // of the curves, the cell states and the bounds: where they stand at step 1
    set(layout.cursor, { x: axis.x(state.t) - Math.max(2, axis.pitch) / 2 });
    set(layout.bands, { opacity: scene.spread ? 1 : 0 }); // the stylesheet lets it fade
    cells.forEach((cell, c) => {
      if (scene.spread) {
        const [low, median, high] = [0, 1, 2].map((rank) => scene.spread(c, rank, scene.absolute));
        layout.lines[c].band.setAttribute("d", area(axis, y, low, high, steps));
        layout.lines[c].median.setAttribute("d", path(axis, y, median, 0, steps));
      }
      const { dh, dc, bound } = cell.now;
      const line = layout.lines[c];
      const shift = scene.absolute ? 0 : -dh[steps];
      line.dh.setAttribute("d", path(axis, y, dh, shift, steps));
      line.dc.setAttribute("d", Number.isNaN(dc[steps]) ? "" : path(axis, y, dc, scene.absolute ? 0 : -dc[steps], steps));
      const start = dh[steps] + shift;
      const bounded = scene.lastLossOnly && Number.isFinite(bound) && Number.isFinite(start);
      line.bound.setAttribute("d", bounded ? `M${axis.x(1)},${y(start + bound * (steps - 1))}L${axis.x(steps)},${y(start)}` : "");
      const here = dh[state.t] + shift;
      const seen = Number.isFinite(here) && here >= span[0] && here <= span[1];
      const colour = palette.cells[cell.name];
      const first = firstOf(dh, steps);
      const values = [dh[first] + shift, dc[first] - (scene.absolute ? 0 : dc[steps]), bounded && first === 1 ? start + bound * (steps - 1) : NaN];
      values.forEach((v, k) => Number.isFinite(v) && (k === 0 || (v >= span[0] && v <= span[1])) && ends[k].push({ name: `${cell.title}${ENDS[k]}`, x: axis.x(first), y: clamp(y(v), top, bottom), colour }));
      set(line.dot, { cx: axis.x(state.t), cy: seen ? y(here) : NaN });
    });
    const at = JSON.stringify(ends);
    if (at !== layout.ends) endNames(layout.names, scene, ends.flat(), { x: axis.x(1), top, bottom });
    layout.ends = at;
    root.setAttribute("aria-label", scene.description);
  }

  // The network whose curve is nearest to a point, for the words under the pointer.
  function nearest(scene, t, pointerY) {
    let best = 0;
    let least = Infinity;
    scene.cells.forEach((cell, c) => {
      const value = cell.now.dh[t] + (scene.absolute ? 0 : -cell.now.dh[scene.steps]);
      const distance = Number.isFinite(value) ? Math.abs(layout.y(value) - pointerY) : 1e6;
      if (distance < least) [best, least] = [c, distance];
    });
    return best;
  }

  return { root, draw, nearest };
}
