import { type FormattedExecutionResult, type GraphQLFormattedError, parse } from 'graphql';
import { limits } from '../../schema/limits.ts';

/** What a node sends as the result of an operation; undefined when it is none. Keys that do not belong there are left out. */
export function parseResult(value: unknown): FormattedExecutionResult | undefined {
  if (!isRecord(value)) return undefined;
  const { data, errors, extensions } = value;
  if (data !== undefined && data !== null && !isRecord(data)) return undefined;
  if (data === undefined && errors === undefined) return undefined;
  const parsedErrors = errors === undefined ? undefined : parseErrors(errors);
  if (errors !== undefined && !parsedErrors) return undefined;
  return {
    ...(data === undefined ? {} : { data }),
    ...(parsedErrors ? { errors: parsedErrors } : {}),
    ...(isRecord(extensions) ? { extensions } : {}),
  };
}

/** Undefined when it is not a list of errors. */
export function parseErrors(value: unknown): readonly GraphQLFormattedError[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const errors = value.map(parseError).filter((error) => error !== undefined);
  return errors.length === value.length ? errors : undefined;
}

function parseError(value: unknown): GraphQLFormattedError | undefined {
  if (!isRecord(value) || typeof value['message'] !== 'string') return undefined;
  const { message, path, extensions } = value;
  return {
    message,
    ...(isPath(path) ? { path } : {}),
    ...(isRecord(extensions) ? { extensions } : {}),
  };
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number');
}

/** Somebody else answers at the node's address. */
export class WrongNodeError extends Error {
  override readonly name = 'WrongNodeError';
}

/** The SDL of each shape, from the payload of `connection_ack` as it should be from this node; throws an Error that says what is wrong with it. */
export function parseWelcome(value: unknown, expectedNode: string): ReadonlyMap<string, string> {
  if (!isRecord(value)) throw new Error('It did not say which node it is');
  const { node, shapes } = value;
  if (node !== expectedNode) {
    throw new WrongNodeError(
      `Expected the node ${expectedNode}, got ${shorten(JSON.stringify(node) ?? 'none')}`,
    );
  }
  if (!isRecord(shapes)) throw new Error('It did not say which subgraphs it publishes');
  const sdls = new Map<string, string>();
  let bytes = 0;
  for (const [name, sdl] of Object.entries(shapes)) {
    if (typeof sdl !== 'string') throw new Error(`The SDL of ${shorten(name)} is not a text`);
    bytes += Buffer.byteLength(sdl);
    if (bytes > limits.maxLinkWelcomeBytes) {
      throw new Error(`Expected at most ${limits.maxLinkWelcomeBytes} bytes of SDL in all`);
    }
    assertParses(name, sdl);
    sdls.set(name, sdl);
  }
  return sdls;
}

function assertParses(name: string, sdl: string): void {
  try {
    parse(sdl, { noLocation: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`The SDL of ${shorten(name)} does not parse: ${shorten(message)}`, { cause: error });
  }
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
