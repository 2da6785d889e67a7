/**
 * Answers that send a client to another place.
 *
 * @module
 */

import { HttpError } from "../http/errors.ts";
import { type Answer, fieldBlock } from "../http/response.ts";

/** Octets of a `Location`: the rest of the head has to fit beside it. */
const LOCATION_BYTES_MAX = 1024;

/**
 * A path of ours out of judged names, which are neither empty nor hold a slash: so it cannot begin
 * with two slashes and lead to another host.
 *
 * @param urlPath Where the names are mounted: empty, or a path without a slash at its end.
 */
export function escapedPath(urlPath: string, segments: readonly string[]): string {
  return [urlPath, ...segments.map(encodeURIComponent)].join("/");
}

/**
 * The answer that names another place; what was asked behind the path is asked there too, unless the
 * place has a query of its own, or a fragment.
 *
 * @throws {HttpError} 414 when the location is too long for an answer's head, which is bounded; a
 * query that long is nothing a browser comes with.
 */
export function redirectAnswer(status: number, place: string, query: string | undefined): Answer {
  const Location = query === undefined || /[?#]/.test(place) ? place : `${place}?${query}`;
  if (Location.length > LOCATION_BYTES_MAX) {
    throw new HttpError(414, "Cannot redirect the client: the target is too long");
  }
  return { status, fields: fieldBlock({ Location }) };
}
