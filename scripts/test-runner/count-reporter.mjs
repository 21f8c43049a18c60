import { resolve } from 'node:path';

/**
 * A reporter of node:test that writes {"passed","failed"} when the run is over. A test that was
 * skipped or is still to do has not passed; a file without any test, which node:test reports as a
 * passed test of the file's name, has not either.
 */
export default async function* countReporter(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' && type === 'test:pass') continue;
    if (data.details?.type === 'suite' && hasFailedParts(data)) continue;
    const counts = type === 'test:pass' && !isEmptyFile(data) && !isLeftOut(data);
    if (counts) passed += 1;
    else failed += 1;
  }
  yield JSON.stringify({ passed, failed });
}

/** A suite that fails only because a test in it did: that test is counted already. */
function hasFailedParts(data) {
  return data.details.error?.failureType === 'subtestsFailed';
}

const isLeftOut = (data) => data.skip !== undefined || data.todo !== undefined;

function isEmptyFile(data) {
  return data.nesting === 0 && data.file !== undefined && resolve(data.name) === resolve(data.file);
}
