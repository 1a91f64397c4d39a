// A function that checks data against a schema. Compiling one costs tens of milliseconds, so those of the program's own
// schemas are generated beforehand (validators.generated.js); one that is not among them, or has changed since, is
// compiled when it is needed: slower, never wrong.
import { createHash } from 'node:crypto';
import type { Json, JsonSchema } from '../core/json.ts';
import { validators } from './validators.generated.js';

/** One complaint, as ajv gives it. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
}

interface Validate {
  (data: Json): boolean;
  errors?: readonly SchemaError[] | null;
}

/** What ajv is told, here and where the validators are generated. */
export const AJV_OPTIONS = {
  allErrors: true,
  messages: false,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  validateSchema: false,
} as const;
/** Words of ours that say nothing about validity. */
export const ANNOTATIONS = ['text', 'name', 'tree', 'file', 'command'];

/** Tells schemas apart. */
export const fingerprint = (schema: JsonSchema): string =>
  createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 16);

const known = new WeakMap<JsonSchema, Promise<Validate>>();
const compiled = new Map<string, Promise<Validate>>();

/** The complaints that a value earns. */
export async function complaints(schema: JsonSchema, data: Json): Promise<readonly SchemaError[]> {
  if (!known.has(schema)) known.set(schema, find(schema));
  const validate = await known.get(schema)!;
  return validate(data) ? [] : [...(validate.errors ?? [])];
}

async function find(schema: JsonSchema): Promise<Validate> {
  const key = fingerprint(schema);
  if (validators[key]) return validators[key];
  if (!compiled.has(key)) compiled.set(key, compile(schema));
  return compiled.get(key)!;
}

async function compile(schema: JsonSchema): Promise<Validate> {
  const { Ajv } = await import('ajv');
  const ajv = new Ajv(AJV_OPTIONS);
  ajv.addVocabulary(ANNOTATIONS);
  return ajv.compile(schema) as Validate;
}
