import { limits } from '../../schema/limits.ts';
import { RetryClock } from './retry-clock.ts';

/** A way by which messages leave: to this node itself, to another, or to the initial node to be handed on. One batch at a time. */
export class Route {
  readonly kind: 'self' | 'direct' | 'handOver';
  readonly node: string;
  readonly retry = new RetryClock();
  isBusy = false;
  /** One at a time after a batch that was refused as a whole, to find the message that is to blame. */
  maxRows: number = limits.maxDeliveries;

  constructor(kind: Route['kind'], node: string) {
    this.kind = kind;
    this.node = node;
  }

  get key(): string {
    return `${this.kind} ${this.node}`;
  }
}
