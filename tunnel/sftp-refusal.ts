/** Why an SFTP request is not carried out, for its client. */
export class SftpRefusal extends Error {
  readonly status: 'FAILURE' | 'PERMISSION_DENIED' | 'OP_UNSUPPORTED' | 'NO_SUCH_FILE' | 'EOF';

  constructor(status: SftpRefusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}
