// `npm run frames`: plays the demo in a real terminal (tmux) and keeps what was on the screen, as text frames, in
// .pictures/: at 80×24, and at 200×50. Two of the small ones are put into the README.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../support/paths.ts';
import { withRepo } from '../support/repo.ts';
import { withTerminal } from '../support/terminal.ts';

const SIZES = [
  [80, 24],
  [200, 50],
] as const;
/** Milliseconds in which a picture of a busy screen may change. */
const FRAME = 150;

for (const [cols, rows] of SIZES) {
  const frames = await withRepo((repo) => {
    repo.installTool('mm', `#!${join(repo.bin, 'sh')}\nexec node ${join(PROJECT, 'lib/launch.mjs')} "$@"\n`);
    return withTerminal(repo, ['demo', 'add a slugify function'], { cols, rows }, async (terminal) => {
      const seen: string[] = [];
      // a clock that went on is no other picture
      const still = (frame: string | undefined) => frame?.replace(/\d+:\d\d/g, '');
      const keep = (screen: string): void => {
        const frame = screen.replaceAll(repo.root, '/tmp').trimEnd();
        if (still(frame) !== still(seen.at(-1))) seen.push(frame);
      };
      keep(await terminal.waitFor(/How many synthesis passes[\s\S]*Enter/));
      terminal.press('Enter');
      keep(await terminal.waitFor(/Timeout for external[\s\S]*Enter/));
      terminal.press('Enter');
      let reviewing = false;
      while (!reviewing) {
        const screen = terminal.screen();
        reviewing = /Apply|Accept/.test(screen) && /Enter takes it/.test(screen);
        keep(screen);
        await new Promise((resolve) => setTimeout(resolve, FRAME));
      }
      keep(terminal.screen());
      terminal.press('Enter');
      await terminal.exit();
      keep(terminal.screen());
      return seen;
    });
  });
  const text = frames.map(
    (frame, i) => `── ${i + 1} ${'─'.repeat(Math.max(0, cols - String(i + 1).length - 4))}\n${frame}\n`,
  );
  mkdirSync(join(PROJECT, '.pictures'), { recursive: true });
  writeFileSync(join(PROJECT, `.pictures/demo-${cols}x${rows}.txt`), text.join('\n'));
  console.log(`${cols}×${rows}: ${frames.length} frames`);
  if (cols === 80) showInReadme(frames);
}

/** The last picture with a gate that failed while at least two lanes are at work, and the one with the decision. */
function showInReadme(frames: readonly string[]): void {
  const work = frames.findLast((frame) => frame.includes('✗') && (frame.match(/^●/gm) ?? []).length > 1);
  // from a line on that is whole: the screen may begin within a sentence
  const review = frames.find((frame) => frame.includes('Take one candidate whole'))?.replace(/^[\s\S]*?^(?=•)/m, '');
  const file = join(PROJECT, 'README.md');
  let text = readFileSync(file, 'utf8');
  for (const [name, frame] of Object.entries({ work, review })) {
    if (frame === undefined) throw new Error(`no frame shows ${name}`);
    const marked = new RegExp(`(<!-- frame:${name} -->\\n)[\\s\\S]*?(<!-- /frame -->)`);
    text = text.replace(
      marked,
      (_, before: string, after: string) => `${before}\`\`\`text\n${frame.trim()}\n\`\`\`\n${after}`,
    );
  }
  writeFileSync(file, text);
}
