// How long it takes until something happens: against an empty TypeScript file started in the same way.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { denoPath, mmCommand, nodePath, PROJECT, type Runtime } from '../support/paths.ts';
import { withRoom } from '../support/room.ts';
import { measure, median } from './measure.ts';
import { type Part, type Row, round } from './part.ts';
import { makePlace } from './room.ts';

const RUNTIMES: readonly Runtime[] = ['tsx', 'launch', 'deno'];
const HELP = 1.3;
const CHECK = 2;
const FIRST_LINE_MS = 300;

export const start: Part = {
  title: 'Start: `mm --help` and `mm check execute` against an empty TypeScript file; first line of a run',
  run: (options) =>
    withRoom(async (room) => {
      const place = makePlace(room, 2, options);
      const empty = join(room.root, 'empty.ts');
      writeFileSync(empty, 'export {};\n');
      // what the installed command does before its first line of TypeScript
      const launcher = join(room.root, 'empty.mjs');
      writeFileSync(
        launcher,
        `const { register } = await import('${join(PROJECT, 'node_modules/tsx/dist/esm/api/index.mjs')}');\nregister({ tsconfig: false });\nawait import('${empty}');\n`,
      );
      const nothing: Readonly<Record<string, readonly string[]>> = {
        tsx: [nodePath(), join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), empty],
        launch: [nodePath(), launcher],
        deno: [denoPath(), 'run', '-A', empty],
      };
      const rows: Row[] = [];
      for (const runtime of RUNTIMES) {
        const mm = mmCommand(runtime);
        const commands = [
          nothing[runtime]!,
          [...mm, '--help'],
          [...mm, 'check', 'execute'],
          [...mm, place.recipe, 'x', '--headless', '--yes', '--dry-run'],
        ];
        const times: number[][] = commands.map(() => []);
        for (let n = -1; n < options.times * 2; n++) {
          for (const [which, command] of commands.entries()) {
            const done = await measure([...options.prefix, ...command], { cwd: place.dir, env: { ...room.env } });
            if (n >= 0) times[which]!.push(which === 3 ? (done.firstMs ?? done.ms) : done.ms);
          }
        }
        rows.push(rowOf(runtime, times.map(median)));
      }
      return rows;
    }),
};

function rowOf(runtime: Runtime, [empty = 0, help = 0, check = 0, first = 0]: readonly number[]): Row {
  return {
    what: { tsx: 'tsx mm.ts', launch: 'mm (installed)', deno: 'deno run -A mm.ts', node: 'node mm.ts' }[runtime],
    values: {
      'empty ms': round(empty, 0),
      'help ms': round(help, 0),
      'help ratio': round(help / empty),
      'check ms': round(check, 0),
      'check ratio': round(check / empty),
      'first line ms': round(first, 0),
    },
    reached: help / empty <= HELP && check / empty <= CHECK && first <= FIRST_LINE_MS,
    target: `help ≤ ${HELP}, check ≤ ${CHECK}, first line ≤ ${FIRST_LINE_MS} ms`,
  };
}
