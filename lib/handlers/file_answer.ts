/**
 * A file's octets as an answer: all of them, or the ranges that were asked for.
 *
 * @module
 */

import { BytesContent } from "../http/content.ts";
import { type ByteRange, contentRange, multipartHead, multipartTail } from "../http/range.ts";
import { type Answer, fieldBlock } from "../http/response.ts";
import type { OpenedKnown } from "./catalogue.ts";
import type { KnownFile } from "./file_cache.ts";
import { FileContent, type FilePart } from "./file_content.ts";

const encoder = new TextEncoder();

/** Answers with octets that are in memory. */
export function fromMemory(
  known: KnownFile,
  content: Uint8Array,
  ranges: readonly ByteRange[] | undefined,
): Answer {
  const { fields } = known.representation;
  if (ranges === undefined) {
    return { status: 200, fields, content: new BytesContent(content, true), isSteady: true };
  }
  const plan = planRanges(known, ranges);
  let at = 0;
  const whole = new Uint8Array(
    plan.parts.reduce((sum, part) => sum + part.head.length + part.byteLength, plan.tail.length),
  );
  for (const { head, offset, byteLength } of plan.parts) {
    whole.set(head, at);
    whole.set(content.subarray(offset, offset + byteLength), at + head.length);
    at += head.length + byteLength;
  }
  whole.set(plan.tail, at);
  return { status: 206, fields: plan.fields, content: new BytesContent(whole) };
}

/** Answers with octets of an open file, of which the answer then is a user. */
export function fromFile(
  { file, known, isBusy }: OpenedKnown,
  ranges: readonly ByteRange[] | undefined,
): Answer {
  const { state, representation } = known;
  if (ranges === undefined) {
    const whole = { head: new Uint8Array(0), offset: 0, byteLength: state.sizeBytes };
    return {
      status: 200,
      fields: representation.fields,
      content: new FileContent(file, [whole], undefined, state, isBusy ? known : undefined),
      isSteady: true,
    };
  }
  const plan = planRanges(known, ranges);
  return {
    status: 206,
    fields: plan.fields,
    content: new FileContent(file, plan.parts, plan.tail, state),
  };
}

/** What a 206 sends, and the fields that say so (RFC 9110 §15.3.7). */
interface RangePlan {
  readonly fields: string;
  readonly parts: readonly FilePart[];
  readonly tail: Uint8Array;
}

function planRanges({ state, representation }: KnownFile, ranges: readonly ByteRange[]): RangePlan {
  const { sizeBytes } = state;
  const { mediaType, validatorFields } = representation;
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) {
    return {
      fields: validatorFields + fieldBlock({
        "Content-Type": mediaType,
        "Content-Range": contentRange(only, sizeBytes),
      }),
      parts: [part(only, new Uint8Array(0))],
      tail: new Uint8Array(0),
    };
  }
  // 122 random bits: no file holds the line by accident, and none can be written to hold it.
  const boundary = crypto.randomUUID();
  return {
    fields: validatorFields +
      fieldBlock({ "Content-Type": `multipart/byteranges; boundary=${boundary}` }),
    parts: ranges.map((range) =>
      part(range, encoder.encode(multipartHead(boundary, mediaType, range, sizeBytes)))
    ),
    tail: encoder.encode(multipartTail(boundary)),
  };
}

function part({ first, last }: ByteRange, head: Uint8Array): FilePart {
  return { head, offset: first, byteLength: last - first + 1 };
}
