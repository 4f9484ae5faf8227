import { canonicalJson } from '../../contracts/digest.ts';
import { Entry, ENTRY_SCHEMA } from '../../contracts/entry.ts';
import { InputError } from '../../contracts/errors.ts';

/** An entry as the message of its commit: one line for people, a blank one, and the entry itself. */

/** Bytes of a commit message. */
const MAX_BYTES = 64 * 1024;

/** What stands in a commit message that is no entry of ours. */
export interface UnreadableEntry {
  readonly kind: 'tampered' | 'unknown-schema';
  /** Half a sentence: what was found. */
  readonly problem: string;
}

/**
 * The commit message of an entry.
 * @throws InputError ENTRY_REFUSED where it would be larger than 64 KiB
 */
export function entryMessage(entry: Entry): string {
  const message = `${headline(entry)}\n\n${inertJson(entry)}\n`;
  if (Buffer.byteLength(message) <= MAX_BYTES) return message;
  throw new InputError({
    code: 'ENTRY_REFUSED',
    message: `entry ${entry.n} is larger than ${MAX_BYTES} bytes`,
    hint: 'name fewer authors or approvals',
  });
}

/** Reads what {@link entryMessage} wrote; whatever differs from it in a single character is none of ours. */
export function parseEntryMessage(text: string): Entry | UnreadableEntry {
  if (Buffer.byteLength(text) > MAX_BYTES) return tampered(`its message is larger than ${MAX_BYTES} bytes`);
  const blank = text.indexOf('\n\n');
  const body = text.slice(blank + 2).trimEnd();
  const value = blank < 0 ? undefined : parsed(body);
  if (typeof value !== 'object' || value === null) return tampered('its message holds no entry');
  const schema: unknown = 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'string' && schema !== ENTRY_SCHEMA && /^slipway\.entry\/\d{1,9}$/.test(schema))
    return {
      kind: 'unknown-schema',
      problem: `its entry is of ${schema}, this Slipway knows ${ENTRY_SCHEMA}`,
    };
  const entry = Entry.safeParse(value);
  if (!entry.success) {
    const [issue] = entry.error.issues;
    return tampered(`its entry is invalid at ${issue?.path.join('.') || 'the top'}`);
  }
  return inertJson(entry.data) === body ? entry.data : tampered('its entry is not in canonical form');
}

/** True for what {@link parseEntryMessage} gives where there is no entry. */
export function isUnreadable(found: Entry | UnreadableEntry): found is UnreadableEntry {
  return 'problem' in found;
}

function tampered(problem: string): UnreadableEntry {
  return { kind: 'tampered', problem };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** `promote churn v1.4.0 to production (#12)`. Its parts are names that can neither mention nor refer to anything. */
function headline(entry: Entry): string {
  const { op, model, version, stage, of } = entry;
  const subject = [op, model, version].filter((part) => part !== undefined).join(' ');
  const where = stage === undefined ? '' : ` ${WHERE[op] ?? 'of'} ${stage}`;
  const about = of === undefined ? '' : ` (entry ${of})`;
  return `${subject}${where}${about}${entry.pull === undefined ? '' : ` (#${entry.pull})`}`;
}

const WHERE: Partial<Record<Entry['op'], string>> = {
  promote: 'to',
  rollback: 'in',
  advance: 'in',
  verified: 'in',
  failed: 'in',
  genesis: 'in',
};

/**
 * Canonical JSON in which no text of a user's mentions somebody, refers to an issue, links, or hides anything, when
 * GitHub renders the message: what could is written as JSON's own escapes, so that the value stays the same.
 */
function inertJson(entry: Entry): string {
  return canonicalJson(entry).replace(LOUD, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** Mentions, issues, tags, what cannot be seen; the `/` of `://`, the `-` of `GH-1`, the last w of `www.`. */
const LOUD = /[@#<>\p{Cf}\p{Cc}\u2028\u2029]|(?<=:)\/(?=\/)|(?<=gh)-(?=\d)|(?<=ww)w(?=\.)/giu;
