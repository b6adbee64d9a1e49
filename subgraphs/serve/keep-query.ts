import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';

/** Stands in a query for the values that it will be given. */
export interface Slots<Values> {
  of<Name extends keyof Values & string>(name: Name): RawBuilder<Values[Name]>;
}

/**
 * A query that is built and compiled when it is first asked, and then only given other values: for the few that are asked thousands of times a second,
 * where Kysely takes as long to put a statement together as SQLite to carry it out. All databases of a process speak the same SQL.
 * @param build its result must be the same each time but for what stands in slots
 */
export function keepQuery<Tables, Row, Values>(
  build: (db: Kysely<Tables>, slots: Slots<Values>) => Compilable<Row>,
): (db: Kysely<Tables>, values: Values) => Promise<readonly Row[]> {
  let kept: CompiledQuery<Row> | undefined;
  const slots: Slots<Values> = { of: (name) => sql`${new Slot(name)}` };
  return async (db, values) => {
    kept ??= build(db, slots).compile();
    const parameters = kept.parameters.map((parameter) =>
      // A slot is only ever made with one of their names.
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    );
    return (await db.executeQuery<Row>({ ...kept, parameters })).rows;
  };
}

class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
