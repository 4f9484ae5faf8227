/** Characters of a file name that GitHub keeps. */
const OTHERS = /[^A-Za-z0-9._+@-]+/g;

/**
 * The name GitHub gives to an uploaded file. The documentation says that special characters and leading and trailing
 * periods are renamed (https://docs.github.com/rest/releases/assets#upload-a-release-asset); what is known from
 * reported names: accents go, a run of other characters becomes one period, a hidden file's name begins with `default`.
 */
export function assetName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .replace(OTHERS, '.');
  const dotted = plain.replace(/\.{2,}/g, '.').replace(/\.$/, '');
  if (dotted === '') return 'default';
  return dotted.startsWith('.') ? `default${dotted}` : dotted;
}
