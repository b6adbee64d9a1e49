import type { GraphQLFormattedError } from 'graphql';
import type { Link } from '../../../wire/link.ts';
import type { StreamEvent } from '../../execute/subgraph.ts';
import { Backoff } from './backoff.ts';
import { Interruptible } from './interruptible.ts';
import type { NodeStream } from './node-stream.ts';

export interface NodeGaugeOptions {
  readonly link: Link;
  readonly open: (link: Link) => NodeStream;
  readonly random: () => number;
  /** The node has sent a sample: it can do what it was asked. Comes before the sample. */
  readonly onTaken: () => void;
  readonly onEvent: (event: StreamEvent) => void;
  readonly onRefusal: (errors: readonly GraphQLFormattedError[]) => void;
  /** `mayTake` has become false. Comes after the refusal, when that is why. */
  readonly onOut: () => void;
}

/** One node's stream, open whenever its link is up. Whoever makes it closes it. */
export class NodeGauge {
  readonly link: Link;
  readonly #options: NodeGaugeOptions;
  readonly #wait = new Interruptible();
  readonly #backoff: Backoff;
  readonly #stopLink: () => void;
  #phase: 'open' | 'closed' = 'open';
  /** Neither refused nor lost since the link came up. */
  #isUndecided = true;

  constructor(options: NodeGaugeOptions) {
    this.link = options.link;
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#stopLink = options.link.onStateChange((state) => {
      if (state !== 'UP') this.#comeOut(true);
      this.#wait.interrupt();
    });
    void this.#run();
  }

  /** Whether this node may yet turn out to do what it was asked. */
  get mayTake(): boolean {
    return this.link.state === 'UP' && this.#isUndecided;
  }

  close(): void {
    this.#phase = 'closed';
    this.#stopLink();
    this.#wait.interrupt();
  }

  async #run(): Promise<void> {
    while (this.#isOpen()) {
      if (this.link.state !== 'UP') {
        await this.#wait.interrupted();
        continue;
      }
      const stream = this.#options.open(this.link);
      const outcome = await this.#read(stream);
      stream.close();
      if (this.#isOpen() && this.link.state === 'UP') this.#comeOut(false);
      if (!this.#isOpen()) return;
      // Asking again would bring the same answer, until the node has been restarted.
      if (outcome === 'refused') await this.#wait.interrupted();
      else await this.#wait.sleep(this.#backoff.nextMs());
    }
  }

  async #read(stream: NodeStream): Promise<'refused' | 'lost'> {
    for (;;) {
      const pending = stream.next();
      let step = await this.#wait.first(pending);
      while (!step) {
        if (!this.#isOpen() || this.link.state !== 'UP') return 'lost';
        step = await this.#wait.first(pending);
      }
      if (step.kind === 'lost') return 'lost';
      if (step.kind === 'refused') {
        this.#options.onRefusal(step.errors);
        return 'refused';
      }
      if (step.mark !== undefined) {
        this.#backoff.reset();
        this.#options.onTaken();
      }
      this.#options.onEvent({ result: step.result, key: step.mark ?? this.link.node });
    }
  }

  #comeOut(isUndecided: boolean): void {
    this.#isUndecided = isUndecided;
    this.#options.onOut();
  }

  // A method, as the compiler does not expect a field to change during an await.
  #isOpen(): boolean {
    return this.#phase === 'open';
  }
}
