import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EventBody } from '../../../lib/core/events.ts';
import { LiveView } from '../../../lib/view/live.ts';
import { plainPaint } from '../../../lib/view/paint.ts';
import { Progress } from '../../../lib/view/progress.ts';
import { createClock, ended, models, sessionStarted, stamp, started } from './events.ts';
import { createScreen } from './screen.ts';

function rig({ columns = 80, rows = 24 } = {}) {
  const size = { columns, rows };
  const clock = createClock();
  const screen = createScreen(columns, rows);
  const progress = new Progress();
  const said = new Map<string, string>();
  let asked = 0;
  const tail = (path: string) => {
    asked++;
    return said.get(path) ?? null;
  };
  const view = new LiveView({
    output: screen,
    size: () => size,
    paint: plainPaint,
    progress,
    clock,
    tail,
    rows: true,
  });
  const emit = (...events: readonly EventBody[]) => {
    for (const event of events) {
      progress.apply(stamp(event, clock.now()));
      view.event();
    }
  };
  return { size, clock, screen, progress, said, view, emit, asked: () => asked };
}

test('draws rows in place and nothing but what changed', () => {
  const { screen, emit, clock, said } = rig();
  emit(sessionStarted, models('Claude', 'Gemini'), started('claude'), started('gemini'));
  said.set('out/claude', 'reading src');
  clock.turn(5_000);
  assert.equal(screen.lines(), [
    'execute pass 1 of 2  “add a slugify function”                              0:05',
    '● Claude claude implement 0:05/20:00  reading src',
    '● Gemini gemini implement 0:05/20:00',
    '',
  ]);
  const before = screen.raw().length;
  said.set('out/gemini', 'hello');
  clock.turn(250);
  const written = screen.raw().slice(before);
  assert.match(written, 'hello');
  assert.not.match(written, 'reading src');
});

test('columns do not jump to and fro while states change', () => {
  const { screen, emit, clock } = rig({ columns: 120 });
  emit(sessionStarted, models('Claude', 'Gemini'), started('claude'), started('gemini'));
  clock.turn(1_000);
  const at = () =>
    screen
      .lines()
      .slice(1, 3)
      .map((line) => line.search(/\d:\d\d/));
  const before = at();
  emit(ended('claude'), ended('gemini'));
  clock.turn(1_000);
  assert.equal(at(), before);
});

test('what a model says on standard error counts too, the newest wins', () => {
  const { screen, emit, clock, said } = rig();
  emit(models('Claude'), started('claude'));
  said.set('out/claude', 'first');
  clock.turn(300);
  said.set('err/claude', '\x1b[31mwarning\x1b[0m \x1b[2J\u202e');
  clock.turn(300);
  assert.match(screen.lines()[1]!, /warning <U\+202E>$/);
});

test('at most ten draws a second however many events come, and four looks at the output', () => {
  const { screen, emit, clock, said, asked } = rig();
  emit(models('Claude'), started('claude'));
  const [writes, looks] = [screen.writes(), asked()];
  for (let i = 0; i < 10_000; i++) {
    said.set('out/claude', `line ${i}`);
    emit({ type: 'effect', id: i, undo: { kind: 'x' } });
    clock.turn(1);
  }
  assert.ok(screen.writes() - writes <= 100, `${screen.writes() - writes} draws in 10 s`);
  assert.ok(asked() - looks <= 2 * 41, `${asked() - looks} looks in 10 s`);
});

test('ten busy seconds of sixteen lanes are few writes', () => {
  const { screen, emit, clock, said } = rig({ columns: 200, rows: 50 });
  const names = Array.from({ length: 16 }, (_, i) => `lane${i}`);
  emit(models(...names), ...names.map((name) => started(name)));
  const writes = screen.writes();
  for (let i = 0; i < 1_000; i++) {
    for (const name of names) said.set(`out/${name}`, `line ${i}`);
    clock.turn(10);
  }
  assert.ok(screen.writes() - writes <= 21, `${screen.writes() - writes} draws in 10 s`);
  assert.ok(screen.writes() - writes >= 19, 'two looks a second');
});

test('with nothing new it only moves the clock, once a second', () => {
  const { screen, emit, clock } = rig();
  emit(models('Claude'));
  const writes = screen.writes();
  clock.turn(10_000);
  assert.is(screen.writes() - writes, 10);
});

