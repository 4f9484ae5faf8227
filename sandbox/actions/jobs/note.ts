import { newId, type Core } from '../../kernel/core.ts';
import type { Annotation } from '../leg.ts';

/** Adds an annotation to a job; step 0 is the job itself. */
export function annotate(core: Core, jobId: number, annotation: Annotation, step = 0): void {
  core.tables.jobAnnotations.put({ id: newId(core), jobId, step, annotation });
}

/** Adds an error to a job. */
export function complain(core: Core, jobId: number, message: string): void {
  annotate(core, jobId, { level: 'failure', message });
}
