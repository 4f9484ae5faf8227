import { readBotConfig } from '../../../bot/config.ts';
import { startBot } from '../../../bot/main.ts';

/** The bot as a process of its own, told everything by its environment. */
await startBot(readBotConfig(process.env));
