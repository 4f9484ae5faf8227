/**
 * The opcodes of Python's pickle machine, protocols 0 to 5 (Lib/pickletools.py), as far as a walk needs them: what
 * follows an opcode in the file, and what it does to the depth of the stack.
 */

/** Bytes of a fixed argument; a line; two lines; or bytes behind their length of 1, 4 or 8 bytes. */
export type Argument = number | 'number' | 'quoted' | 'line' | 'import' | 'length1' | 'length4' | 'length8';

export interface Opcode {
  readonly argument: Argument;
  /** Entries it takes from the stack; `mark`: all down to the last mark. */
  readonly takes: number | 'mark';
  /** Entries it puts on the stack. */
  readonly gives: number;
  /** Entries that must lie below those it takes. */
  readonly below: number;
  readonly does?: 'mark' | 'pop' | 'stop' | 'import' | 'call' | 'import and call';
}

type Effect = Partial<Omit<Opcode, 'argument'>>;

const PUSH: Effect = { gives: 1 };
const COLLECT: Effect = { takes: 'mark', gives: 1 };
const EXTEND: Effect = { takes: 'mark', below: 1 };
const LOOK: Effect = { below: 1 };

const TABLE: readonly (readonly [string | number, Argument, Effect])[] = [
  ['(', 0, { does: 'mark' }],
  ['.', 0, { below: 1, does: 'stop' }],
  ['0', 0, { does: 'pop' }],
  ['1', 0, { takes: 'mark' }],
  ['2', 0, { below: 1, gives: 1 }],
  ['F', 'number', PUSH],
  ['I', 'number', PUSH],
  ['L', 'number', PUSH],
  ['g', 'number', PUSH],
  ['p', 'number', LOOK],
  ['S', 'quoted', PUSH],
  ['V', 'line', PUSH],
  ['P', 'line', PUSH],
  ['c', 'import', { gives: 1, does: 'import' }],
  ['i', 'import', { ...COLLECT, does: 'import and call' }],
  ['N', 0, PUSH],
  ['}', 0, PUSH],
  [']', 0, PUSH],
  [')', 0, PUSH],
  ['K', 1, PUSH],
  ['h', 1, PUSH],
  ['M', 2, PUSH],
  ['J', 4, PUSH],
  ['j', 4, PUSH],
  ['G', 8, PUSH],
  ['q', 1, LOOK],
  ['r', 4, LOOK],
  ['U', 'length1', PUSH],
  ['C', 'length1', PUSH],
  ['T', 'length4', PUSH],
  ['X', 'length4', PUSH],
  ['B', 'length4', PUSH],
  ['Q', 0, { takes: 1, gives: 1 }],
  ['R', 0, { takes: 2, gives: 1, does: 'call' }],
  ['b', 0, { takes: 1, below: 1, does: 'call' }],
  ['o', 0, { ...COLLECT, does: 'call' }],
  ['a', 0, { takes: 1, below: 1 }],
  ['s', 0, { takes: 2, below: 1 }],
  ['e', 0, EXTEND],
  ['u', 0, EXTEND],
  ['d', 0, COLLECT],
  ['l', 0, COLLECT],
  ['t', 0, COLLECT],
  [0x80, 1, {}],
  [0x81, 0, { takes: 2, gives: 1, does: 'call' }],
  // Numbers of a registry that is empty unless the loader filled it: no import of the author's choice.
  [0x82, 1, PUSH],
  [0x83, 2, PUSH],
  [0x84, 4, PUSH],
  [0x85, 0, { takes: 1, gives: 1 }],
  [0x86, 0, { takes: 2, gives: 1 }],
  [0x87, 0, { takes: 3, gives: 1 }],
  [0x88, 0, PUSH],
  [0x89, 0, PUSH],
  [0x8a, 'length1', PUSH],
  [0x8b, 'length4', PUSH],
  [0x8c, 'length1', PUSH],
  [0x8d, 'length8', PUSH],
  [0x8e, 'length8', PUSH],
  [0x8f, 0, PUSH],
  [0x90, 0, EXTEND],
  [0x91, 0, COLLECT],
  [0x92, 0, { takes: 3, gives: 1, does: 'call' }],
  [0x93, 0, { takes: 2, gives: 1, does: 'import' }],
  [0x94, 0, LOOK],
  [0x95, 8, {}],
  [0x96, 'length8', PUSH],
  [0x97, 0, PUSH],
  [0x98, 0, LOOK],
];

/** Opcodes by byte. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  TABLE.map(([code, argument, effect]) => [
    typeof code === 'string' ? code.charCodeAt(0) : code,
    { argument, takes: 0, gives: 0, below: 0, ...effect },
  ]),
);
