// Types of validators.generated.js, which `npm run schema` writes.
import type { Validate } from './validators.ts';

/** Validators by the fingerprint of their schema. */
export declare const validators: Readonly<Record<string, Validate>>;
