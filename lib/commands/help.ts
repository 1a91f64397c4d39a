// `mm --help`, for the program, one command or a recipe, made from the same tables that read the arguments; and
// `mm help <topic>`, a section of the documentation that comes with the program. Nothing more is imported before it is
// needed: see mm.ts on Deno.
import { fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { printLines, printPlainly } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import { COMMANDS, OPTIONS, optionsOf } from './option-table.ts';

export async function help({ operands }: CommandLine): Promise<Result<number>> {
  const [word] = operands;
  if (word === undefined) printLines(programHelp());
  else if (Object.hasOwn(COMMANDS, word)) printLines(commandHelp(word));
  else {
    const { nearWord, shippedRecipes } = await import('./recipe-files.ts');
    const topic = shippedRecipes().includes(word) ? null : await topicText(word);
    if (topic === null && !shippedRecipes().includes(word) && !/[/.]/.test(word))
      return fail(cliMessages.noSuchCommand({ name: word, near: nearWord(word) }));
    printLines(topic ?? recipeHelp(word));
  }
  return ok(0);
}

/** `mm --help` where nothing else is loaded (mm.ts). */
export const helpAtOnce = (): void => printPlainly(programHelp());

function programHelp(): readonly string[] {
  const commands = Object.entries(COMMANDS).map(([name, { operands, help: text }]): [string, string] => [
    `mm ${name} ${operands}`.trimEnd(),
    text,
  ]);
  return [
    'mm: run one task with several AI coding CLIs, each in its own worktree, and put the best parts together.',
    '',
    'Usage:',
    ...table([
      [
        'mm <recipe> [task…]',
        'run a recipe; the task is the rest of the line, --task-file FILE, or - for standard input',
      ],
      ...commands,
    ]),
    '',
    'Recipes that come with the program:',
    ...table([
      ['execute', 'the best parts of every model’s work, combined'],
      ['isolated', 'the same, with every model in a clone; your tree is not touched before you accept'],
      ['sandbox', 'like isolated, with every model in a sandbox (Linux, bubblewrap)'],
      ['combine', 'the best parts of branches, pull requests and patches that are there already; no model'],
      ['prompt', 'the best model’s work as a whole'],
      ['plan', 'one plan for a task, made of several; nothing is changed'],
      ['review', 'one review of this branch, made of several; nothing is changed'],
      ['ask', 'one answer about the code, made of several; nothing is changed'],
      ['folder', 'documents of a plain folder without git, written by several models'],
      ['demo', 'the whole job with scripted agents, without any account'],
    ]),
    '',
    'Options for running a recipe:',
    ...optionLines(optionsOf('run')),
    '',
    ...everywhere(),
    '',
    'Topics, by `mm help <topic>`; every step of a recipe is one too, by its name:',
    `  ${Object.keys(TOPICS).join(', ')}`,
    '',
    'Exit codes: 0 complete, 1 no complete result, 2 cannot be used as it is (nothing touched), 3 declined,',
    '4 your changes could not all be put back (they are safe), 70 a fault of the program, 130 interrupted.',
  ];
}

function commandHelp(name: string): readonly string[] {
  const { operands, help: text } = COMMANDS[name]!;
  const options = optionLines(optionsOf(name));
  return [
    `mm ${name} ${operands}`.trimEnd(),
    `  ${text}`,
    ...(options.length > 0 ? ['', 'Options:', ...options] : []),
    '',
    ...everywhere(),
  ];
}

function recipeHelp(recipe: string): readonly string[] {
  return [
    `mm ${recipe} [task…]`,
    '  run this recipe; the task is the rest of the line, --task-file FILE, or - for standard input',
    '',
    'Options:',
    ...optionLines(optionsOf('run')),
    '',
    ...everywhere(),
    '',
    'Every step with its commands, nothing run and nothing touched:',
    `  mm ${recipe} "what you want to have done" --dry-run`,
  ];
}

const everywhere = (): readonly string[] => ['Everywhere:', ...optionLines(optionsOf(null))];

function optionLines(names: readonly string[]): readonly string[] {
  return table(
    names.map((name): [string, string] => {
      const { short, value, help: text } = OPTIONS[name]!;
      return [`${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`, text];
    }),
  );
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

interface Section {
  readonly file: 'README.md' | 'recipes/README.md';
  readonly heading: string;
}

/** Topics by name. None is called like a command or a recipe that comes with the program. */
export const TOPICS: Readonly<Record<string, Section>> = {
  questions: { file: 'README.md', heading: 'Questions' },
  language: { file: 'recipes/README.md', heading: 'The language in ten minutes' },
  cookbook: { file: 'recipes/README.md', heading: 'Cookbook' },
  steps: { file: 'recipes/README.md', heading: 'Executors' },
  judging: { file: 'README.md', heading: 'How candidates are judged' },
  planning: { file: 'README.md', heading: 'How the plan is made' },
  json: { file: 'README.md', heading: 'session.json' },
  'session-folder': { file: 'README.md', heading: 'Session folder' },
  environment: { file: 'README.md', heading: 'Environment variables' },
  glossary: { file: 'README.md', heading: 'Glossary' },
};

/** The lines of a topic's section, or of the section with this heading, such as a step's name; null: there is none. */
export async function topicText(word: string): Promise<readonly string[] | null> {
  const { readFileSync } = await import('node:fs');
  const topic = Object.hasOwn(TOPICS, word) ? TOPICS[word]! : null;
  const places = topic ? [topic] : FILES.map((file) => ({ file, heading: word }));
  for (const { file, heading } of places) {
    const found = sectionOf(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), heading);
    if (found !== null) return found;
  }
  return null;
}

const FILES: readonly Section['file'][] = ['recipes/README.md', 'README.md'];

/** From this heading to the next one of its rank or above, without the comments that only our own tools read. */
function sectionOf(text: string, heading: string): readonly string[] | null {
  const lines = text.split('\n');
  let fenced = false;
  const ranks = lines.map((line) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    return fenced ? 0 : (/^#+(?= )/.exec(line)?.[0].length ?? 0);
  });
  const start = lines.findIndex((line, i) => ranks[i]! > 0 && line.replace(/^#+ /, '') === heading);
  if (start < 0) return null;
  const end = ranks.findIndex((rank, i) => i > start && rank > 0 && rank <= ranks[start]!);
  const section = lines.slice(start, end < 0 ? undefined : end).filter((line) => !/^<!--.*-->$/.test(line));
  return section.join('\n').trimEnd().split('\n');
}
