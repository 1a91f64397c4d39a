// Hands the arguments to lib/cli.ts and sets the exit code; nothing else.
// cli.ts is imported once our own packages are sure to be found, hence no static import. Deno finds them anyway.
const deno = (globalThis as { Deno?: { readonly args: readonly string[] } }).Deno;
if (deno && /^(-h|--help|)$/.test(deno.args.join(' '))) {
  // Deno looks through all that is imported by name before it begins, and is slow to load Node's modules: help needs neither
  (await import('./lib/commands/help.ts')).helpAtOnce();
} else {
  if (!deno) (await import('./lib/own-packages.mjs')).useOwnPackages();
  const bundle = deno ? null : await import('./lib/bundled.mjs');
  const cli = './lib/cli.ts';
  const { main }: typeof import('./lib/cli.ts') = bundle?.bundledScript() ?? (await import(cli));
  process.exitCode = await main(process.argv.slice(2));
}
