import type { GraphQLError } from 'graphql';
import type { CoercedVariables } from './coerce-variables.ts';
import type { CompiledOperation, CompiledQuery, CompiledStream, Variables } from './compile-operation.ts';
import type { Operation } from './operation.ts';

export interface OperationParts {
  readonly coerce: (variables: Variables) => CoercedVariables;
  /** Another one where `@include` and `@skip` decide otherwise. May throw, as planning may. */
  readonly compiledFor: (coerced: Variables) => CompiledOperation;
  readonly toErrors: (error: unknown) => readonly GraphQLError[];
}

/** @param first compiled for some variables: tells what is the same for all of them */
export function createOperation(
  kind: CompiledOperation['kind'],
  parts: OperationParts,
  first: () => CompiledOperation,
): Operation {
  return kind === 'subscription' ? createSubscription(parts, asStream(first())) : createQuery(kind, parts);
}

function createQuery(kind: CompiledQuery['kind'], parts: OperationParts): Operation {
  return {
    kind,
    execute(variables, context) {
      const ready = makeReady(parts, variables);
      if ('errors' in ready) return Promise.resolve({ errors: ready.errors });
      return asQuery(ready.compiled).execute(ready.values, context);
    },
  };
}

function createSubscription(parts: OperationParts, first: CompiledStream): Operation {
  return {
    kind: 'subscription',
    stream: first.stream,
    startsNow(variables) {
      const ready = makeReady(parts, variables);
      return !('errors' in ready) && asStream(ready.compiled).startsNow?.(ready.values) === true;
    },
    subscribe(variables, context, resumeAfter) {
      const ready = makeReady(parts, variables);
      if ('errors' in ready) return { errors: ready.errors.map((error) => error.toJSON()) };
      return asStream(ready.compiled).subscribe(ready.values, context, resumeAfter);
    },
  };
}

type Ready =
  | { readonly values: Variables; readonly compiled: CompiledOperation }
  | { readonly errors: readonly GraphQLError[] };

function makeReady(parts: OperationParts, variables: Variables): Ready {
  const coerced = parts.coerce(variables);
  if ('errors' in coerced) return coerced;
  try {
    return { values: coerced.values, compiled: parts.compiledFor(coerced.values) };
  } catch (error) {
    return { errors: parts.toErrors(error) };
  }
}

function asQuery(compiled: CompiledOperation): CompiledQuery {
  if (compiled.kind === 'subscription') throw new Error('Expected a query or a mutation');
  return compiled;
}

function asStream(compiled: CompiledOperation): CompiledStream {
  if (compiled.kind !== 'subscription') throw new Error('Expected a subscription');
  return compiled;
}
