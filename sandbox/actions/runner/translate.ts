import type { Conclusion, RunnerEvent } from '../leg.ts';
import { type EngineLine, evaluation, exitCode } from './engine-lines.ts';
import { Evaluations, isEvaluatedAs } from './evaluations.ts';
import { actionHeader, scriptHeader } from './headers.ts';
import type { Manifest } from './manifest.ts';
import type { Masker } from './masker.ts';
import { defaultName } from './names.ts';
import { hasPost, Numbering } from './numbering.ts';
import type { Plan, PlannedStep } from './plan.ts';
import type { ReducedText } from './reduce.ts';
import { lastLine } from './shells.ts';
import { type OutputOptions, StepOutput } from './step-output.ts';

type Stage = 'Pre' | 'Main' | 'Post';

/** The step that is running. */
interface Running {
  readonly step: PlannedStep;
  readonly stage: Stage;
  readonly number: number;
  readonly name: string;
  readonly output: StepOutput;
  outcome: 'success' | 'failure' | undefined;
  forgiven: boolean;
  killed: boolean;
  failed: boolean;
  headed: boolean;
  /** An empty line that waits: before the last line of a process there is one that it did not write. */
  blank: boolean;
}

export interface TranslationOptions {
  readonly plan: Plan;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly masker: Masker;
  readonly debug: boolean;
  readonly report: (event: RunnerEvent) => void;
  /** A step may take so many whole minutes from now on; 0 is no limit. */
  readonly limit: (minutes: number) => void;
}

/** Follows the engine's log and tells it as a real runner would: numbered steps with names, logs and conclusions. */
export class Translation {
  readonly numbering: Numbering;
  readonly #options: TranslationOptions;
  readonly #output: OutputOptions;
  readonly #steps: ReadonlyMap<string, PlannedStep>;
  readonly #names = new Map<string, string>();
  readonly #evaluations = new Evaluations();
  readonly #env: Map<string, string>;
  readonly #waiting: PlannedStep[];
  #running: Running | undefined;
  #complete: StepOutput | undefined;
  #cancelled = false;
  #failed = false;
  #ended = false;

  constructor(options: TranslationOptions) {
    const { plan, masker, debug, report } = options;
    this.#options = options;
    this.#output = { masker, debug, report, workspace: '' };
    this.#steps = new Map(plan.steps.map((step) => [step.id, step]));
    this.#waiting = [...plan.steps];
    this.#env = new Map(Object.entries(plan.env));
    this.numbering = new Numbering(plan.steps, options.manifests);
  }

  /** From now on steps end as cancelled. */
  cancel(): void {
    this.#cancelled = true;
  }

  /** The running step has used up its time. */
  timeOut(minutes: number): void {
    const running = this.#running;
    if (running === undefined) return;
    running.failed = true;
    running.output.error(`The action '${running.name}' has timed out after ${minutes} minutes.`);
  }

  /** Has the engine told the end of the job? */
  get ended(): boolean {
    return this.#ended;
  }

  /** One line of the engine. */
  read(line: EngineLine): void {
    const result = evaluation(line);
    if (result !== undefined) this.#learn(result);
    else if (line.msg === '⭐ Run Complete job') this.#startCompletion();
    else if (line.jobResult !== undefined) this.#ended = true;
    else if (line.stage !== undefined && line.stepID !== undefined)
      this.#readStep(line, line.stage, line.stepID);
    else if (line.level === 'error' && line.step !== 'Complete job') this.#readError(line.msg);
  }

