// A checked slot → the slot and its backends as the engine takes them, every default filled in.
import type { Backend, Flag, Slot } from '../core/recipe.ts';
import { LINES } from './check-backends.ts';
import { outputFormat } from './output-format.ts';
import { lineOf } from './source.ts';
import { at, itemsOf, type Tree, textOf } from './tree.ts';
import { isTrue, limit, listed, mapped, orNull, shaped, textOr, texts, value, valueOr, wordOr } from './values.ts';

/** @param permissions what the recipe says of all its slots */
export function slotOf(id: string, slot: Tree | undefined, permissions: Tree | undefined): Slot {
  const said = at(slot, 'permissions') ?? permissions;
  return shaped<Slot>({
    id: () => id,
    title: textOr(id),
    primary: isTrue,
    workspace: valueOr('worktree'),
    timeoutMs: ['timeout', limit],
    backends: listed((tree) => backendOf(tree, said)),
  })(slot);
}

function backendOf(tree: Tree | undefined, said: Tree | undefined): Backend {
  const permissions = wordOr('workspace', 'full')(at(tree, 'permissions') ?? said, '');
  return shaped<Backend>({
    cli: textOr(''),
    run: [permissions === 'workspace' ? 'workspace_only' : 'run', texts],
    readOnly: (written) => (value(written) === false ? false : argv(written, '')),
    judge: argv,
    stdin: textOr(null),
    env: shaped({ pass: texts, set: mapped(textOr('')) }),
    settings: mapped(textOr('')),
    via: texts,
    install: textOr(null),
    login: shaped({ env: texts, files: texts, how: textOr(null) }),
    output: (written) => outputFormat(value(written)),
    resume: argv,
    permissions: () => permissions,
    allows: textOr(null),
    measured: textOr(null),
    flags: () => LINES.flatMap((key) => flagsOf(itemsOf(at(tree, key)))),
    unlisted: texts,
  })(tree);
}

const argv = orNull(texts);

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
