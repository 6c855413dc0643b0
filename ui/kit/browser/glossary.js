// Words and symbols of the field, each explained in one sentence; glossary.json has them for the server too.

import text from "./glossary.json";

/** @type {{ term: string, say: string, symbols?: string[], also?: string[], pressed?: boolean }[]} */
const ENTRIES = JSON.parse(text);

/** Those that are pressed where they stand in sentences and readings. @type {Record<string, string>} */
export const GLOSSARY = Object.fromEntries(ENTRIES.filter(({ pressed }) => pressed).flatMap(({ term, also = [], say }) => [term, ...also.filter((other) => /γ/.test(other))].map((name) => [name, say])));
/** Finds them in a sentence. */
export const TERMS = new RegExp(Object.keys(GLOSSARY).sort((a, b) => b.length - a.length).join("|"), "g");

/** What a symbol stands for, all its meanings. @param {string} symbol */
export const meaning = (symbol) =>
  ENTRIES.filter(({ symbols = [] }) => symbols.includes(symbol))
    .map(({ term, say }) => `${symbol}: ${term}. ${say}`)
    .join(" Or ");
