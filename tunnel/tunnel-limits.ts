import { limits } from '../schema/limits.ts';

type Name = Extract<
  keyof typeof limits,
  `${string}${'unnel' | 'Sftp' | 'Transfer' | 'Channel' | 'WrongKeys' | 'KeysPer'}${string}`
>;

/** The limits of tunnels, each of which a test or a measurement may set. */
export type TunnelLimits = { readonly [name in Name]: number };

/** Those of `schema/limits.ts` with some replaced. */
export function tunnelLimits(replaced: Partial<TunnelLimits> = {}): TunnelLimits {
  return { ...limits, ...replaced };
}
