import {
  type JSONPath,
  type Node,
  type ParseError,
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { limits } from '../../../schema/limits.ts';
import { findTooDeep } from '../../serve/find-too-deep.ts';
import type { FileType } from './entity-identity.ts';
import type { EntitySchemas } from './entity-schemas.ts';

/** Compact JSON of a valid entity, or the first thing that is wrong with the text and where (both from 1). */
export type TextReading =
  | { readonly kind: 'good'; readonly json: string }
  | { readonly kind: 'broken'; readonly line: number; readonly column: number; readonly reason: string };

interface Fault {
  readonly offset: number;
  readonly reason: string;
}

/** Reads an entity's text: strict JSON, no key twice, not too deep, as the schema of its type has it. Never throws. */
export function readEntityText(schemas: EntitySchemas, type: FileType, text: string): TextReading {
  // Before anything that recurses.
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    return brokenAt(text, { offset: tooDeep, reason: `Nested more than ${limits.maxJsonDepth} deep` });
  }

  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return brokenAt(text, findSyntaxError(text));
  }
  const tree = parseTree(text);
  const ambiguous = tree && findAmbiguity(tree);
  if (ambiguous) return brokenAt(text, ambiguous);

  const violation = schemas.findViolation(type, data);
  if (violation) {
    const node = tree && findNodeAtLocation(tree, parsePointer(violation.pointer, data));
    return brokenAt(text, { offset: node?.offset ?? 0, reason: violation.reason });
  }
  return { kind: 'good', json: JSON.stringify(data) };
}

function findSyntaxError(text: string): Fault {
  if (text.trim() === '') return { offset: 0, reason: 'The file is empty' };
  const first = findParseError(text);
  if (!first) return { offset: 0, reason: 'Not valid JSON' };
  const name = printParseErrorCode(first.error);
  return { offset: first.offset, reason: `Not valid JSON: ${syntaxReasons[name] ?? name}` };
}

function findParseError(text: string): ParseError | undefined {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    // Brackets that hide behind a comment with a quote in it: the parser recurses, the look at the depth did not count them.
    if (!(error instanceof RangeError)) throw error;
  }
  return errors[0];
}

const syntaxReasons: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no value (text stands in double quotes)',
  InvalidNumberFormat: 'this is not how a number is written',
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon after the key',
  CommaExpected: 'expected a comma before this',
  CloseBraceExpected: 'expected a closing }',
  CloseBracketExpected: 'expected a closing ]',
  EndOfFileExpected: 'expected nothing after the end of the object',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'the text is not closed by a double quote on its line',
  UnexpectedEndOfNumber: 'the number is not complete',
  InvalidUnicode: 'expected four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'no such escape after the backslash',
  InvalidCharacter: 'a control character must be written as an escape',
};

/** What JSON.parse accepts and silently changes: the first of two equal keys, a number that no double can hold. */
function findAmbiguity(node: Node): Fault | undefined {
  if (node.type === 'number' && !Number.isFinite(node.value)) {
    return { offset: node.offset, reason: 'The number is too large' };
  }
  const keys = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = child.type === 'property' ? child.children?.[0] : undefined;
    if (key && keys.has(key.value)) {
      return { offset: key.offset, reason: `The key ${JSON.stringify(key.value)} stands here twice` };
    }
    if (key) keys.add(key.value);
    const fault = findAmbiguity(child);
    if (fault) return fault;
  }
  return undefined;
}

/** A JSON pointer as keys; array indexes as numbers, told by the data. */
function parsePointer(pointer: string, data: unknown): JSONPath {
  const path: JSONPath = [];
  let at = data;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(at) ? Number(key) : key);
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  }
  return path;
}

function brokenAt(text: string, fault: Fault): TextReading {
  const before = text.slice(0, fault.offset).split(/\r\n|\r|\n/);
  const lastLine = before.at(-1) ?? '';
  return { kind: 'broken', line: before.length, column: lastLine.length + 1, reason: fault.reason };
}
