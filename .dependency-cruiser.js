/**
 * The allowed arrows of the house (DESIGN §1): whatever is not listed here is forbidden.
 * A station is a room of the loop; others enter it only through index.ts, schema.ts, ports.ts and report.ts.
 */
const BASE = ['contracts', 'stats', 'table', 'report', 'formats'];

/** folder of src → the other folders of src it may import. */
const ALLOWED = {
  contracts: [],
  stats: [],
  table: ['contracts'],
  report: ['contracts'],
  formats: ['contracts'],
  data: BASE,
  features: BASE,
  pipeline: BASE,
  training: BASE,
  experiments: BASE,
  evaluation: BASE,
  registry: BASE,
  promotion: BASE,
  labeling: [...BASE, 'data'],
  monitoring: [...BASE, 'data', 'evaluation'],
  feedback: [...BASE, 'data', 'evaluation'],
  serving: [...BASE, 'registry'],
  deployment: [...BASE, 'registry'],
  run: [...BASE, 'config', 'data', 'features', 'pipeline', 'training', 'experiments', 'evaluation'],
  reconcile: [
    ...BASE,
    'config',
    'registry',
    'promotion',
    'deployment',
    'evaluation',
    'monitoring',
    'feedback',
  ],
};
const STATIONS = [
  'data',
  'features',
  'pipeline',
  'training',
  'experiments',
  'evaluation',
  'registry',
  'promotion',
  'labeling',
  'monitoring',
  'feedback',
  'serving',
  'deployment',
];
// report.ts is a door of its own: whoever only asks for facts should not load renderers.
const doors = '(index|schema|ports|report)\\.ts$';

const arrows = Object.entries(ALLOWED).map(([folder, allowed]) => ({
  name: `arrows-of-${folder}`,
  comment: `src/${folder} may import only: ${allowed.join(', ') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^(src|bot|sandbox|scripts|test)/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

const privateRooms = STATIONS.map((station) => ({
  name: `door-of-${station}`,
  comment: `enter src/${station} through index.ts, schema.ts, ports.ts or report.ts`,
  severity: 'error',
  from: { path: '^(src|bot)/', pathNot: [`^src/${station}/`, '^src/config/'] },
  to: { path: `^src/${station}/`, pathNot: `^src/${station}/${doors}` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan-package',
      severity: 'error',
      from: { path: '^src' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'config-reads-schemas',
      comment: 'config is composed of the stations’ schema.ts and contracts',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^src/', pathNot: ['^src/(config|contracts)/', '^src/[^/]+/schema\\.ts$'] },
    },
    {
      name: 'platform-is-an-edge',
      comment: 'platform implements ports: it sees BASE and the types of ports.ts',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: [`^src/(platform|${BASE.join('|')})/`, '^src/[^/]+/ports\\.ts$'] },
    },
    {
      name: 'nobody-imports-platform',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platform|entry)/' },
      to: { path: '^src/(platform|entry)/' },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|bot)/' },
    },
    {
      name: 'stats-needs-nothing',
      severity: 'error',
      from: { path: '^src/stats/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    {
      name: 'native-only-in-platform-native',
      severity: 'error',
      from: { path: '^(src|bot)/', pathNot: '^src/platform/native/' },
      to: { path: 'node_modules/(onnxruntime-node|@duckdb)' },
    },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      from: { path: '^(src|bot|sandbox)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    ...arrows,
    ...privateRooms,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
