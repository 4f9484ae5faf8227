/** Version specifications as setup-* actions take them: `20`, `20.x`, `^20.1`, `>=18 <21`, `3.11`, `lts/*`. */

type Version = readonly [number, number, number];

/** Names of long-term support lines: https://github.com/nodejs/Release */
const LTS: Readonly<Record<string, number>> = {
  argon: 4,
  boron: 6,
  carbon: 8,
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

function parseVersion(text: string): Version | undefined {
  const [, major, minor = '0', patch = '0'] = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/** Is the first version the larger one? */
export function isNewer(one: string, other: string): boolean {
  return compare(parseVersion(one) ?? [0, 0, 0], parseVersion(other) ?? [0, 0, 0]) > 0;
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

/** Does a version meet a specification? An empty one and names such as `latest` are met by any. */
export function satisfies(version: string, specification: string): boolean {
  const parsed = parseVersion(version);
  if (parsed === undefined) return false;
  const spec = specification.trim().replace(/^v(?=\d)/, '');
  if (/^(|\*|x|latest|current|node|stable|oldstable)$/i.test(spec)) return true;
  const [, line] = /^lts\/(.+)$/i.exec(spec) ?? [];
  if (line !== undefined)
    return line === '*' || /^-\d/.test(line) ? parsed[0] % 2 === 0 : LTS[line.toLowerCase()] === parsed[0];
  return spec.split('||').some((range) => inRange(parsed, range.trim()));
}

function inRange(version: Version, range: string): boolean {
  const [, from, to] = /^(\S+) - (\S+)$/.exec(range) ?? [];
  if (from !== undefined) return meets(version, `>=${from}`) && meets(version, `<=${to}`);
  return range
    .replace(/([<>=~^])\s+/g, '$1')
    .split(/\s+/)
    .every((part) => meets(version, part));
}

function meets(version: Version, part: string): boolean {
  const [, operator = '', rest = ''] = /^([<>]=?|=|~=?|~>|\^)?v?(.*)$/.exec(part) ?? [];
  const given = rest
    .split('-')[0]!
    .split('.')
    .filter((segment) => /^\d+$/.test(segment));
  const low = parseVersion(given.join('.')) ?? [0, 0, 0];
  if (given.length === 0) return operator !== '<' && operator !== '>';
  const order = compare(version, low);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '>':
      return given.length < 3 ? order > 0 && !sameUpTo(version, low, given.length) : order > 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0 || sameUpTo(version, low, given.length);
    case '^':
      return (
        order >= 0 &&
        sameUpTo(
          version,
          low,
          low[0] > 0 || given.length === 1 ? 1 : low[1] > 0 || given.length === 2 ? 2 : 3,
        )
      );
    case '~':
    case '~=':
    case '~>':
      return order >= 0 && sameUpTo(version, low, Math.min(given.length, 2));
    default:
      return sameUpTo(version, low, given.length);
  }
}

function sameUpTo(one: Version, other: Version, count: number): boolean {
  return one.slice(0, count).every((segment, at) => segment === other[at]);
}
