// Hostile agents in a clone: every attack of attacks.ts (see README.md and hostile.ts).
// deadline: 3600
import { test } from 'uvu';
import { attackIn } from './hostile.ts';

attackIn('clone', test);

test.run();
