import type { Resolvers, SampleInput } from '../../../schema/generated/reports.ts';
import { limits } from '../../../schema/limits.ts';
import { readSdl } from '../../../schema/read-sdl.ts';
import { codedError } from '../../../wire/coded-error.ts';
import type { ExecutableShape } from '../../../wire/executable-shape.ts';
import { type ShapeOptions, createExecutableShape } from '../../serve/create-executable-shape.ts';
import { needPeer } from '../../serve/peer-session.ts';
import type { ReportedStats } from './reported-stats.ts';
import type { StatsSample } from './stats-sample.ts';

interface ReportsOptions {
  readonly reported: Pick<ReportedStats, 'keep'>;
  readonly onFault: ShapeOptions['onFault'];
}

/** reports.graphql. A request needs the `PeerSession` of the connection on which it came; anybody else is told FORBIDDEN, and so is the initial node. */
export function createReportsShape({ reported, onFault }: ReportsOptions): ExecutableShape {
  const resolvers: Resolvers = {
    Query: { maxSamples: () => limits.maxReportedSamples },
    Mutation: {
      reportStats: async (_root, { samples }, context) => {
        const { node, isInitial } = needPeer(context);
        if (isInitial) throw codedError('FORBIDDEN', 'The initial node can always be asked');
        return (await reported.keep(node, samples.map(toSample))) ?? null;
      },
    },
  };
  return createExecutableShape({
    name: 'reports',
    sdl: readSdl('reports'),
    resolvers,
    onFault,
  });
}

/** Field by field, so that what is stored has the shape of our own. */
function toSample(input: SampleInput): StatsSample {
  const { at, cpuPercent, memoryMb, agents, messagesPerSecond, linkLatencyMs = null, uptimeSeconds } = input;
  return { at, cpuPercent, memoryMb, agents, messagesPerSecond, linkLatencyMs, uptimeSeconds };
}
