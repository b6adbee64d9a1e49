import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** Machines of their own as far as the network is concerned: a hub, and spokes that each have a cable to it and see nobody else. */
export interface NetworkNamespaces {
  readonly hub: string;
  readonly spokes: readonly { readonly name: string; readonly hubAddress: string }[];
  /** Pulls the plug: nothing gets through, and nobody is told. */
  unplug(spoke: number): void;
}

let made = 0;

/** Needs to be root. Gone when the test has finished; the processes in it must be gone before, so start it first. */
export function makeNamespaces(spokeCount: number): NetworkNamespaces {
  made += 1;
  const prefix = `cc${process.pid}x${made}`;
  const hub = `${prefix}h`;
  const names = Array.from({ length: spokeCount }, (_, at) => `${prefix}s${at}`);
  onTestFinished(() => {
    for (const name of [hub, ...names]) ip(`netns del ${name}`);
  });
  for (const name of [hub, ...names]) {
    ip(`netns add ${name}`);
    ip(`-n ${name} link set lo up`);
  }
  const spokes = names.map((name, at) => {
    ip(`-n ${hub} link add cable${at} type veth peer name cable netns ${name}`);
    ip(`-n ${hub} addr add 10.77.${at}.1/24 dev cable${at}`);
    ip(`-n ${name} addr add 10.77.${at}.2/24 dev cable`);
    ip(`-n ${hub} link set cable${at} up`);
    ip(`-n ${name} link set cable up`);
    return { name, hubAddress: `10.77.${at}.1` };
  });
  const unplug = (spoke: number): void => ip(`-n ${names[spoke] ?? ''} link set cable down`);
  return { hub, spokes, unplug };
}

function ip(args: string): void {
  execFileSync('ip', args.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}
