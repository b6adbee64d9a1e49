import { TypedDocumentString } from '../client/generated/graphql.ts';

interface Arrived {
  readonly id: string;
  readonly sequence: number;
}

/** As the client's `Messages`, with as little of each message as is checked, and with `truncated`. */
export const FollowDocument = new TypedDocumentString<
  {
    readonly messages: {
      readonly cursor: string;
      readonly truncated: boolean;
      readonly message: Arrived | null;
    } | null;
  },
  { readonly agent: string; readonly after?: string }
>(
  `subscription ($agent: ID!, $after: String) {
    messages(agent: $agent, after: $after) { cursor truncated message { id sequence } }
  }`,
);

/** What waits in an inbox, with the cursor to acknowledge it by. */
export const WaitingDocument = new TypedDocumentString<
  {
    readonly inbox: {
      readonly nodes: readonly (Arrived | null)[];
      readonly pageInfo: { readonly endCursor: string | null };
    } | null;
  },
  { readonly agent: string }
>(
  `query ($agent: ID!) {
    inbox(agent: $agent, first: 200) { nodes { id sequence } pageInfo { endCursor } }
  }`,
);

export const AcknowledgeDocument = new TypedDocumentString<
  { readonly ackMessages: { readonly unread: number } | null },
  { readonly agent: string; readonly upTo: string }
>(`mutation ($agent: ID!, $upTo: String!) { ackMessages(agent: $agent, upTo: $upTo) { unread } }`);

/** Of a person without `from`. */
export const DeadLettersDocument = new TypedDocumentString<
  {
    readonly deadLetters: {
      readonly nodes: readonly ({ readonly id: string; readonly code: string } | null)[];
    } | null;
  },
  { readonly from?: string }
>(`query ($from: ID) { deadLetters(from: $from, first: 1000) { nodes { id code } } }`);
