#!/bin/sh
# The far side of a lane on another machine: `sh TOOL NONCE VERB WORDS`, all words of [A-Za-z0-9._/-]; whatever else it
# needs comes on standard input, nothing secret stands in an argument or stays in a file. `hello` (call.ts) brings it
# there. It answers, after a line with the nonce, in frames: `o N`, `e N`, `p N` and N bytes of output, of errors, of a
# pack; `k KEY VALUE`; `x CODE WHY`. Without an `x` the answer was cut; the code 75 says: the same again.
# POSIX sh with git and what every system has (dash, bash, busybox); knows no model, no recipe and no engine.
set -u
umask 077
unset CDPATH ENV GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR
unset GIT_ALTERNATE_OBJECT_DIRECTORIES
tool=$0
root=$(cd "${0%/*}/" && pwd -P) && [ -e "$root/${0##*/}" ] || exit 1
nonce=$1 verb=$2
shift 2
exec 3<&0 </dev/null
tick=0.2
sleep 0.01 2>/dev/null || tick=1

say() { printf '%s\n' "$*"; }
end() { say "x $1 $(printf '%s' "$2" | tr '\n' ' ' | cut -c 1-2000)"; exit 0; }

# Exactly so many bytes of standard input; busybox's head reads ahead of them.
take() {
  case $(printf ab | { head -c 1 >/dev/null; cat; }) in
    b) head -c "$1" <&3 ;;
    *) dd bs=1 count="$1" <&3 2>/dev/null ;;
  esac
}
# takes into FILE; 75 where the input ended before
take_to() { take "$2" >"$1" && [ "$(($(wc -c <"$1")))" = "$2" ] || end 75 'the input was cut'; }

git_alone() {
  LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1
  GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0
  HOME=/dev/null XDG_CONFIG_HOME=/dev/null # for a git older than 2.32, which knows no GIT_CONFIG_GLOBAL
  export HOME XDG_CONFIG_HOME LC_ALL GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_ATTR_NOSYSTEM GIT_TERMINAL_PROMPT GIT_OPTIONAL_LOCKS
}
mmgit() {
  git -c core.bare=false -c gc.auto=0 -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.untrackedCache=false \
    -c core.splitIndex=false -c core.excludesFile=/dev/null -c core.attributesFile=/dev/null \
    -c advice.addEmbeddedRepo=false "$@"
}
# runs a command; where it fails, its last words are the answer
must() {
  code=$1
  shift
  said=$("$@" 2>&1 >/dev/null <&3) || end "$code" "$verb: $(printf '%s' "$said" | tail -n 3)"
}