test('lines that stay are printed above the rows', () => {
  const { screen, emit, view, clock } = rig();
  emit(models('Claude'), started('claude'));
  clock.turn(100);
  view.print('a note\nof two lines\n');
  view.print('another\n');
  assert.equal(screen.lines().slice(0, 3), ['a note', 'of two lines', 'another']);
  assert.match(screen.lines()[4]!, /^● Claude/);
  assert.is(screen.lines().length, 6);
});

test('a question stands under the rows, which go on, and leaves no trace', () => {
  const { screen, emit, view, clock, said } = rig();
  emit(models('Claude'), started('claude'));
  view.question({
    kind: 'select',
    message: 'How many?',
    choices: [{ label: 'one' }, { label: 'two' }],
    index: 1,
    onEscape: 'goes back',
  });
  said.set('out/claude', 'still working');
  clock.turn(1_000);
  assert.equal(screen.lines().slice(1), [
    '● Claude claude implement 0:01/20:00  still working',
    '? How many?',
    '  one',
    '❯ two',
    '  ↑↓ or a number · Enter takes it · Esc goes back',
    '',
  ]);
  view.question(null);
  assert.is(screen.lines().length, 3);
});

test('a question has room even where the rows have not', () => {
  const { screen, emit, view } = rig({ columns: 40, rows: 10 });
  const names = Array.from({ length: 16 }, (_, i) => `Lane${i}`);
  emit(models(...names), ...names.map((name) => started(name.toLowerCase())));
  view.question({
    kind: 'select',
    message: 'Which of them?',
    choices: names.map((label) => ({ label })),
    index: 15,
    onEscape: 'goes back',
  });
  assert.ok(screen.lines().length <= 10);
  assert.ok(screen.lines().includes('❯ Lane15'));
  assert.ok(screen.lines().includes('? Which of them?'));
});

test('makes room for another program and comes back, with what was said meanwhile', () => {
  const { screen, emit, view, clock } = rig();
  emit(models('Claude'), started('claude'));
  view.pause();
  const before = screen.raw();
  view.print('said while away\n');
  emit(started('claude', { attempt: 2 }));
  clock.turn(10_000);
  assert.is(screen.raw(), before);
  view.resume();
  assert.is(screen.lines()[0], 'said while away');
  assert.match(screen.lines()[2]!, /implement, try 2/);
});

test('its last picture stays, with every row however short the window', () => {
  const { screen, emit, view, clock } = rig({ columns: 60, rows: 5 });
  const names = Array.from({ length: 9 }, (_, i) => `Lane${i}`);
  emit(
    models(...names),
    ...names.map((name) => started(name.toLowerCase())),
    ...names.map((name) => ended(name.toLowerCase())),
  );
  view.stop();
  const writes = screen.writes();
  clock.turn(10_000);
  view.stop();
  assert.is(screen.writes(), writes);
  for (const name of names)
    assert.ok(
      screen.lines().some((line) => line.startsWith(`✓ ${name} `)),
      name,
    );
});

test('where no lane has begun nothing of the rows is left', () => {
  const { screen, emit, view, clock } = rig();
  emit(models('Claude', 'Gemini'));
  clock.turn(1_000);
  view.print('said\n');
  view.stop();
  assert.equal(screen.lines().filter(Boolean), ['said']);
});

test('a window that changes its size is drawn anew', () => {
  const { screen, emit, view, size, clock } = rig({ columns: 100, rows: 24 });
  emit(sessionStarted, models('Claude'), started('claude'));
  clock.turn(100);
  size.columns = 50;
  clock.turn(100);
  view.changed();
  assert.match(screen.raw().slice(-400), /\x1b\[3A\x1b\[K/, 'up over the three lines that two became');
});

test('every write leaves the terminal as it was: a killed program needs no repair', () => {
  const { screen, emit, view, clock } = rig();
  emit(sessionStarted, models('Claude'), started('claude'));
  view.print('x\n');
  clock.turn(3_000);
  for (const part of screen.raw().split('\x1b[?25l').slice(1)) assert.match(part, /\x1b\[\?7h\x1b\[\?25h$/);
});

test.run();
