// A checked slot → the slot and its backends as the engine takes them, every default filled in.
import type { Backend, Flag, Slot } from '../core/recipe.ts';
import { LINES } from './check-backends.ts';
import { outputFormat } from './output-format.ts';
import { lineOf } from './source.ts';
import { at, itemsOf, type Tree, textOf } from './tree.ts';
import { mapped, milliseconds, text, texts, value } from './values.ts';

/** @param permissions what the recipe says of all its slots */
export function slotOf(id: string, slot: Tree, permissions: Tree | undefined): Slot {
  const said = at(slot, 'permissions') ?? permissions;
  return {
    id,
    title: text(at(slot, 'title')) ?? id,
    primary: value(at(slot, 'primary')) === true,
    workspace: (text(at(slot, 'workspace')) ?? 'worktree') as Slot['workspace'],
    timeoutMs: milliseconds(at(slot, 'timeout'), null),
    backends: itemsOf(at(slot, 'backends')).map((backend) => backendOf(backend, said)),
  };
}

function backendOf(backend: Tree, said: Tree | undefined): Backend {
  const argv = (key: string) => (at(backend, key) === undefined ? null : texts(at(backend, key)));
  const permissions = text(at(backend, 'permissions') ?? said) === 'workspace' ? 'workspace' : 'full';
  return {
    cli: text(at(backend, 'cli'))!,
    run: texts(at(backend, permissions === 'workspace' ? 'workspace_only' : 'run')),
    readOnly: value(at(backend, 'read_only')) === false ? false : argv('read_only'),
    judge: argv('judge'),
    stdin: text(at(backend, 'stdin')) ?? null,
    env: {
      pass: texts(at(backend, 'env', 'pass')),
      set: mapped(at(backend, 'env', 'set'), (_, item) => text(item) ?? ''),
    },
    settings: mapped(at(backend, 'settings'), (_, item) => text(item) ?? ''),
    via: texts(at(backend, 'via')),
    install: text(at(backend, 'install')) ?? null,
    login: {
      env: texts(at(backend, 'login', 'env')),
      files: texts(at(backend, 'login', 'files')),
      how: text(at(backend, 'login', 'how')) ?? null,
    },
    output: outputFormat(value(at(backend, 'output'))),
    resume: argv(permissions === 'workspace' ? 'workspace_resume' : 'resume'),
    permissions,
    allows: text(at(backend, 'allows')) ?? null,
    measured: text(at(backend, 'measured')) ?? null,
    flags: LINES.flatMap((key) => flagsOf(itemsOf(at(backend, key)))),
    unlisted: texts(at(backend, 'unlisted')),
  };
}

/** The options of a command, without values that stand behind `=`. */
function flagsOf(line: readonly Tree[]): readonly Flag[] {
  const words = line.map((item) => textOf(item) ?? '');
  const end = words.findIndex((word, i) => i > 0 && !/^[a-z][a-z-]*$/.test(word));
  const command = words.slice(0, end === -1 ? words.length : end);
  return line.flatMap((item, i): readonly Flag[] => {
    const [flag] = /^--?[A-Za-z][\w-]*/.exec(words[i]!) ?? [];
    if (flag === undefined) return [];
    return [{ flag, command, place: `${item.place.source.name}:${lineOf(item.place)}` }];
  });
}
