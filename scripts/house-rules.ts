import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Rules no linter knows: names of files, words that do not belong in the project, files that must not be kept. */
const GRAB_BAG = /(^|\/)(utils?|helpers?|common|misc)(\/|\.[a-z]+$)/;
const KEBAB = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;
const LEFT_BEHIND = /\b(TODO|FIXME|XXX|HACK)\b/;
const REGISTRY_HOST = /\b(registry\.npmjs\.org|pypi\.org|files\.pythonhosted\.org)\b/;
const MAX_BYTES = 1_000_000;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(file));

const problems: string[] = [];
for (const file of files) {
  if (GRAB_BAG.test(file)) problems.push(`${file}: name the idea; no utils, helpers, common or misc`);
  const base = file.split('/').at(-1) ?? '';
  if (/^(src|bot|sandbox|scripts)\/.*\.ts$/.test(file) && !KEBAB.test(base))
    problems.push(`${file}: file names are kebab-case`);
  const content = readFileSync(file);
  if (content.length > MAX_BYTES)
    problems.push(`${file}: ${content.length} bytes; data of that size does not belong in the repository`);
  if (file === 'scripts/house-rules.ts' || content.includes(0)) continue;
  const text = content.toString('utf8');
  if (/\.(ts|mjs|js|py|md|yaml|yml)$/.test(file) && LEFT_BEHIND.test(text))
    problems.push(`${file}: an unfinished note; finish it or file an issue`);
  if (REGISTRY_HOST.test(text)) problems.push(`${file}: names the host of a package registry`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
