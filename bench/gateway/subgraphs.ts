import { type HttpRoute, startHttpServer } from '../../gateway/edge/http-server.ts';
import { productsAnswer, reviewsAnswer } from './catalog.ts';

/** A process with both subgraphs. They always give the same answer, so that they never hold a gateway up. */
const say = (answer: unknown): HttpRoute['handle'] => {
  const body = Buffer.from(JSON.stringify(answer));
  return (request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.end(body);
    });
  };
};

const { url } = await startHttpServer({
  port: 0,
  host: '127.0.0.1',
  routes: [
    { path: '/products', handle: say(productsAnswer) },
    { path: '/reviews', handle: say(reviewsAnswer) },
  ],
  onFault: (error) => console.error(error),
});
process.send?.({ products: `${url}/products`, reviews: `${url}/reviews` });
