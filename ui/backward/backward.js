// The stages of the page Backward; which one is mounted, its first message says. They are one module, so that they look at
// the same network and weight, and a copied link holds what each of them shows.

import { openMessage, unseal } from "../kit/browser/message.js";
import { mountCheck } from "./check.js";
import { mountFlow } from "./flow.js";
import { mountMistakes } from "./mistakes.js";
import { mountReach } from "./reach.js";
import { mountTable } from "./table.js";
import { mountUpdate } from "./update.js";

/** @type {Record<string, (mounted: Mounted) => void>} */
const KINDS = { flow: mountFlow, update: mountUpdate, table: mountTable, check: mountCheck, mistakes: mountMistakes, reach: mountReach };
/** @type {WeakMap<Element, (mounted: Mounted) => void>} */
const mounts = new WeakMap();

/** @param {Mounted} mounted */
export default function mount(mounted) {
  const { parentElement, data } = mounted;
  if (!mounts.has(parentElement) && data) mounts.set(parentElement, KINDS[openMessage(unseal(data).answer).header.kind]);
  mounts.get(parentElement)?.(mounted);
}
