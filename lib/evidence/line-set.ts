// How often each line was said, in bounded memory: to ask whether one output says nothing that another does not say
// too. Keeps numbers in place of texts; equal texts have equal numbers, and of different ones hardly ever two.

const MOST = 10_000;
const LARGEST = 2 ** 52;

export class LineSet {
  readonly #times = new Map<number, number>();
  /** Of all that was added, in whatever order: compares sets of which not every line could be kept. */
  #sum = 0;
  #full = false;

  /** @returns whether it is new, as far as that is known */
  add(text: string): boolean {
    const id = numberOf(text);
    const times = this.#times.get(id) ?? 0;
    this.#sum = (this.#sum + id) % LARGEST;
    if (times > 0 || this.#times.size < MOST) this.#times.set(id, times + 1);
    else this.#full = true;
    return times === 0;
  }

  has(text: string): boolean {
    return this.#times.has(numberOf(text));
  }

  /** How many different ones are kept. */
  get size(): number {
    return this.#times.size;
  }

  /** Whether nothing was added more often than to the other. Where one of them overflowed: whether they are equal. */
  isWithin(other: LineSet): boolean {
    if (this.#full || other.#full) return this.#sum === other.#sum;
    return [...this.#times].every(([id, times]) => (other.#times.get(id) ?? 0) >= times);
  }
}

/** A number of 52 bits that a text always has. */
function numberOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (low >>> 0) * 2 ** 20 + ((high >>> 0) & 0xfffff);
}
