import { describeOnBoth } from '../testing/temporary-database.ts';
import { jobStoreContract } from './job-store.contract.ts';

await describeOnBoth('the store of jobs', (open) => jobStoreContract(open));
