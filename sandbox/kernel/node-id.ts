/** Global node ids: opaque to clients, `<kind>_<base64url of the row id>` here. */
const SEPARATOR = '_';

/** Node id of a row; kinds are GitHub's prefixes: PR, I, R, U, O, BOT, LA, IC, PRR, CR… */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}${SEPARATOR}${Buffer.from(String(id)).toString('base64url')}`;
}

/** Kind and id of a node id, or undefined where it is not one of ours. */
export function parseNodeId(text: string): { kind: string; id: string } | undefined {
  const match = /^([A-Z]+)_([\w-]+)$/.exec(text);
  if (match === null) return undefined;
  const id = Buffer.from(match[2]!, 'base64url').toString();
  return nodeId(match[1]!, id) === text ? { kind: match[1]!, id } : undefined;
}
