// Globs of repository paths, as recipes write them: `*` and `?` within a part of a path, `**/` for any folders, {a,b}.

/** Whether a path matches any of the globs; one without a slash is looked for in every folder. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => new RegExp(`^${source(glob.includes('/') ? glob : `**/${glob}`)}$`, 's'));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function source(glob: string): string {
  return glob.replace(
    /\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[.+^$()|[\]\\{}]/g,
    (token: string, choices: string | undefined) => {
      if (choices !== undefined) return `(?:${choices.split(',').map(source).join('|')})`;
      if (token === '**/') return '(?:.*/)?';
      if (token === '**') return '.*';
      if (token === '*') return '[^/]*';
      if (token === '?') return '[^/]';
      return `\\${token}`;
    },
  );
}
