// Shows a plotly figure and updates it in place, so that zoom and position stay; colours follow the theme.

let loading = null;

function library(url) {
  loading ??= new Promise((resolve, reject) => {
    // Megabytes of library: a breath after everything else has been drawn.
    setTimeout(() => load(url, resolve, reject), 250);
  });
  return loading;
}

function load(url, resolve, reject) {
  const script = document.createElement("script");
  script.src = new URL(url, import.meta.url).href;
  script.onload = () => resolve(window.Plotly);
  script.onerror = () => reject(new Error("plotly.js could not be loaded from this server"));
  document.head.append(script);
}

const boxes = new WeakMap();

function isDark(element) {
  const probe = document.createElement("span");
  probe.style.color = "var(--st-background-color)";
  element.append(probe);
  const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
  probe.remove();
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

// Figures are made in the light theme's colours; each has its partner in the dark theme.
function recoloured(value, partners) {
  if (typeof value === "string") return partners[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => recoloured(item, partners));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recoloured(v, partners)]));
  return value;
}

// Made once for each plot: with another configuration, be it only another closure, `react` builds the plot anew.
const configs = new WeakMap();

function config(Plotly, filename) {
  const save = (format) => ({
    name: `Save as ${format.toUpperCase()}`,
    icon: format === "svg" ? Plotly.Icons.disk : Plotly.Icons.camera,
    click: (plot) => Plotly.downloadImage(plot, { format, filename, scale: format === "png" ? 2 : 1 }),
  });
  return {
    responsive: true,
    displaylogo: false,
    doubleClick: "reset",
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"], [save("png"), save("svg")]],
  };
}

export default async function mount({ parentElement, data }) {
  let box = boxes.get(parentElement);
  if (!box) {
    box = document.createElement("div");
    box.className = "plot";
    parentElement.append(box);
    boxes.set(parentElement, box);
  }
  box.style.height = `${data.height}px`;
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", data.description);
  const Plotly = await library(data.plotly);
  const figure = JSON.parse(data.figure);
  const partners = isDark(parentElement) ? data.partners : {};
  const layout = { ...recoloured(figure.layout, partners), height: data.height, autosize: true, uirevision: "kept" };
  if (!configs.has(box)) configs.set(box, config(Plotly, data.name));
  await Plotly.react(box, recoloured(figure.data, partners), layout, configs.get(box));
}
