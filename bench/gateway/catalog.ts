import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const productsSdl = `${link}
  type Query { products: [Product] }
  type Product @key(fields: "id") { id: ID! name: String price: Int }
`;
const reviewsSdl = `${link}
  type Product @key(fields: "id") { id: ID! rating: Float reviews: [Review] }
  type Review { author: String text: String }
`;

export const query = '{ products { id name price rating reviews { author text } } }';

const ids = Array.from({ length: 10 }, (_, index) => String(index + 1));
const products = ids.map((id) => ({ id, name: `Product ${id}`, price: Number(id) * 100 }));

/** What the first subgraph answers, whatever it is asked: ten rows. */
export const productsAnswer = {
  data: { products: products.map((product) => ({ __typename: 'Product', ...product })) },
};

/** What the second one answers: the same rows, completed. */
export const reviewsAnswer = {
  data: {
    _entities: ids.map((id) => ({
      __typename: 'Product',
      rating: 4.5,
      reviews: [
        { author: 'ada', text: `Product ${id} does what it says.` },
        { author: 'pip', text: 'I would buy it again, and I did.' },
      ],
    })),
  },
};

/** What a gateway makes of the two. */
export const expectedAnswer = {
  data: {
    products: products.map((product, at) => ({
      ...product,
      rating: reviewsAnswer.data._entities[at]?.rating,
      reviews: reviewsAnswer.data._entities[at]?.reviews,
    })),
  },
};

export function composeCatalog(urls: { readonly products: string; readonly reviews: string }): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'products', url: urls.products, typeDefs: parse(productsSdl) },
    { name: 'reviews', url: urls.reviews, typeDefs: parse(reviewsSdl) },
  ]);
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}
