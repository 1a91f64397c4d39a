// Hands the arguments to lib/cli.ts and sets the exit code; nothing else.
// cli.ts is imported once our own packages are sure to be found, hence no static import. Deno finds them anyway.
const isDeno = 'Deno' in globalThis;
if (!isDeno) (await import('./lib/own-packages.mjs')).useOwnPackages();
const bundle = isDeno ? null : await import('./lib/bundled.mjs');
const { main }: typeof import('./lib/cli.ts') = bundle?.bundledScript() ?? (await import('./lib/cli.ts'));
process.exitCode = await main(process.argv.slice(2));
