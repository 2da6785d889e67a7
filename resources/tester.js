// The tester of contact.html: sends what the form says and shows what came back. Everything that
// comes from the server goes in as text, never as markup.

import { parseFields } from "./tester/fields.js";
import { GROUPS } from "./tester/requests.js";

/** A server that says nothing for this long is not going to. */
const TIMEOUT_MS = 15_000;
/** More text than this makes the page slow and nobody reads it. */
const SHOWN_CHARS_MAX = 20_000;
/** Fetch takes no body for these. */
const BODILESS = new Set(["GET", "HEAD"]);
/** Fetch refuses to send these. */
const FORBIDDEN_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);
const TEXT_TYPE = /^text\/|[/+](?:json|xml|javascript)\b/i;
/** These end at their fields (RFC 9110 §6.4.1). */
const BODILESS_STATUSES = new Set([204, 304]);

const page = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((element) => [element.id, element]),
);

/** The prepared request in the form, until somebody changes it. */
let prepared;

/** The last ETag of each target that was fetched. */
const etags = new Map();

for (const group of GROUPS) page.groups.append(groupOf(group));
for (const place of document.querySelectorAll(".host")) place.textContent = location.host;

page.request.addEventListener("input", () => {
  mark(undefined);
});
page.request.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
page["follow-button"].addEventListener("click", (event) => {
  const target = event.currentTarget.dataset.target;
  choose({ name: `GET ${target}`, method: "GET", target, expects: 200 });
});

function groupOf({ title, requests }) {
  const group = document.createElement("section");
  group.className = "group";
  const heading = document.createElement("h3");
  heading.textContent = title;
  const buttons = document.createElement("div");
  buttons.append(...requests.map(buttonOf));
  group.append(heading, buttons);
  return group;
}

function buttonOf(request) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick";
  const status = document.createElement("span");
  status.textContent = request.expects;
  status.dataset.class = String(request.expects).slice(0, 1);
  button.append(request.name, " ", status);
  button.addEventListener("click", () => choose(request, button));
  return button;
}

/** Fills the form with a prepared request and sends it. */
async function choose(request, button) {
  if (page.send.disabled) return;
  page.method.value = request.method;
  page.target.value = request.target;
  page.fields.value = request.needsEtag
    ? `If-None-Match: ${await etagOf(request.target)}`
    : request.fields ?? "";
  page.body.value = request.body ?? "";
  mark(request, button);
  await send();
}

