import { Agent, fetch } from 'undici';
import { type NetworkClient, connect } from '../client/connect.ts';
import { RequestError } from '../client/request-error.ts';
import { programName } from './program-name.ts';
import { type KeptSession, loadSession } from './session-file.ts';

/** Connects as this person, or as a stranger; whoever opens it closes it. */
export function openClient({
  url,
  token,
  ca,
}: Pick<KeptSession, 'url' | 'ca'> & { readonly token?: string }): NetworkClient {
  const who = token === undefined ? {} : { token };
  if (ca === undefined) return connect(url, who);
  // The platform's fetch takes no certificate.
  const dispatcher = new Agent({ connect: { ca } });
  return connect(url, {
    ...who,
    fetchImpl: (address, request) => fetch(address, { ...request, dispatcher }),
  });
}

/** Runs one action as the person who has signed in with `codecraft login`. */
export async function withSession<T>(
  action: (client: NetworkClient, session: KeptSession) => Promise<T>,
): Promise<T> {
  const session = loadSession();
  if (!session) throw new Error(`You have not signed in: ${programName()} login --url URL`);
  const client = openClient(session);
  try {
    return await action(client, session);
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== 'UNAUTHENTICATED') throw error;
    throw new Error(`Your session at ${session.url} has ended: ${programName()} login --url ${session.url}`, {
      cause: error,
    });
  } finally {
    client.close();
  }
}
