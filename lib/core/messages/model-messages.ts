// What can go wrong with models: choosing them, asking them, what they may cost, and what they answer.
import { catalogue } from './catalogue.ts';

const goingOnWithMore = (session: string): readonly string[] => [
  'To go on where the run ended, with a higher budget:',
  `mm resume ${session} --budget 10usd`,
];

export const modelMessages = catalogue({
  noModel: ({
    looked,
  }: {
    looked: readonly { title: string; tried: readonly { cli: string; install: string | null }[] }[];
  }) => {
    const install = [...new Set(looked.flatMap(({ tried }) => tried.flatMap((each) => each.install ?? [])))];
    return {
      what: `None of the models' command lines is installed here. Looked on PATH for:\n${looked
        .map(({ title, tried }) => `  ${title}: ${tried.map(({ cli }) => cli).join(', then ')}`)
        .join('\n')}`,
      remedy: [
        `Install at least one of them and log in to it once${install.length > 0 ? ':' : '.'}`,
        ...install,
        'Or see the whole job without any account, with scripted agents:',
        'mm demo "add a slugify function"',
      ],
    };
  },

  unknownSlot: ({ slot, known, near }: { slot: string; known: readonly string[]; near: string | undefined }) => ({
    what: `The recipe has no slot "${slot}"; it has ${known.join(', ')}.`,
    remedy: near ? `Did you mean ${near}?` : 'Name one of those.',
  }),

  noSlotChosen: ({ only, without }: { only: readonly string[] | null; without: readonly string[] }) => {
    const chosen = [only && `--only ${only.join(',')}`, without.length > 0 && `--without ${without.join(',')}`];
    return {
      what: `With ${chosen.filter(Boolean).join(' and ')} no slot is left to work.`,
      remedy: 'Leave at least one.',
    };
  },

  promptTooLong: ({ slot, cli, bytes, limit }: { slot: string; cli: string; bytes: number; limit: number }) => ({
    what:
      `The prompt has ${bytes.toLocaleString('en')} bytes, but ${cli} (for ${slot}) takes it as an argument, ` +
      `and an argument can't be longer than ${limit.toLocaleString('en')} bytes.`,
    remedy: [
      'Shorten the task (or the conventions of the repository, which go into every prompt), ' +
        `or leave the slot out with --without ${slot}.`,
      'Or give the backend `stdin: ${prompt}` in the recipe, if that CLI reads standard input.',
    ],
  }),

  noReadOnly: ({ step, slot, clis }: { step: string; slot: string; clis: readonly string[] }) => ({
    what: `The step ${step} only asks, and ${slot} (${clis.join(', ')}) has no command that is sure to change nothing.`,
    remedy: [
      `Leave it out with --without ${slot}, make another slot the primary, or give it \`read_only:\` in the recipe.`,
    ],
  }),

  /** `session`: one that goes on with a higher budget, as that kept models from being asked. */
  allModelsFailed: ({
    failures,
    session,
  }: {
    failures: readonly { title: string; why: string }[];
    session: string | null;
  }) => ({
    exit: 1,
    what:
      'No model delivered anything to combine.\n' +
      `${failures.map(({ title, why }) => `  ${title}: ${why}`).join('\n')}`,
    remedy:
      session === null
        ? 'What each of them said is in the session folder, under outputs/ and stderr/.'
        : goingOnWithMore(session),
  }),

  modelFailed: ({ title, why }: { title: string; why: string }) => ({
    exit: 1,
    what: `${title}: ${why}`,
    remedy: 'All that it said is in the session folder, under outputs/ and stderr/.',
  }),

  budgetReached: ({ refused, said, session }: { refused: string; said: string; session: string }) => ({
    exit: 1,
    what: `${refused}, as ${said}.`,
    remedy: goingOnWithMore(session),
  }),

  budgetStopped: ({ said, session }: { said: string; session: string }) => ({
    exit: 1,
    what: `Stopped, as the budget is reached: ${said}.`,
    remedy: goingOnWithMore(session),
  }),

  leftInTree: () => ({
    exit: 1,
    what: 'What it left in your tree can be taken out only with all of its work, so it was not asked again.',
    remedy: 'What it had made before counts. Say `workspace: worktree` of the slot, and it is asked again then.',
  }),

  judgeUnusable: ({ title, mistakes }: { title: string; mistakes: readonly string[] }) => ({
    exit: 1,
    what:
      `${title} compared the candidates, but its answer can't be used, the second time either: ` +
      `${mistakes.slice(0, 3).join(' ')}`,
    remedy: 'The evidence decides instead.',
  }),
});
