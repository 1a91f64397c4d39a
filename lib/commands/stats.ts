// `mm stats`: how each slot and backend did in this repository's sessions, or with --all in those of every repository.
// Reads the sessions' records and nothing else; nothing of it leaves the machine.
import { type Failure, ok, type Result } from '../core/failure.ts';
import { one } from '../core/messages/wording.ts';
import type { SlotStatistics, Sum } from '../core/statistics.ts';
import { sessionFolders } from '../session/find.ts';
import { forecastOf } from '../session/forecast.ts';
import { type History, readHistory } from '../session/history.ts';
import { statisticsOf } from '../session/slot-statistics.ts';
import { printAside, printJson, printLines } from '../view/print.ts';
import { statsLines } from '../view/stats-lines.ts';
import type { CommandLine } from './arguments.ts';
import { foldersOf } from './here.ts';

export async function stats(line: CommandLine): Promise<Result<number, Failure>> {
  const folders = await foldersOf(line);
  if (!folders.ok) return folders;
  const history = await readHistory(folders.value.flatMap(sessionFolders));
  const rows = statisticsOf(history.ended);
  if (line.flags.has('json')) printJson(documentOf(history, rows));
  else if (rows.length === 0) printLines([nothingYet(history, line.flags.has('all'))]);
  else printLines([...statsLines(rows), counted(history)]);
  const { unreadable } = history;
  if (unreadable > 0) printAside(`${one(unreadable, 'session')} could not be read, and did not count.`);
  return ok(0);
}

const nothingYet = ({ open }: History, all: boolean): string =>
  `There is nothing to count yet${all ? '' : ' in this repository'}: ${
    open > 0 ? 'no session has ended.' : 'statistics begin with the first run.'
  }`;

const counted = ({ ended, open }: History): string =>
  `Of ${one(ended.length, 'session')}${open > 0 ? `; ${open} more have not ended` : ''}.`;

/** Unknown is null; `unknown` says of how many runs or calls a sum knows nothing. */
function documentOf({ ended, open, unreadable }: History, rows: readonly SlotStatistics[]): object {
  const statuses = [...new Set(ended.map(({ status }) => status))].sort();
  const commands = [...new Set(ended.map(({ command }) => command))].sort();
  return {
    schema_version: 1,
    sessions: {
      ended: ended.length,
      not_ended: open,
      unreadable,
      by_status: Object.fromEntries(
        statuses.map((each) => [each, ended.filter(({ status }) => status === each).length]),
      ),
    },
    slots: rows.map((row) => ({
      slot: row.slot,
      backend: row.backend,
      runs: row.runs,
      finished: row.finished,
      gates: { run: row.gatesRun, passed: row.gatesPassed },
      files: { taken: said(row.taken), user_took: said(row.userTook), user_dropped: said(row.userDropped) },
      elapsed_ms: { median: row.medianMs, p95: row.p95Ms },
      calls: row.calls,
      tokens: said(row.tokens),
      cost_usd: { ...said(row.costUsd), total: row.costUsd.total && Number(row.costUsd.total.toFixed(6)) },
    })),
    forecasts: Object.fromEntries(
      commands.map((command) => {
        const forecast = forecastOf(ended, command);
        return [command, forecast && { runs: forecast.runs, elapsed_ms: forecast.ms, cost_usd: forecast.costUsd }];
      }),
    ),
  };
}

const said = ({ total, unknown }: Sum) => ({ total, unknown });
