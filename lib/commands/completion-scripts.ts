// Completion scripts, made from the tables that read the arguments: what is added there is completed here. Pure.
// The bash one works with bash 3.2; sessions are asked for only when one is to be completed.
import { COMMANDS, OPTIONS, optionsOf } from './options.ts';

/** A way of writing an option, with what it means; `value`: the kind of its value. */
interface Flag {
  readonly name: string;
  readonly words: readonly string[];
  readonly help: string;
  readonly value: 'none' | 'file' | 'folder' | 'other';
}

const KINDS: Readonly<Record<string, Flag['value']>> = { FILE: 'file', DIR: 'folder' };

const flagOf = (name: string): Flag => {
  const { short, value, help } = OPTIONS[name]!;
  return {
    name,
    words: [`--${name}`, ...(short ? [`-${short}`] : [])],
    help,
    value: value === undefined ? 'none' : (KINDS[value] ?? 'other'),
  };
};

/** Options of a command, or of running a recipe, with those that all have. */
const flagsOf = (command: string): readonly Flag[] => [...optionsOf(command), ...optionsOf(null)].map(flagOf);

const all = Object.keys(OPTIONS).map(flagOf);
const wordsOf = (flags: readonly Flag[]): readonly string[] => flags.flatMap(({ words }) => words);
const taking = (...kinds: readonly Flag['value'][]): string =>
  wordsOf(all.filter(({ value }) => kinds.includes(value))).join(' | ');

const commands = Object.keys(COMMANDS);
const withOperand = (operand: string): readonly string[] =>
  commands.filter((name) => COMMANDS[name]!.operands.includes(operand));
const sessionCommands = withOperand('session');
const recipeCommands = withOperand('recipe');
const SHELLS = ['bash', 'zsh', 'fish'];

export function bashCompletion(recipes: readonly string[]): string {
  return `# Completes mm in bash. To have it in every new shell:
#     echo 'source <(mm completion bash)' >> ~/.bashrc
_mm() {
  local IFS=$' \\t\\n'
  local cur=\${COMP_WORDS[COMP_CWORD]} prev= first= word i
  local -a place
  if ((COMP_CWORD > 0)); then prev=\${COMP_WORDS[COMP_CWORD - 1]}; fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${taking('folder')}) place=(-C "\${COMP_WORDS[i + 1]}"); i=$((i + 1)) ;;
      ${taking('file', 'other')}) i=$((i + 1)) ;;
      -*) ;;
      *) first=$word; break ;;
    esac
  done
  case $prev in
    ${taking('file')}) _mm_files -f; return ;;
    ${taking('folder')}) _mm_files -d; return ;;
    ${taking('other')}) return ;;
  esac
  if [[ $cur == -* ]]; then
    case $first in
      '') word='${wordsOf(all).join(' ')}' ;;
${commands.map((name) => `      ${name}) word='${wordsOf(flagsOf(name)).join(' ')}' ;;`).join('\n')}
      *) word='${wordsOf(flagsOf('run')).join(' ')}' ;;
    esac
    COMPREPLY=($(compgen -W "$word" -- "$cur"))
    return
  fi
  case $first in
    '') _mm_recipes '${[...commands, ...recipes].join(' ')}' ;;
    ${recipeCommands.join(' | ')}) _mm_recipes '${recipes.join(' ')}' ;;
    ${sessionCommands.join(' | ')})
      word=$("\${COMP_WORDS[0]}" completion sessions \${place[@]+"\${place[@]}"} 2>/dev/null)
      COMPREPLY=($(compgen -W "$word" -- "$cur")) ;;
    completion) COMPREPLY=($(compgen -W '${SHELLS.join(' ')}' -- "$cur")) ;;
  esac
}

# Names of files (-f) or folders (-d), also with blanks in them.
_mm_files() {
  local IFS=$'\\n'
  COMPREPLY+=($(compgen "$@" -- "$cur"))
  compopt -o filenames 2>/dev/null
}

# Words, and files that may be recipes.
_mm_recipes() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
  if [[ -n $cur ]]; then
    _mm_files -f -X '!*.yaml'
    _mm_files -f -X '!*.yml'
    _mm_files -d
  fi
}

complete -F _mm mm
`;
}

