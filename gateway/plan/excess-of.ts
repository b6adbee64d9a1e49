import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { limits } from '../../schema/limits.ts';

/**
 * What is too much about an operation's text, as a message; undefined when it may be parsed. graphql-js calls itself for every bracket inside
 * another, in its parser and after it, and would overflow the stack. Only its lexer knows which brackets are in strings and comments.
 */
export function excessOf(query: string): string | undefined {
  // UTF-8 has at most three bytes for each UTF-16 unit, so that short texts need no counting.
  if (query.length * 3 > limits.maxOperationBytes && Buffer.byteLength(query) > limits.maxOperationBytes) {
    return `Expected an operation of at most ${limits.maxOperationBytes} bytes`;
  }
  const lexer = new Lexer(new Source(query));
  let depth = 0;
  try {
    for (let count = 1; lexer.advance().kind !== TokenKind.EOF; count += 1) {
      if (count > limits.maxOperationTokens) {
        return `Expected an operation of at most ${limits.maxOperationTokens} tokens`;
      }
      depth += stepOf(lexer.token.kind);
      if (depth > limits.maxOperationBrackets) {
        return `Expected an operation with at most ${limits.maxOperationBrackets} nested brackets`;
      }
    }
  } catch (error) {
    // The parser will come to the same place, and no deeper, and say what is wrong there.
    if (!(error instanceof GraphQLError)) throw error;
  }
  return undefined;
}

function stepOf(kind: TokenKind): number {
  switch (kind) {
    case TokenKind.BRACE_L:
    case TokenKind.BRACKET_L:
    case TokenKind.PAREN_L:
      return 1;
    case TokenKind.BRACE_R:
    case TokenKind.BRACKET_R:
    case TokenKind.PAREN_R:
      return -1;
    default:
      return 0;
  }
}
