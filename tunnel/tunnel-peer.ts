/** What a key may ask of an SSH server of ours. */
export interface TunnelPeer {
  /** The id of the node whose key it is; several keys can be one node's. */
  readonly node: string;
  /**
   * `tunnel`: have channels opened to it under its own name. `dial`: open channels to live tunnels, by name (the initial node's key). `sftp`: reach
   * the transfers that are open for it.
   */
  readonly may: readonly ('tunnel' | 'dial' | 'sftp')[];
}
