// Reads figures/message.py's layout: header length, JSON header, arrays as raw bytes.

export function openMessage(bytes) {
  const buffer = bytes.slice().buffer; // a copy of its own: arrays need an aligned start
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = {};
  for (const [name, { kind, shape, offset }] of Object.entries(header.arrays)) {
    const size = shape.reduce((a, b) => a * b, 1);
    const Kind = kind === "f8" ? Float64Array : Float32Array;
    arrays[name] = { data: new Kind(buffer, 4 + length + offset, size), shape };
  }
  return { header, arrays };
}

// The last axes of an array at the given leading indices, as a view.
export function part({ data, shape }, ...indices) {
  let offset = 0;
  let size = data.length;
  indices.forEach((index, axis) => {
    size /= shape[axis];
    offset += index * size;
  });
  return data.subarray(offset, offset + size);
}
