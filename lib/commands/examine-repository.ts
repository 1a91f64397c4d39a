// Looks at the repository that a command was called in: whether a session can work there, and what proves a result.
import { dirname } from 'node:path';
import { complaint, type Finding, good } from '../core/finding.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { doctorMessages } from '../core/messages/doctor-messages.ts';
import type { Recipe } from '../core/recipe.ts';
import { actionsIn } from '../core/step.ts';
import { inspectRepository, type RepositoryFacts } from '../repository/inspect.ts';
import { leadsBack } from '../repository/leads-back.ts';
import { rememberedBlind } from '../steps/blind-memory.ts';
import { commandText, placeText } from '../steps/find-gates.ts';
import { folder, folderOf } from '../steps/folder.ts';
import { sessionsInside } from '../steps/repository.ts';
import type { CommandLine } from './arguments.ts';
import { notWritable } from './examine-machine.ts';
import { lacksOf, missingPackages } from './gate-needs.ts';
import { gatesOf, looksForGates } from './gates-of.ts';
import { here } from './here.ts';
import { findUnfinished } from './past-session.ts';

export interface RepositoryExamined {
  readonly facts: RepositoryFacts | null;
  readonly findings: readonly Finding[];
}

export async function examineRepository(line: CommandLine, start: string, recipe: Recipe): Promise<RepositoryExamined> {
  const plain = actionsIn(recipe.phases).find(({ executor }) => executor === folder.name);
  const inspected = await (plain ? folderOf(plain, start, process.env) : inspectRepository(start));
  const subject = plain ? 'folder' : 'repository';
  if (!inspected.ok) return { facts: null, findings: [complaint(subject, 'bad', inspected.failure)] };
  const facts = inspected.value;
  const { top, branch, base } = facts;
  const at = plain ? top : `${top}, ${branch === null ? 'detached' : `on ${branch}`} at ${base.slice(0, 12)}`;
  return {
    facts,
    findings: [
      good(subject, at),
      ...(plain ? [] : await misplaced(facts)),
      ...(await unfinished(line)),
      ...beside(recipe, top),
      ...(await gates(recipe, top)),
      ...(plain ? [] : await seeingTheirLane(facts, recipe)),
      ...(await blindGates(recipe, top, line)),
    ],
  };
}

async function misplaced(facts: RepositoryFacts): Promise<readonly Finding[]> {
  const inside = await sessionsInside(facts, process.env);
  return inside === null ? [] : [complaint('sessions', 'bad', inside)];
}

async function unfinished(line: CommandLine): Promise<readonly Finding[]> {
  const place = await here(line);
  const found = place.ok ? await findUnfinished(place.value) : null;
  if (found === null) return [];
  return [complaint('sessions', 'bad', cliMessages.unfinished({ session: found.id, since: found.record.created_at }))];
}

function beside(recipe: Recipe, top: string): readonly Finding[] {
  const folder = dirname(top);
  const needed = Object.values(recipe.slots).some(({ workspace }) => workspace !== 'main');
  if (!needed || notWritable(folder) === null) return [];
  return [complaint('workspaces', 'bad', doctorMessages.besideNotWritable({ folder }))];
}

async function gates(recipe: Recipe, top: string): Promise<readonly Finding[]> {
  if (!looksForGates(recipe)) return [];
  const { gates: found, from, mistakes } = gatesOf(recipe, top);
  const lacks = await lacksOf(recipe, top, Object.values(found));
  const able = Object.values(found).filter(({ id }) => !lacks.has(id));
  const unable = Object.values(found).filter(({ id }) => lacks.has(id));
  const said = able.map(
    (gate) => `${gate.id} (${commandText(gate.run)}, from ${from[gate.id] ?? 'the recipe'})${placeText(gate)}`,
  );
  return [
    ...(said.length > 0
      ? [good('quality gates', said.join(', '))]
      : unable.length > 0
        ? []
        : [complaint('quality gates', 'warning', doctorMessages.noGates())]),
    ...unable.map(({ id, run }) =>
      complaint(
        'quality gates',
        'warning',
        doctorMessages.gateCannotRun({ gate: id, command: commandText(run), ...lacks.get(id)! }),
      ),
    ),
    ...(await missingPackages(recipe, top))
      .filter(({ install }) => ![...lacks.values()].some((lack) => lack.install === install))
      .map((lack) => complaint('packages', 'unknown', doctorMessages.packagesMissing(lack))),
    ...mistakes.map((mistake) => complaint('quality gates', 'warning', doctorMessages.gateBlock({ mistake }))),
  ];
}

/** What would send a workspace's commands back into this tree. */
async function seeingTheirLane(facts: RepositoryFacts, recipe: Recipe): Promise<readonly Finding[]> {
  if (!looksForGates(recipe)) return [];
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const environments = [VIRTUAL_ENV, CONDA_PREFIX].flatMap((folder) => (folder ? [folder] : []));
  const places = await leadsBack(facts, environments);
  return places.length === 0 ? [] : [complaint('workspaces', 'warning', doctorMessages.leadsBack({ places }))];
}

/** What runs have found: gates that pass on spoilt sources, too. */
async function blindGates(recipe: Recipe, top: string, line: CommandLine): Promise<readonly Finding[]> {
  const place = await here(line);
  if (!place.ok) return [];
  const { gates: found } = gatesOf(recipe, top);
  const blind = await rememberedBlind(place.value.folder, Object.values(found));
  return blind.map((gate) =>
    complaint('quality gates', 'warning', doctorMessages.gateBlind({ gate: gate.id, command: commandText(gate.run) })),
  );
}