  #learn({ expression, value }: { readonly expression: string; readonly value: string }): void {
    this.#evaluations.learn(expression, value);
    const running = this.#running;
    if (running === undefined) return;
    const { run, timeout } = running.step;
    if (isEvaluatedAs(run, expression)) this.#head(running);
    if (running.stage === 'Main' && isEvaluatedAs(timeout, expression)) this.#limit(timeout);
  }

  /** Reports lines that wait. */
  flush(): void {
    this.#running?.output.flush();
    this.#complete?.flush();
  }

  #readStep(line: EngineLine, stage: Stage, path: readonly string[]): void {
    const step = this.#steps.get(path[0]!);
    if (step === undefined) return;
    this.#learnWorkspace(line);
    if (path.length === 1 && line.msg.startsWith(`⭐ Run ${stage} `))
      this.#start(step, stage, line.step ?? '');
    else if (line.stepResult === 'skipped' && path.length === 1) this.#skip(step, stage);
    const running = this.#current(step, stage, line);
    if (running === undefined) return;
    if (line.stepResult !== undefined && line.stepResult !== 'skipped') {
      if (path.length === 1) running.outcome = line.stepResult;
    } else this.#readOutput(running, line, path.length);
  }

  /** The running step, if the line is of it. Post steps of local actions are known only once they say something. */
  #current(step: PlannedStep, stage: Stage, line: EngineLine): Running | undefined {
    const running = this.#running;
    if (running?.step === step && running.stage === stage) return running;
    const speaks = line.raw_output === true || line.raw !== undefined;
    if (stage !== 'Post' || !speaks || step.uses === undefined) return undefined;
    return this.#open(step, stage, this.numbering.post(step.id));
  }

  #readOutput(running: Running, line: EngineLine, depth: number): void {
    if (line.msg === 'Failed but continue next step' && depth === 1) running.forgiven = true;
    else if (line.raw_output === true) this.#print(running, line.msg);
    else if (line.raw !== undefined) this.#said(running).print(line.raw);
    else if (line.command === 'summary') running.output.summarize(line.content ?? '', depth);
    else if (line.command === 'set-env' && depth === 1) this.#env.set(line.name ?? '', line.arg ?? '');
    else if (line.level === 'error') this.#readStepError(running, line, depth);
  }

  #print(running: Running, text: string): void {
    const line = text.replace(/[\r\n]+$/, '');
    const last = lastLine(line);
    if (last !== undefined) {
      running.blank = false;
      if (last.text !== '') this.#said(running).print(last.text);
      return;
    }
    this.#said(running);
    if (line === '') running.blank = true;
    else running.output.print(text);
  }

  #readStepError(running: Running, line: EngineLine, depth: number): void {
    if (/^this step has been cancelled/.test(line.msg)) {
      running.killed = true;
      return;
    }
    const file = /^invalid format/.test(line.msg) && running.outcome !== undefined;
    if (file && depth === 1) {
      running.failed = true;
      running.output.error("Unable to process file command 'output' successfully.");
      running.output.error(line.msg.replace(/^i/, 'I').replace(/, expected.*$/, ''));
      return;
    }
    const code = exitCode(line);
    if (code !== undefined) {
      // Inner steps of a local action run without the wrapper that says it; of an action's own process nothing is said.
      const message = `Process completed with exit code ${code}.`;
      if (depth > 1 && running.output.lastError !== message) running.output.error(message);
      return;
    }
    if (!/^(signal: |context canceled)/.test(line.msg)) this.#readError(line.msg);
  }

  #readError(message: string): void {
    const output = this.#running?.output ?? this.#complete;
    const text = message.replace(/^\s*❌\s*/, '');
    if (text === '' || /^Job '.*' failed$/.test(text)) return;
    output?.error(text);
    if (this.#running !== undefined) this.#running.failed = true;
  }

  #learnWorkspace(line: EngineLine): void {
    if (this.#output.workspace !== '' || !line.msg.startsWith('setupEnv')) return;
    this.#output.workspace = /\bGITHUB_WORKSPACE:(\S+)/.exec(line.msg)?.[1] ?? '';
  }

  /** Steps before this one that never started were skipped; the engine tells most of them, not all. */
  #passOver(step: PlannedStep | undefined): void {
    while (this.#waiting.length > 0 && this.#waiting[0] !== step)
      this.#reportSkipped(this.#waiting.shift()!, 'Main');
    this.#waiting.shift();
  }

  #start(step: PlannedStep, stage: Stage, name: string): void {
    this.#finish();
    if (stage === 'Main') {
      this.#passOver(step);
      this.#names.set(step.id, step.named ? name : defaultName(step.uses ?? name));
      this.#register(step);
      this.#open(step, stage, this.numbering.main(step.id));
    } else if (stage === 'Pre') {
      const number = this.numbering.pre(step.id);
      if (number === undefined) return;
      this.#register(step);
      this.#open(step, stage, number);
    } else if (this.numbering.hasPost(step.id)) this.#open(step, stage, this.numbering.post(step.id));
  }

  /** An action that has something to do at the end says so when it first runs. */
  #register(step: PlannedStep): void {
    if (step.uses !== undefined && hasPost(step.uses, this.#options.manifests) === true)
      this.numbering.post(step.id);
  }

  #open(step: PlannedStep, stage: Stage, number: number): Running {
    this.#finish();
    const name = this.#nameOf(step, stage);
    const output = new StepOutput(number, this.#output);
    this.#options.report({ kind: 'step-started', number, name });
    const running: Running = {
      ...{ step, stage, number, name, output },
      ...{ outcome: undefined, forgiven: false, killed: false, failed: false, headed: false, blank: false },
    };
    this.#running = running;
    if (stage === 'Post') output.say('Post job cleanup.');
    if (stage === 'Post') running.headed = true;
    else if (step.run === undefined || step.run.value !== undefined) this.#head(running);
    if (stage === 'Main' && step.timeout?.value !== undefined) this.#limit(step.timeout);
    return running;
  }

  #limit(timeout: ReducedText): void {
    const minutes = Math.trunc(Number.parseFloat(this.#evaluations.valueOf(timeout)));
    this.#options.limit(minutes > 0 ? minutes : 0);
  }

  #nameOf(step: PlannedStep, stage: Stage): string {
    const name = this.#options.masker.mask(this.#names.get(step.id) ?? step.name);
    return stage === 'Main' ? name : `${stage} ${name}`;
  }

  /** The group that tells what runs; it waits until the engine has evaluated the script. */
  #head(running: Running): void {
    if (running.headed) return;
    running.headed = true;
    const { step, output } = running;
    const env = new Map([...this.#env, ...this.#evaluations.valuesOf(step.env)]);
    if (step.uses === undefined)
      output.say(...scriptHeader(this.#evaluations.valueOf(step.run!), step.shell, env));
    else {
      const given = this.#evaluations.valuesOf(step.with);
      const manifest = this.#options.manifests.get(step.uses);
      const { lines, warnings } = actionHeader(step.uses, given, env, manifest, this.#options.plan.known);
      if (running.stage === 'Main')
        for (const message of warnings) output.annotate({ level: 'warning', message });
      output.say(...lines);
    }
  }

  #said(running: Running): StepOutput {
    this.#head(running);
    if (running.blank) running.output.say('');
    running.blank = false;
    return running.output;
  }

  #skip(step: PlannedStep, stage: Stage): void {
    if (stage === 'Main') {
      this.#finish();
      this.#passOver(step);
      this.#reportSkipped(step, stage);
    } else if (
      stage === 'Post' ? this.numbering.hasPost(step.id) : this.numbering.pre(step.id) !== undefined
    ) {
      this.#finish();
      this.#reportSkipped(step, stage);
    }
  }

  #reportSkipped(step: PlannedStep, stage: Stage): void {
    const { numbering } = this;
    const number =
      stage === 'Main'
        ? numbering.main(step.id)
        : stage === 'Post'
          ? numbering.post(step.id)
          : numbering.pre(step.id)!;
    const name = this.#nameOf(step, stage);
    this.#options.report({ kind: 'step-started', number, name });
    this.#options.report({ kind: 'step-finished', number, name, conclusion: 'skipped' });
  }

  /** Ends the running step; outputs and summaries come after its result, so this waits for the next thing. */
  #finish(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#said(running);
    this.#options.limit(0);
    const conclusion = this.#conclusionOf(running);
    if (conclusion === 'cancelled') running.output.error('The operation was canceled.');
    if (conclusion === 'failure') this.#failed = true;
    running.output.close();
    this.#running = undefined;
    const { number, name } = running;
    this.#options.report({ kind: 'step-finished', number, name, conclusion });
  }

  #conclusionOf(running: Running): Conclusion {
    if (running.outcome === 'success' && !running.failed) return 'success';
    if (this.#cancelled && (running.killed || running.outcome === undefined)) return 'cancelled';
    return running.forgiven ? 'success' : 'failure';
  }

  #startCompletion(): void {
    this.#finish();
    this.#passOver(undefined);
    const number = this.numbering.complete;
    this.#complete = new StepOutput(number, this.#output);
    this.#options.report({ kind: 'step-started', number, name: 'Complete job' });
  }

  /** The end: what the job gives to those that need it, and its conclusion. */
  end(orphans: readonly { readonly pid: number; readonly name: string }[], reason?: string): void {
    if (this.#complete === undefined) this.#startCompletion();
    const output = this.#complete!;
    const outputs = this.#outputs(output);
    output.say('Cleaning up orphan processes');
    for (const { pid, name } of orphans) output.say(`Terminate orphan process: pid (${pid}) (${name})`);
    output.close();
    const number = this.numbering.complete;
    const { report } = this.#options;
    report({ kind: 'step-finished', number, name: 'Complete job', conclusion: 'success' });
    const failed = this.#failed || reason !== undefined;
    const conclusion = this.#cancelled ? 'cancelled' : failed ? 'failure' : 'success';
    report({ kind: 'finished', conclusion, outputs, ...(reason === undefined ? {} : { reason }) });
  }

  #outputs(output: StepOutput): Record<string, string> {
    const entries = Object.entries(this.#options.plan.outputs);
    if (entries.length > 0) output.say('Evaluate and set job outputs');
    const outputs: Record<string, string> = {};
    for (const [name, text] of entries) {
      const value = this.#evaluations.valueOf(text);
      if (value === '') continue;
      if (this.#options.masker.finds(value)) {
        output.annotate({ level: 'warning', message: `Skip output '${name}' since it may contain secret.` });
        continue;
      }
      output.say(`Set output '${name}'`);
      outputs[name] = value;
    }
    return outputs;
  }
}
