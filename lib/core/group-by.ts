// Things dealt out by what they have in common.

/**
 * The items by a key of theirs, keys and items in the order in which they come: `Map.groupBy`, which Node 20 has not.
 */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
