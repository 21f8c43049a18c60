import { writeFileSync } from 'node:fs';
import { defaultReporter, startTestRunner } from '@web/test-runner';
import config from '../../web-test-runner.config.mjs';

/** Runs the browser tests as `wtr` does, and writes how many passed and failed to TEST_COUNTS_FILE. */
await startTestRunner({
  readFileConfig: false,
  config: { ...config, reporters: [...(config.reporters ?? [defaultReporter()]), countReporter()] },
});

function countReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const results = sessions.flatMap((session) => resultsOf(session));
      const passed = results.filter(Boolean).length;
      const counts = { passed, failed: results.length - passed };
      if (process.env.TEST_COUNTS_FILE) {
        writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts));
      }
    },
  };
}

/** One truth value per test; a file that broke, or holds no test, is one failure. */
function resultsOf(session) {
  const results = session.testResults ? testsIn(session.testResults) : [];
  const isBroken = session.errors.length > 0 || (!session.passed && results.every(Boolean));
  return results.length === 0 || isBroken ? [...results, false] : results;
}

function testsIn(suite) {
  return [
    ...suite.tests.map((test) => test.passed && !test.skipped),
    ...suite.suites.flatMap(testsIn),
  ];
}
