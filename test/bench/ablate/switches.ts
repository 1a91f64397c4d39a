// The heuristics that can be switched off, each alone: edits of the program's sources, made in a copy. An edit has to fit
// exactly once; where the source has changed since, the bench says so instead of measuring nothing.

/** A text that stands once in a file, and what stands there when the heuristic is off. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const edit = (file: string, find: string, replace: string): Edit => ({ file: `lib/evidence/${file}`, find, replace });
/** A key of the comparison of whole candidates that is always equal. */
const equal = (find: string, replace: string) => [edit('rank.ts', find, replace)];

/** What goes when a heuristic is switched off, by its name. */
export const SWITCHES: Readonly<Record<string, readonly Edit[]>> = {
  // How files hold together.
  imports: [edit('groups.ts', 'const target of targets', 'const target of [] as string[]')],
  'groups (but for renames and the table)': [
    edit('groups.ts', 'parts(paths, all, 0)', 'parts(paths, all, STRENGTH.renameUser)'),
  ],
  'new files that are needed': [
    edit('groups.ts', 'const author = authors.get(id);', 'const author = authors.get(`${id} off`);'),
  ],
  'better tests': [edit('choose.ts', '  takeBetterTests(input, group, best, draft);', '')],
  // Where failing tests point.
  subjects: [edit('blame.ts', 'const tested = files.testedFilesOf(test, author);', 'const tested: string[] = [];')],
  mentions: [edit('mentions.ts', 'return [...found];', 'return [...found].slice(found.size);')],
  'blame (in choosing)': [
    edit('propose.ts', 'blameOf(each)] as const)', 'blameOf(each.slice(each.length))] as const)'),
  ],
  'exchanges after a proof': [
    edit(
      'neighbours.ts',
      'const last = node.neighbours.at(-1);',
      'const last = node.neighbours.slice(node.neighbours.length).at(-1);',
    ),
  ],
  'steps back to what was chosen': [edit('neighbours.ts', 'sets.slice(0, MOST_STEPS)', 'sets.slice(0, 0)')],
  // Tie-breaks between whole candidates.
  'rank: others’ tests': equal('if (mine !== theirs) {', 'if (mine !== theirs && mine < 0) {'),
  'rank: disputed tests': equal('if (contested !== 0)', 'if (contested !== contested)'),
  'rank: files of the majority': equal('if (missed !== 0)', 'if (missed !== missed)'),
  'rank: how typical': equal('if (typical !== 0)', 'if (typical !== typical)'),
  'rank: size in how typical': [edit('likeness.ts', 'const SIZE_WEIGHT = 0.5;', 'const SIZE_WEIGHT = 0;')],
  'rank: likeness in how typical': [
    edit('likeness.ts', 'return [id, share + SIZE_WEIGHT', 'return [id, 0 * share + SIZE_WEIGHT'),
  ],
};
