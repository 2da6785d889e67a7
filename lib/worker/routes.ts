/**
 * The handlers of a worker, put together as its settings say.
 *
 * @module
 */

import { AdminSurface } from "../handlers/admin.ts";
import { DashboardStreams } from "../handlers/dashboard_streams.ts";
import { ErrorPages } from "../handlers/error_pages.ts";
import { type FieldRuleOptions, FieldRules } from "../handlers/field_rules.ts";
import { FileHandler } from "../handlers/files.ts";
import { Folder } from "../handlers/folder.ts";
import { FolderLister } from "../handlers/listing.ts";
import type { Presentation } from "../handlers/representation.ts";
import { Router, UPLOADS_PATH } from "../handlers/router.ts";
import { UploadHandler } from "../handlers/uploads.ts";
import { AdminPolicy } from "../security/admin.ts";
import { RedirectTable } from "../security/redirect_table.ts";
import type { UploadClaims } from "../security/upload_claims.ts";
import { Observer } from "../telemetry/observer.ts";
import type { WorkerCounters } from "../telemetry/worker_counters.ts";
import type { TelemetrySettings, WorkerSettings } from "./settings.ts";

/** Uploads are data: a browser that opens one runs nothing of it. */
const UPLOADED_FIELDS = "Content-Security-Policy: default-src 'none'; sandbox\r\n";

/**
 * Finds the handlers for what is served.
 *
 * @param claims The worker's own, which outlast its settings.
 */
export function routerOf(
  settings: WorkerSettings,
  claims: UploadClaims,
  counters: WorkerCounters | undefined,
): Router {
  const { followsLinks, serving } = settings;
  const { base, redirects } = serving;
  const presentation = presentationOf(settings);
  const atRoot = { ...presentation, extraFields: settings.rootFields };
  const root = new Folder(settings.root, followsLinks, settings.uploads);
  const uploads = new Folder(settings.uploads, followsLinks);
  const uploadsPath = `${base}${UPLOADS_PATH}`;
  return new Router({
    files: handlerOf(root, settings, atRoot),
    // No rule applies to uploads: none shall take the place of their policy.
    uploaded: new FileHandler(uploads, uploadsPath, {
      ...presentation,
      extraFields: UPLOADED_FIELDS,
      rules: undefined,
    }),
    uploads: new UploadHandler({
      folder: uploads,
      urlPath: uploadsPath,
      claims,
      stored: (sizeBytes) => counters?.uploaded(sizeBytes),
    }),
    mounted: serving.mounts.map(({ urlPath, folder }) => ({
      urlPath,
      handler: handlerOf(
        new Folder(folder, followsLinks, settings.uploads),
        settings,
        { ...presentation, urlPath },
      ),
    })),
    errorPages: new ErrorPages(root, atRoot),
    admin: adminOf(settings.telemetry, counters),
  }, { base, redirects: redirects.length === 0 ? undefined : new RedirectTable(redirects) });
}

/** How the files of every folder are presented. */
function presentationOf(settings: WorkerSettings): Presentation {
  const { downloadExtensions, compression, serving } = settings;
  return { downloadExtensions, compression, extraFields: "", rules: rulesOf(serving.rules) };
}

function rulesOf(rules: FieldRuleOptions): FieldRules | undefined {
  const isNone = rules.cache.length === 0 && rules.headers.length === 0 && !rules.immutable;
  return isNone ? undefined : new FieldRules(rules);
}

/** Serves a folder with all that the operator asked for. */
function handlerOf(
  folder: Folder,
  { uploads, serving }: WorkerSettings,
  presentation: Presentation,
): FileHandler {
  const { base, cleanUrls, fallback, listing } = serving;
  return new FileHandler(folder, `${base}${presentation.urlPath ?? ""}`, presentation, {
    cleanUrls,
    fallback,
    lister: listing ? new FolderLister(folder, uploads) : undefined,
  });
}

/** Tells how the server is doing. */
function adminOf(settings: TelemetrySettings, counters: WorkerCounters | undefined): AdminSurface {
  const { memory, facts, isCounting, page } = settings;
  const observer = new Observer(memory, facts);
  const streams = new DashboardStreams(observer, counters);
  return new AdminSurface({
    policy: new AdminPolicy(settings.admin),
    observer,
    isCounting,
    page,
    streams,
  });
}
