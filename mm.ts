// Hands the arguments to lib/cli.ts and sets the exit code; nothing else.
// cli.ts is imported once our own packages are sure to be found, hence no static import. Deno finds them anyway.
if (!('Deno' in globalThis)) (await import('./lib/own-packages.mjs')).useOwnPackages();
const { main } = await import('./lib/cli.ts');
process.exitCode = await main(process.argv.slice(2));
