// Reads what the server sends: an envelope (what is looked at), and behind it the answer (what was computed).
//
// Layout of both: 4 bytes, the length n of a JSON text (unsigned, little-endian); n bytes of it, padded with spaces so
// that 4 + n is a multiple of 8; then what belongs to it. Of an answer these are arrays as raw bytes (figures/message.py).
// Behind the answer stand the pieces that the envelope names, [name, length] each; every one is a message as the answer is.

const ALIGNED = 8;
/** @type {Record<string, any>} */
const KINDS = { f8: Float64Array, f4: Float32Array, u2: Uint16Array };
const SHADES = 65_535; // of what is only drawn, on a scale from `low` to `high`

/**
 * @param {Uint8Array} bytes
 * @returns {[any, number]} the JSON text at their start, and where it ends
 */
function textAtStart(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), 4 + length];
}

/**
 * Envelope, answer and pieces of a message: views, without a copy.
 * @param {Uint8Array} bytes
 * @returns {{ envelope: Envelope, answer: Uint8Array, pieces: [string, Uint8Array][] }}
 */
export function unseal(bytes) {
  const [envelope, start] = textAtStart(bytes);
  let end = bytes.length;
  /** @type {[string, Uint8Array][]} */
  const pieces = [];
  for (const [name, length] of (envelope.pieces ?? []).toReversed()) {
    pieces.unshift([name, bytes.subarray(end - length, end)]);
    end -= length;
  }
  return { envelope, answer: bytes.subarray(start, end), pieces };
}

/**
 * The message again: an answer in an envelope, and pieces behind it.
 * @param {Envelope} envelope
 * @param {Uint8Array} answer
 * @param {Iterable<[string, Uint8Array]>} [pieces]
 */
export function seal(envelope, answer, pieces = []) {
  const behind = [...pieces];
  const words = new TextEncoder().encode(JSON.stringify({ ...envelope, pieces: behind.map(([name, piece]) => [name, piece.length]) }));
  const padded = words.length + ((ALIGNED - ((words.length + 4) % ALIGNED)) % ALIGNED);
  const parts = [answer, ...behind.map(([, piece]) => piece)];
  const sealed = new Uint8Array(4 + padded + parts.reduce((sum, { length }) => sum + length, 0)).fill(32);
  new DataView(sealed.buffer).setUint32(0, padded, true);
  sealed.set(words, 4);
  let at = 4 + padded;
  for (const one of parts) {
    sealed.set(one, at);
    at += one.length;
  }
  return sealed;
}

/**
 * Header and arrays of an answer.
 * @param {Uint8Array} answer
 * @returns {{ header: any, arrays: Record<string, Block> }}
 */
export function openMessage(answer) {
  const [header, end] = textAtStart(answer);
  const buffer = answer.slice(end).buffer; // a copy of its own: arrays need an aligned start
  /** @type {Record<string, Block>} */
  const arrays = {};
  for (const [name, { kind, shape, offset, low, high }] of Object.entries(header.arrays)) {
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    const data = new KINDS[kind](buffer, offset, size);
    arrays[name] = { data: low === undefined ? data : Float32Array.from(data, (shade) => low + ((high - low) / SHADES) * shade), shape };
  }
  return { header, arrays };
}

/**
 * The last axes of an array at the given leading indices, as a view.
 * @param {Block} block
 * @param {...number} indices
 */
export function part({ data, shape }, ...indices) {
  let offset = 0;
  let size = data.length;
  indices.forEach((index, axis) => {
    size /= shape[axis];
    offset += index * size;
  });
  return data.subarray(offset, offset + size);
}

/**
 * Whether two messages say the same; most often they are the same object.
 * @param {Uint8Array | null | undefined} one
 * @param {Uint8Array | null | undefined} other
 */
export function sameBytes(one, other) {
  if (one === other) return true;
  if (!one || !other || one.length !== other.length) return false;
  for (let k = 0; k < one.length; k++) if (one[k] !== other[k]) return false;
  return true;
}
