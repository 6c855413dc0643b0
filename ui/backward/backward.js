// The three components of the page on the backward pass; which one is mounted, its first message says.

import { openMessage } from "../shared/message.js";
import { createCheck } from "./check.js";
import { createFlow } from "./flow.js";
import { createGround } from "./panel.js";
import { createReach } from "./reach.js";

const KINDS = { flow: createFlow, check: createCheck, reach: createReach };
const mounted = new WeakMap();

export default function mount({ parentElement, data, setTriggerValue }) {
  let shown = mounted.get(parentElement);
  if (!shown) {
    if (!data) return;
    shown = KINDS[openMessage(data).header.kind](createGround(parentElement));
    mounted.set(parentElement, shown);
  }
  shown.report = setTriggerValue;
  shown.receive(data);
}
