// A small made-up set of executors, so that tests of the recipe language don't depend on the real ones.
import type { ExecutorSpec } from '../../lib/core/executor-spec.ts';

const spec = (name: string, schema: ExecutorSpec['schema'], rest: Partial<ExecutorSpec> = {}): ExecutorSpec => ({
  name,
  summary: `Does what ${name} does.`,
  schema,
  example: `- { ${name}: x }`,
  ...rest,
});

export const executors: readonly ExecutorSpec[] = [
  spec('say', { value: { type: 'string', text: true, description: 'What to say.' } }),
  spec(
    'ask',
    {
      value: { type: 'string', text: true },
      fields: {
        prefer: { type: 'string' },
        headless: { type: ['string', 'number'] },
        choices: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            properties: { value: {}, label: { type: 'string' } },
            required: ['value'],
            additionalProperties: false,
          },
        },
      },
      required: ['choices'],
    },
    { saves: 'safe', lookups: ['prefer'] },
  ),
  spec(
    'repository',
    { value: { type: 'object', properties: {}, additionalProperties: false } },
    { saves: { slug: 'safe', base: 'safe', top: 'safe' } },
  ),
  spec(
    'read',
    { value: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
    { saves: 'text' },
  ),
  spec(
    'write',
    {
      value: { type: 'string', file: true, description: 'The file.' },
      fields: { template: { type: 'string', description: 'A template.' }, show: { type: 'boolean' } },
      required: ['template'],
    },
    { templates: { template: 'any' }, names: { extra: 'text' } },
  ),
  spec(
    'model',
    {
      value: { type: 'string' },
      fields: { template: { type: 'string' }, prompt: { type: 'string', file: true }, read_only: { type: 'boolean' } },
    },
    { templates: { template: 'prompts' }, slots: ['value'], saves: 'text' },
  ),
  spec(
    'judge',
    { value: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] } },
    { slots: ['value'], saves: { files: 'list', best: 'text', settled: 'safe' } },
  ),
  spec('compose', { value: { enum: ['file', 'hunk', 'candidate'] } }, { saves: { settled: 'safe', notes: 'text' } }),
  spec('gates', { value: { anyOf: [{ enum: ['base', 'result'] }, { type: 'string' }] } }, { slots: ['value'] }),
  spec('workspace', { value: { type: 'string' }, fields: { branch: { type: 'string' } } }),
  spec('prepare', {
    value: {
      type: 'object',
      properties: {
        copy: { type: 'array', items: { type: 'string' } },
        run: {
          type: 'array',
          items: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }], command: true },
        },
      },
      additionalProperties: false,
    },
  }),
];
