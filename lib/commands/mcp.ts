// `mm mcp`: serves the Model Context Protocol on standard input and output, until the client closes them. The one file
// that knows the protocol's SDK, which is loaded here only and installed by whoever wants it. Nothing but the protocol
// goes to standard output; what is begun by a call goes on by itself.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Failure, fail, ok, type Result } from '../core/failure.ts';
import { cliMessages } from '../core/messages/cli-messages.ts';
import { mcpMessages } from '../core/messages/mcp-messages.ts';
import { printAside } from '../view/print.ts';
import type { CommandLine } from './arguments.ts';
import type { Desk, Given } from './mcp/tool.ts';
import { call, INSTRUCTIONS, listed } from './mcp/tools.ts';
import { programVersion } from './version.ts';

const SDK = '@modelcontextprotocol/sdk';
/** How long a question may wait for its user. */
const ANSWERED_MS = 10 * 60_000;

export async function mcp(line: CommandLine): Promise<Result<number, Failure>> {
  const cwd = resolve(line.values.directory?.[0] ?? '.');
  if (!existsSync(cwd)) return fail(cliMessages.noSuchFolder({ dir: cwd, why: 'there is no such folder' }));
  const sdk = await loadSdk();
  if (!sdk.ok) return sdk;
  const server = serverOf(sdk.value, cwd);
  const closed = new Promise<void>((resolved) => {
    server.onclose = resolved;
  });
  const leave = (): void => void server.close();
  for (const event of ['end', 'close', 'error']) process.stdin.once(event, leave);
  process.stdout.on('error', leave); // nobody reads any more
  await server.connect(new sdk.value.StdioServerTransport());
  if (process.stdin.isTTY)
    printAside('mm mcp is to be started by an agent’s host, and speaks its protocol here. Ctrl-D ends it.');
  await closed;
  return ok(0);
}

type Sdk = Awaited<ReturnType<typeof importSdk>>;

async function importSdk() {
  const [{ Server }, { StdioServerTransport }, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return { Server, StdioServerTransport, types };
}

async function loadSdk(): Promise<Result<Sdk>> {
  try {
    return ok(await importSdk());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(SDK)) return fail(mcpMessages.sdkMissing({ sdk: SDK }));
    throw error;
  }
}

function serverOf({ Server, types }: Sdk, cwd: string) {
  const info = { name: 'mm', title: 'multi-model', version: programVersion() };
  const server = new Server(info, { capabilities: { tools: {} }, instructions: INSTRUCTIONS });
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: listed() }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, { signal }) => {
    const can = server.getClientCapabilities()?.elicitation?.form !== undefined;
    const desk: Desk = { cwd, signal, ask: can ? (question) => elicit(question, signal) : null };
    const sent = await call(params.name, (params.arguments ?? {}) as Given, desk);
    if (sent) return sent;
    throw new types.McpError(types.ErrorCode.InvalidParams, `There is no tool ${JSON.stringify(params.name)}.`);
  });
  return server;

  /** A yes is one that was said: a form sent off empty is none. */
  async function elicit(message: string, signal: AbortSignal): Promise<'yes' | 'no' | 'unanswered'> {
    const apply = { type: 'boolean', title: 'Apply it', description: 'Yes: into the working tree, unstaged.' } as const;
    const asked = { message, requestedSchema: { type: 'object' as const, properties: { apply }, required: ['apply'] } };
    try {
      const { action, content } = await server.elicitInput(asked, { timeout: ANSWERED_MS, signal });
      if (action === 'cancel') return 'unanswered';
      return action === 'accept' && content?.apply === true ? 'yes' : 'no';
    } catch (error) {
      if (error instanceof types.McpError || signal.aborted) return 'unanswered'; // no answer, or none that is one
      throw error;
    }
  }
}
