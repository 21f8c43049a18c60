import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { ERRORS } from './error-code.ts';

/** `UPDATE_DOCS=1 node --test src/protocol/error-code.test.ts` writes docs/errors.md anew. */
const DOCUMENT = new URL('../../docs/errors.md', import.meta.url);

test('the document of the errors is the table of the errors', async () => {
  const config = await resolveConfig(DOCUMENT.pathname);
  const written = await format(document(), { ...config, parser: 'markdown' });
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(DOCUMENT, written);
  assert.equal(await readFile(DOCUMENT, 'utf8'), written);
});

test('no two errors have the same code', () => {
  const codes = Object.values(ERRORS).map(({ code }) => code);
  assert.deepEqual([...new Set(codes)], codes);
});

function document(): string {
  const rows = Object.entries(ERRORS).map(
    ([name, { code, retryable, meaning }]) =>
      `| ${code} | \`${name}\` | ${meaning} | ${retryable ? 'yes' : 'no'} |`,
  );
  return `# Errors

Every promise of the engine and the element rejects with one of these, \`call-error\` (\`onError\`) carries its
\`code\` and \`message\`, and \`state.error\` holds it as \`{ code, name, message, retryable }\`. The message is for
developers and says what exactly was wrong; what people read is worded by the element, in their language.
"Again" says whether the same request may succeed later. Written by \`src/protocol/error-code.test.ts\` from
\`src/protocol/error-code.ts\`.

| code | name | meaning | again |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
