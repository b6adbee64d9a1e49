/**
 * Why a WebSocket of ours is closed, both for clients and between nodes. 44xx are those of the graphql-transport-ws protocol
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md); 1009 and 1012 those of RFC 6455.
 */
export const closeCodes = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  MESSAGE_TOO_LARGE: 1009,
  SERVICE_RESTART: 1012,
  BAD_REQUEST: 4400,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  SUBPROTOCOL_NOT_ACCEPTABLE: 4406,
  CONNECTION_INIT_TIMEOUT: 4408,
  SUBSCRIBER_ALREADY_EXISTS: 4409,
  /** Ours: the same node has connected again; do not reconnect. */
  REPLACED: 4410,
  TOO_MANY_INIT_REQUESTS: 4429,
  INTERNAL_ERROR: 4500,
} as const;
