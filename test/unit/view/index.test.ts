import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventBody } from '../../../lib/core/events.ts';
import { createView, type Stream, type ViewOptions } from '../../../lib/view/index.ts';
import { createClock, ended, model, modelEnded, models, sessionStarted, stamp, started } from './events.ts';
import { createScreen } from './screen.ts';

type FakeStream = Stream & { text(): string; fail(): void };

function stream(isTTY: boolean): FakeStream {
  const screen = createScreen(80, 24);
  const listeners = new Map<string, (error?: unknown) => void>();
  let broken = false;
  return {
    isTTY,
    columns: 80,
    rows: 24,
    write(text: string) {
      if (broken) throw new Error('written to a broken stream');
      screen.write(text);
    },
    on: (name, listener) => listeners.set(name, listener),
    text: () => screen.lines().join('\n').trim(),
    fail() {
      broken = true;
      listeners.get('error')!(new Error('EPIPE'));
    },
  };
}

async function rig(options: Partial<ViewOptions> & { readonly tty?: boolean; readonly out?: boolean } = {}) {
  const [stdout, stderr, clock] = [stream(options.out ?? false), stream(options.tty ?? false), createClock()];
  const view = await createView({ stdout, stderr, env: {}, tail: () => null, clock, ...options });
  const emit = (...events: readonly EventBody[]) => {
    for (const event of events) view.event(stamp(event, clock.now()));
  };
  return { stdout, stderr, clock, view, emit };
}

const run: readonly EventBody[] = [
  sessionStarted,
  models('Claude', 'GPT'),
  started('claude'),
  ended('claude'),
  modelEnded('gpt', 'it crashed'),
  { type: 'note', level: 'info', text: 'a note' },
  { type: 'note', level: 'warning', text: 'a warning' },
  { type: 'show', title: 'Analysis', text: '# The *analysis*' },
  { type: 'step_start', key: 'k', step: 'compose', executor: 'compose', pass: 1, lane: null, label: 'composes' },
];
const final: EventBody = {
  type: 'show',
  title: 'Summary',
  text: '# Summary\n\n**Session artifacts**: /s',
  final: true,
};

test('standard output carries the outcome alone, as plain Markdown where it is no terminal [S1]', async () => {
  const { stdout, stderr, emit } = await rig();
  emit(...run, final);
  assert.is(stdout.text(), '# Summary\n\n**Session artifacts**: /s');
  assert.match(stderr.text(), '# The *analysis*');
  assert.match(stderr.text(), '0:00 Claude: implement with claude');
  assert.not.match(stderr.text(), 'composes');
});

test('an outcome for a terminal is rendered for it', async () => {
  const { stdout, emit } = await rig({ out: true, tty: true });
  emit(...run, final);
  assert.is(stdout.text(), 'Summary\n\nSession artifacts: /s');
});

test('quiet: only warnings, failures and the outcome', async () => {
  for (const tty of [false, true]) {
    const { stdout, stderr, emit, clock } = await rig({ quiet: true, tty });
    emit(...run, final);
    clock.turn(300_000);
    assert.is(
      stderr.text(),
      tty
        ? 'GPT: is out of this pass: it crashed\na warning'
        : '0:00 GPT: is out of this pass: it crashed\n  0:00 a warning',
    );
    assert.match(stdout.text(), '# Summary');
  }
});

test('verbose: commands and steps too', async () => {
  const { stderr, emit } = await rig({ verbose: true });
  emit(...run);
  assert.match(stderr.text(), 'Claude: $ claude -p');
  assert.match(stderr.text(), 'composes …');
});

test('json: everything for people goes to standard error', async () => {
  const { stdout, stderr, emit, view } = await rig({ json: true });
  emit(...run, final);
  view.show('## More');
  assert.is(stdout.text(), '');
  assert.match(stderr.text(), '# Summary');
  assert.match(stderr.text(), '## More');
  view.document('{}\n');
  assert.is(stdout.text(), '{}');
});

test('on a terminal rows follow the run and the models stand above them [M2]', async () => {
  const { stderr, emit, view } = await rig({ tty: true });
  emit(sessionStarted, {
    type: 'models',
    models: {
      claude: model('Claude', { primary: true, workspace: 'main' }),
      gpt: model('GPT', { status: 'unavailable', why: 'not installed' }),
    },
  });
  emit(started('claude'));
  view.close();
  assert.match(
    stderr.text(),
    /^Claude: claude \(main, primary\)\nGPT: unavailable: not installed\nexecute .*\n● Claude claude implement 0:00\/20:00$/,
  );
});

test('without colours no stream gets an escape code but the rows need', async () => {
  for (const options of [{ env: { NO_COLOR: '1' } }, { env: { TERM: 'dumb' } }, { noColour: true }]) {
    const { view, stderr, stdout } = await rig({ tty: true, out: true, ...options });
    view.failure({ id: 'x', exit: 1, what: 'what', remedy: ['git status'] });
    view.show('**bold**');
    assert.match(stderr.text(), '✗ what');
    assert.is(stdout.text(), 'bold');
  }
});

test('where it can be asked: on a terminal that redraws, as lines on one that does not, else nowhere', async () => {
  assert.is((await rig({ tty: true })).view.questions.kind, 'live');
  assert.is((await rig({ tty: true, env: { TERM: 'dumb' } })).view.questions.kind, 'lines');
  assert.is((await rig()).view.questions.kind, 'none');
});

test('a notice goes to a terminal that can read it, as one harmless line, and to nothing else', async () => {
  for (const [isTTY, env, expected] of [
    [true, {}, '\x1b]9;a ␛]0;b␇ c\x1b\\'],
    [true, { TERM: 'dumb' }, ''],
    [true, { TERM: 'linux' }, ''],
    [false, {}, ''],
  ] as const) {
    let written = '';
    const write = (text: string) => {
      written += text;
    };
    const stderr = { isTTY, columns: 80, rows: 24, write, on: () => {} };
    (await rig({ stderr, env })).view.notice('a \x1b]0;b\x07\nc');
    assert.is(written, expected);
  }
});

test('quiet on a terminal still shows its questions', async () => {
  const { view, stderr, emit } = await rig({ tty: true, quiet: true });
  emit(...run);
  view.questions.draw({ kind: 'confirm', message: 'Go on?', initial: false });
  assert.match(stderr.text(), '? Go on?');
  view.questions.draw(null);
  assert.not.match(stderr.text(), 'Go on?');
});

test('a reader that goes away does not end the run', async () => {
  for (const tty of [false, true]) {
    const { view, stdout, stderr, emit, clock } = await rig({ tty });
    emit(sessionStarted);
    stdout.fail();
    stderr.fail();
    emit(...run, final);
    clock.turn(70_000);
    view.show('x');
    view.close();
  }
});

test('an interrupt is told whatever the options say', async () => {
  const { view, stderr } = await rig({ quiet: true });
  view.interrupt(['your changes'], 'mm recover x');
  view.leaving('mm recover x');
  assert.match(stderr.text(), 'Putting back: your changes');
  assert.match(stderr.text(), 'Left at once');
});

test.run();
