import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes `build/`, the npm package: Node strips no types under node_modules, so it ships JavaScript. */
const OUT = 'build';

interface Manifest {
  readonly [key: string]: unknown;
  readonly bin: Readonly<Record<string, string>>;
}

rmSync(OUT, { recursive: true, force: true });
const { status } = spawnSync(join('node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);

const SHIPPED = [
  'src/entry/launch.mjs',
  'sandbox/contract/rest.json',
  'sandbox/contract/operations.json',
  'sandbox/contract/webhooks.json',
  'sandbox/contract/schema.graphql',
  'sandbox/contract/NOTICE.md',
  'sandbox/pages/browser.js',
  'sandbox/pages/style.css',
  'docs/schema',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
];
for (const file of SHIPPED) {
  cpSync(file, join(OUT, file), { recursive: true });
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const kept = Object.fromEntries(
  Object.entries(manifest).filter(([key]) => key !== 'scripts' && key !== 'devDependencies'),
);
const published = {
  ...kept,
  exports: {
    './evaluation': { types: './src/evaluation/index.d.ts', default: './src/evaluation/index.js' },
    './package.json': './package.json',
  },
};
writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
const packed = spawnSync('npm', ['pack', '--silent'], { cwd: OUT, encoding: 'utf8' });
if (packed.status !== 0) {
  console.error(packed.stderr);
  process.exit(1);
}
console.log(`build: ${join(OUT, packed.stdout.trim())}`);
