import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from 'vitest';
import { composeShapes } from '../gateway/compose/compose-shapes.ts';
import { keptComposition, keptFile } from '../gateway/compose/kept-composition.ts';
import { publishedSdl, readSdl } from '../schema/read-sdl.ts';

const shapes = (['registry', 'world', 'traffic'] as const).map((name) => ({ name, sdl: readSdl(name) }));
const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

describe('composing shapes', () => {
  test('gives one subgraph per shape, and an API without our directives', () => {
    const { supergraphSdl } = composeShapes(shapes);
    const supergraph = Supergraph.build(supergraphSdl);
    expect([...supergraph.subgraphs().values()].map((subgraph) => subgraph.name).toSorted()).toEqual([
      'registry',
      'traffic',
      'world',
    ]);
    expect(supergraphSdl).not.toMatch(/@(shard|route|scatter|feed|latest|access)\b/);
    const directives = supergraph.apiSchema().toGraphQLJSSchema().getDirectives();
    expect(directives.map((directive) => directive.name)).not.toContain('access');
  });

  test('takes SDL that defines the directives itself, as nodes publish it', () => {
    const published = shapes.map(({ name, sdl }) => ({
      name,
      sdl: `${sdl}\n${readSdl('fleet')}\n${readSdl('access')}`,
    }));
    expect(composeShapes(published)).toEqual(composeShapes(shapes));
  });

  test('is spared a start: what nodes publish is kept composed, and other shapes are composed then', () => {
    const published = (['registry', 'world', 'traffic'] as const).map((name) => ({
      name,
      sdl: publishedSdl(name),
    }));
    const composed = composeShapes(published);
    const kept = keptComposition(published);
    expect(kept.supergraphSdl).toBe(readFileSync(keptFile, 'utf8'));
    expect(kept.supergraphSdl).toContain(composed.supergraphSdl);
    expect(kept.access).toEqual(composed.access);
    expect(keptComposition(shapes)).toEqual(composed);
  });

  test('reads the role of each guarded field', () => {
    const { access } = composeShapes(shapes);
    expect(access.get('Query.users')).toBe('ADMIN');
    expect(access.get('Agent.memory')).toBe('PLAYER');
    expect(access.get('Node.resourceUsage')).toBe('DEVELOPER');
    expect(access.has('Query.me')).toBe(false);
  });

  test('keeps the strictest role where shapes differ', () => {
    const shape = (name: string, role: string) => ({
      name,
      sdl: `${link} type Query { secret: Int @shareable @access(role: "${role}") }`,
    });
    const inEitherOrder = [
      [shape('a', 'player'), shape('b', 'admin')],
      [shape('a', 'admin'), shape('b', 'player')],
    ];
    for (const pair of inEitherOrder) {
      expect(composeShapes(pair).access.get('Query.secret')).toBe('ADMIN');
    }
  });

  test('names every reason for which shapes do not compose', () => {
    const a = { name: 'a', sdl: `${link} type Query { one: Int two: Int @shareable }` };
    const b = { name: 'b', sdl: `${link} type Query { one: Int two: String @shareable }` };
    expect(() => composeShapes([a, b])).toThrow(
      /Expected shapes that compose, got a, b:[^]*INVALID_FIELD_SHARING[^]*/,
    );
  });
});
