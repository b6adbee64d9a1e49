import { lockFolder } from '../../subgraphs/serve/lock-folder.ts';

// A process of its own: takes the lock on the folder it is given, says so, and stays until it is ended.
lockFolder(process.argv[2] ?? '');
process.send?.('locked');
setInterval(() => undefined, 60_000);
