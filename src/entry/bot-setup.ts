import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createAppByManifest, webhookAddress, type NewApp } from '../../bot/setup.ts';
import { InputError, PlatformError } from '../contracts/errors.ts';
import { octokitApi } from '../platform/github/octokit-api.ts';
import type { Outcome, Session } from './execute.ts';
import { print } from './print.ts';
import { VERSION } from './version.ts';

const FOLDER = join('.slipway', 'bot');

/** `slipway bot setup`: registers the App by a manifest and keeps its key in `.slipway/bot`, for its owner's eyes only. */
export async function botSetupCommand(session: Session): Promise<Outcome> {
  const { flags, cwd, signal } = session;
  const folder = join(cwd, FOLDER);
  await refuseExisting(folder);
  const web = webRoot(flags['githubUrl'] as string | undefined);
  const baseUrl = web === 'https://github.com' ? 'https://api.github.com' : `${web}/api/v3`;
  const app = await createAppByManifest({
    name: (flags['name'] as string | undefined) ?? 'slipway',
    webhookUrl: webhookAddress((flags['webhookUrl'] as string | undefined) ?? ''),
    web,
    organization: (flags['organization'] as string | undefined) ?? null,
    api: octokitApi({ baseUrl, token: '', userAgent: `slipway/${VERSION}` }),
    signal,
    open: (url) => print(2, `Open ${url} in your browser; Ctrl-C gives up.`),
  });
  await keep(folder, app, baseUrl);
  const install = `${app.html_url}/installations/new`;
  return {
    schema: 'slipway.bot-setup/1',
    decision: 'pass',
    reason: 'DONE',
    message: `the App ${app.slug} is made`,
    document: { app: app.id, slug: app.slug, install, folder: FOLDER },
    text: [
      `The App ${app.slug} is made; its key is in ${FOLDER} (never commit it).`,
      '',
      `  1. Install it on your repositories: ${install}`,
      `  2. Start it where GitHub reaches it:  set -a; . ${FOLDER}/app.env; set +a; slipway bot`,
      '  3. In each repository:               slipway doctor',
    ].join('\n'),
  };
}

function webRoot(text = 'https://github.com'): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  const message = `--github-url: expected an address such as https://github.example.com, found "${text}"`;
  throw new InputError({ code: 'USAGE', message });
}

async function refuseExisting(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return;
  throw new InputError({
    code: 'EXISTS',
    message: `${FOLDER} exists already; a key is never overwritten`,
    hint: `move it away first: mv ${FOLDER} ${FOLDER}.before`,
  });
}

/** All files or none: they are written beside and moved to their place together. */
async function keep(folder: string, app: NewApp, api: string): Promise<void> {
  const beside = `${folder}.${process.pid}`;
  try {
    await mkdir(beside, { recursive: true, mode: 0o700 });
    await chmod(beside, 0o700);
    const lines = [
      `APP_ID=${app.id}`,
      `PRIVATE_KEY_PATH=${shellWord(join(folder, 'private-key.pem'))}`,
      `WEBHOOK_SECRET=${app.webhook_secret}`,
      `GITHUB_API_URL=${api}`,
    ];
    const [owner, fresh] = [0o600, 'wx'];
    await writeFile(join(beside, 'private-key.pem'), app.pem, { mode: owner, flag: fresh });
    await writeFile(join(beside, 'app.env'), `${lines.join('\n')}\n`, { mode: owner, flag: fresh });
    // Ignored by a file of its own, wherever it lies and whatever the repository ignores.
    await writeFile(join(beside, '.gitignore'), '*\n', { flag: fresh });
    await rename(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw new PlatformError(
      {
        code: 'DISK',
        message: `the App ${app.slug} exists now, but its key could not be kept: ${(error as Error).message}`,
        hint: `make a new key under ${app.html_url} (“Private keys”), or delete the App there and run this again`,
      },
      { cause: error },
    );
  }
}

/** A value as a POSIX shell reads it back. */
function shellWord(value: string): string {
  return /^[\w:/.@-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
