import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { createExecutableShape } from '../../subgraphs/serve/create-executable-shape.ts';
import type { ShapeContext } from '../../subgraphs/serve/shape-context.ts';
import { EventLog } from './event-log.ts';

const sdl = /* GraphQL */ `
  type Query {
    hello(name: String = "world"): String
    whoAmI: String
    "Never answers."
    never(mark: String!): String
    text(length: Int!): String
    refuses: String
    breaks: String
    secret: String @access(role: "developer")
  }
  type Mutation {
    add(amount: Int!): Int
    "Is carried out, and never answers."
    addSilently(amount: Int!): Int
  }
  type Subscription {
    countTo(end: Int!): Int
    "No event ever."
    silence(mark: String!): Int
    breaksAfter(events: Int!): Int
    "As fast as it is read, without end."
    flood: String
  }
`;

const access = 'directive @access(role: String! = "player") on FIELD_DEFINITION';

export interface LinkShape {
  readonly shape: ExecutableShape;
  /** What its resolvers did, in order: `never a`, `aborted a`, `silence a`, `stopped a`, `add 1`. */
  readonly log: EventLog<string>;
  readonly total: () => number;
}

/** A subgraph with every kind of answer that a link can meet. */
export function createLinkShape(name = 'sample'): LinkShape {
  const log = new EventLog<string>();
  let total = 0;
  const add = (amount: number): number => {
    total += amount;
    log.push(`add ${amount}`);
    return total;
  };
  const untilAborted = (context: ShapeContext, kind: string, mark: string): Promise<never> => {
    context.signal?.addEventListener('abort', () => log.push(`aborted ${mark}`));
    log.push(`${kind} ${mark}`);
    return new Promise<never>(() => undefined);
  };
  const shape = createExecutableShape({
    name,
    sdl: `${sdl}\n${access}`,
    onFault: (error) => log.push(`fault ${error.message}`),
    resolvers: {
      Query: {
        hello: (_: unknown, args: { name: string }) => `Hello, ${args.name}`,
        whoAmI: (_: unknown, _args: unknown, { viewer }: ShapeContext) => viewer?.username ?? null,
        never: (_: unknown, { mark }: { mark: string }, context: ShapeContext) =>
          untilAborted(context, 'never', mark),
        text: (_: unknown, { length }: { length: number }) => 'x'.repeat(length),
        refuses: () => {
          throw codedError('NOT_FOUND', 'No such thing');
        },
        breaks: () => {
          throw new Error('password of the database');
        },
        secret: () => 'for developers',
      },
      Mutation: {
        add: (_: unknown, { amount }: { amount: number }) => add(amount),
        addSilently: (_: unknown, { amount }: { amount: number }, context: ShapeContext) => {
          add(amount);
          return untilAborted(context, 'silently', String(amount));
        },
      },
      Subscription: {
        countTo: {
          async *subscribe(_: unknown, { end }: { end: number }) {
            for (let value = 1; value <= end; value += 1) yield { countTo: value };
          },
        },
        silence: {
          subscribe: (_: unknown, { mark }: { mark: string }) => {
            log.push(`silence ${mark}`);
            return silentSource(() => log.push(`stopped ${mark}`));
          },
        },
        breaksAfter: {
          async *subscribe(_: unknown, { events }: { events: number }) {
            for (let value = 1; value <= events; value += 1) yield { breaksAfter: value };
            throw new Error('password of the database');
          },
        },
        flood: {
          async *subscribe() {
            for (;;) yield { flood: 'x'.repeat(1_000) };
          },
        },
      },
    },
  });
  return { shape, log, total: () => total };
}

function silentSource(onReturn: () => void): AsyncIterableIterator<never> {
  let end: (step: IteratorResult<never>) => void = () => undefined;
  const done = { done: true, value: undefined } as const;
  return {
    next: () => new Promise((resolve) => (end = resolve)),
    async return() {
      onReturn();
      end(done);
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
