// The walk as a table: one row per step, what enters, every unit of every chain, what comes out.

import { mapsOf } from "./maps.js";

export function tableOf(model) {
  const rows = Array.from({ length: model.rows }, (_, row) => row);
  const units = Array.from({ length: model.hidden }, (_, unit) => unit);
  const names = model.header.output.kind === "softmax" ? model.header.vocabulary : ["y"];
  const place = (row) => (model.rows > 1 ? `${model.title(row, 1).replace(/^(encoder|decoder)(, )?/, "") || "hidden layer"} ` : "");
  const several = model.parts.length > 1;
  const head = ["step", ...(several ? ["part"] : []), "input"];
  for (const row of rows) {
    for (const map of mapsOf(model, row)) for (const unit of units) head.push(`${place(row)}${map.name} ${unit + 1}`);
    head.push(`${place(row)}log10 |dL/dh|`);
  }
  head.push(...names.map((name) => `output ${name}`), "target", "loss");
  const body = Array.from({ length: model.steps }, (_, n) => {
    const t = n + 1;
    const line = [t, ...(several ? [model.partAt(t).name] : []), model.numeric ? Array.from(model.entering(t)).join(" ") : (model.label(t) ?? "")];
    for (const row of rows) {
      for (const map of mapsOf(model, row)) line.push(...map.read(row, t));
      line.push(model.dh(row, t));
    }
    const values = model.outputs(t);
    return [...line, ...names.map((_, k) => (values ? values[k] : "")), model.target(t) ?? "", model.loss(t) ?? ""];
  });
  return [head, ...body];
}
