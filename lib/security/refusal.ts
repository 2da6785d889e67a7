import { HttpError } from "../http/errors.ts";

/**
 * A request that was refused for what it tried: answered like any error, and recorded with the rule
 * it broke.
 */
export class Refusal extends HttpError {
  /** The rule in one word or two, such as `traversal` or `host-unknown`. */
  readonly rule: string;
  /** Builds the refusal; `message` goes out verbatim. */
  constructor(status: number, rule: string, message: string) {
    super(status, message);
    this.name = "Refusal";
    this.rule = rule;
  }
}
