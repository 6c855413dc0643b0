// Taking a picture home, and the link to a view.

import { set, svg } from "./paint.js";

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A copy with lines of [text, colour] words under it, so that a saved picture says what it shows.
export function captioned(picture, lines, font) {
  const copy = picture.cloneNode(true);
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const tall = height + lines.length * font * 1.5 + font * 0.6;
  set(copy, { height: tall, viewBox: `0 0 ${width} ${tall}` });
  lines.forEach((words, k) => {
    const line = svg("text", { x: font * 0.6, y: height + font * (1.2 + 1.5 * k), "font-size": font * 0.93 }, copy);
    for (const [content, fill] of words) svg("tspan", { fill, dx: font * 0.2 }, line).textContent = `${content}  `;
  });
  return copy;
}

function standalone(picture, ground) {
  const copy = picture.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const back = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  back.setAttribute("width", "100%");
  back.setAttribute("height", "100%");
  back.setAttribute("fill", ground);
  copy.insertBefore(back, copy.firstChild);
  return new XMLSerializer().serializeToString(copy);
}

export function saveSvg(picture, ground, name) {
  download(new Blob([standalone(picture, ground)], { type: "image/svg+xml" }), `${name}.svg`);
}

export async function savePng(picture, ground, name) {
  const scale = 2;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(picture, ground))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.getAttribute("width") * scale;
  canvas.height = picture.getAttribute("height") * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  download(blob, `${name}.png`);
}

export function saveCsv(rows, name) {
  const field = (value) => (/[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
  download(new Blob([rows.map((row) => row.map(field).join(",")).join("\r\n")], { type: "text/csv" }), `${name}.csv`);
}

// Copies where the browser allows it (a secure page); false where the text has to be shown instead.
export async function copyText(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}
