// `mm --version`.
import { readFileSync } from 'node:fs';
import { ok } from '../core/failure.ts';
import { printLines } from '../view/print.ts';

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

export function version() {
  printLines([`mm ${programVersion()}`]);
  return ok(0);
}
