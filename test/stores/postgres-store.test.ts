import { after } from 'node:test';
import type { StoreRules } from '../../server/calls/store.ts';
import { apiConformance } from '../../server/store/api-conformance.ts';
import { callbackConformance } from '../../server/store/callback-conformance.ts';
import { pushConformance } from '../../server/store/push-conformance.ts';
import { storeConformance } from '../../server/store/store-conformance.ts';
import { parsePostgresAddress } from '../../server/store/postgres-address.ts';
import { PostgresStore } from '../../server/store/postgres-store.ts';
import { PostgresServer } from '../support/postgres-server.ts';

const postgres = await PostgresServer.start();
after(() => postgres.stop());

const open = async (rules: StoreRules) =>
  PostgresStore.open(parsePostgresAddress(postgres.url(await postgres.emptyDatabase())), { rules });

storeConformance('the Postgres store', (_t, rules) => open(rules));
apiConformance('the Postgres store', () => open({ callWaiting: false }));
callbackConformance('the Postgres store', () => open({ callWaiting: false }));
pushConformance('the Postgres store', () => open({ callWaiting: false }));
