// A small repository with scripted models in it, and one way to run the program there: what all parts but the whole runs use.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mmCommand } from '../support/paths.ts';
import { insideRoom, type Room } from '../support/room.ts';
import { type Measured, measure } from './measure.ts';
import type { BenchOptions } from './part.ts';
import { writeBenchRecipe } from './recipe.ts';
import { installAgents, makeRepository, tidy } from './repository.ts';

export interface Place {
  readonly dir: string;
  readonly recipe: string;
  /** Runs the recipe to its end; throws when it does not complete. @param env for the models, e.g. BENCH_CHANGES */
  run(env?: Readonly<Record<string, string>>, words?: readonly string[]): Promise<Measured>;
}

/** @param lanes how many models; the first works in the main tree, the others in worktrees */
export function makePlace(room: Room, lanes: number, options: BenchOptions, files = 200): Place {
  const names = Array.from({ length: lanes }, (_, n) => `model-${n + 1}`);
  const dir = makeRepository(room, 'project', files, names.length > 4 ? names.slice(0, 4) : names);
  installAgents(room, names);
  const slots = Object.fromEntries(names.map((cli, n) => [cli, { cli, workspace: n === 0 ? 'main' : 'worktree' }]));
  const recipe = writeBenchRecipe(join(room.root, 'bench.yaml'), { gate: 'true', slots });
  return {
    dir,
    recipe,
    async run(env = {}, words = []) {
      rmSync(insideRoom(room.sessions), { recursive: true, force: true });
      mkdirSync(room.sessions);
      const command = [
        ...options.prefix,
        ...mmCommand(options.runtime),
        recipe,
        'add what is missing',
        '--headless',
        '--yes',
        ...words,
      ];
      const done = await measure(command, { cwd: dir, env: { ...room.env, BENCH_SECONDS: '0', ...env } });
      if (done.code !== 0)
        throw new Error(`exit ${done.code}\n${done.stdout.slice(-2000)}\n${done.stderr.slice(-4000)}`);
      tidy(room, dir);
      return done;
    },
  };
}
