import { PlatformError } from '../contracts/errors.ts';
import { VERSION } from './version.ts';

/**
 * What the bundle has in place of bot.ts and sandbox.ts (scripts/bundle.ts): no workflow needs them, and what they load is
 * several times as large as all the rest.
 */
function leftOut(command: string): never {
  throw new PlatformError({
    code: 'PART_LEFT_OUT',
    message: `\`slipway ${command}\` is not in the command line that workflows use`,
    hint: `install the whole: npm install --global slipway@${VERSION}`,
  });
}

/** Stands for the bot. Throws PlatformError PART_LEFT_OUT. */
export function botCommand(): never {
  return leftOut('bot');
}

/** Stands for the sandbox. Throws PlatformError PART_LEFT_OUT. */
export function sandboxCommand(): never {
  return leftOut('sandbox');
}
