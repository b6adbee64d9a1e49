/** What to tell a person of a fault that ended a command: what happened, and how to mend it where that is known. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as NodeJS.ErrnoException & {
    readonly port?: number;
    readonly address?: string;
  };
  if (/self-signed certificate|unable to verify/.test(error.message))
    return `${error.message}: if it is the network's own, name it with codecraft login --ca FILE`;
  switch (code) {
    case 'EADDRINUSE':
      return `the port ${port} is taken: end what listens there, or take another one with --port`;
    case 'EADDRNOTAVAIL':
      return `this machine does not have the address ${address}: take another one with --host`;
    case 'EACCES':
      return `${error.message}: this user may not do that (a port below 1024, or somebody else's folder?)`;
    default:
      return error.message;
  }
}
