import { type FieldNode, print } from 'graphql';

/**
 * The names under which an operation's fields and variables are planned. Apollo's planner keys selections by response name and adds
 * selections of its own (keys, what `@requires` names); a client's alias or arguments must never meet those.
 */
export class PrivateNames {
  readonly #taken: Set<string>;
  readonly #fields = new Map<string, string>();
  readonly #variables = new Map<string, string>();

  /** @param fieldNames of the whole supergraph, none of which a private name may be */
  constructor(fieldNames: ReadonlySet<string>) {
    this.#taken = new Set(fieldNames);
  }

  /** The same for every selection that may be merged with this one. A plain field keeps its name, to be shared with the planner's own. */
  field(node: FieldNode, takesArguments: boolean): string {
    const name = node.name.value;
    const responseName = node.alias?.value ?? name;
    // Names like `constructor` are found on every object, whether a subgraph answered them or not.
    if (responseName === name && !takesArguments && !(name in Object.prototype)) return name;
    const printed = (node.arguments ?? []).map((argument) => print(argument)).sort();
    const identity = `${responseName}:${name}(${printed.join(',')})`;
    const known = this.#fields.get(identity);
    if (known) return known;
    const made = this.#unique(`c_${responseName}__${name}`);
    this.#fields.set(identity, made);
    return made;
  }

  /** What the planner calls its own variables (`representations`, `contextualArgument_1_0`) is not for clients. */
  variable(name: string): string {
    const known = this.#variables.get(name);
    if (known) return known;
    const isTheirs = /^(c_|representations|contextualArgument)/.test(name) || name in Object.prototype;
    const made = isTheirs ? `c_${name}` : name;
    this.#variables.set(name, made);
    return made;
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}_${count}`;
    this.#taken.add(name);
    return name;
  }
}
