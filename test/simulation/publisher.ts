import { hash } from 'node:crypto';

import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { appendEntry } from '../../src/registry/index.ts';
import type { PullFact } from './facts.ts';
import { apiOf, Process, type Machine } from './process.ts';
import { OWNER, type RepositoryName } from './world.ts';

const MINUTE = 60_000;

/** The privileged job that registers what a merge brought; people run it again where it broke off. */
export class Publisher {
  readonly process: Process;
  readonly #machine: Machine;
  readonly #repository: RepositoryName;
  readonly #open: PullFact[] = [];

  constructor(machine: Machine, repository: RepositoryName) {
    this.process = new Process('publisher');
    this.#machine = machine;
    this.#repository = repository;
  }

  merged(pull: PullFact): void {
    this.#open.push(pull);
    this.#machine.scheduler.after(5 * MINUTE, () => {
      this.again();
    });
  }

  /** What is not registered yet is tried (again). */
  again(): void {
    if (this.process.alive) return;
    const [pull] = this.#open;
    if (pull === undefined) return;
    this.process.alive = true;
    this.process.begin(this.#machine.scheduler.now());
    const end = this.process.inThisLife((done: boolean) => {
      this.process.die();
      if (done) this.#open.shift();
      this.#machine.scheduler.after(10 * MINUTE, () => {
        this.again();
      });
    });
    this.#register(pull).then(
      (done) => {
        end(done);
      },
      () => {
        end(false);
      },
    );
  }

  /** Something is not registered yet. */
  get busy(): boolean {
    return this.#open.length > 0;
  }

  async #register({ model, version, number, author, merged, decision }: PullFact): Promise<boolean> {
    const { world, scheduler } = this.#machine;
    const api = apiOf(this.#machine, this.process, this.#repository);
    const person = { id: world.cast.ids[author], login: author };
    const { status } = await appendEntry(
      githubLogStore(api, { owner: OWNER, repo: this.#repository }),
      {
        op: 'register',
        model,
        version,
        manifest: hash('sha256', `${this.#repository}/${model}@${version}`),
        evaluation: hash('sha256', `evaluation of ${model}@${version}`),
        verdict: {
          decision,
          reason: decision === 'pass' ? 'ALL_GATES_PASS' : 'TOO_FEW_EVENTS',
          holdout: 'hidden',
        },
        commit: merged!,
        pull: number,
        authors: [person],
        request: hash('sha256', `register ${model}@${version}`),
        actor: person,
        approvals: [],
        mode: 'app',
        config: null,
      },
      { trust: { bot: world.cast.ids.bot }, recheck: () => Promise.resolve(null), sleep: scheduler.sleep },
    );
    return status !== 'refused';
  }
}
