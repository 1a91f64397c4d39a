// What earlier runs found of gates that do not see the folder that they run in. Kept beside a repository's sessions.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GateSpec } from '../core/gate-rules.ts';
import { repositoryFolderOf } from '../session/home.ts';
import { codeOf } from '../system/file-failure.ts';
import { writeAtomic } from '../system/files.ts';
import { readJson } from '../system/read-json.ts';
import { pointingInto, spellingsOf } from '../system/repoint.ts';
import { gateKey } from './gating.ts';
import type { Run } from './run-context.ts';

/** What was found in earlier runs, by base, gate and what of the environment points here. */
export class BlindMemory {
  readonly #run: Run;
  readonly #known: Record<string, boolean>;

  private constructor(run: Run, known: Record<string, boolean>) {
    this.#run = run;
    this.#known = known;
  }

  static async read(run: Run): Promise<BlindMemory> {
    return new BlindMemory(run, await readKnown(fileIn(repositoryFolderOf(run.session.dir))));
  }

  of(gate: GateSpec): boolean | undefined {
    return this.#known[this.#keyOf(gate)];
  }

  note(gate: GateSpec, blind: boolean): void {
    this.#known[this.#keyOf(gate)] = blind;
  }

  /** A run goes on without it: what could not be kept is found out again. */
  async write(): Promise<void> {
    const newest = Object.entries(this.#known).slice(-MOST_REMEMBERED);
    try {
      const file = fileIn(repositoryFolderOf(this.#run.session.dir));
      await writeAtomic(file, `${JSON.stringify(Object.fromEntries(newest), null, 1)}\n`);
    } catch (error) {
      if (codeOf(error) === null) throw error;
      this.#run.note(`Which gates see the workspaces could not be kept for the next run: ${codeOf(error)}.`, 'detail');
    }
  }

  #keyOf(gate: GateSpec): string {
    const { baseTree, env, repository } = this.#run;
    const given = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
    const names = pointingInto(given, spellingsOf(repository.top, env)).filter((name) => !/^(OLD)?PWD$/.test(name));
    const matters = ['PATH', ...names].sort().map((name) => [name, env[name] ?? '']);
    const hash = createHash('sha256').update(JSON.stringify(matters)).digest('hex').slice(0, 12);
    return `${gateKey(baseTree, gate)} ${hash}`;
  }
}

const MOST_REMEMBERED = 200;

const fileIn = (repositoryFolder: string): string => join(repositoryFolder, 'blind-gates.json');

async function readKnown(file: string): Promise<Record<string, boolean>> {
  try {
    return (await readJson<Record<string, boolean>>(file)) ?? {};
  } catch (error) {
    // somebody else wrote there, or it can't be read: it is found out again
    if (!(error instanceof SyntaxError) && codeOf(error) === null) throw error;
    return {};
  }
}

/** Those of the gates that were blind when they were last tried, on whatever base. */
export async function rememberedBlind(
  repositoryFolder: string,
  gates: readonly GateSpec[],
): Promise<readonly GateSpec[]> {
  const known = Object.entries(await readKnown(fileIn(repositoryFolder)));
  return gates.filter((gate) => known.findLast(([key]) => key.includes(`${gateKey('', gate)} `))?.[1] === true);
}

/** Forgets all that was found in a repository. */
export const forgetBlind = (repositoryFolder: string): Promise<void> => rm(fileIn(repositoryFolder), { force: true });
