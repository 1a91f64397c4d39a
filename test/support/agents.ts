// Scripted agents: bash scripts under a real CLI's name, and what they wrote down about how they were called.
// What a script can say is in test/agents/agent.sh.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './paths.ts';
import type { Room } from './room.ts';

/**
 * Either bash that defines functions named after steps, or the functions' bodies: `{ implement: 'put a.txt hello' }`.
 * A name may carry a pass (`implement_2`); `any` serves the steps that have none of their own.
 */
export type AgentScript = string | Readonly<Record<string, string>>;

/** One call of an agent. */
export interface Call {
  readonly agent: string;
  /** $MM_STEP, $MM_SLOT, $MM_PASS; empty where unset. */
  readonly step: string;
  readonly slot: string;
  readonly pass: string;
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  /** null while it runs, or when it was killed. */
  readonly exit: number | null;
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Puts the agent on the room's PATH. */
export function installAgent(room: Room, name: string, script: AgentScript): void {
  const functions =
    typeof script === 'string'
      ? script
      : Object.entries(script)
          .map(([step, body]) => `${step}() {\n${body}\n}`)
          .join('\n');
  const lines = [
    `#!${join(room.bin, 'bash')}`,
    `AGENT=${quote(name)} LOG=${quote(room.log)}`,
    `. ${quote(join(PROJECT, 'test/agents/agent.sh'))}`,
    functions,
    'agent_main "$@"',
    '',
  ];
  room.installTool(name, lines.join('\n'));
}

/** What was written down, in the order of the calls. */
export function readCalls(log: string, agent?: string): readonly Call[] {
  const folders = readdirSync(log)
    .filter((name) => /^call-\d+$/.test(name))
    .sort();
  return folders
    .map((folder) => readCall(join(log, folder)))
    .filter((call) => agent === undefined || call.agent === agent);
}

function readCall(folder: string): Call {
  const text = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  const items = (name: string) => text(name).split('\0').slice(0, -1);
  const env = Object.fromEntries(
    items('env').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  return {
    agent: text('agent'),
    step: env.MM_STEP ?? '',
    slot: env.MM_SLOT ?? '',
    pass: env.MM_PASS ?? '',
    argv: items('argv'),
    stdin: text('stdin'),
    env,
    cwd: text('cwd'),
    pid: Number(text('pid')),
    exit: text('exit') === '' ? null : Number(text('exit')),
  };
}
