# What scripted agents can say. An agent is this file, then functions named after the steps it is asked
# (explore, implement, compare, integrate; implement_2 for pass 2; any for all others), then `agent_main "$@"`.
# Works with bash 3.2 and the tools of POSIX. AGENT and LOG are set by whoever installs the agent.
#
#   say TEXT…            to standard output          complain TEXT…       to standard error
#   put PATH TEXT        writes a file (a line)       put PATH <<'X' … X   writes a file from here-text
#   mark NAME            tells the test it came here  wait_for NAME        goes on when the test releases NAME
#   once NAME            true the first time it is asked, in all calls together
#   grandchild NAME      leaves a process behind that lives on until NAME is released; its pid is in $LOG/NAME.pid
#   escape NAME          the same in a process session of its own
#   flood BYTES          that many bytes to standard output
#   prefer MARKER        answers a comparison: for each file the candidate whose part of the diff contains MARKER
#   $PROMPT_FILE         what came on standard input; $LAST is the last argument

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

put() {
  mkdir -p -- "$(dirname -- "$1")"
  if [ $# -gt 1 ]; then printf '%s\n' "$2" >"$1"; else cat >"$1"; fi
}

mark() { : >"$LOG/$1"; }

# Ends by itself when the test's folder is gone, so that nothing is left waiting for ever.
wait_for() {
  while [ ! -e "$LOG/$1" ]; do
    [ -d "$LOG" ] || exit 99
    sleep 0.02
  done
}

once() { mkdir "$LOG/once-$1" 2>/dev/null; }

grandchild() {
  (
    trap '' TERM HUP INT
    wait_for "$1"
  ) >/dev/null 2>&1 </dev/null &
  echo $! >"$LOG/$1.pid"
}

escape() {
  if command -v setsid >/dev/null; then
    LOG=$LOG setsid bash -c 'trap "" TERM HUP INT; echo $$ >"$LOG/$1.pid"; while [ -d "$LOG" ] && [ ! -e "$LOG/$1" ]; do sleep 0.02; done' escape "$1" >/dev/null 2>&1 </dev/null &
  else
    set -m
    grandchild "$1"
    set +m
  fi
  while [ ! -s "$LOG/$1.pid" ]; do sleep 0.02; done
}

flood() { head -c "$1" /dev/zero | tr '\0' x; }

# The prompt holds blocks that start with `## Candidate A`; in them each file has a heading `### path`, or just its diff.
# A path with line ends or the like stands there as JSON has it, and is answered so.
prefer() {
  local prompt=$PROMPT_FILE
  if [ ! -s "$prompt" ]; then
    prompt=$CALL/prompt
    printf '%s\n' "$LAST" >"$prompt"
  fi
  MARKER=$1 awk '
    function quoted(text) { if (text ~ /^".*"$/) return text; gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
    function under(file) { path = file; if (!(path in first)) { first[path] = letter; order[++count] = path } }
    /^## Candidate [A-Z]/ { letter = substr($0, 14, 1); letters[letter]; path = ""; headed = 0; next }
    /^## / { letter = "" }
    letter != "" && /^### / { headed = 1; under(substr($0, 5)); next }
    letter != "" && !headed && /^diff --git / { sub(/^diff --git a\/.* b\//, ""); under($0); next }
    letter != "" && path != "" && ENVIRON["MARKER"] != "" && index($0, ENVIRON["MARKER"]) && !(path in best) { best[path] = letter }
    END {
      printf "{ \"files\": ["
      for (i = 1; i <= count; i++) {
        path = order[i]
        choice = (path in best) ? best[path] : first[path]
        printf "%s\n  { \"path\": %s, \"best\": \"%s\", \"why\": \"preferred\", \"ratings\": {", (i > 1 ? "," : ""), quoted(path), choice
        comma = ""
        for (letter in letters) {
          rate = letter == choice ? 5 : 2
          printf "%s \"%s\": { \"correctness\": %d, \"conventions\": %d, \"quality\": %d, \"completeness\": %d, \"tests\": %d }", comma, letter, rate, rate, rate, rate, rate
          comma = ","
        }
        printf " } }"
      }
      printf "\n], \"notes\": \"none\" }\n"
    }' "$prompt"
}

# Writes down how the agent was called: a folder a call, numbered in the order of the calls.
agent_record() {
  local number=1
  until CALL=$LOG/$(printf 'call-%04d' "$number") && mkdir "$CALL" 2>/dev/null; do
    [ -d "$LOG" ] || exit 99
    number=$((number + 1))
  done
  printf '%s' "$AGENT" >"$CALL/agent"
  printf '%s' "$PWD" >"$CALL/cwd"
  printf '%s' $$ >"$CALL/pid"
  env -0 >"$CALL/env"
  if [ $# -gt 0 ]; then printf '%s\0' "$@" >"$CALL/argv"; fi
  PROMPT_FILE=$CALL/stdin
  cat >"$PROMPT_FILE"
  trap 'printf %s $? >"$CALL/exit"' EXIT
}

agent_main() {
  agent_record "$@"
  LAST=${!#}
  local step=${MM_STEP:-any}
  for name in "${step}_${MM_PASS:-1}" "$step" any; do
    if declare -F "$name" >/dev/null; then
      "$name" "$@"
      return
    fi
  done
  case $step in
    compare) prefer '' ;;
    *) say "Nothing to do for $step." ;;
  esac
}
