import { HttpError } from "../http/errors.ts";

/**
 * A request that was refused for what it tried: answered like any error, and recorded with the rule
 * it broke.
 */
export class Refusal extends HttpError {
  /** The rule in one word or two, such as `traversal` or `host-unknown`. */
  readonly rule: string;
  /** Finished field lines that the answer carries beside the usual ones. */
  readonly fields: string;
  /** Builds the refusal; `message` goes out verbatim. */
  constructor(status: number, rule: string, message: string, fields = "") {
    super(status, message);
    this.name = "Refusal";
    this.rule = rule;
    this.fields = fields;
  }
}
