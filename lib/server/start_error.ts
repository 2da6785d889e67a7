/** A server that cannot start; `message` is one line that says why and what to do. */
export class StartError extends Error {
  /** What the process exits with: 2 for a wrong flag, 1 for anything else. */
  readonly exitCode: 1 | 2;
  /** Builds the error. */
  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartError";
    this.exitCode = exitCode;
  }
}
