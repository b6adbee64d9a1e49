import { type DirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** A subgraph that a supergraph names, and where its server is. */
export interface SubgraphPlace {
  readonly name: string;
  readonly url: string;
}

/** Reads the subgraphs of a Federation 2 supergraph from its `join__Graph`. Throws when it has none, or one without a usable address. */
export function readSubgraphs(supergraphSdl: string): readonly SubgraphPlace[] {
  const graphs = parse(supergraphSdl).definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) {
    throw new Error('Expected a Federation 2 supergraph, got a schema without join__Graph');
  }
  return (graphs.values ?? []).flatMap((value) =>
    (value.directives ?? []).filter((node) => node.name.value === 'join__graph').map(readPlace),
  );
}

function readPlace(node: DirectiveNode): SubgraphPlace {
  const entries = (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]);
  const { name, url }: Record<string, unknown> = Object.fromEntries(entries);
  if (typeof name !== 'string' || typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url)) {
    throw new Error(
      `Expected an http:// or https:// address of subgraph ${String(name)}, got ${String(url)}`,
    );
  }
  return { name, url };
}
