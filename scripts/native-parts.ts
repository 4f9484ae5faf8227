import { readFileSync, writeFileSync } from 'node:fs';

import { digestOfFiles, filesOfPart, PARTS, type Part } from '../src/platform/native/parts.ts';

/**
 * Pins the native parts: versions from package-lock.json, digests of the files that are installed here. Run it after their
 * versions change (`node scripts/native-parts.ts`); a platform whose packages are not installed here keeps no digest.
 */
const FILE = 'src/platform/native/parts.json';
const PLATFORMS = ['linux-x64', 'linux-arm64'] as const;

interface Locked {
  readonly version: string;
  /** Of the package as the registry hands it over; npm checks it. */
  readonly integrity: string;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

function pin(name: string, platform?: string): ({ name: string; platform?: string } & Locked)[] {
  const locked = packages[`node_modules/${name}`];
  if (locked === undefined) return [];
  const { version, integrity } = locked;
  return [{ name, version, integrity, ...(platform === undefined ? {} : { platform }) }];
}

const parts = {
  onnx: [pin('onnxruntime-node'), pin('onnxruntime-common')].flat(),
  duckdb: [
    pin('@duckdb/node-api'),
    pin('@duckdb/node-bindings'),
    ...PLATFORMS.map((platform) => pin(`@duckdb/node-bindings-${platform}`, platform)),
    pin('detect-libc'),
  ].flat(),
};

/** Null where the part's files of this platform are not all here. */
function treeOf(part: Part, platform: string): string | null {
  const own = part === 'onnx' ? 'bin/napi-v6/' : `node-bindings-${platform}/`;
  const files = filesOfPart(process.cwd(), part, platform);
  return files.some((file) => file.includes(own)) ? digestOfFiles(process.cwd(), files) : null;
}

const trees = Object.fromEntries(
  PLATFORMS.map((platform) => {
    const found = PARTS.map((part) => [part, treeOf(part, platform)] as const);
    return [platform, Object.fromEntries(found.filter(([, tree]) => tree !== null))];
  }),
);
writeFileSync(FILE, `${JSON.stringify({ schema: 'slipway.native-parts/1', parts, trees }, null, 2)}\n`);
