// The contents of all versions, unpacked chunk by chunk when they are asked for. A few chunks stay unpacked.

/** @typedef {import('../page-data.ts').PageData} PageData */

/** Chunks that stay unpacked. */
const KEPT = 40;

/**
 * @param {PageData} data
 * @returns {(content: number) => Promise<Uint8Array>}
 */
export function contentStore(data) {
  const unpacked = new Map(/** @type {[number, Promise<Uint8Array>][]} */ ([]));

  /** @param {number} chunk */
  const load = (chunk) => {
    const known = unpacked.get(chunk);
    if (known) {
      unpacked.delete(chunk);
      unpacked.set(chunk, known);
      return known;
    }
    const loading = unpack(document.getElementById(`chunk-${chunk}`)?.textContent ?? '');
    unpacked.set(chunk, loading);
    const oldest = unpacked.keys().next();
    if (unpacked.size > KEPT && !oldest.done) unpacked.delete(oldest.value);
    return loading;
  };

  return async (content) => {
    const [chunk, offset, length] = data.contents[content] ?? [0, 0, 0];
    return length === 0 ? new Uint8Array() : (await load(chunk)).subarray(offset, offset + length);
  };
}

/** @param {string} base64 */
async function unpack(base64) {
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
