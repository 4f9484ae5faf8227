import { isCodedError } from '../../src/contracts/errors.ts';
import { register } from '../../src/registry/index.ts';
import type { Facts, PullFact } from './facts.ts';
import { apiOf, Process, type Machine } from './process.ts';
import type { Story } from './story.ts';
import { registrationOf, versionPorts } from './versions.ts';
import type { RepositoryName } from './world.ts';

const MINUTE = 60_000;
/** What trying again does not change: somebody else has the name, or an immutable release used it up. */
const FOR_GOOD: readonly string[] = ['EXISTS', 'VERSION_EXISTS', 'PERMISSION'];

/** How often what happens to jobs happens, as shares. */
export interface Habits {
  /** The same registration runs twice at once. */
  twice: number;
  /** A job that broke off is never run again. */
  left: number;
  /** An upload breaks off in its middle. */
  cut: number;
}

/** What registering goes on in. */
interface Around extends Machine {
  readonly story: Story;
  /** Something that must never be. */
  fail(problem: string): void;
}

/** The privileged job that registers what a merge brought; people run it again where it broke off. */
export class Publisher {
  readonly process = new Process('publisher');
  readonly habits: Habits = { twice: 0, left: 0, cut: 0 };
  /** Something was merged. */
  used = false;
  readonly #twin = new Process('publisher 2');
  readonly #machine: Around;
  readonly #repository: RepositoryName;
  readonly #facts: Facts;
  readonly #open: PullFact[] = [];
  readonly #begun = new Set<PullFact>();

  constructor(machine: Around, repository: RepositoryName, facts: Facts) {
    this.#machine = machine;
    this.#repository = repository;
    this.#facts = facts;
  }

  merged(pull: PullFact): void {
    this.used = true;
    this.#open.push(pull);
    this.#machine.scheduler.after(MINUTE, () => {
      this.again();
      if (this.#happens('twice')) this.#begin(this.#twin, pull);
    });
  }

  /** What is not registered yet is tried (again). */
  again(): void {
    const [pull] = this.#open;
    if (pull === undefined || this.process.alive) return;
    if (this.#begun.has(pull) && this.#happens('left')) {
      this.#machine.story.count('register: left undone');
      this.#open.shift();
      return;
    }
    this.#begun.add(pull);
    this.#begin(this.process, pull, (done) => {
      if (done) this.#open.shift();
      this.#machine.scheduler.after(5 * MINUTE, () => {
        this.again();
      });
    });
  }

  /** Something is not registered yet. */
  get busy(): boolean {
    return this.#open.length > 0 || this.#twin.alive;
  }

  /** Nothing goes wrong here any more. */
  calm(): void {
    Object.assign(this.habits, { twice: 0, left: 0, cut: 0 });
    this.again();
  }

  #begin(process: Process, pull: PullFact, then: (done: boolean) => void = () => undefined): void {
    if (process.alive) return;
    process.alive = true;
    process.begin(this.#machine.scheduler.now());
    const end = process.inThisLife((done: boolean) => {
      process.die();
      then(done);
    });
    void this.#register(process, pull).then(end);
  }

  #happens(habit: keyof Habits): boolean {
    const share = this.habits[habit];
    return share > 0 && this.#machine.scheduler.draw.next() < share;
  }

  /** True where it is done, or is not to be done at all. */
  async #register(process: Process, pull: PullFact): Promise<boolean> {
    const { world, scheduler, story } = this.#machine;
    const ports = versionPorts(apiOf(this.#machine, process, this.#repository), {
      world,
      cast: world.cast,
      repository: this.#repository,
      sleep: scheduler.sleep,
      breaksOff: () => this.#happens('cut'),
    });
    try {
      const { already } = await register(registrationOf(this.#repository, world.cast, pull), ports);
      story.count(already ? 'register: already' : 'register: done');
      return true;
    } catch (error) {
      return this.#failed(error, pull);
    }
  }

  #failed(error: unknown, { model, version, number }: PullFact): boolean {
    const { story, scheduler } = this.#machine;
    if (!isCodedError(error)) {
      this.#machine.fail(`registering #${number} threw ${String(error)}`);
      return true;
    }
    story.count(`register: ${error.code}`);
    story.tell(scheduler.now(), 'publisher', `cannot register #${number}: ${error.message}`);
    if (!FOR_GOOD.includes(error.code)) return false;
    if (!this.#facts.tampered.has(`${model}@${version}`))
      this.#machine.fail(`registering #${number} was refused: ${error.message}`);
    return true;
  }
}
