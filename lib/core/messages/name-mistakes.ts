// The wording of mistakes in what a recipe names: values, trees and templates that are inserted or used. Wording only,
// as in recipe-mistakes.ts.
import { suggest, type Wording } from './wording.ts';

/** A mistake's wording by its name; each takes the values it speaks of. */
export const nameMistakes = {
  malformed: () => ({
    message: '`${` must be followed by a name and `}`',
    hint: 'for example ${task}; there are no expressions; for the two characters themselves write $${',
  }),
  unknownName: (path: string, near: string | undefined, known: readonly string[], inside: string) => ({
    message: `unknown name \`${path}\``,
    hint:
      near !== undefined
        ? `did you mean \`${near}\`?`
        : known.length > 0
          ? `known${inside}: ${known.slice(0, 16).join(', ')}${known.length > 16 ? ' …' : ''}`
          : undefined,
  }),
  notYetKnown: (path: string, line: number) => ({
    message: `\`${path}\` is not known yet at this step`,
    hint: `it is saved in line ${line}, which comes later or belongs to another lane`,
  }),
  severalValues: (path: string, below: readonly string[]) => ({
    message: `\`${path}\` holds several values`,
    hint: `say which: ${below.map((name) => `${path}.${name}`).join(', ')}`,
  }),
  isTree: (path: string) => ({
    message: `\`${path}\` is a tree, which can't be used here`,
    hint: 'trees go to the steps that take one, such as gates, compose, review and apply',
  }),
  notTree: (written: string, trees: readonly string[]) => ({
    message: `\`${written}\` is not a tree`,
    hint: trees.length > 0 ? `trees known here: ${trees.map((name) => `"\${${name}}"`).join(', ')}` : undefined,
  }),
  notTrees: (path: string, known: readonly string[]) => ({
    message: `\`${path}\` gives no trees`,
    hint:
      known.length > 0
        ? `groups that give some: ${known.join(', ')}`
        : 'it is the id of a group with `for:`, in which a step saves a tree (`capture: "${slot.id}", save: tree`)',
  }),
  untrusted: (path: string) => ({
    message: `\`${path}\` may carry any text (a task's, a model's), so it can't be used here`,
    hint: 'such text may go into prompts, reports, questions and standard input only',
  }),
  shellLine: () => ({
    message: 'nothing is inserted into a shell line',
    hint: 'it gets its values from the environment ($MM_SLOT, $MM_PASS, $MM_PORT …); or write the command as a list',
  }),
  notInserted: () => ({
    message: 'nothing is inserted into an option',
    hint: 'an option is a plain value; insert the name where the option is used',
  }),
  notInNotify: () => ({
    message: 'nothing is inserted into `notify` where it is a list',
    hint:
      'its command gets the question as $MM_QUESTION in its environment; ' +
      'those below `notify.commands` get ${notice.text}',
  }),
  bareName: (written: string, bare: string | undefined, negated: string | undefined) => ({
    message: `a name is expected here, not \`${written}\``,
    hint:
      bare !== undefined
        ? `write it bare: ${bare}`
        : negated !== undefined
          ? `there are no expressions; the opposite of \`when: ${negated}\` is \`unless: ${negated}\``
          : 'for example pass.later; there are no expressions',
  }),
  notList: (path: string, lists: readonly string[]) => ({
    message: `\`${path}\` is not a list`,
    hint: lists.length > 0 ? `lists known here: ${lists.join(', ')}` : undefined,
  }),
  unknownSlot: (word: string, known: readonly string[]) => {
    const lanes = known.filter((each) => each.startsWith(`${word}.`));
    return {
      message: `unknown slot \`${word}\``,
      hint: lanes.length > 0 ? `its \`count\` makes lanes: name one of ${lanes.join(', ')}` : suggest(word, known),
    };
  },
  unknownTemplate: (word: string, kinds: string, known: readonly string[]) => ({
    message: `no template \`${word}\` in ${kinds}`,
    hint: suggest(word, known),
  }),
  templateByName: () => ({ message: 'a template is named literally, so that its names can be checked' }),
  usedAt: (wording: Wording, step: string, place: string): Wording => ({
    message: `${wording.message}, when step \`${step}\` (${place}) uses this template`,
    hint: wording.hint,
  }),
} satisfies Record<string, (...values: never[]) => Wording>;
