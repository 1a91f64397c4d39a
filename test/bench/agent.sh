#!/usr/bin/env bash
# A scripted model for the measurements: thinks for BENCH_SECONDS, then changes BENCH_CHANGES files that no other one
# changes, and adds one. It prints BENCH_PRINT bytes, and a line each tenth of a second when BENCH_CHATTY is set.
name=$(basename "$0")
if [ -n "${BENCH_CHATTY:-}" ]; then
  for ((i = 0; i < BENCH_SECONDS * 10; i++)); do
    echo "$name is looking at part $i of the work"
    sleep 0.1
  done
else
  sleep "${BENCH_SECONDS:-2}"
fi
if [ -n "${BENCH_PRINT:-}" ]; then head -c "$BENCH_PRINT" /dev/zero | tr '\0' '#'; fi
mkdir -p "made/$name"
if [ -n "${BENCH_BYTES:-}" ]; then head -c "$BENCH_BYTES" /dev/urandom | od -An -v -tx1 >"made/$name/large.txt"; fi
count=${BENCH_CHANGES:-3}
if [ "$count" -le 50 ]; then
  for ((i = 0; i < count; i++)); do echo "a line by $name" >>"files/$name-$i.txt"; done
else
  seq 1 "$count" | awk -v folder="made/$name" '{ file = folder "/" $1 ".txt"; print "line " $1 > file; close(file) }'
fi
echo "made by $name" >"made/$name/new.txt"
echo "$name is done"
