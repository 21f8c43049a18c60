import { after, before } from 'node:test';
import { storeConformance } from '../../server/store/store-conformance.ts';
import { parsePostgresAddress } from '../../server/store/postgres-address.ts';
import { PostgresStore } from '../../server/store/postgres-store.ts';
import { PostgresServer } from '../support/postgres-server.ts';

let postgres: PostgresServer;
before(async () => {
  postgres = await PostgresServer.start();
});
after(() => postgres.stop());

storeConformance('the Postgres store', async (_t, rules) =>
  PostgresStore.open(parsePostgresAddress(postgres.url(await postgres.emptyDatabase())), { rules }),
);
