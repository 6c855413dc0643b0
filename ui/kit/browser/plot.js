// Shows a plotly figure and updates it in place, so that zoom and position stay; colours follow the theme.
//
// Megabytes of library: they are asked for once a figure comes near the screen.

import { isDark } from "./paint.js";

const NEAR = "400px"; // of the screen
const LONGEST = 30; // seconds between two attempts
const PRESSED = { dragmode: false }; // under a finger: a stroke over the figure scrolls the page

/** @type {Promise<any> | null} */
let loading = null;
/** @type {WeakMap<Element, ReturnType<typeof createPlot>>} */
const plots = new WeakMap();

/** It is asked for until it comes. @param {string} url */
function library(url) {
  loading ??= new Promise((resolve) => {
    function ask(seconds = 1) {
      const script = document.createElement("script");
      script.src = new URL(url, import.meta.url).href;
      script.onload = () => resolve(/** @type {any} */ (window).Plotly);
      script.onerror = () => setTimeout(ask, 1000 * seconds, Math.min(LONGEST, 2 * seconds));
      document.head.append(script);
    }
    ask();
  });
  return loading;
}

/**
 * Figures are made in the light theme's colours; each has its partner in the dark theme.
 * @param {any} value
 * @param {Record<string, string>} partners
 * @returns {any}
 */
function recoloured(value, partners) {
  if (typeof value === "string") return partners[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => recoloured(item, partners));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recoloured(v, partners)]));
  return value;
}

/** @param {any} Plotly @param {string} filename */
function configured(Plotly, filename) {
  /** @param {string} format */
  const save = (format) => ({
    name: `Save as ${format.toUpperCase()}`,
    icon: format === "svg" ? Plotly.Icons.disk : Plotly.Icons.camera,
    click: (/** @type {any} */ plot) => Plotly.downloadImage(plot, { format, filename, scale: format === "png" ? 2 : 1 }),
  });
  return {
    responsive: true,
    displaylogo: false,
    doubleClick: "reset",
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"], [save("png"), save("svg")]],
  };
}

/** @param {HTMLElement} parent */
function createPlot(parent) {
  const group = document.createElement("div");
  group.setAttribute("role", "group"); // it holds buttons, so that it is no image
  const box = document.createElement("div");
  box.className = "plot";
  Object.assign(box.style, { width: "100%", minWidth: "0" });
  group.append(box);
  parent.append(group);
  const touched = window.matchMedia("(pointer: coarse)").matches;
  /** @type {any} */
  let given = null;
  /** @type {any} made once: with another configuration, be it only another closure, `react` builds the plot anew */
  let config = null;
  let near = false;

  async function draw() {
    if (!near || !given) return;
    const Plotly = await library(given.plotly);
    const figure = JSON.parse(given.figure);
    const partners = isDark(box) ? given.partners : {};
    config ??= configured(Plotly, given.name);
    const layout = { ...recoloured(figure.layout, partners), height: given.height, autosize: true, uirevision: "kept", ...(touched && PRESSED) };
    await Plotly.react(box, recoloured(figure.data, partners), layout, config);
  }
  const watch = new IntersectionObserver(
    (seen) => {
      near ||= seen.some(({ isIntersecting }) => isIntersecting);
      if (!near) return;
      watch.disconnect();
      draw();
    },
    { rootMargin: NEAR },
  );
  watch.observe(box);
  return {
    /** @param {any} data */
    show(data) {
      given = data;
      box.style.height = `${data.height}px`;
      group.setAttribute("aria-label", data.description);
      return draw();
    },
  };
}

/** @param {{ parentElement: HTMLElement, data: any }} mounted */
export default function mount({ parentElement, data }) {
  let plot = plots.get(parentElement);
  if (!plot) plots.set(parentElement, (plot = createPlot(parentElement)));
  return plot.show(data);
}
