import type { ContentSink } from "../http/content.ts";
import type { Answer } from "../http/response.ts";

/** What came of a request: an answer, or somebody who wants its content first. */
export type Handled = Answer | ContentSink<Answer>;

/** Whether the answer is still to come, at the end of a request's content. */
export function isSink(handled: Handled): handled is ContentSink<Answer> {
  return "end" in handled;
}
