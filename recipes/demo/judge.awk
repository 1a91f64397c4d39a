# The scripted judge: reads the blocks "## Candidate A" of the prompt, looks for what makes each version of a file good,
# and answers with the JSON that is asked for. It knows nothing of who wrote what.

/^## Candidate [A-Z]/ { letter = substr($0, 14, 1); if (!(letter in seen)) { seen[letter] = 1; letters[++count] = letter } file = ""; next }
/^## / { if (letter != "") file = ""; next }
letter == "" { next }

# A diff's or a section's head says which file follows.
/^(diff --git|---|\+\+\+|#)/ {
  if (index($0, "src/slugify.js")) file = "src/slugify.js"
  else if (index($0, "src/index.js")) file = "src/index.js"
  else if (index($0, "test/slugify.test.js")) file = "test/slugify.test.js"
  else if (index($0, "bin/wordsmith.js")) file = "bin/wordsmith.js"
  else if (index($0, "README.md")) file = "README.md"
  else if ($0 ~ /^diff --git/) file = ""
  if (file != "" && !(file in listed)) { listed[file] = 1; files[++total] = file }
  if (file != "") next
}

file == "src/slugify.js" && /normalize\(/ { score[letter, file] += 8 }
file == "src/slugify.js" && /\* @param/ { score[letter, file] += 2 }
file == "src/slugify.js" && /export function/ { score[letter, file] += 2 }
file == "src/slugify.js" && /^\+?\t/ { score[letter, file] -= 1 }
file == "test/slugify.test.js" && /test\('/ { score[letter, file] += 2 }
file == "README.md" && /slug/ { score[letter, file] += length($0) / 8 }
file == "bin/wordsmith.js" && /slug/ { score[letter, file] += 3 }
file == "src/index.js" && /slugify/ { score[letter, file] += 3 }

function because(path) {
  if (path == "src/slugify.js") return "Takes accents off properly, leaves no separator at the ends, and is documented."
  if (path == "test/slugify.test.js") return "Tests the odd cases too: accents, other alphabets, gaps, nothing at all."
  if (path == "README.md") return "Shows what it does by an example, on the command line too."
  if (path == "bin/wordsmith.js") return "Offers it on the command line."
  return "Exports it as the others are exported."
}

END {
  printf "{ \"files\": ["
  for (i = 1; i <= total; i++) {
    path = files[i]; best = "base"; most = 0
    for (j = 1; j <= count; j++) if (score[letters[j], path] > most) { most = score[letters[j], path]; best = letters[j] }
    printf "%s\n  { \"path\": \"%s\", \"best\": \"%s\", \"why\": \"%s\", \"ratings\": {", (i > 1 ? "," : ""), path, best, because(path)
    for (j = 1; j <= count; j++) {
      r = most > 0 && score[letters[j], path] > 0 ? 1 + int(4 * score[letters[j], path] / most) : 1
      printf "%s \"%s\": { \"correctness\": %d, \"conventions\": %d, \"quality\": %d, \"completeness\": %d, \"tests\": %d }", (j > 1 ? "," : ""), letters[j], r, r, r, r, (path ~ /^test/ ? r : 3)
    }
    printf " } }"
  }
  printf " ],\n  \"notes\": \"src/slugify.js and bin/wordsmith.js must agree on how the separator is handed over.\" }\n"
}
