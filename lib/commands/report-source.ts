// Collects what a report shows from a session's folder and its private git store. Only reads.
import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { changes } from '../candidate/changes.ts';
import { blobSizes, readBlobs } from '../candidate/objects.ts';
import type { CandidateStore } from '../candidate/store.ts';
import { BASE, type Change, RESULT } from '../core/candidate.ts';
import { SUBMODULE } from '../core/file-mode.ts';
import { emptyRecord, type SessionRecord } from '../core/session-record.ts';
import { fold } from '../session/fold.ts';
import { stateRoot } from '../session/home.ts';
import { readJournal } from '../session/journal.ts';
import type { ComparedPass, Excerpt, ReportSource } from '../view/report/report-input.ts';
import { locate } from './here.ts';
import { pastStore } from './past-store.ts';
import { programVersion } from './version.ts';

/** Bytes of a text that are shown whole, and of each end of a longer one. */
const WHOLE = 64 * 1024;
const END = 24 * 1024;

/**
 * @param dir the session's folder
 * @param open its store, where that is open
 */
export async function reportSource(dir: string, open?: CandidateStore): Promise<ReportSource> {
  const { events } = readJournal(join(dir, 'events.jsonl'));
  const record = { ...events.reduce(fold, emptyRecord), session_dir: dir };
  const store = open ?? (await storeOf(dir, record));
  const passes = typeof store === 'string' ? [] : await comparedPasses(store, record);
  const oids = new Set(passes.flatMap(({ columns }) => columns.flatMap((column) => column.changes.flatMap(blobsOf))));
  return {
    record,
    events,
    version: programVersion(),
    passes,
    missing: typeof store === 'string' ? store : null,
    sizes: typeof store === 'string' ? new Map() : await blobSizes(store, [...oids]),
    read: async (wanted) => (typeof store === 'string' ? [] : readBlobs(store, wanted)),
    excerpt: (path) => excerpt(dir, path),
    list: async (folder) => list(join(dir, folder)).map((name) => `${folder}/${name}`),
  };
}

/** The store as the run left it, or why it can't be opened any more. */
async function storeOf(dir: string, record: SessionRecord): Promise<CandidateStore | string> {
  if (record.ref === '') return 'the session ended before anything was compared';
  try {
    const located = await locate(record.repository, stateRoot(process.env));
    return located.ok ? await pastStore(located.value, { dir, record }) : (located.failure.what.split('\n')[0] ?? '');
  } catch (error) {
    // the repository was moved, or its base is gone: the report does without
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

/** Per pass the base, every candidate that was captured, and what the plan makes of them. */
async function comparedPasses(store: CandidateStore, record: SessionRecord): Promise<ComparedPass[]> {
  const compared: ComparedPass[] = [];
  for (const pass of record.passes) {
    const trees = Object.keys(record.models).flatMap((id) => (pass.trees[id] ? [{ id, tree: pass.trees[id] }] : []));
    const last = pass === record.passes.at(-1);
    const result = (last ? record.result?.tree : undefined) ?? pass.plan?.tree;
    if (result) trees.push({ id: RESULT, tree: result });
    const columns = [
      { id: BASE, changes: [] as readonly Change[] },
      ...(await Promise.all(
        trees.map(async ({ id, tree }) => ({ id, changes: await changes(store, store.baseTree, tree) })),
      )),
    ];
    if (columns.length > 1) compared.push({ number: pass.number, columns, plan: pass.plan });
  }
  return compared;
}

const blobsOf = ({ before, after }: Change): string[] =>
  [before, after].flatMap((entry) => (entry && entry.mode !== SUBMODULE ? [entry.oid] : []));

/** The ends of one of the session's own files; nothing outside its folder is read. */
async function excerpt(dir: string, path: string): Promise<Excerpt | null> {
  const inside = normalize(path);
  const file = join(dir, inside);
  if (inside.startsWith('..') || inside.startsWith('/') || !statSync(file, { throwIfNoEntry: false })?.isFile())
    return null;
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const part = async (at: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
      return buffer.toString('utf8', 0, bytesRead);
    };
    if (size <= WHOLE) return { head: await part(0, size), tail: '', bytes: size, left: 0 };
    return { head: await part(0, END), tail: await part(size - END, END), bytes: size, left: size - 2 * END };
  } finally {
    await handle.close();
  }
}

const list = (folder: string): string[] =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [];
