// The tools of `mm mcp`, what a host is told of them, and a call from its arguments to what is sent back.
import { fail, type Result } from '../../core/failure.ts';
import type { Json, JsonSchema } from '../../core/json.ts';
import { mcpMessages } from '../../core/messages/mcp-messages.ts';
import { complaints, type SchemaError } from '../../recipe/validators.ts';
import { plainPaint } from '../../view/paint.ts';
import { renderFailure } from '../../view/render-failure.ts';
import { harmless } from '../../view/text.ts';
import { unexpected } from '../unexpected.ts';
import { accept, decline } from './decide.ts';
import { plan, report, status } from './look.ts';
import { run } from './start-run.ts';
import type { Answer, Desk, Given, Tool } from './tool.ts';

const TOOLS: readonly Tool[] = [run, status, plan, accept, decline, report];

/** What a host tells the model that is to use them. */
export const INSTRUCTIONS =
  'mm gives one coding task to several AI coding CLIs at once, and puts the best parts of their work together, ' +
  "proven by the project's own quality gates. Use it when the user asks for several models, a second opinion in " +
  'code, or names mm. Call `run`, then `status` now and then until the session has ended, then `plan`; show that ' +
  'to the user, and only with their yes call `accept`, else `decline`. `report` writes a page for the user to look ' +
  'at. Each run costs the user tokens.';

/** An object of these and nothing else. */
const schemaOf = ({ input, required }: Tool) =>
  ({
    type: 'object' as const,
    properties: input,
    required: [...required],
    additionalProperties: false,
  }) satisfies JsonSchema;

/** As `tools/list` has them. */
export const listed = () =>
  TOOLS.map((tool) => {
    const { name, title, description, annotations } = tool;
    return {
      name,
      title,
      description,
      inputSchema: schemaOf(tool) as Record<string, unknown> & { type: 'object' },
      annotations,
    };
  });

/** As `tools/call` sends it. (A type: plain data.) */
export type Sent = {
  content: { type: 'text'; text: string }[];
  structuredContent: Record<string, unknown>;
  isError?: true;
};

/** Calls a tool; whatever happens is told to the client, and ends nothing. null: there is no such tool. */
export async function call(name: string, given: Given, desk: Desk): Promise<Sent | null> {
  const tool = TOOLS.find((each) => each.name === name);
  if (!tool) return null;
  const done = await answer(tool, given, desk).catch(unexpected);
  if (done.ok) return sent(done.value);
  const { id, what, remedy } = done.failure;
  const text = renderFailure(done.failure, null, plainPaint);
  return { ...sent({ text, data: { failure: { id, what, remedy } } }), isError: true };
}

async function answer(tool: Tool, given: Given, desk: Desk): Promise<Result<Answer>> {
  const wrong = await complaints(schemaOf(tool), given);
  if (wrong.length === 0) return tool.call(given, desk);
  const told = wrong.filter(({ keyword }) => keyword !== 'propertyNames').map(inWords);
  return fail(mcpMessages.badArguments({ tool: tool.name, wrong: told }));
}

/** A complaint about arguments, such as `arguments: "task" required`. */
function inWords({ instancePath, keyword, params, propertyName }: SchemaError): string {
  const place = instancePath.slice(1).split('/')[0] || 'arguments';
  const name = propertyName ?? params.additionalProperty ?? params.missingProperty;
  const what = Object.entries(params).find(([key]) => !/Property/.test(key));
  return [`${place}:`, ...(name ? [JSON.stringify(name)] : []), keyword, ...(what ? [String(what[1])] : [])].join(' ');
}

/** More than a host hands on to its model. */
const LONGEST = 60_000;

const sent = ({ text, data }: Answer): Sent => ({
  content: [{ type: 'text', text: harmless(text).slice(0, LONGEST) }],
  structuredContent: clean(data as Json) as Record<string, unknown>,
});

/** The same, with every text in it made harmless. */
function clean(data: Json): Json {
  if (typeof data === 'string') return harmless(data);
  if (Array.isArray(data)) return data.map(clean);
  if (data === null || typeof data !== 'object') return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [harmless(key), clean(value ?? null)]));
}
