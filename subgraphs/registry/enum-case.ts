/** The graph writes its enums in capitals, the tables write the same words in lower case. */
export function toEnum<Word extends string>(column: Word): Uppercase<Word> {
  return column.toUpperCase() as Uppercase<Word>;
}

export function toColumn<Word extends string>(value: Word): Lowercase<Word> {
  return value.toLowerCase() as Lowercase<Word>;
}
