import pc from 'picocolors';
import { HappeningsDocument, PresenceDocument } from '../../client/generated/graphql.ts';
import { withSession } from '../open-client.ts';

/** Prints who is at a location, then what happens there, until the person stops it. */
export async function watchPlace(location: string): Promise<void> {
  await withSession(async (client) => {
    const { data } = await client.query(PresenceDocument, { location });
    const present = (data.presence ?? []).flatMap((agent) => (agent ? [agent.id] : []));
    process.stdout.write(`${location}: ${present.join(', ') || 'nobody is here'}\n`);
    for await (const { data: happened } of client.feed(HappeningsDocument, { location, after: 'now' })) {
      const event = happened.happenings;
      if (!event) continue;
      const what = { ENTERED: 'comes', LEFT: 'goes', SAID: `says: ${event.text ?? ''}` }[event.kind];
      process.stdout.write(`${pc.dim(event.at)} ${pc.cyan(event.agent)} ${what}\n`);
    }
  });
}
