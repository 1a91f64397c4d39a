// The ways of writing that the recipe language knows (ids, names, durations …), and each in words.
import { DURATION_PATTERN as ANY_DURATION } from '../core/duration.ts';

/** Ids go into paths and branch names. */
export const ID_PATTERN = '^[a-z0-9][a-z0-9-]*$';
/** Names that `${…}` and `when:` may say. */
export const WORD_PATTERN = '^[a-z_][a-z0-9_-]*$';
export const DURATION_PATTERN = ANY_DURATION.replace('^', '^(?!0+(\\.0+)?(ms|s|m|h)?$)');
export const LIMIT_PATTERN = DURATION_PATTERN.replace('none|', '');
/** Seconds: a written number must be at least this. */
export const LEAST_DURATION = 0.001;
export const VARIABLE_PATTERN = '^[A-Za-z_*?][A-Za-z0-9_*?]*$';
export const VARIABLE_NAME_PATTERN = '^[A-Za-z_][A-Za-z0-9_]*$';
export const REFERENCE_PATTERN = '^\\$\\{[A-Za-z0-9_.-]+\\}$';
export const FACTOR_PATTERN = '^[0-9]+(\\.[0-9]+)?x$';
/** A CLI, or one of its models as an argument of its command names it. */
export const PRICED_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9._:@/*-]+)?$';
export const NOT_OPTION_PATTERN = '^[^-]';

/** A number of bytes. */
export const SIZE_PATTERN = '^[0-9]+(\\.[0-9]+)?(kB|MB|GB)?$';
export const FILE_NAME_PATTERN = '^[A-Za-z0-9_][A-Za-z0-9._-]*$';

/** What a pattern of ours asks for, in words. */
export const EXPECTED: Readonly<Record<string, string>> = {
  [ID_PATTERN]: 'lower-case letters, digits and dashes, such as `my-slot`',
  [WORD_PATTERN]: 'a name of lower-case letters, digits, `_` and `-`',
  [DURATION_PATTERN]: 'a duration (seconds, or `90s`, `20m`, `1h`) or `none`',
  [LIMIT_PATTERN]: 'a duration (seconds, or `90s`, `20m`, `1h`)',
  [VARIABLE_NAME_PATTERN]: 'the name of an environment variable',
  [VARIABLE_PATTERN]: 'the name of an environment variable, `*` for any characters',
  [REFERENCE_PATTERN]: 'one `${name}`',
  [FILE_NAME_PATTERN]: 'a file name of letters, digits, `.`, `_` and `-`',
  [FACTOR_PATTERN]: 'a factor such as `1.5x`',
  [SIZE_PATTERN]: 'a size such as `500MB` or `2GB`',
  [PRICED_PATTERN]: 'a CLI, or `cli/model` with the model as its command names it (`*` for any characters)',
  [NOT_OPTION_PATTERN]: 'text that does not begin with a dash',
};
