// Why each model of a pass delivered nothing, for the message that all of them failed.
import type { Run } from './run.ts';

/** Each slot that took part, by its title, and the reason. */
export function whyFailed(run: Run, pass: number): readonly { readonly title: string; readonly why: string }[] {
  const models = run.passRecord(pass)?.models ?? {};
  return [...run.seats.keys()].map((slot) => ({
    title: run.title(slot),
    why:
      (models[slot]?.status === 'failed' ? models[slot].why : null) ??
      run.out.get(`${pass}/${slot}`)?.what ??
      'it delivered nothing',
  }));
}