export function zshCompletion(recipes: readonly string[]): string {
  return `#compdef mm
# Completes mm in zsh. To have it in every new shell (with compinit loaded):
#     echo 'source <(mm completion zsh)' >> ~/.zshrc
_mm() {
  local first= word i
  local -a place options commands recipes
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    case $word in
      ${taking('folder').replaceAll(' ', '')}) place=(-C "$words[i+1]"); ((i++)) ;;
      ${taking('file', 'other').replaceAll(' ', '')}) ((i++)) ;;
      -*) ;;
      *) first=$word; break ;;
    esac
  done
  case $words[CURRENT-1] in
    ${taking('file').replaceAll(' ', '')}) _files; return ;;
    ${taking('folder').replaceAll(' ', '')}) _files -/; return ;;
    ${taking('other').replaceAll(' ', '')}) return 1 ;;
  esac
  recipes=(${recipes.join(' ')})
  if [[ $PREFIX == -* ]]; then
    case $first in
      '') options=(${described(all)}) ;;
${commands.map((name) => `      ${name}) options=(${described(flagsOf(name))}) ;;`).join('\n')}
      *) options=(${described(flagsOf('run'))}) ;;
    esac
    _describe -o option options
    return
  fi
  case $first in
    '')
      commands=(${commands.map((name) => quoted(`${name}:${COMMANDS[name]!.help}`)).join(' ')})
      _describe command commands
      compadd -X recipe -- $recipes
      _mm_recipe_files ;;
    ${recipeCommands.join('|')}) compadd -X recipe -- $recipes; _mm_recipe_files ;;
    ${sessionCommands.join('|')}) compadd -X session -- \${(f)"$($words[1] completion sessions $place 2>/dev/null)"} ;;
    completion) compadd -- ${SHELLS.join(' ')} ;;
  esac
}
# Not by _files: where nothing matches, that offers all files.
_mm_recipe_files() {
  _path_files -g '*.(yaml|yml)(-.)'
  _path_files -/
}
if [[ \${funcstack[1]-} == _mm ]]; then _mm "$@"; else compdef _mm mm; fi
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const described = (flags: readonly Flag[]): string =>
  flags.flatMap(({ words, help }) => words.map((word) => quoted(`${word}:${help}`))).join(' ');

export function fishCompletion(recipes: readonly string[]): string {
  const option = (condition: string, { name, help, value }: Flag): string => {
    const short = OPTIONS[name]!.short;
    const takes = { none: '', file: ' -r -F', folder: " -x -a '(__fish_complete_directories)'", other: ' -x' }[value];
    return `complete -c mm -n ${fishQuoted(condition)} -l ${name}${short ? ` -s ${short}` : ''}${takes} -d ${fishQuoted(help)}`;
  };
  const word = (condition: string, words: string, help?: string): string =>
    `complete -c mm -n ${fishQuoted(condition)} -a ${fishQuoted(words)}${help ? ` -d ${fishQuoted(help)}` : ''}`;
  const at = (names: readonly string[]) => `__mm_at ${names.join(' ')}`;
  const used = (flag: string) => commands.filter((name) => optionsOf(name).includes(flag));
  return `# Completes mm in fish. To have it in every new shell:
#     mm completion fish > ~/.config/fish/completions/mm.fish
function __mm_first
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case ${taking('file', 'folder', 'other').replaceAll(' | ', ' ')}
                set skip yes
            case '-*'
            case '*'
                echo $word
                return
        end
    end
end
function __mm_at
    contains -- (__mm_first; or true) $argv
end
function __mm_begins
    test -z (__mm_first | string collect)
end
function __mm_runs
    not contains -- (__mm_first | string collect) ${commands.join(' ')}
end
complete -c mm -f
${commands.map((name) => word('__mm_begins', name, COMMANDS[name]!.help)).join('\n')}
${word('__mm_begins', recipes.join(' '), 'recipe')}
${word('__mm_begins', '(__fish_complete_suffix .yaml)')}
${word(at(recipeCommands), recipes.join(' '), 'recipe')}
${word(at(recipeCommands), '(__fish_complete_suffix .yaml)')}
${word(at(sessionCommands), '(mm completion sessions 2>/dev/null)', 'session')}
${word(at(['completion']), SHELLS.join(' '))}
${optionsOf(null)
  .map((name) => option('true', flagOf(name)))
  .join('\n')}
${optionsOf('run')
  .map((name) => option('__mm_runs', flagOf(name)))
  .join('\n')}
${Object.keys(OPTIONS)
  .filter((name) => used(name).length > 0)
  .map((name) => option(at(used(name)), flagOf(name)))
  .join('\n')}
`;
}

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
