import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { findSchemathesis } from '../../scripts/test-runner/schemathesis.mjs';
import { createServer } from '../../server/create-server.ts';
import { createLog } from '../../server/shared/log.ts';
import { FakeMediaServer } from '../../server/testing/fake-media-server.ts';
import { rest } from '../../server/testing/rest-client.ts';
import { API_KEY, TEST_CONFIG } from '../../server/testing/test-server.ts';

/** Requests per route; each phase of schemathesis has its own. */
const EXAMPLES = 25;
const SEED = 14;

it('answers every request as its description says', async (t) => {
  const schemathesis = await findSchemathesis();
  const server = await createServer({
    config: TEST_CONFIG,
    media: new FakeMediaServer(),
    log: createLog('silent'),
  });
  t.after(() => server.close());
  // It writes a folder of its own.
  const folder = await mkdtemp(join(tmpdir(), 'tui-call-contract-'));
  t.after(() => rm(folder, { recursive: true }));
  const body = { callerId: 'alice', userIds: ['bob'], mediaType: 'video', timeout: 0 };
  assert.equal((await rest(server, 'POST /v1/calls', { body })).status, 201);
  const child = spawn(
    schemathesis,
    [
      ...['run', `${server.url}/openapi.json`, '--url', server.url],
      ...['--header', `Authorization: Bearer ${API_KEY}`],
      ...['--include-path-regex', '^/v1/', '--exclude-path', '/v1/leave'],
      ...['--max-examples', `${EXAMPLES}`, '--seed', `${SEED}`, '--no-shrink'],
      ...['--phases', 'examples,coverage,fuzzing', '--suppress-health-check', 'all'],
      // What a schema cannot say: a cursor of another query, a period that ends before it begins.
      ...['--exclude-checks', 'positive_data_acceptance'],
      ...['--generation-database', 'none', '--no-color', '--warnings', 'off'],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, output);
  t.diagnostic(
    output
      .split('\n')
      .filter((line) => /generated|passed/.test(line))
      .join('; '),
  );
});
