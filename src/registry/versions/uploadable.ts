import { RelativePath } from '../../contracts/manifest.ts';
import { InputError, type Problem } from '../../contracts/errors.ts';
import type { LocalFile } from './plan.ts';

/** Forms of GitHub's, AWS's, Slack's, Google's, Hugging Face's tokens, and of private keys. */
const TOKEN =
  /gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{20}|AIza[\w-]{35}|hf_[A-Za-z0-9]{34}|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const SMALL = 2 ** 20;

/**
 * Refuses what must never leave the machine (all problems at once): hidden files and folders such as `.git`, paths that
 * lead out of the version's folder, and small files that hold a token or a private key.
 */
export async function checkUploads(files: readonly LocalFile[]): Promise<void> {
  const problems: Problem[] = [];
  for (const file of files) {
    const why = await reasonAgainst(file);
    if (why !== null)
      problems.push({
        code: 'FORMAT_REFUSED',
        message: `${file.path}: ${why}`,
        file: file.path,
        hint: 'Leave it out of the model’s outputs.',
      });
  }
  if (problems.length > 0) throw new InputError(problems);
}

async function reasonAgainst({ path, source }: LocalFile): Promise<string | null> {
  if (!RelativePath.safeParse(path).success) return 'its path is not a plain relative one';
  if (path.split('/').some((part) => part.startsWith('.')))
    return 'hidden files and folders are never registered';
  if (source.bytes > SMALL) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read()) chunks.push(chunk);
  return TOKEN.test(Buffer.concat(chunks).toString('latin1'))
    ? 'it holds what looks like a token or a private key'
    : null;
}
