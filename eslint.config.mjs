import js from '@eslint/js';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';

const SOURCES = ['src/**/*.ts', 'components/**/*.ts', 'frameworks/**/*.ts', 'server/**/*.ts'];
const TESTS = ['**/*.test.ts', 'test/**/*.ts', 'server/testing/**', '**/*-conformance.ts'];

/** Time, chance and the outside world reach these layers through ports only (engine/api/ports.ts). */
const PORTS_ONLY = [
  ...['src/protocol/**/*.ts', 'src/engine/**/*.ts'],
  ...['components/**/*.ts', 'frameworks/**/*.ts'],
];

const usePort = (port) => `Use the ${port} port: this layer has to run the same in a test.`;

const NO_DOUBLE_CAST = {
  selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
  message: 'A double cast hides a type that is wrong: narrow the value, or the port.',
};
const THEN = ':matches([key.name="then"], [key.value="then"])';
const NO_THENABLE = {
  selector: `:matches(${[
    'ExportNamedDeclaration > [id.name="then"]',
    'ExportNamedDeclaration > VariableDeclaration > [id.name="then"]',
    'ExportSpecifier[exported.name="then"]',
    `ObjectExpression > Property${THEN}`,
    `:matches(MethodDefinition, PropertyDefinition, TSMethodSignature, TSPropertySignature)${THEN}`,
    'AssignmentExpression > MemberExpression.left[property.name="then"]',
  ].join(', ')})`,
  message: 'A value with a `then` is a thenable: `await` and `import()` would call it.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: one name per thing, everywhere.',
};

export default defineConfig(
  {
    ignores: [
      ...['build/', 'dist/', 'server/dist/', 'coverage/', 'test-results/'],
      // Programs of the packed packages: test/package/package.test.ts compiles them.
      'test/package/consumer/',
      'test/package/define-only.ts',
      // Programs of their own, built and checked by the tools of their frameworks.
      'examples/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  js.configs.recommended,

  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [ts.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        // Named one by one, since the tests of all layers belong to test/tsconfig.json.
        project: [
          'src/*/tsconfig.json',
          'components/tsconfig.json',
          'components/tui-call/tsconfig.json',
          'frameworks/tsconfig.json',
          'server/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // `typeof import('…')` is the only way to name the type of a library that is loaded later.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      // node:test keeps the promises of its own functions.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // A default is an answer for all the other cases; where there is none, each has to be named.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `Reason | string` tells a reader the reasons there are, and a compiler that there may be more.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // An `_` says that a parameter is there for the ones after it.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Numbers in a text read as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A port's method returns a promise also where one adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': ['error', NO_DOUBLE_CAST, NO_DEFAULT_EXPORT, NO_THENABLE],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      // `== null` is the one short way to say "null or undefined".
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },

  {
    files: SOURCES,
    ignores: TESTS,
    rules: {
      'no-console': 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/adapters/livekit/**/*.ts'],
    rules: {
      // LiveKit's enums exist only once the library is loaded; until then their strings are compared.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  // The command's only way to speak to whoever started it.
  { files: ['server/main.ts'], rules: { 'no-console': 'off' } },

  {
    files: PORTS_ONLY,
    ignores: [...TESTS, 'components/shared/clock-controller.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'].map((name) => ({
          name,
          message: usePort('Clock'),
        })),
        ...['fetch', 'WebSocket', 'XMLHttpRequest', 'navigator', 'localStorage'].map((name) => ({
          name,
          message: 'Only src/adapters touches the world outside.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: usePort('Clock') },
        { object: 'performance', property: 'now', message: usePort('Clock') },
        { object: 'Math', property: 'random', message: usePort('RandomId') },
        { object: 'crypto', property: 'randomUUID', message: usePort('RandomId') },
        { object: 'window', property: 'navigator', message: 'Only src/adapters touches it.' },
      ],
    },
  },

  {
    files: ['components/**/*.ts'],
    extends: [
      lit.configs['flat/recommended'],
      wc.configs['flat/best-practice'],
      litA11y.configs.recommended,
    ],
    rules: {
      'lit/attribute-names': 'error',
      'lit/lifecycle-super': 'error',
      'lit/no-classfield-shadowing': 'error',
      'lit/no-native-attributes': 'error',
      'lit/no-template-bind': 'error',
      'lit/no-this-assign-in-render': 'error',
      'lit/no-useless-template-literals': 'error',
      'lit/no-value-attribute': 'error',
      'lit/prefer-nothing': 'error',
      'lit/quoted-expressions': 'error',
      // LitElement has every callback, so that super.connectedCallback() needs no question.
      'wc/guard-super-call': 'off',
    },
  },

  {
    files: TESTS,
    rules: {
      // A test that meets null where it expects a value fails, as it should.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // What a test's setup returns are functions on their own, not methods.
      '@typescript-eslint/unbound-method': 'off',
      // Chai's assertions are properties.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },

  {
    files: ['components/**/*.test.ts', 'frameworks/**/*.test.ts', 'demo/**/*.test.ts'],
    rules: {
      // @open-wc/testing's types make a promise of every `expect(…).to.equal(…)`, which none is.
      '@typescript-eslint/no-floating-promises': 'off',
    },
  },

  {
    files: ['**/*.mjs', '**/*.cjs', '.ci/**'],
    languageOptions: { globals: globals.node },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': ['error', NO_THENABLE],
      eqeqeq: 'error',
    },
  },
  {
    files: ['demo/**/*.js', 'test/e2e/pages/**/*.js', 'test/bench/pages/**/*.js'],
    languageOptions: { globals: globals.browser },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', NO_THENABLE],
      eqeqeq: 'error',
    },
  },
  // Its tools load their configuration with a default export, or with module.exports.
  { files: ['*.config.mjs', '*.cjs'], rules: { 'no-restricted-syntax': 'off' } },
);
