// Durations as recipes and people write them: `1200`, `1200s`, `20m`, `1h`, `500ms`, `none`.

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Regular expression of a written duration, for the schema. A bare number counts seconds. */
export const DURATION_PATTERN = '^(none|[0-9]+(\\.[0-9]+)?(ms|s|m|h)?)$';

/**
 * Milliseconds of a written duration, null for `none`, undefined for text that is none of these.
 * @param written a number of seconds, or text such as `20m`
 */
export function parseDuration(written: string | number): number | null | undefined {
  const text = String(written).trim().toLowerCase();
  if (text === 'none') return null;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (!match) return undefined;
  const milliseconds = Math.round(Number(match[1]) * UNIT_MS[(match[2] ?? 's') as keyof typeof UNIT_MS]);
  return milliseconds > 0 ? milliseconds : undefined;
}

/** `83 s` → `1:23`; hours are shown where there are any. */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `1200000` → `1200s`, null → `none`: the way a limit is written in files and messages. */
export function formatLimit(milliseconds: number | null): string {
  return milliseconds === null ? 'none' : `${Math.round(milliseconds / 100) / 10}s`;
}
