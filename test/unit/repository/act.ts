// A process of its own that puts changes aside and brings them back for ever, to be killed.
import { restoreUserChanges, stashUserChanges, type UserChanges } from '../../../lib/repository/user-changes.ts';
import { value } from '../../support/result.ts';

const record = JSON.parse(process.argv[2]!) as UserChanges;
console.log('ready');
value(await stashUserChanges(record));
value(await restoreUserChanges(record));
console.log('done');
