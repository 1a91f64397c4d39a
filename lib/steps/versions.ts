// Which version the CLIs are of whose models took part: for who reads the result later. Only those of the catalogue that
// are known to tell it are asked; one that says nothing in time is left without.
import { asUser, deliveryFolder } from './as-user.ts';
import type { StepContext } from './executor.ts';

const LIMIT_MS = 10_000;

/** Puts them into `run.versions`, by the names of the CLIs. */
export async function tellVersions(context: StepContext): Promise<void> {
  const { run } = context;
  const used = new Set(run.attempts.map(({ backend }) => backend));
  const all = [...run.seats.values()].flatMap(({ backends }) => backends);
  const known = all.filter(({ cli, measured }) => measured !== null && used.has(cli) && !run.versions.has(cli));
  const clis = [...new Set(known.map(({ cli }) => cli))];
  const cwd = await deliveryFolder(run);
  await Promise.all(
    clis.map(async (cli) => {
      const said = await asUser(context, [cli, '--version'], { cwd, limitMs: LIMIT_MS });
      const version = said.ok ? /\d+(\.\d+)+[\w.+-]*/.exec(said.value.slice(0, 1000))?.[0] : undefined;
      if (version !== undefined) run.versions.set(cli, version);
    }),
  );
}
