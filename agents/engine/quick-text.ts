/** What a module that Emscripten has built lends to whoever passes text. */
interface TextBorder {
  /** Its memory; another one after it has grown. */
  readonly HEAPU8: Uint8Array;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, to: number, room?: number): void;
  UTF8ToString(from: number): string;
}

/**
 * Lets text pass the border of a WebAssembly module by the encoders of the platform: what Emscripten brings looks at each character by itself, in
 * JavaScript. Half of a surrogate pair, which no JSON of ours has, becomes U+FFFD.
 */
export function withQuickText<Module extends TextBorder>(module: Module): Module {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let [last, encoded] = ['', new Uint8Array()];
  const encode = (text: string): Uint8Array => {
    // Who asks for the length is about to write it.
    if (text !== last) [last, encoded] = [text, encoder.encode(text)];
    return encoded;
  };
  module.lengthBytesUTF8 = (text) => encode(text).length;
  module.stringToUTF8 = (text, to, room = Infinity) => {
    const bytes = encode(text).subarray(0, room - 1);
    [last, encoded] = ['', new Uint8Array()];
    module.HEAPU8.set(bytes, to);
    module.HEAPU8[to + bytes.length] = 0;
  };
  module.UTF8ToString = (from) =>
    from === 0 ? '' : decoder.decode(module.HEAPU8.subarray(from, module.HEAPU8.indexOf(0, from)));
  return module;
}
