// The site of the exchanges on disk, and a line to exchanges that serve it.

import { FileHandler } from "../../lib/handlers/files.ts";
import { Folder } from "../../lib/handlers/folder.ts";
import { Router, UPLOADS_PATH } from "../../lib/handlers/router.ts";
import { UploadHandler } from "../../lib/handlers/uploads.ts";
import { HeadParsers } from "../../lib/http/head_parsers.ts";
import { HeadWriter } from "../../lib/http/response.ts";
import { allocateClaims, UploadClaims } from "../../lib/security/upload_claims.ts";
import { allocateWorkerPage, WorkerCounters } from "../../lib/telemetry/worker_counters.ts";
import { Accounting } from "../../lib/worker/accounting.ts";
import { Gate } from "../../lib/worker/gate.ts";
import { Line } from "./line.ts";
import { HOSTS, LIMITS, PORT, SITE } from "./site.ts";

/** Makes the site in a temporary folder; whoever asked for it removes it. */
export async function makeSite(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "exchanges_" });
  await Deno.mkdir(`${folder}/root/dir`, { recursive: true });
  await Deno.mkdir(`${folder}/uploads`);
  for (const [path, content] of Object.entries(SITE)) {
    await Deno.writeTextFile(`${folder}/root/${path}`, content);
  }
  return folder;
}

/** A line with this many slots to the site in `folder`; its worker counts in `page`. */
export function makeLine(folder: string, slots: number, page = allocateWorkerPage()): Line {
  const presentation = { downloadExtensions: [], compression: false, extraFields: "" };
  const uploads = new Folder(`${folder}/uploads`);
  const claims = new UploadClaims(allocateClaims(), [1, 2], 0);
  const limits = { ...LIMITS, requestsMax: 1_000 };
  return new Line(slots, {
    worker: 0,
    router: new Router({
      files: new FileHandler(new Folder(`${folder}/root`), "", presentation),
      uploaded: new FileHandler(uploads, UPLOADS_PATH, presentation),
      uploads: new UploadHandler({ folder: uploads, urlPath: UPLOADS_PATH, claims }),
    }),
    gate: new Gate({
      allowedHosts: [...HOSTS],
      port: PORT,
      defaultPort: 80,
      trustedProxies: [],
      corsOrigins: [],
      corsCredentials: false,
      requests: undefined,
      uploads: undefined,
      offences: undefined,
      seed: [1, 2],
    }),
    counters: new WorkerCounters(page),
    heads: new HeadWriter(5_000, 1_000),
    accounting: new Accounting({
      requestIds: false,
      serverTiming: false,
      slowMs: 0,
      agents: false,
    }),
    scheme: "http",
    limits,
    parsers: new HeadParsers(limits),
    timeouts: {
      headTimeoutMs: 1,
      bodyTimeoutMs: 1,
      bodyBytesPerSecond: 0,
      writeTimeoutMs: 1,
      keepAliveMs: 1,
    },
  });
}
