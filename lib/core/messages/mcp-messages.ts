// What can be said against a call of `mm mcp`, to an agent and by it to its user.
import { catalogue } from './catalogue.ts';

const SHOW = (session: string): readonly string[] => [
  'Show the user the plan; they can apply it with:',
  command(session),
];
const command = (session: string): string => `mm accept ${session}`;

export const mcpMessages = catalogue({
  sdkMissing: ({ sdk }: { sdk: string }) => ({
    what: `mm mcp needs the package ${sdk}, which is not installed with mm.`,
    remedy: [
      'Install it beside mm:',
      `npm install -g ${sdk}@1`,
      `Or, with nothing installed, have the server started by \`npx -y -p multi-model -p ${sdk}@1 mm mcp\`.`,
    ],
  }),
  badArguments: ({ tool, wrong }: { tool: string; wrong: readonly string[] }) => ({
    what: `The arguments of ${tool} are not what its schema says:\n${wrong.map((each) => `  ${each}`).join('\n')}`,
    remedy: 'Call it again with arguments that are.',
  }),
  recipeOutside: ({ recipe, top }: { recipe: string; top: string }) => ({
    what: `The recipe ${recipe} is not in ${top}, and is none that comes with mm.`,
    remedy: 'Name one of those, or a file in the repository.',
  }),
  sampleRecipe: ({ recipe }: { recipe: string }) => ({
    what: `The recipe ${recipe} works on a sample of its own, not in this repository.`,
    remedy: ['The user can try it in a terminal:', `mm ${recipe} "a task"`],
  }),
  runRefused: ({ exit, said }: { exit: number | null; said: string }) => ({
    what: `The run ended before it began${exit === null ? '' : ` (exit code ${exit})`}:\n${said}`,
    remedy: 'Tell the user; in a terminal they can see more of it.',
  }),
  noSessions: () => ({
    what: 'This repository has no sessions yet.',
    remedy: 'The tool `run` begins one.',
  }),
  noPlan: ({ session, state }: { session: string; state: string }) => ({
    what: `Session ${session} (${state}) has no plan of files.`,
    remedy: 'The tool `status` says how far it is; of one that has ended, `report` says what came of it.',
  }),
  nothingOpen: ({ session, state }: { session: string; state: string }) => ({
    what: `Session ${session} (${state}) has no plan that waits for a decision.`,
    remedy: 'The tool `status` says how far it is.',
  }),
  declinedBefore: ({ session }: { session: string }) => ({
    what: `The plan of session ${session} was declined.`,
    remedy: ['Should the user want it all the same, they can type:', command(session)],
  }),
  acceptNever: ({ session }: { session: string }) => ({
    what: 'The recipe does not let an agent accept a plan (`mcp: { accept: never }`).',
    remedy: SHOW(session),
  }),
  acceptUnasked: ({ session }: { session: string }) => ({
    what: 'A plan is accepted only once the user has been asked, and this host has no way of asking (no elicitation).',
    remedy: SHOW(session),
  }),
  acceptUnanswered: ({ session }: { session: string }) => ({
    what: 'The user was asked whether to apply the plan, and has not answered. Nothing was changed.',
    remedy: SHOW(session),
  }),
});
