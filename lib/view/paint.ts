// The one file that knows chalk. Whether to colour is decided here, from the options, the environment and the stream.

type Brush = (text: string) => string;

const BRUSHES = [
  'bold',
  'dim',
  'italic',
  'underline',
  'inverse',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
] as const;

export type Paint = Readonly<Record<(typeof BRUSHES)[number], Brush>> & {
  /** Whether it leaves any mark at all. */
  readonly coloured: boolean;
};

const painting = (coloured: boolean, brushOf: (name: (typeof BRUSHES)[number]) => Brush): Paint =>
  Object.fromEntries([['coloured', coloured], ...BRUSHES.map((name) => [name, brushOf(name)])]);

/** Leaves every text as it is. */
export const plainPaint: Paint = painting(false, () => (text) => text);

/** Whether a stream gets colours: `--no-color` and NO_COLOR say no, FORCE_COLOR yes, else only a terminal that can. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv, noColour = false): boolean {
  if (noColour || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The brushes; chalk (20 ms) is read only for colours. Sixteen of them: they follow the reader's own theme. */
export async function loadPaint(coloured: boolean): Promise<Paint> {
  if (!coloured) return plainPaint;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return painting(true, (name) => (text) => chalk[name](text));
}
