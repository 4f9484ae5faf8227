/** The server's half of `git push`. https://git-scm.com/docs/gitprotocol-pack#_pushing_data_to_a_server */
import { type GitEndpoint, isHiddenFromPush, type RefCommand, type RefReport } from './endpoint.ts';
import { makeMirror } from './mirror.ts';
import { node } from './graph.ts';
import { isObjectId, ZERO_ID } from './objects.ts';
import { peel } from './commit-object.ts';
import { walkTree } from './tree.ts';
import { FLUSH, packet, type PacketReader, packetReader, ProtocolError, sideBand } from './packet.ts';
import { feedGit } from './run.ts';

const CAPABILITIES =
  'report-status report-status-v2 delete-refs side-band-64k ofs-delta atomic object-format=sha1 quiet push-options agent=git/sandbox';

/** Packs with fewer objects become loose ones, as git's own `receive.unpackLimit` has it. */
const UNPACK_BELOW = 100;
/** https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github */
const LARGEST_FILE = 100 * 2 ** 20;
const LARGEST_PUSH = 2 * 2 ** 30;

/** What a client asks for before its pack. */
export interface PushRequest {
  readonly commands: readonly RefCommand[];
  readonly capabilities: ReadonlySet<string>;
}

/** The list of refs with which a push begins, as the body of `GET info/refs?service=git-receive-pack`. */
export function advertiseReceive(endpoint: GitEndpoint): Buffer {
  const refs = [...endpoint.refs()].filter(([name]) => !isHiddenFromPush(name));
  refs.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = refs.length === 0 ? [['capabilities^{}', ZERO_ID] as const] : refs;
  return Buffer.concat([
    packet('# service=git-receive-pack\n'),
    FLUSH,
    ...lines.map(([name, id], i) => packet(`${id} ${name}${i === 0 ? `\0${CAPABILITIES}` : ''}\n`)),
    FLUSH,
  ]);
}

/** Reads the commands of a push up to the pack; push options are read over. @throws ProtocolError */
export async function readCommands(reader: PacketReader): Promise<PushRequest> {
  const commands: RefCommand[] = [];
  let capabilities: ReadonlySet<string> | undefined;
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    if (line.startsWith('shallow ')) continue;
    if (line.startsWith('push-cert')) throw new ProtocolError('signed pushes are not supported');
    const [command = '', words] = line.split('\0');
    capabilities ??= new Set((words ?? '').split(' ').filter((word) => word !== ''));
    const [before = '', after = ''] = command.split(' ', 2);
    if (!isObjectId(before) || !isObjectId(after) || command.length < 83)
      throw new ProtocolError(`protocol error: expected old/new/ref, got '${command}'`);
    commands.push({ ref: command.slice(82), before, after });
  }
  if (capabilities?.has('push-options') === true && commands.length > 0)
    while ((await reader.line()) !== undefined);
  return { commands, capabilities: capabilities ?? new Set() };
}

/** Stores the pack that follows the commands. Gives what is wrong with it, or undefined. */
async function storePack(reader: PacketReader, endpoint: GitEndpoint): Promise<string | undefined> {
  const head = await reader.peek(12);
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'PACK')
    return 'eof before pack header was fully read';
  const count = head.readUInt32BE(8);
  if (count === 0) return undefined;
  const limit = `--max-input-size=${String(LARGEST_PUSH)}`;
  const args =
    count < UNPACK_BELOW
      ? ['unpack-objects', '-q', '--strict', limit]
      : ['index-pack', '--stdin', '--fix-thin', '--strict', limit];
  const { directory, objectDirectory } = endpoint;
  const done = await feedGit({ args, directory, objectDirectory }, reader.rest());
  if (done.status === 0) return undefined;
  return /^fatal: (.*)$/m.exec(done.stderr)?.[1] ?? `${args[0]!} abnormal exit`;
}

interface Checked {
  /** Why objects are missing; undefined when everything is there. */
  readonly missing?: string;
  /** Files above the limit: id → path. */
  readonly large: readonly { readonly id: string; readonly path: string }[];
}

