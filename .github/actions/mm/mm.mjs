// The steps of action.yml: `install`, `run`, `comment`. What comes from outside arrives in INPUT_* and goes to programs as
// arguments, never through a shell. What it prints of others is kept from the runner's own commands.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

const { env } = process;
const input = (name) => (env[`INPUT_${name}`] ?? '').trim();

/** What the user has to mend. */
class Refusal extends Error {}

/** One line for a file of the runner's. */
function output(name, value) {
  if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `${name}=${String(value ?? '').replace(/[\r\n]+/g, ' ')}\n`);
}

/** Runs `work` while nothing that is printed is a command to the runner. */
function quoted(work) {
  const end = randomUUID();
  console.log(`::stop-commands::${end}`);
  try {
    return work();
  } finally {
    console.log(`::${end}::`);
  }
}

/** An error on the page of the run; nothing in it is a command. */
function annotate(text) {
  const codes = { '%': '%25', '\r': '%0D', '\n': '%0A' };
  console.log(`::error title=multi-model::${text.replace(/[%\r\n]/g, (letter) => codes[letter])}`);
}

function numbers(text) {
  const words = text.split(/[\s,]+/).filter(Boolean);
  const wrong = words.find((word) => !/^[1-9]\d{0,9}$/.test(word));
  if (wrong !== undefined) throw new Refusal(`${JSON.stringify(wrong)} is not the number of a pull request.`);
  return [...new Set(words)];
}

/** Which pull requests are told the plan. */
const listeners = () => (input('COMMENT') === 'none' ? [] : numbers(input('COMMENT') || input('PULL_REQUESTS')));

function install() {
  const version = input('VERSION') || 'latest';
  const checkout = resolve(env.GITHUB_WORKSPACE ?? '.', version);
  if (isAbsolute(version) || version.startsWith('.')) {
    const launcher = join(checkout, 'lib', 'launch.mjs');
    if (!existsSync(launcher)) throw new Refusal(`There is no checkout of multi-model at ${checkout}.`);
    output('mm', launcher);
    return;
  }
  if (!/^[\w.^~-]+$/.test(version)) throw new Refusal(`${JSON.stringify(version)} is not a version.`);
  const prefix = join(env.RUNNER_TEMP ?? '.', 'multi-model');
  const options = ['--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...options, `multi-model@${version}`], { cwd: env.RUNNER_TEMP, stdio: 'inherit' });
  output('mm', join(prefix, 'node_modules', 'multi-model', 'lib', 'launch.mjs'));
}

const DELIVER = { none: [], branch: ['--commit'], 'pull-request': ['--pr'] };

function run() {
  const asked = numbers(input('PULL_REQUESTS'));
  listeners(); // refused before anything is done
  const deliver = DELIVER[input('DELIVER') || 'none'];
  if (!deliver) throw new Refusal(`deliver is ${Object.keys(DELIVER).join(', ')}; not ${input('DELIVER')}.`);
  const recipe = input('RECIPE') || (asked.length > 0 ? 'combine' : 'execute');
  if (recipe.startsWith('-')) throw new Refusal(`${recipe} is not a recipe.`);
  const task = join(env.RUNNER_TEMP ?? '.', 'multi-model-task.md');
  writeFileSync(task, input('TASK'));
  const args = [
    ...[recipe, '--headless', '--yes', '--json', ...deliver],
    ...asked.flatMap((number) => ['--from', `pr${number}=pr:${number}`]),
    ...(input('TASK') === '' ? [] : ['--task-file', task]),
    ...(input('BUDGET') === '' ? [] : ['--budget', input('BUDGET')]),
  ];
  const done = quoted(() =>
    spawnSync(process.execPath, [input('MM'), ...args], {
      env: { ...ownEnvironment(), ...author() },
      stdio: ['ignore', 'pipe', 1], // one stream with what stops commands: nothing overtakes that
      maxBuffer: 2 ** 30,
    }),
  );
  if (done.error) throw done.error;
  process.exitCode = done.status ?? 1;
  if (done.stdout.length === 0) return annotate(`mm ended with ${done.status ?? done.signal} and told nothing.`);
  const session = JSON.parse(done.stdout.toString());
  const folder = session.session_dir ?? '';
  const report = join(folder, 'report.html');
  output('session', session.session_id);
  output('result', session.status);
  output('folder', folder);
  output('report', folder !== '' && existsSync(report) ? report : '');
  output('price', price(session));
  output('delivered', session.delivered?.url ?? session.delivered?.branch);
  if (session.failure) annotate(session.failure.what);
}

/** Without what the runner gives to steps: the code of others runs in gates, and must not write what later steps read. */
function ownEnvironment() {
  const theirs = /^(INPUT_|GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$|ACTIONS_(RUNTIME|ID_TOKEN)_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !theirs.test(name)));
}

