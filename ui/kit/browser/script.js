// Letters of Devanagari on a machine that has no font for them, as a lecture hall's may: a file of ours joins the page's
// own type for these letters alone. A browser asks for it where such a letter is shown, and never else.

const FILE = "noto-sans-devanagari-5.3.0.woff2"; // beside the modules, as ui/kit/publish.py has it
const RANGE = "U+0900-097F, U+1CD0-1CF9, U+A8E0-A8FF";
const KIND = "font/woff2";

const address = () => new URL(FILE, import.meta.url).href;
let joined = "";

/** The page's own type has these letters from now on. @param {string} families of it */
export function joinDevanagari(families) {
  const family = families.split(",")[0].trim().replace(/^["']|["']$/g, "");
  if (joined === family || !/^https?:/.test(import.meta.url)) return;
  joined = family;
  document.fonts.add(new FontFace(family, `url(${JSON.stringify(address())}) format("woff2")`, { unicodeRange: RANGE, display: "swap" }));
}

/**
 * A rule that brings the letters along into a file, under a name of their own; "" where none of them stands in the words.
 * @param {string} words
 * @param {string} family
 */
export async function devanagariRule(words, family) {
  if (!/[\u0900-\u097f]/.test(words)) return "";
  const found = await fetch(address());
  if (!found.ok) return "";
  const bytes = new Uint8Array(await found.arrayBuffer());
  const data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return `@font-face{font-family:${JSON.stringify(family)};src:url(data:${KIND};base64,${data}) format("woff2");unicode-range:${RANGE}}`;
}
