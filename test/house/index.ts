// `npm run measure:house`: the figures of lib/ and test/, so that anyone can repeat them.
import { houseOfToday } from './today.ts';

const house = houseOfToday();
// as `| head` does it
process.stdout.on('error', () => process.exit());
for (const [figure, value] of Object.entries(house)) console.log(`${figure.padEnd(46)} ${value}`);
