import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { findChromium } from './scripts/browser.mjs';
import { frameworkModules } from './scripts/test-runner/framework-modules.mjs';

/** Browser tests of the components, in the system's Chromium. */
export default {
  files: ['components/**/*.test.ts', 'frameworks/**/*.test.ts', 'demo/**/*.test.ts'],
  groups: [],
  nodeResolve: { browser: true, exportConditions: ['production'] },
  // esbuild reads no `extends`: the two flags Lit's decorators need have to stand in this very file.
  plugins: [
    frameworkModules(),
    esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'components/tsconfig.json' }),
  ],
  concurrency: 2,
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: await findChromium(),
        args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
      },
      // Of their own: with a shared context, two pages at once hang while axe runs.
      createPage: async ({ browser }) => (await browser.createBrowserContext()).newPage(),
    }),
  ],
  // The limits only catch hangs.
  browserStartTimeout: 120_000,
  testsStartTimeout: 120_000,
  testsFinishTimeout: 1_800_000,
  testFramework: { config: { timeout: 60_000 } },
};
