import type { Algorithms } from 'ssh2';

/**
 * What both ends of ours offer, and stock OpenSSH has. AES-GCM comes first, being the fastest where the processor helps; no cipher without
 * authentication, so no MAC is ever used.
 */
export const sshAlgorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  serverHostKey: ['ssh-ed25519'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com'],
  hmac: ['hmac-sha2-256-etm@openssh.com'],
  compress: ['none'],
} satisfies Algorithms;
