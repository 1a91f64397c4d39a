// A process of its own that takes a lock, says whether it got it, and stays if told to.
import { lockTree } from '../../../lib/repository/lock.ts';

const [gitDir = '', stay] = process.argv.slice(2);
const locked = await lockTree({ gitDir }, `process-${process.pid}`);
console.log(locked.ok ? 'won' : 'lost');
if (stay) setInterval(() => {}, 1000);
else if (locked.ok) await locked.value();
