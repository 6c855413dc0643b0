// The whole view as one HTML file that plays without a server: this module, its styles, the run and the theme.

const VARIABLES = ["font", "text-color", "background-color", "secondary-background-color", "border-color", "primary-color"];

function base64(bytes) {
  let words = "";
  for (let k = 0; k < bytes.length; k += 8192) words += String.fromCharCode(...bytes.subarray(k, k + 8192));
  return btoa(words);
}

function stylesOf(root) {
  const tree = root.getRootNode();
  const sheets = [...(tree.adoptedStyleSheets ?? []), ...Array.from(tree.querySelectorAll("style"), (style) => style.sheet)];
  return sheets.flatMap((sheet) => Array.from(sheet?.cssRules ?? [], (rule) => rule.cssText)).join("\n");
}

// The file holds this source too, in which no tag of its own may end it. Words of a visitor are in the bytes only, which base64 keeps from ever being markup.
export async function asHtml(root, bytes, view) {
  const source = (await (await fetch(import.meta.url)).text()).replace(/^export default /m, "");
  const style = getComputedStyle(root);
  const theme = VARIABLES.map((name) => `--st-${name}: ${style.getPropertyValue(`--st-${name}`)};`).join(" ");
  const page = `:root { ${theme} } body { margin: 1.5rem auto; padding: 0 1rem; max-width: 1080px; background: var(--st-background-color); }`;
  const start = `mount({ parentElement: document.body, data: Uint8Array.from(atob("${base64(bytes)}"), (c) => c.charCodeAt(0)), saved: JSON.parse(atob("${base64(new TextEncoder().encode(JSON.stringify(view)))}")) });`;
  return [
    "<!doctype html>", '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">', "<title>Inside the cell</title>",
    `<style>${page}\n${stylesOf(root)}</style></head><body>`, `<script type="module">${source}\n${start}<\/script>`, "</body></html>",
  ].join("\n");
}
