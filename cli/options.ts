import { InvalidArgumentError, Option } from 'commander';

/** `--port N`: 0 takes any free port. */
export function portOption(): Option {
  return new Option('--port <number>', 'port to listen on (0: any free one)').argParser(parsePort);
}

export function folderOption(): Option {
  return new Option('--dir <folder>', "the node's folder: its configuration and its data")
    .env('CODECRAFT_DIR')
    .makeOptionMandatory();
}

export function hostOption(): Option {
  return new Option('--host <address>', 'address to listen on (127.0.0.1 unless told otherwise)');
}

export function logLevelOption(): Option {
  return new Option('--log-level <level>', 'how much to log').choices([
    'debug',
    'info',
    'warn',
    'error',
    'silent',
  ]);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535.');
}

/** For an option that is a number of seconds above 0. */
export function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number of seconds above 0.');
}
