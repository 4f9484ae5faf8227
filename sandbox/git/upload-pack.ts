/**
 * The server's half of `git fetch`. Refs are told from the state; packs are made by git itself.
 * https://git-scm.com/docs/gitprotocol-v2
 */
import { peel } from './commit-object.ts';
import type { GitEndpoint } from './endpoint.ts';
import { syncMirror } from './mirror.ts';
import { FLUSH, packet, type PacketReader } from './packet.ts';
import type { GitCall } from './run.ts';

/** What github.com lets fetches ask for: any object by id, and packs without blobs or trees. */
const SETTINGS = ['uploadpack.allowAnySHA1InWant=true', 'uploadpack.allowFilter=true'];

const VERSION_2 = [
  'version 2',
  'agent=git/sandbox',
  'ls-refs=unborn',
  'fetch=shallow wait-for-done filter',
  'object-format=sha1',
];

/** Whether the client speaks version 2 of the protocol, by its `Git-Protocol` header. */
export function speaksVersion2(protocol: string | undefined): boolean {
  return (protocol ?? '').split(':').includes('version=2');
}

/** Body of `GET info/refs?service=git-upload-pack` for version 2. */
export function advertiseUpload2(): Buffer {
  return Buffer.concat([
    packet('# service=git-upload-pack\n'),
    FLUSH,
    ...VERSION_2.map((line) => packet(`${line}\n`)),
    FLUSH,
  ]);
}

/** How to start git for this fetch, its mirror up to date. */
export function uploadCall(
  endpoint: GitEndpoint,
  protocol: string | undefined,
  options: readonly string[],
): GitCall {
  syncMirror(endpoint, { refs: endpoint.refs(), head: endpoint.head });
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  return {
    args: [...settings, 'upload-pack', '--stateless-rpc', ...options, endpoint.directory],
    ...(protocol === undefined || !/^[\w=:.-]+$/.test(protocol) ? {} : { protocol }),
  };
}

interface ListOptions {
  readonly peel: boolean;
  readonly symrefs: boolean;
  readonly unborn: boolean;
  readonly prefixes: readonly string[];
}

/** Reads the arguments of `ls-refs`, after its command line, to the flush. */
async function readListOptions(reader: PacketReader): Promise<ListOptions> {
  const words = new Set<string>();
  const prefixes: string[] = [];
  for (let bytes = await reader.next(); bytes !== 'flush' && bytes !== 'end'; bytes = await reader.next()) {
    const line = typeof bytes === 'string' ? '' : bytes.toString('utf8').replace(/\n$/, '');
    if (line.startsWith('ref-prefix ')) prefixes.push(line.slice('ref-prefix '.length));
    else words.add(line);
  }
  return { peel: words.has('peel'), symrefs: words.has('symrefs'), unborn: words.has('unborn'), prefixes };
}

/** Answers `ls-refs`: HEAD first, then all refs by name, only those the client's prefixes ask for. */
export async function listRefs(reader: PacketReader, endpoint: GitEndpoint): Promise<Buffer> {
  const options = await readListOptions(reader);
  const refs = endpoint.refs();
  const asked = (name: string): boolean =>
    options.prefixes.length === 0 || options.prefixes.some((prefix) => name.startsWith(prefix));
  const lines: Buffer[] = [];
  const target = refs.get(endpoint.head);
  const symref = options.symrefs ? ` symref-target:${endpoint.head}` : '';
  if (asked('HEAD')) {
    if (target !== undefined) lines.push(packet(`${target} HEAD${symref}\n`));
    else if (options.unborn) lines.push(packet(`unborn HEAD${symref}\n`));
  }
  const names = [...refs.keys()].filter(asked).map((name) => ({ name, key: Buffer.from(name) }));
  names.sort((a, b) => Buffer.compare(a.key, b.key));
  for (const { name } of names) {
    const id = refs.get(name)!;
    // Only tags are ever annotated here; looking at every branch would read every commit.
    const end = options.peel && name.startsWith('refs/tags/') ? peel(endpoint.objects, id)?.id : undefined;
    lines.push(packet(`${id} ${name}${end === undefined || end === id ? '' : ` peeled:${end}`}\n`));
  }
  return Buffer.concat([...lines, FLUSH]);
}
