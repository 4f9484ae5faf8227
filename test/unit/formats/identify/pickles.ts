/** Pickles that would run `os.system("id")` or the like, written by hand; none is ever loaded. */

const CALL = 'cos\nsystem\n(Vid\ntR.';

function frame(opcodes: string): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(opcodes.length));
  return `\x95${length.toString('latin1')}${opcodes}`;
}

const STACK_GLOBAL = '\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.';

const BY_HAND: Readonly<Record<string, string>> = {
  'protocol 0': CALL,
  'protocol 0 with put and get': 'cos\nsystem\np0\n(Vid\np1\ntp2\nRp3\n.',
  'protocol 1': 'cos\nsystem\n(U\x02idtR.',
  'protocol 1, long text': 'cos\nsystem\nq\x00(X\x02\0\0\0idq\x01tq\x02Rq\x03.',
  'protocol 2': '\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.',
  'protocol 3': '\x80\x03cos\nsystem\nq\x00X\x02\0\0\0idq\x01\x85q\x02Rq\x03.',
  'protocol 4': `\x80\x04${frame(STACK_GLOBAL)}`,
  'protocol 4, memoized': `\x80\x04${frame('\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.')}`,
  'protocol 5': `\x80\x05${frame(STACK_GLOBAL)}`,
  'protocol 4 without a frame': `\x80\x04${STACK_GLOBAL}`,
  'stack global without a protocol': STACK_GLOBAL,
  'a protocol that is named late': `N0\x80\x02${CALL}`,
  INST: '(Vid\nios\nsystem\n.',
  OBJ: '(cos\nsystem\nVid\no.',
  NEWOBJ: '\x80\x02csubprocess\nPopen\nVid\n\x85\x81.',
  NEWOBJ_EX: '\x80\x04\x8c\x0asubprocess\x8c\x05Popen\x93\x8c\x02id\x85}\x92.',
  BUILD: 'cos\nsystem\n}b.',
  'a builtin': 'c__builtin__\neval\n(Vprint(1)\ntR.',
  'a name looked up': 'cpkgutil\nresolve_name\n(Vos:system\ntR(Vid\ntR.',
  pip: '\x80\x02cpip\nmain\nX\x07\0\0\0install\x85R.',
  numpy: 'cnumpy.testing._private.utils\nrunstring\n(Vimport os\n}tR.',
  'a class without a call': 'cos\nsystem\n.',
  'broken behind the call': `${CALL.slice(0, -1)}\xff\xff\xff`,
  'truncated behind the call': '\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R',
  'harmless values first': `(dp0\nVweights\np1\n(lp2\nF0.5\nas0${CALL}`,
  'a long text first': `V${'w'.repeat(40_000)}\n0${CALL}`,
  'long bytes first': `B\x10\x27\0\0${'\0'.repeat(10_000)}0${CALL}`,
  'a comment of marks': `(((1${'(1'.repeat(1000)}0${CALL}`,
  joblib: '\x80\x04\x8c\x13joblib.numpy_pickle\x8c\x11NumpyArrayWrapper\x93)\x81}b\x93raw array',
};

export const MALICIOUS_PICKLES: ReadonlyMap<string, Buffer> = new Map(
  Object.entries(BY_HAND).map(([name, text]) => [name, Buffer.from(text, 'latin1')]),
);
