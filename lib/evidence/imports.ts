// Which files a file imports and what it offers, read from its text in a simple way: enough to see what belongs
// together. A miss costs a weaker grouping, nothing else: whatever is put together is proven by running it.
import { groupBy } from '../core/group-by.ts';
import { baseName, folderOf } from './mentions.ts';

/** How much of a file is looked at. */
const TEXT_LIMIT = 128 * 1024;
const LINE_LIMIT = 500;

/** Language → endings of its files. */
const ENDINGS = {
  js: 'js mjs cjs jsx ts mts cts tsx vue svelte',
  python: 'py pyi',
  go: 'go',
  rust: 'rs',
  c: 'c h cc cpp cxx hh hpp m mm',
  jvm: 'java kt kts scala groovy cs',
  ruby: 'rb',
  php: 'php',
  css: 'css scss less',
} as const;
type Language = keyof typeof ENDINGS | 'other';

const LANGUAGES: Readonly<Record<string, Language>> = Object.fromEntries(
  Object.entries(ENDINGS).flatMap(([language, endings]) =>
    endings.split(' ').map((ending) => [ending, language as Language]),
  ),
);

function languageOf(path: string): Language {
  return LANGUAGES[/\.([A-Za-z]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'other';
}

export function linesOf(text: string): string[] {
  return text
    .slice(0, TEXT_LIMIT)
    .split('\n')
    .map((line) => line.slice(0, LINE_LIMIT));
}

const SPECIFIERS: Readonly<Record<Language, readonly RegExp[]>> = {
  js: [
    /\bfrom\s{0,9}['"]([^'"]+)['"]/g,
    /\bimport\s{0,9}\(?\s{0,9}['"]([^'"]+)['"]/g,
    /\brequire\s{0,9}\(\s{0,9}['"]([^'"]+)['"]/g,
  ],
  python: [/^\s*from\s+(\.*[\w.]*)\s+import\b/g, /^\s*import\s+([\w.]+)/g],
  go: [/^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"]+)"/g],
  rust: [/^\s*(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/g, /\buse\s+((?:crate|super|self)(?:::\w+)+)/g],
  c: [/^\s*#\s*(?:include|import)\s+"([^"]+)"/g],
  jvm: [/^\s*(?:import|using)\s+(?:static\s+)?([\w.]+)/g],
  ruby: [/^\s*require(?:_relative)?\s*\(?\s*['"]([^'"]+)['"]/g],
  php: [/\b(?:require|include)(?:_once)?\s*\(?\s*(?:__DIR__\s*\.\s*)?['"]([^'"]+)['"]/g, /^\s*use\s+([\w\\]+)/g],
  css: [/@(?:import|use|forward)\s+(?:url\()?['"]([^'"]+)['"]/g],
  other: [],
};

function resolvePath(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The known files that an import may mean. */
function candidatesFor(from: string, specifier: string, language: Language): { exact: string[]; endings: string[] } {
  const folder = folderOf(from);
  const exact: string[] = [];
  const endings: string[] = [];
  if (language === 'js' || language === 'css') {
    if (!/^\.{0,2}\//.test(specifier) && !/^[#@~]\//.test(specifier) && language === 'js') return { exact, endings };
    const aliased = /^[#@~]\//.test(specifier);
    const bare = specifier.replace(/[?#].*$/, '').replace(/^[#@~]\//, '');
    const path = aliased ? bare : resolvePath(folder, bare);
    const stem = path.replace(/\.(?:[mc]?[jt]sx?)$/, '');
    const all = [
      path,
      ...['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'vue', 'svelte', 'json', 'css', 'scss'].flatMap(
        (end) => [`${stem}.${end}`, `${path}.${end}`, `${path}/index.${end}`],
      ),
    ];
    (aliased ? endings : exact).push(...all);
    if (language === 'css') exact.push(resolvePath(folder, `${folderOf(specifier)}/_${baseName(specifier)}.scss`));
  } else if (language === 'python') {
    const dots = /^\.+/.exec(specifier)?.[0].length ?? 0;
    const path = specifier.slice(dots).replaceAll('.', '/');
    const place = dots > 0 ? resolvePath(folder, `${'../'.repeat(dots - 1)}${path}`) : path;
    const all = [`${place}.py`, `${place}/__init__.py`, `${place}.pyi`];
    (dots > 0 ? exact : endings).push(...all);
  } else if (language === 'rust') {
    if (/^\w+$/.test(specifier)) {
      const inner = /(?:^|\/)(?:mod|lib|main)\.rs$/.test(from) ? folder : from.replace(/\.rs$/, '');
      exact.push(resolvePath(inner, `${specifier}.rs`), resolvePath(inner, `${specifier}/mod.rs`));
    } else {
      const parts = specifier.split('::').slice(1);
      for (let length = parts.length; length > 0; length--) {
        const path = parts.slice(0, length).join('/');
        endings.push(`src/${path}.rs`, `src/${path}/mod.rs`);
      }
    }
  } else if (language === 'c') {
    exact.push(resolvePath(folder, specifier));
    endings.push(specifier);
  } else if (language === 'jvm') {
    const path = specifier.replaceAll('.', '/');
    for (const end of ['java', 'kt', 'scala', 'groovy', 'cs'])
      endings.push(`${path}.${end}`, `${folderOf(path)}.${end}`);
  } else if (language === 'ruby') {
    exact.push(resolvePath(folder, `${specifier}.rb`));
    if (!specifier.startsWith('.')) endings.push(`lib/${specifier}.rb`, `app/${specifier}.rb`);
  } else if (language === 'php') {
    exact.push(resolvePath(folder, specifier));
    const parts = specifier.split('\\');
    if (parts.length > 1) endings.push(`${parts.slice(-2).join('/')}.php`, `${parts.at(-1)}.php`);
  }
  return { exact, endings };
}

/** An index over the files that may be imported (the changed ones), in which the imports of others are looked up. */
export function importIndex(known: readonly string[]) {
  const paths = new Set(known);
  const byName = groupBy(paths, baseName);
  const goFolders = groupBy(
    [...paths].filter((path) => path.endsWith('.go') && !path.endsWith('_test.go')),
    folderOf,
  );
  const endingIn = (end: string) =>
    (byName.get(baseName(end)) ?? []).filter((path) => path === end || path.endsWith(`/${end}`));
  return {
    importsOf(path: string, text: string): string[] {
      const language = languageOf(path);
      const found = new Set<string>();
      for (const line of linesOf(text)) {
        for (const pattern of SPECIFIERS[language]) {
          for (const [, specifier] of line.matchAll(pattern)) {
            if (language === 'go') {
              for (const [folder, files] of goFolders)
                if (folder !== '' && `/${specifier}`.endsWith(`/${folder}`)) for (const file of files) found.add(file);
              continue;
            }
            const { exact, endings } = candidatesFor(path, specifier!, language);
            const hit = exact.find((each) => paths.has(each));
            if (hit !== undefined) found.add(hit);
            else for (const each of endings.flatMap(endingIn).slice(0, 1)) found.add(each);
          }
        }
        if (language === 'python') for (const each of pythonNames(path, line, paths, endingIn)) found.add(each);
      }
      found.delete(path);
      return [...found];
    },
  };
}

/** `from package import module`: the names may be modules themselves. */
function pythonNames(
  path: string,
  line: string,
  paths: ReadonlySet<string>,
  endingIn: (end: string) => string[],
): string[] {
  const match = /^\s*from\s+(\.*)([\w.]*)\s+import\s+([\w, ]+)/.exec(line);
  if (!match) return [];
  const [, dots, module, names] = match as unknown as [string, string, string, string];
  return names.split(',').flatMap((name) => {
    const file = `${module.replaceAll('.', '/')}/${name.trim().split(' ')[0]}.py`.replace(/^\//, '');
    if (dots === '') return endingIn(file).slice(0, 1);
    const place = resolvePath(folderOf(path), `${'../'.repeat(dots.length - 1)}${file}`);
    return paths.has(place) ? [place] : [];
  });
}

const MODIFIERS = '(?:default\\s+)?(?:declare\\s+)?(?:abstract\\s+)?(?:async\\s+)?';
const KINDS = 'function\\s*\\*?|class|const|let|var|interface|type|enum|namespace';

const OFFERS: Readonly<Partial<Record<Language, readonly RegExp[]>>> = {
  js: [
    new RegExp(`^\\s*export\\s+${MODIFIERS}(?:${KINDS})\\s+([\\w$]+\\s*(?:\\([^)]*\\)?)?)`),
    /^\s*export\s+(default)\b/,
    /^\s*export\s+(?:type\s+)?(\{[^}]*\}?)/,
    /^\s*(?:module\.)?exports(\.[\w$]+)?\s*=/,
  ],
  python: [/^(?:async\s+)?(?:def|class)\s+(\w+\s*(?:\([^)]*\)?)?)/],
  go: [/^func\s+((?:\([^)]*\)\s*)?[A-Z]\w*\s*\([^)]*\)?)/, /^type\s+([A-Z]\w*)/],
  rust: [/^\s*pub\s+(?:async\s+)?(?:fn|struct|enum|trait|type|const)\s+(\w+[^{;]*)/],
  jvm: [/^\s*public\s+([^{;=]+)/],
  ruby: [/^\s*(?:def|class|module)\s+([\w.?!]+\s*(?:\([^)]*\)?)?)/],
};

/** What a file offers to others (names with their parameters), as one comparable text; null: that can't be seen. */
export function interfaceOf(path: string, text: string): string | null {
  const patterns = OFFERS[languageOf(path)];
  if (!patterns) return null;
  const offers = new Set<string>();
  for (const line of linesOf(text)) {
    for (const pattern of patterns) {
      const match = pattern.exec(line);
      if (match) offers.add(arity((match[1] ?? 'default').replace(/\s+/g, ' ').trim()));
    }
  }
  return [...offers].sort().join('\n');
}

/** `f(a, b = 1)` → `f/2`: the names of parameters are nobody else's business. */
function arity(offer: string): string {
  const open = offer.indexOf('(');
  if (open < 0 || offer.startsWith('{')) return offer;
  const inside = offer
    .slice(open + 1)
    .replace(/\)$/, '')
    .trim();
  return `${offer.slice(0, open).trim()}/${inside === '' ? 0 : inside.split(',').length}`;
}
