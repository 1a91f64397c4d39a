// Makes a package's name in our files mean our package, whatever lies in the folder we are started in.
// tsx reads the tsconfig.json of that folder, which is somebody else's repository: with `paths` or `baseUrl` in it
// `import 'yaml'` loaded a file of theirs. It leaves alone what a dependency imports, so our files ask as one.
// Plain JavaScript: Node 20 loads it a second time, in the thread that resolves modules.
import * as module from 'node:module';

const root = new URL('../', import.meta.url).href;
const packages = `${root}node_modules/`;

/** @type {module.ResolveHook} */
export function resolve(specifier, context, next) {
  const parent = context.parentURL ?? '';
  const ours = parent.startsWith(root) && !parent.startsWith(packages);
  const isPackage = /^[\w@]/.test(specifier) && !specifier.includes(':');
  return next(specifier, ours && isPackage ? { ...context, parentURL: `${packages}own` } : context);
}

/** Call it before anything that imports packages is imported. */
export function useOwnPackages() {
  /** @type {any} */
  const { registerHooks } = module; // Node 22.15: in this thread; before: in the resolving one
  if (registerHooks) registerHooks({ resolve });
  else module.register(import.meta.url);
}
