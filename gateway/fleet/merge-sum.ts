import type { FieldNode, SelectionNode } from 'graphql';
import { codedError } from '../../wire/coded-error.ts';
import type { Variables } from './arguments.ts';
import type { FleetField, FleetShape } from './directives.ts';
import type { Merge, Merger } from './merger.ts';
import { type Path, badAnswer, isRecord } from './node-answer.ts';
import { type Condition, flattenSelection, selectionsBelow } from './selection.ts';
import { type SdlIndex, fieldOf, isComposite, namedType } from './sdl-index.ts';

/** Adds up the numbers of all nodes. Throws a GraphQLError when something else than numbers is selected. */
export function createSumMerger(shape: FleetShape, field: FleetField, node: FieldNode): Merger {
  const type = namedType(field.definition.type);
  const terms = compileTerms(shape.index, type, node.selectionSet?.selections ?? []);
  return { ask: node, variables: [], begin: (variables) => new SumMerge(terms, variables) };
}

/** What a selected field adds to the sum. */
type Term = { readonly responseName: string; readonly isIncluded: Condition } & (
  | { readonly kind: 'number' }
  | { readonly kind: 'typename'; readonly type: string }
  | { readonly kind: 'object'; readonly terms: readonly Term[] }
);

function compileTerms(index: SdlIndex, type: string, selections: readonly SelectionNode[]): readonly Term[] {
  return flattenSelection(index, type, selections).map((field) => {
    const { responseName, isIncluded, name } = field;
    if (name === '__typename') return { kind: 'typename', responseName, isIncluded, type };
    const inner = typeOfField(index, type, name);
    if (isNumber(inner)) return { kind: 'number', responseName, isIncluded };
    if (!isComposite(index, inner)) {
      throw codedError('SUBGRAPH_FAILED', `Expected numbers to add in ${type}, got ${name}: ${inner}`);
    }
    return {
      kind: 'object',
      responseName,
      isIncluded,
      terms: compileTerms(index, inner, selectionsBelow(field)),
    };
  });
}

function typeOfField(index: SdlIndex, type: string, field: string): string {
  const definition = fieldOf(index, type, field);
  if (!definition) throw codedError('GRAPHQL_VALIDATION_FAILED', `There is no field ${field} in ${type}`);
  return namedType(definition.type);
}

export function isNumber(type: string): boolean {
  return type === 'Int' || type === 'Float';
}

type Sums = Record<string, unknown>;

class SumMerge implements Merge {
  readonly #terms: readonly Term[];
  readonly #given: Variables;
  readonly #answers = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(terms: readonly Term[], given: Variables) {
    this.#terms = terms;
    this.#given = given;
  }

  variablesFor(): Variables {
    return {};
  }

  get hasAny(): boolean {
    return this.#answers.size > 0;
  }

  take(node: string, value: unknown, isExcused: boolean): void {
    if ((value === null || value === undefined) && isExcused) return;
    if (!isRecord(value)) throw badAnswer(node, 'an object of numbers', value);
    this.#check(node, this.#terms, value, isExcused);
    this.#answers.set(node, value);
  }

  drop(node: string): void {
    this.#answers.delete(node);
  }

  wantHomes(): boolean {
    return false;
  }

  finish(): unknown {
    return this.#add(this.#terms, [...this.#answers.values()]);
  }

  place(_node: string, path: Path): Path {
    return path;
  }

  #check(
    node: string,
    terms: readonly Term[],
    value: Readonly<Record<string, unknown>>,
    isExcused: boolean,
  ): void {
    for (const term of terms) {
      const given = value[term.responseName];
      if (term.kind === 'typename' || !term.isIncluded(this.#given)) continue;
      if (isExcused && given === null) continue;
      if (term.kind === 'number') {
        if (!Number.isFinite(given)) throw badAnswer(node, `${term.responseName} to be a number`, given);
      } else {
        if (!isRecord(given)) throw badAnswer(node, `${term.responseName} to be an object`, given);
        this.#check(node, term.terms, given, isExcused);
      }
    }
  }

  #add(terms: readonly Term[], answers: readonly Readonly<Record<string, unknown>>[]): Sums {
    const sums: Sums = {};
    for (const term of terms) {
      if (!term.isIncluded(this.#given)) continue;
      const given = answers.map((answer) => answer[term.responseName]);
      if (term.kind === 'typename') sums[term.responseName] = term.type;
      else if (term.kind === 'object')
        sums[term.responseName] = this.#add(term.terms, given.filter(isRecord));
      else
        sums[term.responseName] = given.reduce<number>(
          (sum, one) => (typeof one === 'number' ? sum + one : sum),
          0,
        );
    }
    return sums;
  }
}