/** Looks whether everything the new commits need is there, and whether a new file is too large. */
async function checkObjects(endpoint: GitEndpoint, commands: readonly RefCommand[]): Promise<Checked> {
  const refs = endpoint.refs();
  const known = new Set(refs.values());
  const news = commands.map(({ after }) => after).filter((id) => id !== ZERO_ID && !known.has(id));
  if (news.length === 0) return { large: [] };
  const absent = news.find((id) => !endpoint.objects.has(id));
  if (absent !== undefined) return { missing: absent, large: [] };
  // Branches suffice to stop the walk early; a repository may have tens of thousands of pull request refs.
  const stops = [...refs].flatMap(([name, id]) => (name.startsWith('refs/heads/') ? [`^${id}`] : []));
  const input = [...new Set([...news, ...stops])].join('\n');
  const filter = [
    `--filter=blob:limit=${String((endpoint.largestFile ?? LARGEST_FILE) + 1)}`,
    '--filter-print-omitted',
  ];
  const args = ['rev-list', '--objects', ...filter, '--stdin'];
  const { directory, objectDirectory } = endpoint;
  const done = await feedGit({ args, directory, objectDirectory }, `${input}\n`);
  if (done.status !== 0) return { missing: done.stderr, large: [] };
  const large = done.stdout.split('\n').flatMap((line) => (line.startsWith('~') ? [line.slice(1)] : []));
  return { large: large.map((id) => ({ id, path: pathOf(endpoint, news, id) })) };
}

/** The path of a file among what is pushed; its id where no new tip has it any more. */
function pathOf({ objects }: GitEndpoint, tips: readonly string[], id: string): string {
  for (const tip of tips) {
    const commit = peel(objects, tip);
    if (commit?.type !== 'commit') continue;
    for (const entry of walkTree(objects, node(objects, commit.id).tree))
      if (entry.id === id) return entry.path;
  }
  return id;
}

function refuseAll(
  commands: readonly RefCommand[],
  reason: string,
  messages: readonly string[] = [],
): RefReport[] {
  return commands.map(({ ref }, i) => ({ ref, ok: false, reason, messages: i === 0 ? messages : [] }));
}

/** GitHub's words for files above its limit. */
function largeFileLines(large: Checked['large'], endpoint: GitEndpoint): string[] {
  const limit = ((endpoint.largestFile ?? LARGEST_FILE) / 2 ** 20).toFixed(2);
  const size = (id: string): string => ((endpoint.objects.read(id)?.body.length ?? 0) / 2 ** 20).toFixed(2);
  return [
    ...large.map(
      ({ id, path }) =>
        `error: File ${path} is ${size(id)} MB; this exceeds GitHub's file size limit of ${limit} MB`,
    ),
    'error: GH001: Large files detected. You may want to try Git Large File Storage - https://git-lfs.github.com.',
  ];
}

async function decide(
  endpoint: GitEndpoint,
  { commands, capabilities }: PushRequest,
): Promise<readonly RefReport[]> {
  const checked = await checkObjects(endpoint, commands);
  if (checked.missing !== undefined) return refuseAll(commands, 'missing necessary objects');
  if (checked.large.length > 0)
    return refuseAll(commands, 'pre-receive hook declined', largeFileLines(checked.large, endpoint));
  return endpoint.apply(commands, capabilities.has('atomic'));
}

/** The answer in the form the client asked for. */
function reportBody(
  capabilities: ReadonlySet<string>,
  unpack: string,
  reports: readonly RefReport[],
): Buffer {
  const wanted = capabilities.has('report-status') || capabilities.has('report-status-v2');
  const lines = [
    packet(`unpack ${unpack}\n`),
    ...reports.map((report) =>
      packet(report.ok ? `ok ${report.ref}\n` : `ng ${report.ref} ${report.reason}\n`),
    ),
    FLUSH,
  ];
  const status = wanted ? Buffer.concat(lines) : Buffer.alloc(0);
  if (!capabilities.has('side-band-64k')) return status;
  const messages = reports.flatMap((report) => report.messages ?? []);
  return Buffer.concat([
    ...messages.map((line) => sideBand(2, Buffer.from(`${line}\n`))),
    sideBand(1, status),
    FLUSH,
  ]);
}

/**
 * Takes one push: commands, then the pack into the network's objects, a check that nothing is missing, then the
 * endpoint decides every ref at once. Gives the body of the response.
 * @throws ProtocolError when the request is none of git's
 */
export async function receivePack(source: AsyncIterable<Buffer>, endpoint: GitEndpoint): Promise<Buffer> {
  const reader = packetReader(source);
  const push = await readCommands(reader);
  const { commands, capabilities } = push;
  // git first sends an empty request, to find out whether it may push at all.
  if (commands.length === 0) return Buffer.alloc(0);
  makeMirror(endpoint);
  const packed = commands.some(({ after }) => after !== ZERO_ID);
  const problem = packed ? await storePack(reader, endpoint) : undefined;
  if (problem !== undefined) return reportBody(capabilities, problem, refuseAll(commands, 'unpacker error'));
  return reportBody(capabilities, 'ok', await decide(endpoint, push));
}
