import type { Signature, SignatureValue } from '../contracts/signature.ts';

/** What a change of signature means for callers: nothing, new possibilities, or that they must change. */
export interface SignatureChange {
  readonly change: 'same' | 'grew' | 'broke';
  /** Sentences, one for each difference that matters; those that break callers first. */
  readonly reasons: readonly string[];
}

/**
 * Compares what two versions of a model take and give, by name; order and names of symbolic dimensions do not matter.
 * What callers send must still be taken: an input that is gone, retyped, takes fewer shapes or is new and required
 * breaks them. What callers read must still be given: an output that is gone, retyped or promises fewer shapes breaks
 * them. An optional input more, an output more, and shapes that are wider (inputs) or more certain (outputs) are growth.
 * A null signature is one that is not known: knowing it is growth, no longer knowing it breaks.
 */
export function compareSignatures(before: Signature | null, after: Signature | null): SignatureChange {
  if (before === null || after === null) return compareKnown(before !== null, after !== null);
  const differences = [
    ...compareValues('input', before.inputs, after.inputs),
    ...compareValues('output', before.outputs, after.outputs),
  ];
  const breaking = differences.filter(({ breaks }) => breaks);
  const growing = differences.filter(({ breaks }) => !breaks);
  return {
    change: breaking.length > 0 ? 'broke' : growing.length > 0 ? 'grew' : 'same',
    reasons: [...breaking, ...growing].map(({ reason }) => reason),
  };
}

function compareKnown(before: boolean, after: boolean): SignatureChange {
  if (before === after) return { change: 'same', reasons: [] };
  return after
    ? { change: 'grew', reasons: ['The model’s signature is known now.'] }
    : { change: 'broke', reasons: ['The model’s signature is no longer known.'] };
}

interface Difference {
  readonly breaks: boolean;
  readonly reason: string;
}

type Side = 'input' | 'output';

function compareValues(
  side: Side,
  before: readonly SignatureValue[],
  after: readonly SignatureValue[],
): Difference[] {
  const old = new Map(before.map((value) => [value.name, value]));
  const now = new Map(after.map((value) => [value.name, value]));
  const gone = before.filter(({ name }) => !now.has(name));
  const added = after.filter(({ name }) => !old.has(name));
  const [from, to] = [gone[0], added[0]];
  const renamed =
    gone.length === 1 && added.length === 1 && from !== undefined && to !== undefined && alike(from, to);
  const changes = before.flatMap((value) => compareValue(side, value, now.get(value.name)));
  if (renamed)
    return [{ breaks: true, reason: `The ${side} ${quoted(from)} is now named ${quoted(to)}.` }, ...changes];
  return [
    ...gone.map((value) => ({ breaks: true, reason: `The ${side} ${quoted(value)} is gone.` })),
    ...added.map((value) => addition(side, value)),
    ...changes,
  ];
}

function addition(side: Side, value: SignatureValue): Difference {
  const described = `${quoted(value)} (${describe(value)})`;
  if (side === 'output') return { breaks: false, reason: `There is a new output ${described}.` };
  const optional = value.type.startsWith('optional(');
  return {
    breaks: !optional,
    reason: `There is a new ${optional ? 'optional' : 'required'} input ${described}.`,
  };
}

function compareValue(side: Side, before: SignatureValue, after: SignatureValue | undefined): Difference[] {
  if (after === undefined || alike(before, after)) return [];
  const change = `from ${describe(before)} to ${describe(after)}`;
  const name = `The ${side} ${quoted(before)}`;
  const nowOptional = side === 'input' && after.type === `optional(${before.type})`;
  if (before.type !== after.type && !nowOptional)
    return [{ breaks: true, reason: `${name} changed its type ${change}.` }];
  const [wide, narrow] = side === 'input' ? [after, before] : [before, after];
  const fits = admits(wide.shape, narrow.shape);
  return [{ breaks: !fits, reason: `${name} changed ${fits ? 'compatibly ' : 'its shape '}${change}.` }];
}

type Shape = SignatureValue['shape'];

/** True when every tensor of the narrow shape also has the wide one. */
function admits(wide: Shape, narrow: Shape): boolean {
  if (wide === null) return true;
  if (narrow?.length !== wide.length) return false;
  return wide.every((size, axis) => typeof size !== 'number' || size === narrow[axis]);
}

function alike(a: SignatureValue, b: SignatureValue): boolean {
  return a.type === b.type && admits(a.shape, b.shape) && admits(b.shape, a.shape);
}

function quoted({ name }: SignatureValue): string {
  return JSON.stringify(name);
}

/** `float32 [N, 4]`. */
function describe({ type, shape }: SignatureValue): string {
  return shape === null ? type : `${type} [${shape.map((size) => size ?? '?').join(', ')}]`;
}
