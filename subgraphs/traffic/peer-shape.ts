import type { DeliveryInput, DeliveryOutcome as Answer, Resolvers } from '../../schema/generated/peer.ts';
import { type ErrorCode, errorCodes } from '../../schema/error-codes.ts';
import { limits } from '../../schema/limits.ts';
import { readSdl } from '../../schema/read-sdl.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { type PeerNode, PeerSession } from '../serve/peer-session.ts';
import type { ShapeContext } from '../serve/shape-context.ts';
import type { Custodian } from './custodian.ts';
import type { Delivery, DeliveryOutcome, Reason } from './delivery.ts';
import type { Home } from './home.ts';

export interface PeerServices {
  readonly home: Pick<Home, 'receive'>;
  /** On the initial node only. */
  readonly custodian: Pick<Custodian, 'handOver'> | undefined;
  readonly onFault: ShapeOptions['onFault'];
}

/** peer.graphql. A request needs the `PeerSession` of the connection on which it came; anybody else is told FORBIDDEN. */
export function createPeerShape({ home, custodian, onFault }: PeerServices): ExecutableShape {
  const resolvers: Resolvers = {
    Query: { maxDeliveries: () => limits.maxDeliveries },
    Mutation: {
      deliver: async (_root, { batch }, context) => {
        const peer = needPeer(context);
        return (await home.receive(peer, batch.map(readDelivery))).map(toAnswer);
      },
      handOver: async (_root, { batch }, context) => {
        const peer = needPeer(context);
        if (!custodian) throw codedError('FORBIDDEN', 'Only the initial node takes messages over');
        return (await custodian.handOver(peer, batch.map(readDelivery))).map(toAnswer);
      },
    },
  };
  return createExecutableShape({ name: 'peer', sdl: readSdl('peer'), directives: '', resolvers, onFault });
}

function needPeer({ session }: ShapeContext): PeerNode {
  if (session instanceof PeerSession) return session.peer;
  throw codedError('FORBIDDEN', 'Only for nodes, over the links between them');
}

function readDelivery({ place, letterId, addressee, code, text, ...input }: DeliveryInput): Delivery {
  return {
    ...input,
    place: place ?? undefined,
    reason: readReason(code, text),
    bounce: letterId != null && addressee != null ? { letterId, addressee } : undefined,
  };
}

function readReason(code: string | null | undefined, text: string | null | undefined): Reason | undefined {
  if (code == null || text == null) return undefined;
  if (isErrorCode(code)) return { code, text };
  throw codedError('BAD_USER_INPUT', `Expected a code of the table, got ${code}`);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

const nothing = {
  sequence: null,
  duplicate: false,
  code: null,
  text: null,
  expected: null,
  node: null,
  epoch: null,
} as const;

function toAnswer(outcome: DeliveryOutcome): Answer {
  const { kind } = outcome;
  switch (kind) {
    case 'STORED':
      return { ...nothing, kind, sequence: outcome.sequence ?? null, duplicate: outcome.isDuplicate };
    case 'QUEUED':
      return { ...nothing, kind, duplicate: outcome.isDuplicate };
    case 'REFUSED':
    case 'DENIED':
      return { ...nothing, kind, code: outcome.code, text: outcome.text };
    case 'GAP':
      return { ...nothing, kind, expected: outcome.expected };
    case 'MOVED':
      return { ...nothing, kind, node: outcome.hint?.node ?? null, epoch: outcome.hint?.epoch ?? null };
  }
}
