import { sendAnswer } from './http-answer.ts';
import type { HttpRoute } from './http-server.ts';

/** `/health`: the process lives. `/ready`: 503 until `isReady`; what has been ready stays so unless it says otherwise. */
export function createHealthRoutes(isReady: () => boolean | Promise<boolean>): readonly HttpRoute[] {
  const answer = (path: string, check: HttpHealthCheck): HttpRoute => ({
    path,
    handle: async (_request, response) => {
      const isGood = await check();
      sendAnswer(response, {
        status: isGood ? 200 : 503,
        contentType: 'application/json; charset=utf-8',
        body: `{"status":"${isGood ? 'UP' : 'DOWN'}"}\n`,
      });
    },
  });
  return [answer('/health', () => true), answer('/ready', isReady)];
}

type HttpHealthCheck = () => boolean | Promise<boolean>;
