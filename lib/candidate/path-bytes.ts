// Paths between git's bytes and our strings. A name that is not UTF-8 keeps its odd bytes as lone surrogates
// (U+DC80 to U+DCFF), so that nothing is lost on the way there, through JSON, and back. Knows nothing of files.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE = 0xdc00;

/** The text of NUL-separated records, the last of which may end in a NUL. */
export function splitRecords(bytes: Uint8Array): string[] {
  const whole = decodeStrictly(bytes);
  if (whole !== null) {
    const records = whole.split('\0');
    if (records.at(-1) === '') records.pop();
    return records;
  }
  const records: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    records.push(decodePath(bytes.subarray(start, end < 0 ? bytes.length : end)));
    start = end < 0 ? bytes.length : end + 1;
  }
  return records;
}

/** Records as bytes, each ended by a NUL. */
export function joinRecords(records: readonly string[]): Uint8Array {
  return encodePath(records.map((record) => `${record}\0`).join(''));
}

/** One path as a string; bytes that are not UTF-8 become lone surrogates. */
export function decodePath(bytes: Uint8Array): string {
  const text = decodeStrictly(bytes);
  if (text !== null) return text;
  let result = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const part = decodeStrictly(bytes.subarray(at, at + length));
    result += part ?? String.fromCharCode(LONE + lead);
    at += part === null ? 1 : length;
  }
  return result;
}

/** The bytes of a path, as git and the system have it. */
export function encodePath(path: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(path)) return Buffer.from(path);
  const parts: Uint8Array[] = [];
  let plain = '';
  for (const character of path) {
    const code = character.codePointAt(0)!;
    if (code < LONE + 0x80 || code > LONE + 0xff) {
      plain += character;
      continue;
    }
    parts.push(Buffer.from(plain), Uint8Array.of(code - LONE));
    plain = '';
  }
  return Buffer.concat([...parts, Buffer.from(plain)]);
}

/** A path for the functions of `node:fs`: a string where that is exact. */
export function systemPath(path: string): string | Buffer {
  return /[\udc80-\udcff]/.test(path) ? Buffer.from(encodePath(path)) : path;
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
