/** How this program is called here, for commands that people are told to type: in a checkout it is not on the PATH. */
export function programName(): string {
  return process.env['npm_lifecycle_event'] === undefined ? 'codecraft' : 'npm run -s codecraft --';
}
