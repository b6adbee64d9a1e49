// Writes down what passes.
export function message({ from, body }) {
  memory.log = [...(memory.log ?? []).slice(-99), { from, body }];
}
