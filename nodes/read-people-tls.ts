import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isLoopbackHost } from '../wire/is-loopback-host.ts';
import { ConfigError, type InitialConfig } from './config.ts';

export interface PeopleTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

type PeopleConfig = Pick<InitialConfig, 'tls' | 'host' | 'allowPlainHttp'>;

/** Whether people on other machines may be served as things are: by HTTPS, by plain HTTP that was asked for, or not reaching this port anyway. */
export function mayServePeople({ tls, host, allowPlainHttp }: PeopleConfig): boolean {
  return tls !== undefined || allowPlainHttp || isLoopbackHost(host);
}

/**
 * What HTTPS for people needs, as config.json of the initial node names it; undefined where they are served by plain HTTP. Throws a ConfigError that
 * says how to mend it: files that are missing or do not fit, and plain HTTP to other machines that nobody has asked for.
 */
export function readPeopleTls(folder: string, config: PeopleConfig): PeopleTls | undefined {
  if (mayServePeople(config)) return readTls(folder, config);
  throw new ConfigError(
    `The host ${config.host} can be reached from other machines, and plain HTTP would show people's passwords on the way. Either serve HTTPS: ` +
      `"tls": {"cert": FILE, "key": FILE} in config.json (codecraft certificate --dir ${folder} makes a pair for development), ` +
      `or, behind a proxy of your own that does, "allowPlainHttp": true.`,
  );
}

/** As `readPeopleTls`, for a node that need not serve people on other machines. */
export function readTls(folder: string, { tls }: Pick<PeopleConfig, 'tls'>): PeopleTls | undefined {
  if (!tls) return undefined;
  const [certFile, keyFile] = [resolve(folder, tls.cert), resolve(folder, tls.key)];
  const cert = read('tls.cert', certFile);
  const key = read('tls.key', keyFile);
  const certificate = parse(
    `tls.cert: ${certFile}: expected a certificate as PEM`,
    () => new X509Certificate(cert),
  );
  const privateKey = parse(`tls.key: ${keyFile}: expected a private key as PEM, without a passphrase`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey))
    throw new ConfigError(`tls: the key in ${keyFile} is not that of the certificate in ${certFile}`);
  if (Date.parse(certificate.validTo) < Date.now())
    throw new ConfigError(
      `tls.cert: ${certFile}: the certificate ended on ${certificate.validTo}; put a new one there (for development: codecraft certificate --dir ${folder})`,
    );
  return { cert, key };
}

function read(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name}: ${file}: expected a file that can be read (${reason})`, { cause });
  }
}

function parse<Parsed>(expectation: string, attempt: () => Parsed): Parsed {
  try {
    return attempt();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${expectation} (${reason})`, { cause });
  }
}
