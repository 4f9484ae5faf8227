import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The licences of the npm packages whose modules went into a bundle, each package once, by name. */
export function licensesOf(modules: readonly string[]): string {
  const homes = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(id)?.[0] ?? []);
  const sections = [...new Set(homes)].map((home) => {
    const {
      name,
      version,
      license = 'see its sources',
    } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
    return `${name} ${version} (${license})\n\n${textIn(home)}`;
  });
  const rule = `\n${'-'.repeat(72)}\n\n`;
  return [...new Set(sections)].sort().join(rule);
}

/** Its licence file's text; packages without one say all they say in their manifest. */
function textIn(home: string): string {
  const file = readdirSync(home).find((name) => /^(?:licen[cs]e|copying)/iu.test(name));
  return file === undefined ? '' : `${readFileSync(join(home, file), 'utf8').trim()}\n`;
}