/** Remembers which prepared request is in the form, and shows it on its button. */
function mark(request, button) {
  prepared = request;
  for (const other of document.querySelectorAll(".pick")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}

/** The ETag seen last, or else the one that a HEAD request finds out. */
async function etagOf(target) {
  if (!etags.has(target)) {
    const response = await fetch(target, { method: "HEAD", cache: "no-store" }).catch(() => null);
    etags.set(target, response?.headers.get("etag") ?? '"unknown"');
  }
  return etags.get(target);
}

async function send() {
  const expects = prepared?.expects;
  const request = readForm();
  note(request.notes);
  if (request.url === undefined) return;
  page.send.disabled = true;
  try {
    const started = performance.now();
    const response = await fetch(request.url, request.options);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const elapsedMs = performance.now() - started;
    remember(request, response);
    show(request, response, bytes, elapsedMs, expects);
  } catch (error) {
    const reason = error.name === "TimeoutError"
      ? `nothing came within ${TIMEOUT_MS / 1000} seconds`
      : "the connection failed, or the browser refused the request";
    note([...request.notes, `No answer: ${reason}.`]);
    page.answer.hidden = true;
    page.placeholder.hidden = false;
    page.placeholder.textContent = "No answer to show.";
  } finally {
    page.send.disabled = false;
  }
}

/** The request as the form has it; without `url` if it cannot be sent, and `notes` say why. */
function readForm() {
  const method = page.method.value.trim().toUpperCase();
  const { fields, forbidden, broken } = parseFields(page.fields.value);
  const notes = [];
  if (forbidden.length > 0) {
    notes.push(`Left out, as the browser sets them itself: ${forbidden.join(", ")}.`);
  }
  if (broken.length > 0) {
    return { notes: [`No field in line ${broken.join(", ")}: write it as Name: value.`] };
  }
  if (FORBIDDEN_METHODS.has(method) || !/^[!#$%&'*+.^_`|~0-9A-Z-]+$/.test(method)) {
    return { notes: ["A browser cannot send this method."] };
  }
  const typed = page.target.value.trim();
  const url = URL.parse(typed, location.origin);
  if (!typed.startsWith("/") || url?.origin !== location.origin) {
    return { notes: ["The target has to be a path on this server: begin it with one slash."] };
  }
  const sent = url.pathname + url.search;
  if (sent !== typed) notes.push(`The browser tidied the target to ${shorten(sent)}`);
  const options = {
    method,
    headers: new Headers(fields),
    // Neither asked from a cache nor kept in one: what is shown is what the server said.
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const body = page.body.value;
  if (body !== "" && BODILESS.has(method)) {
    notes.push(`Left out: ${method} is sent without a body.`);
  } else if (body !== "") options.body = new TextEncoder().encode(body);
  return { url, options, notes };
}

function remember({ url, options }, response) {
  const etag = response.headers.get("etag");
  if (response.ok && BODILESS.has(options.method) && etag !== null) etags.set(url.pathname, etag);
}

function show({ url, options }, response, bytes, elapsedMs, expects) {
  page.placeholder.hidden = true;
  page.answer.hidden = false;
  page.status.textContent = `${response.status} ${response.statusText}`.trim();
  showVerdict(response.status, expects);
  const line = `${options.method} ${shorten(url.pathname + url.search)}`;
  const redirected = response.redirected ? `, redirected to ${new URL(response.url).pathname}` : "";
  page.timing.textContent = `${line}${redirected}, answered in ${elapsedMs.toFixed(1)} ms`;
  showFollow(response);
  page["response-fields"].replaceChildren(...[...response.headers].map(rowOf));
  const hasBody = options.method !== "HEAD" && !BODILESS_STATUSES.has(response.status);
  showBody(response, hasBody ? bytes : undefined);
  page.outcome.scrollIntoView({ block: "nearest" });
}

function showVerdict(status, expects) {
  page.answer.dataset.outcome = status < 400 ? "passed" : "refused";
  page.verdict.textContent = expects === undefined
    ? ""
    : status === expects
    ? "✓ as it should be"
    : `✗ expected ${expects}`;
}

/** Offers to fetch what an upload has created. */
function showFollow(response) {
  const created = response.status === 201 ? response.headers.get("location") : null;
  const url = created === null ? null : URL.parse(created, response.url);
  page.follow.hidden = url?.origin !== location.origin;
  if (page.follow.hidden) return;
  page["follow-button"].dataset.target = url.pathname;
  page["follow-button"].textContent = `GET ${url.pathname}`;
}

function rowOf([name, value]) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  // Fetch lowers all names; this is how the RFCs write most of them.
  head.textContent = name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
  const cell = document.createElement("td");
  cell.textContent = value;
  row.append(head, cell);
  return row;
}

function showBody(response, bytes) {
  const type = response.headers.get("content-type") ?? "";
  // A download of text comes as bytes of no known type; showing it is safe, as it stays text.
  const isText = TEXT_TYPE.test(type) || (bytes !== undefined && isUtf8Text(bytes));
  const text = bytes !== undefined && isText ? new TextDecoder().decode(bytes) : "";
  const cut = text.length > SHOWN_CHARS_MAX ? `, the first ${SHOWN_CHARS_MAX} characters` : "";
  page["body-note"].textContent = bytes === undefined
    ? "This answer has no body."
    : `${sizeOf(bytes)}${type && `, ${type}`}${isText ? "" : ", not text"}${cut}`;
  page["response-body"].hidden = text === "";
  page["response-body"].textContent = text.slice(0, SHOWN_CHARS_MAX);
}

function isUtf8Text(bytes) {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(bytes).includes("\0");
  } catch {
    return false;
  }
}

function sizeOf(bytes) {
  return bytes.length === 1 ? "1 byte" : `${bytes.length.toLocaleString("en")} bytes`;
}

function note(notes) {
  page.notes.hidden = notes.length === 0;
  page.notes.textContent = notes.join(" ");
}

function shorten(text) {
  return text.length > 120 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}
