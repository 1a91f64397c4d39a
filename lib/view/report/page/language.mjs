// Which language a path is written in, as highlight.js names it. Looks at names only.

/** Language → endings, or whole names, of its files. */
const FILES = /** @type {const} */ ({
  bash: 'sh bash zsh ksh bats .bashrc .profile .zshrc',
  c: 'c h',
  clojure: 'clj cljs cljc edn',
  cmake: 'cmake CMakeLists.txt',
  cpp: 'cpp cc cxx hpp hh hxx ino',
  csharp: 'cs csx',
  css: 'css',
  dart: 'dart',
  diff: 'diff patch',
  dockerfile: 'dockerfile Dockerfile Containerfile',
  elixir: 'ex exs',
  erlang: 'erl hrl',
  fsharp: 'fs fsi fsx',
  go: 'go',
  gradle: 'gradle',
  graphql: 'graphql gql',
  groovy: 'groovy Jenkinsfile',
  haskell: 'hs',
  ini: 'ini toml cfg conf properties .editorconfig .gitconfig .npmrc',
  java: 'java',
  javascript: 'js mjs cjs jsx',
  json: 'json json5 jsonc webmanifest map',
  julia: 'jl',
  kotlin: 'kt kts',
  less: 'less',
  lua: 'lua',
  makefile: 'mk Makefile GNUmakefile',
  markdown: 'md markdown mdx',
  nix: 'nix',
  objectivec: 'm mm',
  ocaml: 'ml mli',
  perl: 'pl pm',
  php: 'php',
  powershell: 'ps1 psm1',
  protobuf: 'proto',
  python: 'py pyi pyw',
  r: 'r',
  ruby: 'rb rake gemspec Gemfile Rakefile',
  rust: 'rs',
  scala: 'scala sbt sc',
  scss: 'scss sass',
  sql: 'sql',
  swift: 'swift',
  typescript: 'ts mts cts tsx',
  vim: 'vim',
  xml: 'xml html htm xhtml svg vue svelte xsl plist csproj',
  yaml: 'yaml yml',
});

/** Languages that others contain. */
const INSIDE = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  markdown: ['xml'],
  xml: ['css', 'javascript'],
  php: ['xml'],
});

/** All that a file may be written in. */
export const LANGUAGES = /** @type {readonly string[]} */ (Object.keys(FILES));

const NAMES = Object.entries(FILES).flatMap(([language, names]) =>
  names.split(' ').map((name) => /** @type {const} */ ([name, language])),
);
/** Whole names have a capital or a dot in them. */
const WHOLE = new Map(NAMES.filter(([name]) => /[A-Z.]/.test(name)));
const ENDINGS = new Map(NAMES.filter(([name]) => !/[A-Z.]/.test(name)));

/**
 * The language of a file, null where none is known.
 * @param {string} path
 * @returns {string | null}
 */
export function languageOf(path) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  return WHOLE.get(name) ?? ENDINGS.get(ending) ?? null;
}

/**
 * The languages that these files need, each once.
 * @param {readonly string[]} paths
 * @returns {readonly string[]}
 */
export function languagesFor(paths) {
  const needed = new Set(/** @type {string[]} */ ([]));
  const waiting = paths.map(languageOf);
  for (let language = waiting.pop(); language !== undefined; language = waiting.pop()) {
    if (language === null || needed.has(language)) continue;
    needed.add(language);
    waiting.push(...(INSIDE[language] ?? []));
  }
  return [...needed].sort();
}
