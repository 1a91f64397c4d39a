# What the three scripted agents share: how they speak, and the steps that are no matter of style. Each of them sources
# this file and then calls `run`, having said in `implement` what it would make of the task.
# POSIX tools only. Nothing here is clever: these are actors, so that the program can be seen at work without an account.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

say() { printf '%s\n' "$*"; }

# A model takes its time; MM_DEMO_FAST is for those in a hurry.
think() { [ -n "${MM_DEMO_FAST:-}" ] || sleep "$1"; }

# edit FILE SED-SCRIPT: in place, keeping the file's mode.
edit() {
  sed "$2" "$1" >"$1.edited"
  cat "$1.edited" >"$1"
  rm "$1.edited"
}

# put_first FILE LINE
put_first() {
  { printf '%s\n' "$2" && cat "$1"; } >"$1.edited"
  cat "$1.edited" >"$1"
  rm "$1.edited"
}

export_slugify() {
  grep -q slugify src/index.js || put_first src/index.js "export { slugify } from './slugify.js';"
}

# document TEXT: the function's line in the README's list, where the alphabet wants it.
document() {
  grep -q 'slugify(' README.md || edit README.md "s~^- \`titleCase~- $1\\
&~"
}

explore() {
  say '## Map for the task'
  think 0.4
  for file in src/*.js; do say "- $file: $(grep -c . "$file") lines, exports $(sed -n 's/^export [a-z{]* *\([A-Za-z]*\).*/\1/p' "$file" | tr '\n' ' ')"; done
  say "- tests: $(ls test | tr '\n' ' ')(node:test, node:assert/strict)"
  say '- a new function needs a module in src/, an export in src/index.js, a test and a line in the README'
}

compare() {
  think 0.6
  printf '%s\n' "$prompt" | awk -f "$here/judge.awk"
}

# Mends what does not fit between files that come from different hands.
integrate() {
  say 'Reading how the pieces fit …'
  think 0.6
  export_slugify
  document '`slugify(text)` writes a piece of a web address'
  if grep -q '{ separator' src/slugify.js && grep -q 'slugify(text, separator)' bin/wordsmith.js; then
    edit bin/wordsmith.js 's/slugify(text, separator)/slugify(text, { separator })/'
    edit README.md 's/`slugify(text, separator)`/`slugify(text, { separator })`/'
    say 'bin/wordsmith.js handed the separator over as a plain argument, src/slugify.js takes it as an option: mended.'
  fi
  say 'The pieces fit.'
}

run() {
  prompt=$(cat)
  case ${MM_STEP:-implement} in
    implement)
      case $prompt in
        *[Ss][Ll][Uu][Gg]*) ;;
        *) say "That is a fine task. I am only a small script, though, and slugify is all I know: I'll add that instead." ;;
      esac
      implement
      ;;
    explore) explore ;;
    compare) compare ;;
    integrate) integrate ;;
    *) say "I am a small script and know nothing about ${MM_STEP}." ;;
  esac
}
