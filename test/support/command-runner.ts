// A runner of its own for tests that measure or kill one: runs the ProcessSpec given as JSON in its first argument and
// prints how it ended, and how much memory that took, as a line of JSON.
import { type ProcessSpec, runProcess } from '../../lib/system/process.ts';

const spec = JSON.parse(process.argv[2] ?? '') as ProcessSpec;
const ended = await runProcess(spec);
// maxRSS counts kilobytes on every system that Node knows.
console.log(JSON.stringify({ ...ended, peakBytes: process.resourceUsage().maxRSS * 1024 }));
