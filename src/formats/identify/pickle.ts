import { OPCODES } from './pickle-opcodes.ts';
import type { Argument, Opcode } from './pickle-opcodes.ts';

/** What Python's pickle machine would make of bytes, as far as they can be followed without running anything. */
export interface PickleWalk {
  /**
   * `code`: it imports something and calls it, or ends with it; `data`: it ends without an import; `open`: it is a
   * pickle up to the last byte at hand; `none`: the machine would stop at a byte that is no opcode or has nothing to
   * work on.
   */
  readonly end: 'code' | 'data' | 'open' | 'none';
  /** Something was imported on the way: that alone runs a module's code. */
  readonly imports: boolean;
  /** It begins by naming its protocol, as protocols 2 to 5 do. */
  readonly protocol: number | null;
}

const NEWLINE = 0x0a;
const PROTO = 0x80;
/** Digits, signs, exponents, hexadecimal, `inf`: more than Python takes, so that nothing slips through. */
const NUMBER = /^[\w\s+.-]*$/;
/** What `import` can find: a comma or a blank ends the load. */
const IMPORTABLE = /^[\p{L}\p{N}_.-]+$/u;

/**
 * Walks the opcodes from the first byte, keeping only the depth of the stack. `size` is the file's: an argument that is
 * longer than the file ends the walk. Linear in the bytes given; nothing is built, imported or called.
 */
export function walkPickle(head: Uint8Array, size: number): PickleWalk {
  const [first, second] = head;
  const protocol = first === PROTO && second !== undefined && second <= 5 ? second : null;
  const stack = new Stack();
  let imports = false;
  let at = 0;
  while (at < head.length) {
    const opcode = OPCODES.get(head[at]!);
    const next = opcode === undefined ? null : endOfArgument(head, at + 1, opcode.argument);
    if (opcode === undefined || next === null || next > size) return { end: 'none', imports, protocol };
    const { does = '' } = opcode;
    // Python's slower machine (joblib's) imports for INST before it looks at the stack.
    imports ||= does === 'import and call';
    if (!stack.apply(opcode)) return { end: 'none', imports, protocol };
    imports ||= does === 'import';
    if (imports && /call|stop/.test(does)) return { end: 'code', imports, protocol };
    if (does === 'stop') return { end: 'data', imports, protocol };
    at = next;
  }
  return { end: head.length < size ? 'open' : 'none', imports, protocol };
}

/** Entries since the last mark, and those below each mark. */
class Stack {
  #depth = 0;
  readonly #below: number[] = [];

  /** False where the machine would find too little on its stack. */
  apply({ takes, gives, below, does }: Opcode): boolean {
    if (does === 'mark') {
      this.#below.push(this.#depth);
      this.#depth = 0;
      return true;
    }
    // POP takes an entry, or a mark that nothing lies on.
    if (takes === 'mark' || (does === 'pop' && this.#depth === 0)) {
      const depth = this.#below.pop();
      if (depth === undefined) return false;
      this.#depth = depth;
    } else this.#depth -= does === 'pop' ? 1 : takes;
    if (this.#depth < below) return false;
    this.#depth += gives;
    return true;
  }
}

/**
 * Where the argument of an opcode ends: beyond the bytes at hand where it is longer than they are, null where it is not
 * what the opcode takes.
 */
function endOfArgument(head: Uint8Array, at: number, argument: Argument): number | null {
  switch (argument) {
    case 'length1':
    case 'length4':
    case 'length8':
      return endOfCounted(head, at, Number(argument.slice(-1)));
    case 'number':
      return endOfLine(head, at, (line) => NUMBER.test(line));
    case 'quoted':
      return endOfLine(head, at, (line) => /^\s*['"]/.test(line));
    case 'line':
      return endOfLine(head, at, () => true);
    case 'import': {
      const importable = (line: string): boolean => IMPORTABLE.test(line);
      const name = endOfLine(head, at, importable);
      return name === null || name >= head.length ? name : endOfLine(head, name, importable);
    }
    default:
      return at + argument;
  }
}

function endOfLine(head: Uint8Array, at: number, fits: (line: string) => boolean): number | null {
  const newline = head.indexOf(NEWLINE, at);
  const end = newline < 0 ? head.length : newline;
  return fits(Buffer.from(head.subarray(at, end)).toString('utf8')) ? end + 1 : null;
}

function endOfCounted(head: Uint8Array, at: number, bytes: number): number {
  let count = 0;
  for (let byte = bytes - 1; byte >= 0; byte--) count = count * 256 + (head[at + byte] ?? 0);
  return at + bytes + count;
}
