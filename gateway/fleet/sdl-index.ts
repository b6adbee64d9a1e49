import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  parse,
} from 'graphql';
import { limits } from '../../schema/limits.ts';

export type OperationKind = 'query' | 'mutation' | 'subscription';

interface TypeEntry {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union' | 'input' | 'enum' | 'scalar';
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
  readonly inputFields: ReadonlyMap<string, InputValueDefinitionNode>;
  readonly directives: readonly ConstDirectiveNode[];
  /** Names of the interfaces of an object or an interface. */
  readonly interfaces: ReadonlySet<string>;
  /** The object types of a union. */
  readonly members: ReadonlySet<string>;
}

/**
 * What a subgraph's SDL says, by name. No schema is built of it: that would refuse an SDL that is odd in a place which nobody asks for, and
 * an SDL of another node is foreign input.
 */
export interface SdlIndex {
  readonly types: ReadonlyMap<string, TypeEntry>;
  readonly roots: Readonly<Record<OperationKind, string>>;
  /** Equal for two SDLs that have the same types, fields and arguments, whatever their order, comments and directives. */
  readonly signature: string;
}

interface OpenEntry {
  readonly name: string;
  readonly kind: TypeEntry['kind'];
  readonly fields: Map<string, FieldDefinitionNode>;
  readonly inputFields: Map<string, InputValueDefinitionNode>;
  readonly directives: ConstDirectiveNode[];
  readonly interfaces: Set<string>;
  readonly members: Set<string>;
}

// What every subgraph answers beside its own fields: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
const ofEverySubgraph = `
  type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! }
  type _Service { sdl: String }
  scalar _Any
`;

/** Reads an SDL, definitions and extensions alike. Throws a GraphQLError when it does not parse. */
export function indexSdl(sdl: string): SdlIndex {
  const { definitions } = parse(sdl, { noLocation: true, maxTokens: limits.maxSdlTokens });
  const types = new Map<string, OpenEntry>();
  const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };
  for (const definition of definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
      for (const root of definition.operationTypes ?? []) roots[root.operation] = root.type.name.value;
    }
  }
  for (const definition of definitions) addDefinition(types, definition);
  const signature = describe(types);

  for (const definition of parse(ofEverySubgraph, { noLocation: true }).definitions) {
    addDefinition(types, renameQuery(definition, roots.query));
  }
  const entities = openEntry(types, '_Entity', 'union');
  for (const type of types.values()) {
    if (type.directives.some((directive) => directive.name.value === 'key')) entities.members.add(type.name);
  }
  return { types, roots, signature };
}

/** The definition of a field of a type; undefined when there is none. */
export function fieldOf(index: SdlIndex, type: string, field: string): FieldDefinitionNode | undefined {
  return index.types.get(type)?.fields.get(field);
}

/** The name inside lists and non-nulls. */
export function namedType(type: TypeNode): NamedTypeNode['name']['value'] {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

export function isListType(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isListType(type.type));
}

/** Whether values of this type have fields. */
export function isComposite(index: SdlIndex, type: string): boolean {
  const kind = index.types.get(type)?.kind;
  return kind === 'object' || kind === 'interface' || kind === 'union';
}

/** Names of the object types that a value of this type may have. */
export function possibleTypes(index: SdlIndex, type: string): ReadonlySet<string> {
  const entry = index.types.get(type);
  if (!entry || entry.kind === 'object') return new Set([type]);
  const found = new Set<string>();
  for (const member of entry.members) for (const name of possibleTypes(index, member)) found.add(name);
  if (entry.kind === 'interface') {
    for (const other of index.types.values()) {
      if (other.kind === 'object' && other.interfaces.has(type)) found.add(other.name);
    }
  }
  return found;
}

function addDefinition(types: Map<string, OpenEntry>, definition: DefinitionNode): void {
  if (!isTypeDefinitionNode(definition) && !isTypeExtensionNode(definition)) return;
  const entry = openEntry(types, definition.name.value, kinds[definition.kind]);
  entry.directives.push(...(definition.directives ?? []));
  if ('interfaces' in definition) {
    for (const { name } of definition.interfaces ?? []) entry.interfaces.add(name.value);
  }
  if ('types' in definition) for (const { name } of definition.types ?? []) entry.members.add(name.value);
  if (!('fields' in definition)) return;
  for (const field of definition.fields ?? []) {
    if (field.kind === Kind.FIELD_DEFINITION) entry.fields.set(field.name.value, field);
    else entry.inputFields.set(field.name.value, field);
  }
}

const kinds: Record<(TypeDefinitionNode | TypeExtensionNode)['kind'], TypeEntry['kind']> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
};

function openEntry(types: Map<string, OpenEntry>, name: string, kind: TypeEntry['kind']): OpenEntry {
  const known = types.get(name);
  if (known) return known;
  const entry: OpenEntry = {
    name,
    kind,
    fields: new Map(),
    inputFields: new Map(),
    directives: [],
    interfaces: new Set(),
    members: new Set(),
  };
  types.set(name, entry);
  return entry;
}

function renameQuery(definition: DefinitionNode, query: string): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || definition.name.value !== 'Query') return definition;
  return { ...definition, name: { kind: Kind.NAME, value: query } };
}

function describe(types: ReadonlyMap<string, TypeEntry>): string {
  const lines: string[] = [];
  for (const type of types.values()) {
    lines.push(
      `${type.kind} ${type.name}|${[...type.members].sort().join()}|${[...type.interfaces].sort().join()}`,
    );
    for (const field of type.fields.values()) {
      const args = (field.arguments ?? []).map(describeInput).sort();
      lines.push(`${type.name}.${field.name.value}(${args.join()}):${printType(field.type)}`);
    }
    for (const field of type.inputFields.values()) lines.push(`${type.name}.${describeInput(field)}`);
  }
  return lines.sort().join('\n');
}

function describeInput(input: InputValueDefinitionNode): string {
  return `${input.name.value}:${printType(input.type)}${input.defaultValue ? '?' : ''}`;
}

/** As SDL writes it: `[ID!]!`. */
export function printType(type: TypeNode): string {
  if (type.kind === Kind.NAMED_TYPE) return type.name.value;
  return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : `${printType(type.type)}!`;
}
