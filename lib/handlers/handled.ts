import type { ContentSink } from "../http/content.ts";
import type { HttpError } from "../http/errors.ts";
import type { Answer } from "../http/response.ts";

/**
 * What came of a request: an answer, somebody who wants its content first, or a failure. One that is
 * as common as a 404 is handed back, as throwing it would cost more than all the rest of its handling.
 */
export type Handled = Answer | ContentSink<Answer> | HttpError;

/** Whether the answer is still to come, at the end of a request's content. */
export function isSink(handled: Handled): handled is ContentSink<Answer> {
  return "end" in handled;
}
