import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { type FileType, fileTypes } from './entity-identity.ts';

interface Violation {
  /** JSON pointer to the value. */
  readonly pointer: string;
  readonly reason: string;
}

/** The JSON Schemas of the entity types, in schemas/ beside this file; docs/entities.md explains them. */
export interface EntitySchemas {
  /** The first way in which the data breaks the schema of its type. */
  findViolation(type: FileType, data: unknown): Violation | undefined;
}

/** Reads and compiles the schemas. */
export function loadEntitySchemas(): EntitySchemas {
  // Ours, and tested: to check them against the schema of schemas at every start would take most of the time.
  const ajv = new Ajv({ strict: true, validateSchema: false, meta: false });
  const validators = new Map(fileTypes.map((type) => [type, ajv.compile(readSchema(type))]));
  return {
    findViolation(type, data) {
      const validate = validators.get(type);
      if (!validate || validate(data)) return undefined;
      const [error] = validate.errors ?? [];
      return error && describe(error);
    },
  };
}

function readSchema(type: FileType): object {
  const text = readFileSync(new URL(`schemas/${type}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as object;
}

function describe(error: ErrorObject): Violation {
  const subject = error.instancePath === '' ? 'The entity' : error.instancePath;
  return { pointer: error.instancePath, reason: `${subject} ${error.message ?? 'breaks its schema'}` };
}
