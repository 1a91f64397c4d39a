// Lines of a CLI's output → the JSON documents among them, each as soon as it is complete. What stands between them
// (a login, a warning, telemetry) is passed over. Judges no document.

/** Longest document that is read. */
const LONGEST = 4 * 1024 * 1024;
/** How often what looked like a document and was none is gone through again for others in it. */
const MOST_FALSE_STARTS = 50;
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
  #falseStarts = 0;

  constructor(long: boolean, onDocument: (document: unknown) => void) {
    this.#long = long;
    this.#onDocument = onDocument;
  }

  line(line: string): void {
    if (this.#open.length === 0) {
      if (!BEGINNING.test(line)) return;
      if (line.length <= LONGEST && this.#parsed(line)) return;
      if (!this.#long) return;
    }
    this.#open.push(line);
    this.#depth += depthOf(line);
    this.#size += line.length;
    if (this.#size > LONGEST) this.#lookWithin();
    else if (this.#depth <= 0 && !this.#parsed(this.#open.join('\n'))) this.#lookWithin();
    else if (this.#depth <= 0) this.#forget();
  }

  /** No more lines will come. */
  end(): void {
    while (this.#open.length > 0) this.#lookWithin();
  }

  /** What began with the first of the open lines is no document; one may begin on a later line. */
  #lookWithin(): void {
    const later = this.#size > LONGEST || this.#falseStarts++ >= MOST_FALSE_STARTS ? [] : this.#open.slice(1);
    this.#forget();
    for (const line of later) this.line(line);
  }

  #forget(): void {
    this.#open = [];
    this.#depth = 0;
    this.#size = 0;
  }

  /** Hands on what a text holds, of an array its items too. False: it is no JSON. */
  #parsed(text: string): boolean {
    const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
    const document = parsed(text) ?? parsed(text.slice(0, end));
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
