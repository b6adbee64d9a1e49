import type { Resolvers } from '../../schema/generated/peer.ts';
import { limits } from '../../schema/limits.ts';
import { readSdl } from '../../schema/read-sdl.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ExecutableShape } from '../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../serve/create-executable-shape.ts';
import { needPeer } from '../serve/peer-session.ts';
import type { Custodian } from './custodian.ts';
import { parseDeliveries } from './delivery-json.ts';
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
        return home.receive(peer, parseDeliveries(batch));
      },
      handOver: async (_root, { batch }, context) => {
        const peer = needPeer(context);
        if (!custodian) throw codedError('FORBIDDEN', 'Only the initial node takes messages over');
        return custodian.handOver(peer, parseDeliveries(batch));
      },
    },
  };
  return createExecutableShape({ name: 'peer', sdl: readSdl('peer'), resolvers, onFault });
}
