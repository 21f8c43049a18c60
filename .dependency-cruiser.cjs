/**
 * The picture in docs/architecture.md, enforced: arrows point one way, and each outside library has its
 * few importers. TypeScript's references stop most of it already; not npm packages, and not what is
 * reached through a second project.
 */
const LAYERS = {
  protocol: '^src/protocol/',
  engine: '^src/engine/',
  adapters: '^src/adapters/',
  element: '^components/tui-call/',
  components: '^components/(?!tui-call/)',
  server: '^server/',
  wrappers: '^frameworks/',
  demo: '^demo/',
};
const TESTS = '(\\.test\\.m?[jt]s$|-conformance\\.ts$|^test/|^server/test(ing)?/)';

/** A layer, and the layers it may import. Tests may reach further: they put the parts together. */
const layer = (name, ...seen) => ({
  name: `${name}-imports-${seen.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: LAYERS[name], pathNot: TESTS },
  to: {
    path: '^(src|components|frameworks|server|demo|test|scripts)/',
    pathNot: [name, ...seen].map((one) => LAYERS[one]),
  },
});

/** A package, and the only files that may import it. */
const only = (files, packageName) => ({
  name: `only-${packageName.replace('/', '-')}-there`,
  comment: `${packageName} is known to ${files} alone`,
  severity: 'error',
  from: { path: '^(src|components|frameworks|server)/', pathNot: [files, TESTS] },
  to: { path: `node_modules/${packageName}/` },
});

/** Layers without any package and without Node: they have to run everywhere. */
const bare = (name) => ({
  name: `${name}-is-bare`,
  severity: 'error',
  from: { path: LAYERS[name], pathNot: TESTS },
  to: { dependencyTypes: ['npm', 'npm-dev', 'npm-peer', 'npm-optional', 'core', 'npm-no-pkg'] },
});

/** Elements that contain no other element of these. */
const SIMPLE_ELEMENTS =
  'aside avatar button controls devices effects incoming invite notice outgoing people pill problem recents tile timer toggle waiting';

/**
 * The folders in a folder, lowest first: each imports only from itself and from those before it. So no import circle
 * between folders is possible, type-only imports included. '.' are the files of the folder itself; without it they
 * are last.
 */
const FOLDERS = {
  'src/engine': ['api', 'state', 'notifications', 'transitions', 'snapshot', 'runtime'],
  'src/adapters': [
    ...['capture', 'ringer', 'signalling', 'browser', 'push', 'system', 'effects', 'livekit'],
  ],
  'src/adapters/livekit': ['monitor'],
  components: [
    ...['messages', 'styles', 'shared'],
    ...SIMPLE_ELEMENTS.split(' ').map((name) => `tui-call-${name}`),
    ...['tui-call-grid', 'tui-call-stage', 'tui-call'],
  ],
  'components/tui-call': ['session', 'view'],
  'components/tui-call/view': ['screens'],
  server: [
    ...['shared', 'auth', 'limits', 'webhooks', 'outbound', 'calls', 'groups', 'push', 'api'],
    ...['callbacks', 'store', 'config'],
    ...['media', 'http', 'jobs', 'signalling', 'cluster', 'bin'],
  ],
  'server/calls': ['model', 'history', 'rules', '.', 'background'],
  scripts: ['support', '.', 'livekit', 'build', 'demo', 'test-runner'],
  'scripts/build': ['bundle', 'manifest'],
};

/** The rules for one entry of FOLDERS. A folder that is not in its list may import nothing. */
function folderOrder([parent, names]) {
  const all = names.includes('.') ? names : [...names, '.'];
  const files = (name) => (name === '.' ? `^${parent}/[^/]+$` : `^${parent}/${name}/`);
  const unlisted = `^${parent}/(?!(${all.join('|')})/)[^/]+/`;
  return [
    ...all.map((name, index) => ({
      name: `${parent}/${name}-imports-lower-folders`,
      severity: 'error',
      from: { path: files(name), pathNot: TESTS },
      // A package of the workspace may be installed below it.
      to: {
        path: `^${parent}/`,
        pathNot: ['/node_modules/', ...all.slice(0, index + 1).map(files)],
      },
    })),
    {
      name: `${parent}-lists-its-folders`,
      comment: 'Add the folder to FOLDERS in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: unlisted, pathNot: TESTS },
      to: {},
    },
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer('protocol'),
    layer('engine', 'protocol'),
    layer('adapters', 'protocol', 'engine'),
    layer('components', 'protocol', 'engine'),
    layer('element', 'protocol', 'engine', 'adapters', 'components'),
    layer('wrappers', 'protocol', 'engine', 'components', 'element'),
    layer('server', 'protocol'),
    bare('protocol'),
    bare('engine'),
    only('^src/adapters/livekit/', 'livekit-client'),
    only('^(src/adapters/signalling|server/testing)/', 'socket.io-client'),
    only('^src/adapters/signalling/', 'socket.io-parser'),
    only('^components/', 'lit'),
    only('^frameworks/react', 'react'),
    only('^frameworks/vue', 'vue'),
    {
      name: 'browser-code-has-no-node',
      severity: 'error',
      from: { path: '^(src|components|frameworks)/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(FOLDERS).flatMap(folderOrder),
    {
      name: 'every-file-is-used',
      comment: 'Nothing imports it, and it is no entry: it should go.',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|components|frameworks|server)/',
        pathNot: ['\\.d\\.ts$', '/index\\.ts$', '^server/main\\.ts$', '\\.test\\.ts$', '/dist/'],
      },
      to: {},
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(build|dist|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
    },
  },
};
