// Letters of Devanagari on a machine that has no font for them, as a lecture hall's may: a file of ours joins the page's
// own type for these letters alone. A browser asks for it where such a letter is shown, and never else.

const FILE = "noto-sans-devanagari-5.3.0.woff2"; // beside the modules, as ui/kit/publish.py has it
const RANGE = "U+0900-097F, U+1CD0-1CF9, U+A8E0-A8FF";
const KIND = "font/woff2";
const FAMILY = "Unrolled Devanagari";

const address = () => new URL(FILE, import.meta.url).href;
let joined = false;

/** The letters stand behind the page's own type from now on: kit.css names them there. */
export function joinDevanagari() {
  if (joined || !/^https?:/.test(import.meta.url)) return;
  joined = true;
  document.fonts.add(new FontFace(FAMILY, `url(${JSON.stringify(address())}) format("woff2")`, { unicodeRange: RANGE, display: "swap" }));
}

/**
 * A rule that brings the letters along into a file; "" where none of them stands in the words.
 * @param {string} words
 */
export async function devanagariRule(words) {
  if (!/[\u0900-\u097f]/.test(words)) return "";
  const found = await fetch(address());
  if (!found.ok) return "";
  const bytes = new Uint8Array(await found.arrayBuffer());
  const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `@font-face{font-family:${JSON.stringify(FAMILY)};src:url(data:${KIND};base64,${data}) format("woff2");unicode-range:${RANGE}}`;
}
