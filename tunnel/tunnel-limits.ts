import { limits } from '../schema/limits.ts';

type About = 'Tunnel' | 'Sftp' | 'Transfer' | 'Channel' | 'WrongKeys' | 'KeysPerConnection';
type Name = Extract<keyof typeof limits, `tunnel${string}` | `${string}${About}${string}`>;

/** The limits of tunnels, each of which a test or a measurement may set. */
export type TunnelLimits = { readonly [name in Name]: number };

/** Those of `schema/limits.ts` with some replaced. */
export function tunnelLimits(replaced: Partial<TunnelLimits> = {}): TunnelLimits {
  return { ...limits, ...replaced };
}
