import { parsePostgresAddress } from '../../../server/store/postgres-address.ts';
import { PostgresConnection } from '../../../server/store/postgres-connection.ts';
import { migratePostgres } from '../../../server/store/postgres-schema.ts';

/** Makes the schema, and is killed before so many of its statements, if it has as many. */
const [url = '', most = 'Infinity'] = process.argv.slice(2);
const connection = await PostgresConnection.open(parsePostgresAddress(url));
const query = connection.query.bind(connection);
let count = 0;
connection.query = (text, values) => {
  count += 1;
  if (count === Number(most)) process.kill(process.pid, 'SIGKILL');
  return query(text, values);
};
await migratePostgres(connection);
await connection.close();
