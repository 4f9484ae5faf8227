import type { Signature, SignatureValue } from '../../contracts/signature.ts';
import { unreadable } from '../unreadable.ts';
import { onBytes, onInteger, onText, visitFields } from './fields.ts';
import { bounded, readValue } from './value-type.ts';

/** What an ONNX file says of itself, before any runtime sees it. */
export interface OnnxDescription {
  readonly signature: Signature;
  /** Version of every operator set by domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Tool that wrote the file, with its version where it says one. */
  readonly producer: string | null;
  readonly irVersion: number;
}

const MAX_VALUES = 10_000;
const MAX_OPSETS = 1000;
const MAX_INITIALIZERS = 1_000_000;

/**
 * Reads a model's signature from its graph: inputs that are no initializers, and outputs, with types and shapes as the
 * file declares them (onnx.proto: ModelProto, GraphProto, ValueInfoProto). Linear in the file's size, bounded in memory.
 * Throws InputError MODEL_UNREADABLE, naming the file and the reason: damaged, no or several graphs, a name twice, a
 * field twice that may stand once (runtimes differ in what they make of it), more than 10,000 values.
 */
export function readOnnxSignature(bytes: Uint8Array, file: string): OnnxDescription {
  const found = new Found();
  try {
    readModel(bytes, found);
    const inputs = found.inputs.filter(({ name }) => !found.initializers.has(name));
    requireUnique(inputs, 'inputs');
    requireUnique(found.outputs, 'outputs');
    return {
      signature: { inputs, outputs: found.outputs },
      opsets: Object.fromEntries(found.opsets),
      producer: [found.producer, found.producerVersion].filter((part) => part !== '').join(' ') || null,
      irVersion: found.irVersion,
    };
  } catch (error) {
    throw unreadable(file, error instanceof Error ? error.message : 'unknown');
  }
}

class Found {
  irVersion = 0;
  graphs = 0;
  producer = '';
  producerVersion = '';
  readonly opsets = new Map<string, number>();
  readonly inputs: SignatureValue[] = [];
  readonly outputs: SignatureValue[] = [];
  readonly initializers = new Set<string>();
}

function readModel(bytes: Uint8Array, found: Found): void {
  visitFields(bytes, {
    1: onInteger((version) => (found.irVersion = version)),
    2: onText((name) => (found.producer = bounded(name))),
    3: onText((version) => (found.producerVersion = bounded(version))),
    7: onBytes((graph) => {
      found.graphs += 1;
      readGraph(graph, found);
    }),
    8: onBytes((opset) => {
      let [domain, version] = ['', 0];
      visitFields(opset, {
        1: onText((text) => (domain = bounded(text))),
        2: onInteger((value) => (version = value)),
      });
      found.opsets.set(domain === '' ? 'ai.onnx' : domain, version);
      if (found.opsets.size > MAX_OPSETS) throw new RangeError(`more than ${MAX_OPSETS} operator sets`);
    }),
  });
  if (found.graphs !== 1) throw new Error(`it holds ${found.graphs} ONNX graphs, expected one`);
  if (found.irVersion < 1) throw new Error('it does not say which version of ONNX it is');
}

function readGraph(bytes: Uint8Array, found: Found): void {
  let initializers = 0;
  const initializer = onBytes((tensor) => {
    initializers += 1;
    if (initializers > MAX_INITIALIZERS) throw new RangeError(`more than ${MAX_INITIALIZERS} initializers`);
    visitFields(tensor, { 8: onText((name) => found.initializers.add(name)) });
  });
  const valueInto = (values: SignatureValue[]) =>
    onBytes((value) => {
      if (values.push(readValue(value)) > MAX_VALUES) throw new RangeError(`more than ${MAX_VALUES} values`);
    });
  visitFields(bytes, {
    5: initializer,
    11: valueInto(found.inputs),
    12: valueInto(found.outputs),
    15: onBytes((sparse) => visitFields(sparse, { 1: initializer })),
  });
}

function requireUnique(values: readonly SignatureValue[], what: string): void {
  const names = new Set<string>();
  for (const { name } of values) {
    if (names.has(name)) throw new Error(`two ${what} are named ${JSON.stringify(name.slice(0, 200))}`);
    names.add(name);
  }
}
