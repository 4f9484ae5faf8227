import { judgeArtifactCommand } from './judge-artifact.ts';
import { ignoreLostReaders } from './print.ts';

/** The process that reads what pull requests hand over, as whoever judges them starts it: `judge judge-artifact FOLDER`. */
ignoreLostReaders();
process.exitCode = await judgeArtifactCommand(process.argv[3] ?? '');
