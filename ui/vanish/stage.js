// What stands on the page: made once, filled by every draw.

import { element } from "../shared/elements.js";

function panel(root, name, title) {
  const box = element(root, "section", `panel ${name}`);
  const header = element(box, "header");
  const heading = element(header, "h3", "", title);
  const aside = element(header, "span", "aside");
  const tools = element(header, "span", "tools");
  return { box, heading, aside, tools, body: element(box, "div") };
}

export function createStage(parent) {
  const root = element(parent, "div", "lab");

  const scaleRow = element(root, "div", "scale");
  const scaleLabel = element(scaleRow, "label", "", "Recurrent scale", "Every recurrent weight matrix W is multiplied by this number. Drag it.");
  const scale = element(scaleRow, "input");
  Object.assign(scale, { type: "range", min: 0, step: 1, id: "scale" });
  scaleLabel.htmlFor = "scale";
  const scaleValue = element(scaleRow, "output");
  const ends = element(scaleRow, "div", "ends");

  const verdicts = element(root, "div", "verdicts");

  const chain = panel(root, "chain-panel", "Error flowing back");
  const transport = element(chain.aside, "span", "transport");
  const play = element(transport, "button", "play", "Play");
  const step = element(transport, "button", "round", "Step", "One step the way things flow");
  const all = element(transport, "button", "round", "Show all", "Stop, and show the whole chain");
  const speed = element(element(transport, "label"), "select");
  speed.setAttribute("aria-label", "Speed");
  for (const factor of [0.25, 0.5, 1, 2, 4]) {
    const option = element(speed, "option", "", `${factor}×`);
    option.value = factor;
    option.selected = factor === 1;
  }
  const forwardLabel = element(transport, "label");
  const forward = element(forwardLabel, "input");
  forward.type = "checkbox";
  forwardLabel.append("forward first");
  const magnitudeLegend = element(chain.aside, "span", "legend");
  const chainPicture = element(chain.body, "div");
  const scrub = element(chain.body, "input", "scrub");
  Object.assign(scrub, { type: "range", min: 1, step: 1 });
  scrub.setAttribute("aria-label", "Selected step");

  const curves = panel(root, "curve", "How large the error is at each step");
  const segments = element(curves.aside, "span", "segments");
  const relative = element(segments, "button", "", "relative to step T");
  const absolute = element(segments, "button", "", "absolute");
  const readings = element(curves.body, "div", "readings");

  const growth = panel(root, "why", "Why here?");
  const why = element(growth.aside, "button", "info", "?", "What these bars are");
  const factors = element(growth.body, "div", "readings factors");
  const growthPicture = element(growth.body, "div");

  const heat = panel(root, "heat", "Hidden states");
  const signedLegend = element(heat.aside, "span", "legend");

  const foot = element(root, "div", "status");
  const copy = element(foot, "button", "quiet", "Copy link to this view");
  const status = element(foot, "span");
  status.setAttribute("role", "status");

  const land = panel(root, "land", "Every scale at once");
  const landLegend = element(land.aside, "span", "legend");

  const tip = element(root, "div", "tip");
  const help = element(root, "div", "help");
  help.popover = "auto";

  return {
    root, scale, scaleValue, ends, verdicts, chain, chainPicture, play, step, all, speed, forward, magnitudeLegend, scrub,
    curves, relative, absolute, readings, growth, why, factors, growthPicture, heat, signedLegend, copy, status, land, landLegend, tip, help,
  };
}
