// The stages of the page Your network; which one is mounted, its first message says.

import { openMessage, unseal } from "../kit/browser/message.js";
import { mountAgreement } from "./agreement.js";
import { mountFound } from "./found.js";

/** @type {Record<string, (mounted: Mounted) => void>} */
const KINDS = { found: mountFound, agreement: mountAgreement };
/** @type {WeakMap<Element, (mounted: Mounted) => void>} */
const mounts = new WeakMap();

/** @param {Mounted} mounted */
export default function mount(mounted) {
  const { parentElement, data } = mounted;
  if (!mounts.has(parentElement) && data) mounts.set(parentElement, KINDS[openMessage(unseal(data).answer).header.kind]);
  mounts.get(parentElement)?.(mounted);
}
