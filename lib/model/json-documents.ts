// Lines of a CLI's output → the JSON documents among them, each as soon as it is complete. What stands between them
// (a login, a warning, telemetry) is passed over. Judges no document.

/** Longest document that is read, in characters. */
const LONGEST = 4 * 1024 * 1024;
/** What a line costs beside its characters. */
const LINE = 32;
/** How much of what looked like a document and was none is gone through again for others in it. */
const MOST_AGAIN = LONGEST;
/** `[info]` and `{ a text` are no documents. */
const BEGINNING = /^\s*(\{\s*("|\}|$)|\[\s*([[{"\]]|$))/;
const STRING = /"(?:[^"\\]|\\.)*"/g;

export class JsonDocuments {
  readonly #onDocument: (document: unknown) => void;
  /** Documents may go over several lines. */
  readonly #long: boolean;
  #open: string[] = [];
  #depth = 0;
  #size = 0;
  #again = 0;

  constructor(long: boolean, onDocument: (document: unknown) => void) {
    this.#long = long;
    this.#onDocument = onDocument;
  }

  /** The lines of a document that is not complete yet. */
  get open(): readonly string[] {
    return this.#open;
  }

  line(line: string): void {
    if (this.#open.length === 0) {
      if (!BEGINNING.test(line)) return;
      if (line.length <= LONGEST && this.#parsed(line)) return;
      if (!this.#long) return;
    }
    this.#open.push(line);
    this.#depth += depthOf(line);
    this.#size += line.length + LINE;
    if (this.#size > LONGEST) this.#lookWithin();
    else if (this.#depth <= 0 && !this.#parsed(this.#open.join('\n'))) this.#lookWithin();
    else if (this.#depth <= 0) this.#forget();
  }

  /** No more lines will come. */
  end(): void {
    while (this.#open.length > 0) this.#lookWithin();
  }

  /** What began with the first of the open lines is no document; one may begin on a later line, or be one of them. */
  #lookWithin(): void {
    const later = this.#open.slice(1);
    this.#again += this.#size;
    const isTooMuch = this.#again > MOST_AGAIN;
    this.#forget();
    for (const line of later) {
      if (!isTooMuch) this.line(line);
      else if (BEGINNING.test(line) && /[}\]]\s*$/.test(line)) this.#parsed(line);
    }
  }

  #forget(): void {
    this.#open = [];
    this.#depth = 0;
    this.#size = 0;
  }

  /** Hands on what a text holds, of an array its items too. False: it is no JSON. */
  #parsed(text: string): boolean {
    const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
    if (end === 0) return false;
    const document = parsed(text.slice(0, end)); // what stands behind it on its last line is none of it
    if (document === undefined) return false;
    for (const each of Array.isArray(document) ? [document, ...document] : [document]) this.#onDocument(each);
    return true;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many more brackets a line opens than it closes; no text in JSON goes over a line's end. */
function depthOf(line: string): number {
  let depth = 0;
  for (const character of line.replace(STRING, '')) {
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
  }
  return depth;
}
