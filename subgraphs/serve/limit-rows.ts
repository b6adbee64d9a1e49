import {
  type ExecutionResult,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
} from 'graphql';
import { limits } from '../../schema/limits.ts';
import { codedError } from '../../wire/coded-error.ts';
import type { ShapeContext } from './shape-context.ts';

const code = 'OPERATION_TOO_LARGE';

/** A field with arguments asks the database, which costs as much as some rows. */
const rowsPerQuestion = 20;

/** Whether there is room for so many rows more. Throws where there is none for the first time: one refusal is enough. */
type Take = (rows: number, info: GraphQLResolveInfo) => boolean;

/**
 * Wraps the resolver of every field that gives objects or a list, in place: pages within pages multiply, and no operation may have more rows in
 * all than `limits.maxRowsPerAnswer`. A field counts before it is resolved, since those beside it are under way before its rows are known. What
 * nobody waits for any more is not gone on with either.
 */
export function limitRows(schema: GraphQLSchema): GraphQLSchema {
  // By the variables as graphql-js coerces them: an object that each execution has of its own, each event of a subscription too.
  const taken = new WeakMap<GraphQLResolveInfo['variableValues'], number>();
  const take: Take = (rows, info) => {
    const before = taken.get(info.variableValues) ?? 0;
    taken.set(info.variableValues, before + rows);
    if (before + rows <= limits.maxRowsPerAnswer) return true;
    if (before > limits.maxRowsPerAnswer) return false;
    throw codedError(code, `Expected at most ${limits.maxRowsPerAnswer} rows in all; ask for shorter pages`);
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (isCompositeType(getNamedType(field.type)) || isListType(getNullableType(field.type))) {
        limit(field, take);
      }
    }
  }
  return schema;
}

function limit(field: GraphQLField<unknown, ShapeContext>, take: Take): void {
  const { resolve = defaultFieldResolver } = field;
  const cost = field.args.length > 0 ? rowsPerQuestion : 1;
  const counted = (value: unknown, info: GraphQLResolveInfo): unknown => {
    return Array.isArray(value) && !take(value.length, info) ? null : value;
  };
  field.resolve = (source, args, context, info) => {
    if (context.signal?.aborted) throw codedError('SHUTTING_DOWN', 'Nobody waits for this answer any more');
    if (!take(cost, info)) return null;
    const value: unknown = resolve(source, args, context, info);
    return value instanceof Promise ? value.then((arrived) => counted(arrived, info)) : counted(value, info);
  };
}

/** An answer that was too large says so once, instead of in every list that was left out. */
export function refuseTooLarge(result: ExecutionResult): ExecutionResult {
  const refusal = result.errors?.find((error) => error.extensions.code === code);
  return refusal ? { data: null, errors: [codedError(code, refusal.message)] } : result;
}
