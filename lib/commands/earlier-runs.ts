// What the newest earlier sessions of a recipe here tell a new one: what it will probably take, and from when on a call
// is unusually long. Read while the run begins; that they can't be read holds nothing up.
import type { Forecast } from '../core/statistics.ts';
import { sessionFolders } from '../session/find.ts';
import { forecastOf, type Usual, usualOf } from '../session/forecast.ts';
import { readHistory } from '../session/history.ts';

/** So many are read: a start must not wait for years of them. */
const MOST = 50;

export interface EarlierRuns {
  /** null: there are too few to say anything. */
  readonly forecast: Promise<Forecast | null>;
  /** Knows nothing until they have been read. */
  readonly usual: Usual;
}

/** @param folder the repository's, below the state root; null: it has none */
export function earlierRuns(folder: string | null, command: string): EarlierRuns {
  let usual: Usual = () => undefined;
  const read = async (): Promise<Forecast | null> => {
    if (folder === null) return null;
    const { ended } = await readHistory(
      sessionFolders(folder).filter((each) => each.command === command),
      MOST,
    );
    usual = usualOf(ended);
    return forecastOf(ended, command);
  };
  return { forecast: read().catch(() => null), usual: (call) => usual(call) };
}
