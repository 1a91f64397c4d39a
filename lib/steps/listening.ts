// Listens to an attempt by the files that its CLI writes: documents and lines of its output as they come. Only reads.
import { join } from 'node:path';
import { JsonDocuments } from '../model/json-documents.ts';
import { Follower } from '../system/follow.ts';

export interface Listening {
  /** Reads what has come since the last time. */
  readonly read: () => Promise<void>;
  /** Reads the rest; nothing more will come. */
  readonly end: () => Promise<void>;
}

/**
 * @param dir the session's folder, which may have been moved since
 * @param files where the attempt's output and errors are, as its start said
 */
export function listenTo(
  dir: string,
  files: { readonly output: string; readonly stderr: string },
  heard: { readonly document: (document: unknown) => void; readonly line: (line: string) => void },
): Listening {
  const here = (file: string) => join(dir, /pass-\d+\/[^/]+\/[^/]+$/.exec(file)?.[0] ?? file);
  const documents = new JsonDocuments(true, heard.document);
  const isText = files.output.endsWith('.md'); // the answer as it stands (see attempt.ts)
  const followers = [
    new Follower(here(files.output), isText ? heard.line : (line) => documents.line(line)),
    new Follower(here(files.stderr), heard.line),
  ];
  return {
    read: async () => {
      for (const each of followers) await each.read();
    },
    end: async () => {
      for (const each of followers) await each.end();
      documents.end();
    },
  };
}
