// What pages owe to eyes, fingers and keys, as a test asks for it: each function tells what falls short.

// Every element, those in shadow roots too.
function everything() {
  const all = [];
  (function walk(root) {
    for (const e of root.querySelectorAll("*")) {
      all.push(e);
      if (e.shadowRoot) walk(e.shadowRoot);
    }
  })(document);
  return all.filter(isDrawn);
}
function isDrawn(e) {
  const { width, height } = e.getBoundingClientRect();
  return width > 1 && height > 1 && getComputedStyle(e).visibility !== "hidden";
}
const place = (e) => `${e.closest("section")?.className ?? ""} ${e.tagName} ${e.textContent.trim().slice(0, 20)}`;

// ---- contrast ----

// A colour as red, green, blue from 0 to 255 and opacity; null where there is none.
function read(words) {
  const found = (words.match(/[\d.]+/g) ?? []).map(Number);
  if (!found.length) return null;
  const by = words.startsWith("color(") ? 255 : 1;
  return [found[0] * by, found[1] * by, found[2] * by, found[3] ?? 1];
}
const over = (top, under) => under.map((v, k) => top[k] * top[3] + v * (1 - top[3]));
function light(rgb) {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const up = (e) => e.parentElement ?? e.getRootNode().host;
const lineage = (e) => (e ? [e, ...lineage(up(e))] : []);
const opacity = (e) => lineage(e).reduce((share, one) => share * getComputedStyle(one).opacity, 1);
function ground(e) {
  const colours = lineage(e).map((one) => read(getComputedStyle(one).backgroundColor)).filter((c) => c && c[3] > 0);
  return colours.reverse().reduce((under, c) => over(c, under), [255, 255, 255]);
}
// The ratio of WCAG between what is drawn in `colour`, and its element's opacity and `share`, and what lies under it.
function contrast(e, colour, under, share = 1) {
  const ink = over([...colour.slice(0, 3), colour[3] * opacity(e) * share], under);
  const [one, other] = [light(ink), light(under)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

// Text with less contrast than 4.5 (1.4.3), and icons with less than 3, over the grounds and rectangles under them.
// Letters on other marks are left to the tests of their colours.
function pale() {
  const found = [];
  for (const e of everything()) {
    const own = Array.from(e.childNodes).some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || e.closest("option, style, script, [disabled], [aria-disabled='true']")) continue;
    const svg = e.closest("svg");
    const style = getComputedStyle(e);
    const colour = read(svg ? style.fill : style.color);
    if (!colour) continue; // not drawn
    let under = ground(e);
    if (svg) {
      const box = e.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const below = Array.from(svg.querySelectorAll("rect, circle, path, image")).filter((mark) => {
        const { left, right, top, bottom } = mark.getBoundingClientRect();
        const before = mark.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
        return before && left <= x && x <= right && top <= y && y <= bottom && isDrawn(mark) && !mark.closest("defs");
      });
      if (below.some((mark) => mark.tagName !== "rect" && getComputedStyle(mark).fill !== "none")) continue;
      for (const mark of below) {
        const fill = read(getComputedStyle(mark).fill);
        if (fill) under = over([...fill.slice(0, 3), fill[3] * getComputedStyle(mark).fillOpacity * opacity(mark)], under);
      }
    }
    const ratio = contrast(e, colour, under, svg ? style.fillOpacity : 1);
    if (ratio < (e.matches("[data-testid='stIconMaterial']") ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${place(e)}`);
  }
  return found;
}

// Marks of a diagram whose outline has less contrast than 3 (1.4.11) with the page.
function faint() {
  const marks = everything().filter((e) => e.matches("svg.diagram :is(rect, path, line)") && getComputedStyle(e).stroke !== "none");
  const ratios = marks.map((e) => [contrast(e, read(getComputedStyle(e).stroke), ground(e)), e]);
  return ratios.filter(([ratio]) => ratio < 3).map(([ratio, e]) => `${ratio.toFixed(2)} ${e.outerHTML.slice(0, 80)}`);
}

// ---- fingers and names ----

// Buttons, fields and links that are less than 40 pixels wide or high; of a field with its label, both together.
function small() {
  const pressed = "button, a, input, select, summary, textarea, [role=radio]";
  return everything().filter((e) => {
    if (!e.matches(pressed) || e.disabled) return false;
    const boxes = [e, e.closest("label")].filter(Boolean).map((one) => one.getBoundingClientRect());
    return Math.max(...boxes.map(({ width }) => width)) < 39.5 || Math.max(...boxes.map(({ height }) => height)) < 39.5;
  }).map(place);
}

const nameless = () => everything().filter((e) => e.matches("button") && ["", "?"].includes(e.textContent.trim()) && !e.ariaLabel && !e.title).map(place);
const headings = () => everything().filter((e) => /^H[1-6]$/.test(e.tagName)).map((e) => Number(e.tagName[1]));

// What a function finds once nothing changes any more: colours take a moment to turn.
async function settledOn(name) {
  let found = globalThis[name]();
  for (let tries = 20; found.length && tries; tries--) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = globalThis[name]();
  }
  return found;
}
