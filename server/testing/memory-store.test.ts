import { storeConformance } from '../store/store-conformance.ts';
import { MemoryStore } from './memory-store.ts';

storeConformance('the store without a database', async (_, rules) => new MemoryStore(rules));
