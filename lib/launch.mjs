#!/usr/bin/env node
// The installed command `mm`: gets Node to load TypeScript, in this one process, and hands over to mm.ts.
// Plain JavaScript, since it runs before that works. Decides nothing, reads no settings.
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const node = Number(process.versions.node.split('.')[0]);
if (node < 20) {
  console.error(`mm needs Node 20 or newer; this is ${process.version} (${process.execPath}).`);
  process.exit(2);
}

// Node 20 compiles what was called a few times at the highest level, which takes a sixth of a short run's processor
// time; six times as often is soon enough for what large repositories keep busy. Newer Nodes have a level between.
if (node === 20) setFlagsFromString('--interrupt-budget=400000');

const { bundledScript } = await import('./bundled.mjs');
const script = bundledScript();
if (script !== null) process.exitCode = await script.main(process.argv.slice(2));
else {
  // Newer Nodes strip types by themselves, but never below node_modules, where an installed package lies.
  const { typescript } = /** @type {{ typescript?: string | false }} */ (process.features);
  if (!typescript || import.meta.url.includes('/node_modules/')) {
    const { register } = await import('tsx/esm/api').catch(() => {
      console.error(`mm has not been built. Run \`npm ci\` in ${fileURLToPath(new URL('..', import.meta.url))}`);
      process.exit(2);
    });
    register({ tsconfig: false }); // the current folder's is none of ours
  }
  await import('../mm.ts');
}
