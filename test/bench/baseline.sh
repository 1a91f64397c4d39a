#!/usr/bin/env bash
# The steps of the workflow document as a plain shell script, one after the other as it has them: what our program is
# measured against. A single pass; the primary in the main tree, two worktrees; no judge: each model's files are taken.
# Usage, in the repository: AI_AIP_ROOT=<folder> BENCH_GATE="<command>" baseline.sh "task"
set -u
TASK=$1

# ── Phase 1: context
CONVENTIONS=$(cat AGENTS.md CLAUDE.md 2>/dev/null)
TRUNK=$(git remote show origin 2>/dev/null | grep 'HEAD branch')
BRANCH=$(git branch --show-current)
REF=$(git rev-parse HEAD)

# ── Phase 2: models and the timeout command
for cli in gemini codex agent; do
  if command -v "$cli" >/dev/null 2>&1; then echo "$cli:available"; else echo "$cli:missing"; fi
done
TIMEOUT=$(command -v timeout || command -v gtimeout)

# ── Phase 2b: the session's folder
REPO_TOPLEVEL=$(git rev-parse --show-toplevel)
REPO_SLUG=$(basename "$REPO_TOPLEVEL" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9._-]/-/g')
REPO_ORIGIN=$(git remote get-url origin 2>/dev/null || true)
if [ -n "$REPO_ORIGIN" ]; then REPO_KEY="$REPO_ORIGIN|$REPO_SLUG"; else REPO_KEY=$REPO_TOPLEVEL; fi
if command -v sha256sum >/dev/null 2>&1; then
  REPO_ID=$(printf '%s' "$REPO_KEY" | sha256sum | cut -c1-12)
else
  REPO_ID=$(printf '%s' "$REPO_KEY" | shasum -a 256 | cut -c1-12)
fi
SESSION_ID="$(date -u '+%Y%m%d-%H%M%SZ')-$$-$(head -c2 /dev/urandom | od -An -tx1 | tr -d ' ')"
REPO_HOME=$AI_AIP_ROOT/repos/$REPO_SLUG--$REPO_ID
SESSION_DIR=$REPO_HOME/sessions/baseline/$SESSION_ID
PASS=$SESSION_DIR/pass-0001
mkdir -p -m 700 "$PASS/outputs" "$PASS/stderr" "$PASS/diffs" "$PASS/files"
if [ -n "$(git status --porcelain)" ]; then
  git stash --include-untracked -m 'mm-execute: user-changes stash'
fi
printf '{ "schema_version": 1, "toplevel": "%s" }\n' "$REPO_TOPLEVEL" >"$REPO_HOME/repo.json"
session() {
  printf '{ "session_id": "%s", "status": "%s", "branch": "%s", "ref": "%s" }\n' "$SESSION_ID" "$1" "$BRANCH" "$REF" >"$SESSION_DIR/session.json.tmp"
  mv "$SESSION_DIR/session.json.tmp" "$SESSION_DIR/session.json"
}
session in_progress
echo '{ "event": "session_start" }' >>"$SESSION_DIR/events.jsonl"
printf 'Command: baseline\nBranch: %s\nRef: %s\nTrunk: %s\n' "$BRANCH" "$REF" "$TRUNK" >"$SESSION_DIR/metadata.md"

# ── Phase 3: worktrees
STAMP=$(date '+%Y%m%d-%H%M%S')
git worktree add --quiet "../$REPO_SLUG-mm-gemini" -b "mm/gemini/$STAMP"
git worktree add --quiet "../$REPO_SLUG-mm-gpt" -b "mm/gpt/$STAMP"

# ── Phase 4: all models in parallel
printf 'Implement the following task in this codebase.\n\nTask: %s\n\n%s\n' "$TASK" "$CONVENTIONS" >"$PASS/prompt.md"
place() { if [ "$1" = claude ]; then echo "$REPO_TOPLEVEL"; else echo "$REPO_TOPLEVEL/../$REPO_SLUG-mm-$1"; fi; }
ask() { # model, command line …
  local model=$1
  shift
  cd "$(place "$model")" && "$TIMEOUT" 1200 "$@" </dev/null >"$PASS/outputs/$model.md" 2>"$PASS/stderr/$model.txt"
}
ask claude claude -p "$(cat "$PASS/prompt.md")" &
ask gemini gemini -m pro -y -p "$(cat "$PASS/prompt.md")" &
ask gpt codex exec --yolo "$(cat "$PASS/prompt.md")" &
wait

# ── Phase 5: diffs, changed files, gates
changed() { git -C "$(place "$1")" status --porcelain --untracked-files=all | cut -c4-; }
for model in claude gemini gpt; do
  cd "$(place "$model")" || exit 1
  git add --intent-to-add .
  git diff HEAD >"$PASS/diffs/$model.diff"
  mkdir -p "$PASS/files/$model"
  changed "$model" | tr '\n' '\0' | xargs -0 cp --parents -t "$PASS/files/$model" --
  git reset --quiet
done
for model in claude gemini gpt; do
  cd "$(place "$model")" || exit 1
  if sh -c "$BENCH_GATE"; then echo "$model: pass"; else echo "$model: fail"; fi
done >"$PASS/quality-gates.md"
cd "$REPO_TOPLEVEL" || exit 1
for model in claude gemini gpt; do (cd "$PASS/files/$model" && find . -type f | sed "s|^|- $model: |"); done >"$PASS/synthesis.md"
cat "$PASS/synthesis.md"

# ── Phase 7: synthesis
git checkout --quiet -- .
git clean --quiet -fd
for model in claude gemini gpt; do cp -R "$PASS/files/$model/." .; done
sh -c "$BENCH_GATE" || exit 1
git worktree remove "../$REPO_SLUG-mm-gemini" --force
git worktree remove "../$REPO_SLUG-mm-gpt" --force
git branch --quiet -D "mm/gemini/$STAMP"
git branch --quiet -D "mm/gpt/$STAMP"
git stash list | grep -q 'mm-execute: user-changes stash' && git stash pop

# ── Phase 8: summary
session completed
echo '{ "event": "session_complete" }' >>"$SESSION_DIR/events.jsonl"
ln -sfn "$SESSION_ID" "$SESSION_DIR/../latest"
git status --short | head -40
