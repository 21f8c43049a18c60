import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';

// Writes dist/integrity.json: path in dist/ → hash of each script, for `integrity` in pages and import maps.
const dist = join(ROOT, 'dist');
const scripts = globSync('**/*.js', { cwd: dist }).sort();
const hashes = scripts.map((file) => {
  const hash = createHash('sha384')
    .update(readFileSync(join(dist, file)))
    .digest('base64');
  return [file.replaceAll('\\', '/'), `sha384-${hash}`];
});
writeFileSync(
  join(dist, 'integrity.json'),
  `${JSON.stringify(Object.fromEntries(hashes), null, 1)}\n`,
);