/** Whose commits they are, where git knows nobody: on the forge's machines it does not. */
function author() {
  if (spawnSync('git', ['config', 'user.email']).status === 0) return {};
  const [name, email] = ['github-actions[bot]', '41898282+github-actions[bot]@users.noreply.github.com'];
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}

function price({ passes = [] }) {
  const attempts = passes.flatMap((pass) => [
    ...Object.values(pass.models).flatMap(({ attempts }) => attempts),
    ...pass.asked.map(({ attempt }) => attempt),
  ]);
  const costs = attempts.map(({ usage }) => usage?.cost_usd);
  if (costs.some((cost) => typeof cost !== 'number')) return 'unknown';
  return costs.reduce((sum, cost) => sum + cost, 0).toFixed(2);
}

/** Known again by this. */
const MARK = '<!-- multi-model -->';
const MOST_FILES = 100;

function comment() {
  const folder = input('FOLDER');
  const told = table(JSON.parse(readFileSync(join(folder, 'session.json'), 'utf8')));
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, told);
  const body = join(env.RUNNER_TEMP ?? '.', 'multi-model-comment.md');
  writeFileSync(body, told);
  for (const number of listeners()) quoted(() => tell(number, body));
}

/** The comment of an earlier run takes what this one tells. */
function tell(number, body) {
  const mine = `.comments[] | select(.viewerDidAuthor and (.body | startswith("${MARK}"))) | .url`;
  const view = ['pr', 'view', number, '--json', 'comments', '--jq', mine];
  const found = execFileSync('gh', view, { stdio: ['ignore', 'pipe', 1] }).toString();
  const id = /#issuecomment-(\d+)\s*$/.exec(found)?.[1];
  const args = id
    ? ['api', '--method', 'PATCH', `repos/{owner}/{repo}/issues/comments/${id}`, '--field', `body=@${body}`]
    : ['pr', 'comment', number, '--body-file', body];
  execFileSync('gh', args, { stdio: ['ignore', 'ignore', 1] });
}

/** The plan for people. */
function table(session) {
  const { status, failure, result, delivered, session_id: id } = session;
  const files = session.passes.at(-1)?.plan?.files ?? [];
  const rows = files.slice(0, MOST_FILES).map(({ path, from, action, why }) => {
    const whose = from.split('+').map(whoseIs).join(', ');
    return `| <code>${plain(path)}</code> | ${whose}${action === 'delete' ? ' (deletes it)' : ''} | ${plain(why)} |`;
  });
  const left = files.length - rows.length;
  const cost = price(session);
  const gates = Object.entries(result?.gates ?? {}).map(([gate, state]) => `${plain(gate)} ${plain(state)}`);
  const isPlain = /^https?:\/\/[\w./:-]+$/.test(delivered?.url ?? '');
  const where = isPlain ? delivered.url : delivered && `the branch <code>${plain(delivered.branch)}</code>`;
  return [
    `${MARK}\n**multi-model**: ${plain(status)}${gates.length > 0 ? `; gates of the result: ${gates.join(', ')}` : ''}`,
    failure ? plain(failure.what) : '',
    rows.length > 0 ? ['| File | Best From | Why |', '| --- | --- | --- |', ...rows].join('\n') : '',
    left > 0 ? `And ${left} files more.` : '',
    where ? `Delivered: ${where}` : '',
    `Price: ${cost === 'unknown' ? cost : `$${cost}`}. Session <code>${plain(id)}</code>; ${whereReport()}`,
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** Where the report is. */
function whereReport() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  const artifact = 'the report is an artifact of the run';
  return `${server && repository && id ? `[${artifact}](${server}/${repository}/actions/runs/${id})` : artifact}.`;
}

/** `pr12` was made for the pull request 12. */
function whoseIs(slot) {
  const number = /^pr(\d+)$/.exec(slot)?.[1];
  return number === undefined ? `<code>${plain(slot)}</code>` : `#${number}`;
}

/** A text of others in a cell: no Markdown, no HTML, no line end, no mention of anybody. */
const plain = (text) =>
  [...String(text).slice(0, 500)]
    .map((letter) => {
      if (/[\p{L}\p{N} .,;:()/'"+-]/u.test(letter)) return letter;
      if (/[\p{C}\p{Z}]/u.test(letter)) return ' ';
      return letter === '@' ? '&#64;&#8203;' : `&#${letter.codePointAt(0)};`;
    })
    .join('');

const steps = { install, run, comment };
try {
  steps[process.argv[2]]();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  annotate(error.message);
  process.exitCode = 2;
}