# REPO COMMIT PACK: takes the pack that follows, if one does, into the cache of that repository
receive() {
  repo=$root/repos/$1.git
  if [ ! -e "$repo/HEAD" ]; then
    mkdir -p "$root/repos"
    format=
    [ ${#2} -ne 64 ] || format=--object-format=sha256
    must 1 git init -q $format --bare "$repo.$$"
    [ -e "$repo" ] || mv "$repo.$$" "$repo"
    rm -rf "$repo.$$" "$repo/$1.git.$$"
  fi
  : >"$repo/used" # when it was needed last
  GIT_DIR=$repo
  export GIT_DIR
  [ "$3" = none ] || must 75 mmgit index-pack --stdin --fix-thin
  must 75 git cat-file -e "$2^{tree}"
}

# REPO LANE COMMIT PACK EXCLUDE [SHALLOW…]: a lane with the files of a commit. EXCLUDE bytes of what is ignored come
# first, then the pack. A cut leaves nothing or all of it, and the same again finds it.
open() {
  name=$1 lane=$root/lanes/$2 commit=$3 pack=$4 exclude=$5
  shift 5
  new=$lane.$$
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new/tree" "$new/git" "$new/jobs" || end 1 "open: $new can't be made"
  take_to "$new/exclude" "$exclude"
  receive "$name" "$commit" "$pack"
  must 1 git update-ref "refs/mm/$commit" "$commit"
  for each in "$@"; do grep -qsx "$each" "$repo/shallow" || say "$each" >>"$repo/shallow"; done
  unset GIT_DIR
  if [ ! -e "$lane/base" ]; then
    format=
    [ ${#commit} -ne 64 ] || format=--object-format=sha256
    # ours, which no model knows of, and one of the model's own; both see the objects of the cache
    must 1 git init -q $format --bare "$new/git"
    must 1 git init -q $format "$new/tree"
    for dir in "$new/git" "$new/tree/.git"; do
      mkdir -p "$dir/objects/info" "$dir/info"
      say "$repo/objects" >"$dir/objects/info/alternates"
      cp "$new/exclude" "$dir/info/exclude"
      [ ! -e "$repo/shallow" ] || cp "$repo/shallow" "$dir/shallow"
    done
    say '* -text -eol -ident !filter !working-tree-encoding' >"$new/git/info/attributes"
    own=$new/tree/.git
    must 1 git --git-dir="$own" symbolic-ref HEAD refs/heads/mm
    must 1 git --git-dir="$own" update-ref refs/heads/mm "$commit"
    git --git-dir="$own" config user.name multi-model
    git --git-dir="$own" config user.email multi-model@localhost
    GIT_DIR=$new/git GIT_WORK_TREE=$new/tree GIT_INDEX_FILE=$new/index
    export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    must 1 mmgit read-tree -m -u "$commit"
    cp -p "$new/index" "$own/index"
    say "$name $commit" >"$new/base"
    rm -f "$new/exclude"
    mkdir -p "$root/lanes"
    [ -e "$lane" ] || mv "$new" "$lane"
  fi
  say "k tree $lane/tree"
  end 0 open
}

# brings an index of ours up to what lies in the lane; a repository that the model made within is files like any other
add_all() {
  lane=$root/lanes/$1 at=
  [ -e "$lane/base" ] || end 44 'the lane is gone'
  read -r name base <"$lane/base"
  GIT_DIR=$lane/git GIT_WORK_TREE=$lane/tree GIT_INDEX_FILE=$lane/index.$$
  export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
  trap 'rm -f "$lane"/*.$$ "$lane"/*.$$.lock' EXIT
  cp -p "$lane/index" "$GIT_INDEX_FILE" && cd "$lane/tree" || end 44 'the lane is gone'
  set -- ':(top)'
  # a repository within stands there as a folder
  mmgit ls-files -z --others --exclude-standard | tr '\0\n' '\n\001' | sed -n 's,/$,,p' >"$lane/within.$$"
  while IFS= read -r at; do set -- "$@" ":(top,literal,exclude)$at"; done <"$lane/within.$$"
  said=$(mmgit add -A --ignore-errors -- "$@" 2>&1) || case $? in 1) ;; *) end 1 "capture: $said" ;; esac
  while IFS= read -r at; do
    if grep -qs '^[[:space:]]*\[remote[[:space:]]' "$at/.git/config"; then # other people's work
      say "r $at" >>"$lane/side.$$"
      continue
    fi
    say "r $at/.git" >>"$lane/side.$$"
    part=$(within "$at") && mmgit rm -rq --cached --ignore-unmatch -- ":(top,literal)$at" &&
      mmgit read-tree --prefix="$at/" "$part" || end 1 "capture: $at can't be taken"
  done <"$lane/within.$$"
}

# FOLDER: the tree of what lies in a repository within
within() {
  GIT_WORK_TREE=$lane/tree/$1 GIT_INDEX_FILE=$lane/part.$$
  rm -f "$GIT_INDEX_FILE"
  cd "$1" || return 1
  mmgit add -A --ignore-errors -- . >&2 || [ $? -eq 1 ] || return 1
  mmgit write-tree --missing-ok
}

# what lies there and is in no tree, a record each that ends in NUL: `r` a repository within, `i` what is ignored
beside() {
  : >>"$lane/side.$$"
  mmgit ls-files -z --others --ignored --exclude-standard --directory |
    tr '\0\n' '\n\001' | sed 's/^/i /' >>"$lane/side.$$"
  tr '\n\001' '\0\n' <"$lane/side.$$" >"$lane/records.$$"
  say "o $(($(wc -c <"$lane/records.$$")))"
  cat "$lane/records.$$"
}

# LANE: what lies there as a commit on the base, and the objects that the base has not; and what is beside it
capture() {
  add_all "$1"
  GIT_AUTHOR_NAME=mm GIT_AUTHOR_EMAIL=mm@localhost GIT_AUTHOR_DATE='@1 +0000'
  GIT_COMMITTER_NAME=mm GIT_COMMITTER_EMAIL=mm@localhost GIT_COMMITTER_DATE='@1 +0000'
  export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE
  said=$lane/said.$$ # apart: a warning is no part of an id
  tree=$(mmgit write-tree --missing-ok 2>"$said") || end 1 "capture: $(cat "$said")"
  made=$(mmgit commit-tree -m capture -p "$base" "$tree" 2>"$said") || end 1 "capture: $(cat "$said")"
  # once taken in as files, a repository within would not be found again
  [ -s "$lane/within.$$" ] || mv "$GIT_INDEX_FILE" "$lane/index"
  printf '%s\n^%s\n' "$made" "$base" |
    mmgit pack-objects --revs --thin --stdout --delta-base-offset -q >"$lane/pack.$$" ||
    end 1 'capture: the pack could not be made'
  (GIT_INDEX_FILE=$lane/index && export GIT_INDEX_FILE && beside)
  say "k tree $tree"
  say "k commit $made"
  say "p $(($(wc -c <"$lane/pack.$$")))"
  cat "$lane/pack.$$"
  end 0 capture
}

# LANE COMMIT PACK: its files become those of another commit
reset() {
  commit=$2 pack=$3
  [ -e "$root/lanes/$1/base" ] || end 44 'the lane is gone'
  read -r name base <"$root/lanes/$1/base"
  receive "$name" "$commit" "$pack"
  add_all "$1"
  must 1 mmgit read-tree --reset -u "$commit"
  mv "$GIT_INDEX_FILE" "$lane/index"
  end 0 reset
}

# LANE JOB OUT ERR SPEC IN: starts a command, or attaches to it: the same call is both. SPEC and IN say how many bytes
# follow of a shell fragment (what to start) and of its standard input; OUT and ERR how many bytes of its output are
# known. Then a line every few seconds says that someone waits; `stop` ends it.
run() {
  lane=$root/lanes/$1 job=$root/lanes/$1/jobs/$2
  new=$lane/jobs/.$2.$$
  mkdir -p "$lane/jobs" 2>/dev/null && [ -e "$lane/base" ] || end 44 'the lane is gone'
  trap 'rm -rf "$new"' EXIT
  mkdir "$new" && take_to "$new/spec" "$5" && take_to "$new/in" "$6"
  if [ ! -d "$job" ]; then
    apart=
    ! command -v setsid >/dev/null || apart=setsid
    # it makes the job's folder itself: where one of two calls is too late, nothing starts twice
    (trap '' HUP; exec $apart sh "$tool" - supervise "$new" "$job" "$1/$2") </dev/null >/dev/null 2>&1 3<&- &
    wait_for=50
    while [ ! -e "$job/pid" ] && [ ! -e "$job/exit" ] && [ $wait_for -gt 0 ]; do
      sleep $tick
      wait_for=$((wait_for - 1))
    done
  fi
  follow "$3" "$4"
}

follow() {
  o=$1 e=$2
  cd "$job" || end 75 'it could not be started'
  (
    i=0
    while IFS= read -r line; do
      kill -0 $$ 2>/dev/null || exit # the shell that follows was killed: nobody waits
      i=$((i + 1))
      say "$$.$i" >beat
      case $line in stop*) say interrupted >stop ;; esac
    done
    kill $$
  ) <&3 >/dev/null 2>&1 &
  reader=$!
  while :; do
    over=
    [ ! -e exit ] || over=1 # looked at before the output, so that nothing is lost
    send o out "$o" && o=$((o + n))
    send e err "$e" && e=$((e + n))
    if [ -n "$over" ]; then
      read -r code why <exit
      kill $reader 2>/dev/null
      end "$code" "$why"
    fi
    supervised || [ -e exit ] || { end_all "${job#"$root/lanes/"}"; say 137 lost >exit.$$ && mv exit.$$ exit; }
    sleep $tick
  done
}

# KIND FILE OFFSET: what came since
send() {
  n=$(($(wc -c <"$2") - $3))
  [ $n -gt 0 ] || return 1
  say "$1 $n"
  tail -c +$(($3 + 1)) "$2" | head -c $n
}

# whether the process that watches over the job in this folder lives
supervised() {
  read -r pid boot <pid 2>/dev/null || return 1
  [ "$boot" = "$(boot_id)" ] || return 1
  if [ -e /proc/self/cmdline ]; then grep -qs supervise "/proc/$pid/cmdline"; else kill -0 "$pid" 2>/dev/null; fi
}
boot_id() { cat /proc/sys/kernel/random/boot_id 2>/dev/null || say unknown; }

# NEW JOB TOKEN: runs what the fragment says, ends it for its limit, for `stop`, or when nobody has waited for the time
# of the lease; and all that it left. All time is counted in ticks of this machine. The end stands in `exit`.
supervise() {
  mkdir "$2" 2>/dev/null && mv "$1/in" "$1/spec" "$2" && cd "$2" || exit 0
  limit=0 grace=5 lease=120 both=
  . ./spec
  rm spec
  : >out
  : >err
  : >beat
  say "$$ $(boot_id)" >pid.new && mv pid.new pid
  [ -z "$both" ] || { rm err && ln out err; }
  apart=
  ! command -v setsid >/dev/null || apart=setsid
  (
    cd "$cwd" || exit 126
    MM_JOB=$3
    export MM_JOB
    launch
  ) <in >>out 2>>err &
  child=$!
  watch "$3" &
  watcher=$!
  wait $child
  code=$?
  kill $watcher 2>/dev/null
  wait $watcher 2>/dev/null
  end_all "$3"
  why=exit
  [ ! -e why ] || read -r why <why
  say "$code $why" >exit.new && mv exit.new exit
}

watch() {
  seconds=0 quiet=0 last= nap=
  trap '[ -z "$nap" ] || kill $nap 2>/dev/null; exit' TERM
  while :; do
    sleep 1 &
    nap=$!
    wait $nap # not so long that a nap would outlive what is watched over
    seconds=$((seconds + 1)) quiet=$((quiet + 1))
    beat=$(cat beat)
    [ "$beat" = "$last" ] || { last=$beat quiet=0; }
    why=
    [ "$limit" -eq 0 ] || [ $seconds -lt "$limit" ] || why=timeout
    [ $quiet -lt "$lease" ] || why=orphaned
    [ ! -e stop ] || why=$(cat stop)
    kill -0 $$ 2>/dev/null || why=lost # the supervisor itself was killed
    [ -n "$why" ] || continue
    trap '' TERM
    say "$why" >why
    end_all "$1"
    return
  done
}

# TOKEN: the processes of a job: those that have it in their environment, and those of the command's session
members() {
  if [ -e /proc/self/environ ]; then
    {
      # -z, as busybox sees no further than the first NUL otherwise
      grep -lszxF "MM_JOB=$1" /proc/[0-9]*/environ | cut -d / -f 3
      [ -z "${child:-}" ] || for each in /proc/[0-9]*/stat; do
        { read -r line <"$each"; } 2>/dev/null || continue
        set -- ${line##*) }
        [ "$1" = Z ] || [ "$4" != "$child" ] || { each=${each#/proc/} && say "${each%/stat}"; }
      done
    } | sort -u
  else
    ps -axEww -o pid=,command= 2>/dev/null | grep -F "MM_JOB=$1" | grep -v grep |
      while read -r pid _; do say "$pid"; done
  fi
}

# TOKEN: TERM, the grace, KILL, until nobody is left
end_all() {
  rounds=0 patience=$((${grace:-5} * 4)) looks=1
  while left=$(members "$1"); [ -n "$left" ] || [ $looks -gt 0 ]; do
    # what is just becoming another program shows no environment for that instant: where there were some, once more
    if [ -z "$left" ]; then
      looks=$((looks - 1))
      [ $rounds -gt 0 ] || return 0
    elif [ $rounds -eq 0 ]; then kill -TERM $left 2>/dev/null; kill -CONT $left 2>/dev/null
    elif [ $rounds -ge $patience ]; then kill -KILL $left 2>/dev/null; fi
    [ $rounds -lt $((patience + 40)) ] || return 1
    rounds=$((rounds + 1))
    sleep $tick
  done
}

# LANE…: ends what runs there, then deletes it
remove() {
  for name in "$@"; do
    lane=$root/lanes/$name
    for job in "$lane"/jobs/*; do
      # what was lost may have begun in the moment in which it was looked for
      [ ! -d "$job" ] || grep -qsv ' lost$' "$job/exit" || (
        cd "$job" || exit
        say removed >stop
        rounds=0
        while supervised && [ ! -e exit ] && [ $rounds -lt 150 ]; do
          sleep $tick
          rounds=$((rounds + 1))
        done
        end_all "$name/${job##*/}"
      )
    done
    rm -rf "$lane" "$lane".[0-9]*
    [ ! -e "$lane" ] || end 1 "$lane can't be removed"
  done
  end 0 removed
}

# whether a command runs in a lane
lives() {
  for job in "$1"/jobs/*; do
    [ -d "$job" ] && [ ! -e "$job/exit" ] && (cd "$job" && supervised) && return 0
  done
  return 1
}

# PATH DAYS: nothing of it has been written for so long; nobody knows that without find
unused() { [ -z "$(find "$1" -mtime "-$2" 2>/dev/null | head -n 1)" ]; }

# LANE: what is known of it: `live`: a command runs there; `recent`: something was done there in a week; `old`
state_of() {
  if lives "$1"; then say live
  elif unused "$1/base" 7 && unused "$1/index" 7 && unused "$1/jobs" 7; then say old
  else say recent; fi
}

# all lanes; those of others can't be looked into, and are not told
list() {
  for lane in "$root"/lanes/*; do
    [ ! -r "$lane/base" ] || say "k lane ${lane##*/} $(state_of "$lane")"
  done
  end 0 list
}

# LANE…: removes those of them that are old; caches that nothing has used for a month and no lane needs, scripts of
# other versions of the same age, and what a cut left half made
prune() {
  for name in "$@"; do
    lane=$root/lanes/$name
    [ -r "$lane/base" ] && [ "$(state_of "$lane")" = old ] && rm -rf "$lane" && say "k removed the lane $name"
  done
  for part in "$root"/lanes/*.[0-9]* "$root"/repos/*.git.[0-9]*; do
    [ ! -r "$part/HEAD" ] && [ ! -d "$part/git" ] || [ -e "$part/base" ] || ! unused "$part" 1 || {
      rm -rf "$part" && say "k removed ${part##*/}, half made"
    }
  done
  for repo in "$root"/repos/*.git; do
    [ -r "$repo/HEAD" ] || continue
    find "$repo/objects/pack" -name 'tmp_*' -mmin +60 2>/dev/null | while IFS= read -r part; do
      rm -f "$part" && say "k removed ${part##*/}, half sent"
    done
    name=${repo##*/}
    ! grep -qs "^${name%.git} " "$root"/lanes/*/base && unused "$repo/HEAD" 30 && unused "$repo/used" 30 &&
      rm -rf "$repo" && say "k removed the cache $name"
  done
  for script in "$root"/lane-*.sh; do
    [ "$script" = "$root/${tool##*/}" ] || ! unused "$script" 30 || {
      rm -f "$script" && say "k removed the script ${script##*/} of another version"
    }
  done
  end 0 prune
}

[ "$verb" = supervise ] || say "$nonce"
case $verb in
  open | capture | reset) git_alone && "$verb" "$@" ;;
  run | remove | supervise) "$verb" "$@" ;;
  list | prune) command -v find >/dev/null || end 1 'find is not there'; "$verb" "$@" ;;
  *) end 64 "no such verb: $verb" ;;
esac
