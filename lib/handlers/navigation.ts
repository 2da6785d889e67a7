import { preferredType } from "../http/accept.ts";
import type { Request } from "../http/request.ts";

/**
 * Whether a person is behind the request, who would rather see a page than a line of text: it is GET
 * or HEAD, and its `Accept` prefers `text/html` to what programs take. A program that takes anything
 * is not one.
 */
export function isNavigation({ method, fields }: Request): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const accept = fields.get("accept");
  if (accept === undefined) return false;
  return preferredType(accept, ["application/json", "text/plain", "text/html"]) === "text/html";
}
