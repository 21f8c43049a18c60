import type { Config } from '../config/config.ts';
import type { PostgresAddress } from '../store/postgres-address.ts';
import { explained, PostgresConnection } from '../store/postgres-connection.ts';
import { checkSchema } from '../store/postgres-schema.ts';
import { PostgresStore } from '../store/postgres-store.ts';
import { registryOf } from './open-postgres.ts';

/**
 * Checks whether a node could start on this database, beside the nodes that run. Writes nothing.
 *
 * @throws {StoreError} that names the cause.
 */
export async function checkPostgres(config: Config, address: PostgresAddress): Promise<void> {
  if (!(await hasSchema(address))) return;
  const store = PostgresStore.connect(address);
  try {
    await registryOf(store, config).assertCompatible();
  } finally {
    await store.close();
  }
}

async function hasSchema(address: PostgresAddress): Promise<boolean> {
  const connection = await PostgresConnection.open(address);
  try {
    return await checkSchema(connection);
  } catch (error) {
    throw explained(error, address);
  } finally {
    await connection.close();
  }
}
