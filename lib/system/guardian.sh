# Outlives the runner by a moment: holds the read end of a pipe, knows the runner's process groups, and ends what is
# left when the pipe closes. Usage: bash guardian.sh TOKEN; lines on standard input: +PGID:START, -PGID:START.
# Must work with bash 3.2, without ps; START is the leader's start in clock ticks (0: unknown), against reused ids.

# Prints the ids to signal: living processes of known groups and sessions, and those that carry the run's token.
left() {
  local entry id start stat fields file variable value
  if [ ! -r /proc/self/stat ]; then
    for entry in $known; do kill -0 -- "-${entry%:*}" && printf -- '-%s ' "${entry%:*}"; done
    return
  fi
  local groups=' '
  for entry in $known; do
    id=${entry%:*} start=${entry#*:}
    if [ "$start" != 0 ] && IFS= read -r stat <"/proc/$id/stat"; then
      read -ra fields <<<"${stat##*) }"
      [ "${fields[19]}" = "$start" ] || continue # the id is somebody else's by now
    fi
    groups="$groups$id "
  done
  for file in /proc/[0-9]*; do
    id=${file#/proc/}
    [ "$id" != "$$" ] && [ "$id" != "$BASHPID" ] && IFS= read -r stat <"$file/stat" || continue
    read -ra fields <<<"${stat##*) }"
    case ${fields[0]} in Z | X) continue ;; esac
    case $groups in *" ${fields[2]} "* | *" ${fields[3]} "*) printf '%s ' "$id"; continue ;; esac
    while IFS= read -r -d '' variable; do
      case $variable in
        MM_PROCESS_TOKEN=*)
          value="/${variable#*=}/"
          case $value in *"/$token/"*) printf '%s ' "$id" ;; esac
          break ;;
      esac
    done <"$file/environ"
  done
}

guard() {
  trap '' HUP INT TERM QUIT PIPE
  token=$1 known=' '
  while IFS= read -r line; do
    case $line in
      +*) known="$known${line#+} " ;;
      -*) known=${known/ ${line#-} / } ;;
    esac
  done
  # TERM, a second for those that tidy up, then KILL for three seconds; what is left then is waiting for a device.
  for ((round = 1; round <= 40; round++)); do
    found=$(left)
    [ -n "$found" ] || exit 0
    if [ "$round" -eq 1 ]; then kill -TERM -- $found; kill -CONT -- $found; fi
    if [ "$round" -gt 10 ]; then kill -KILL -- $found; fi
    sleep 0.1
  done
  exit 1
}

guard "$1" 2>/dev/null
