/** Who and when, as a commit or tag writes it: `Name <email> seconds ±hhmm`. */

export interface Person {
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Offset of the writer's clock, `+0200`. */
  readonly zone: string;
}

/** Angle brackets and line ends would break the line apart; git drops them too. */
function clean(text: string): string {
  return text.replace(/[\n\0<>]/g, '').trim();
}

/**
 * A person at an ISO time such as `2026-01-02T03:04:05Z` or `…+02:00`; the offset is kept as the commit's zone.
 * Refuses a time that is none.
 */
export function personAt(name: string, email: string, iso: string): Person {
  const milliseconds = Date.parse(iso);
  if (Number.isNaN(milliseconds)) throw new Error(`not an ISO time: ${iso}`);
  const offset = /([+-]\d\d):?(\d\d)$/.exec(iso.slice(10));
  const zone = offset === null ? '+0000' : `${offset[1]!}${offset[2]!}`;
  return { name: clean(name), email: clean(email), time: Math.floor(milliseconds / 1000), zone };
}

/** The person's time as GitHub shows it: ISO, in UTC, whole seconds. */
export function isoTime(person: Person): string {
  return new Date(person.time * 1000).toISOString().replace('.000Z', 'Z');
}

/** The line of a commit or tag after `author`, `committer` or `tagger`. */
export function encodePerson(person: Person): string {
  return `${clean(person.name)} <${clean(person.email)}> ${String(person.time)} ${person.zone}`;
}

/** Reads such a line leniently, as git does: what is missing becomes empty, 0 and `+0000`. */
export function parsePerson(line: string): Person {
  const open = line.indexOf('<');
  const close = line.lastIndexOf('>');
  const date = /(-?\d+)(?: ([+-]\d{4}))?\s*$/.exec(line.slice(close + 1));
  return {
    name: line.slice(0, open < 0 ? undefined : open).trim(),
    email: open < 0 || close < open ? '' : line.slice(open + 1, close),
    time: date === null ? 0 : Number(date[1]),
    zone: date?.[2] ?? '+0000',
  };
}
