// `hosts:` as JSON Schema: the machines beside this one on which lanes may work.
import type { JsonSchema } from '../core/json.ts';
import { DURATION_PATTERN, VARIABLE_NAME_PATTERN } from './patterns.ts';
import { duration, list, named, object, text, word } from './schema-parts.ts';

const argument = text('One argument; `${host.id}` is what `up` printed.');

export const hosts: JsonSchema = named(
  object(
    {
      via: list(
        argument,
        'What is put in front of a command to run it there, its standard input and output passed through.',
        1,
      ),
      up: list(text('One argument.'), 'A command that makes it; the last line that it prints is `${host.id}`.', 1),
      down: list(argument, 'The command that takes it away again, however the run ends.', 1),
      wait: duration('How long it may take until it answers; asked once where it is left out.', DURATION_PATTERN),
      root: { ...word, description: 'The folder there in which lanes lie; `~/.cache/mm` where it is left out.' },
      lanes: { type: 'integer', minimum: 1, description: 'How many lanes work there at once; the others wait.' },
      env: named(text('Its value.'), 'Variables that commands see there.', VARIABLE_NAME_PATTERN),
    },
    ['via'],
    'A machine beside this one.',
  ),
  'Machines on which slots may work that say `host`.',
);

/** `host` of a slot. */
export const host: JsonSchema = {
  anyOf: [word, { type: 'array', items: word, minItems: 1 }],
  description: 'The entry of `hosts` on which it works, its gates beside it; of a list the first that can be used.',
};
