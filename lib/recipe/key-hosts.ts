// `hosts:`: the machines beside this one on which lanes may work, and who names them: slots, gates, and the questions
// that slots are asked.
import type { JsonSchema } from '../core/json.ts';
import { hostMistakes } from '../core/messages/host-messages.ts';
import { nearest } from '../core/nearest.ts';
import { HERE, type HostSpec } from '../core/recipe.ts';
import { checkVector } from './check-texts.ts';
import type { Scope } from './names.ts';
import type { Report } from './parse.ts';
import { DURATION_PATTERN, VARIABLE_NAME_PATTERN } from './patterns.ts';
import { duration, line, list, named, object, text, word } from './schema-parts.ts';
import { at, entriesOf, itemsOf, type MapTree, nameplate, type ScalarTree, type Tree, textOf } from './tree.ts';
import { alike, limit, mapped, shaped, textOr, texts, valueOr } from './values.ts';

const argument = text('One argument; `${host.id}` is what `up` printed, `${host.token}` the name that `up` was given.');

export const hosts: JsonSchema = named(
  object(
    {
      via: list(
        argument,
        'What is put in front of a command to run it there, its standard input and output passed through.',
        1,
      ),
      up: line(
        'A command that makes it; the last line that it prints is `${host.id}`. `${host.token}` is a name for it, of ' +
          'small letters and digits, that no other session or host has.',
      ),
      down: list(
        argument,
        'The command that takes it away again, however the run ends. With `${host.token}` and without `${host.id}` ' +
          'it is used also where `up` was cut off: what is not there must be no failure for it.',
        1,
      ),
      wait: duration('How long it may take until it answers; asked once where it is left out.', DURATION_PATTERN),
      lease: duration(
        'How long a command there goes on while its connection is cut; then it is ended there, and lost. `2m` ' +
          'where it is left out.',
      ),
      root: { ...word, description: 'The folder there in which lanes lie; `~/.cache/mm` where it is left out.' },
      lanes: { type: 'integer', minimum: 1, description: 'How many lanes work there at once; the others wait.' },
      env: named(text('Its value.'), 'Variables that commands see there.', VARIABLE_NAME_PATTERN),
    },
    ['via'],
    'A machine beside this one.',
  ),
  'Machines on which slots may work, and gates run, that say `host`.',
);

const someHosts = (description: string): JsonSchema => ({
  anyOf: [word, { type: 'array', items: word, minItems: 1 }],
  description,
});

/** `host` of a slot. */
export const host: JsonSchema = someHosts(
  'The entry of `hosts` on which it works, its gates beside it; of a list the first that can be used.',
);
/** `ask_host` of a slot. */
export const askHost: JsonSchema = someHosts(
  'Where it compares, reads and mends: an entry of `hosts`, or `here`; of a list the first that can be used. ' +
    'Left out: here, or on its `host` where its command line is only there.',
);
/** `host` of a gate. */
export const gateHost: JsonSchema = someHosts(
  'Where it runs, on whatever tree: an entry of `hosts`, or `here`; of a list the first that can be used.',
);
/** `gate_host` of a recipe. */
export const gateHosts: JsonSchema = someHosts(
  'The same for every gate that does not say `host`, also those that are found by the gate table.',
);

/** One name, or several. */
export const hostNames = (tree: Tree | undefined): readonly string[] =>
  textOf(tree) === undefined ? texts(tree) : [textOf(tree)!];

const IN_HOST: Scope = { host: { name: 'safe' }, home: 'safe' };
const IN_UP: Scope = { ...IN_HOST, host: { name: 'safe', token: 'safe' } };
const WITH_ID: Scope = { ...IN_HOST, host: { name: 'safe', token: 'safe', id: 'safe' } };

export function checkHosts(recipe: MapTree, report: Report): void {
  const hosts = entriesOf(at(recipe, 'hosts'));
  for (const [, host] of hosts) {
    const up = at(host, 'up');
    const down = at(host, 'down');
    if (up !== undefined && down === undefined) report(nameplate(up), hostMistakes.neverDown());
    if (down !== undefined && up === undefined) report(nameplate(down), hostMistakes.neverUp());
    checkVector(up, IN_UP, report);
    for (const vector of [at(host, 'via'), down]) checkVector(vector, up === undefined ? IN_HOST : WITH_ID, report);
  }
  const known = hosts.map(([name]) => name).filter((name) => name !== HERE);
  const taken = at(recipe, 'hosts', HERE);
  if (taken !== undefined) report(nameplate(taken), hostMistakes.hereTaken());
  const anywhere = [...known, HERE];
  for (const [id, slot] of entriesOf(at(recipe, 'slots'))) {
    const host = at(slot, 'host');
    checkNames(host, known, report);
    if (host !== undefined && textOf(at(slot, 'workspace')) === 'main')
      report(nameplate(host), hostMistakes.mainElsewhere(id));
    checkNames(at(slot, 'ask_host'), anywhere, report);
  }
  for (const [, gate] of entriesOf(at(recipe, 'gates'))) checkNames(at(gate, 'host'), anywhere, report);
  checkNames(at(recipe, 'gate_host'), anywhere, report);
}

function checkNames(written: Tree | undefined, known: readonly string[], report: Report): void {
  const seen = new Set<string>();
  for (const name of written?.kind === 'list' ? itemsOf(written) : written === undefined ? [] : [written]) {
    const text = textOf(name);
    if (text === undefined) continue;
    const { place } = name as ScalarTree;
    if (!known.includes(text)) report(place, hostMistakes.unknownHost(text, known, nearest(text, known) ?? null));
    else if (seen.has(text)) report(place, hostMistakes.namedTwice(text));
    seen.add(text);
  }
}

const LEASE_MS = 120_000;

export const hostsOf = mapped(
  shaped<HostSpec>({
    name: (_, name) => name,
    ...alike(texts, 'via', 'up', 'down'),
    waitMs: ['wait', (tree) => (tree === undefined ? 0 : limit(tree))],
    leaseMs: ['lease', (tree) => limit(tree) ?? LEASE_MS],
    root: textOr(null),
    lanes: valueOr(null),
    env: mapped(textOr('')),
  }),
);
