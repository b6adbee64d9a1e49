import type { Logger } from 'pino';

/** Where the world reports what the operator should know. */
export type WorldLog = Pick<Logger, 'info' | 'warn' | 'error'>;
