/**
 * What a worker is told when it starts; it is posted, so it is plain data.
 *
 * @module
 */

import type { ChannelMemory } from "../channel/channel.ts";
import type { FieldRuleOptions } from "../handlers/field_rules.ts";
import type { SessionLimits } from "../http/session.ts";
import type { PageFile } from "../handlers/admin.ts";
import type { AdminSettings } from "../security/admin.ts";
import type { ServerFacts, TelemetryMemory } from "../telemetry/observer.ts";
import type { AccessFormat } from "../telemetry/access_log.ts";
import type { AccountingSettings } from "./accounting.ts";
import type { Redirect } from "../security/redirect_table.ts";
import type { GateSettings } from "./gate.ts";
import type { Timeouts } from "./service.ts";

export type { GateSettings, SharedRate } from "./gate.ts";

/** How the server tells of itself. */
export interface TelemetrySettings {
  /** Where everything is counted, and read. */
  readonly memory: TelemetryMemory;
  /** What does not change. */
  readonly facts: ServerFacts;
  /** Whether requests are counted, and metrics and dashboard are there. */
  readonly isCounting: boolean;
  /** Who may see them. */
  readonly admin: AdminSettings;
  /** The files of the dashboard's page, by name. */
  readonly page: ReadonlyMap<string, PageFile>;
}

/** What is served beside plain files, and where. */
export interface ServingSettings {
  /** Whether folders without an index are listed. */
  readonly listing: boolean;
  /** Whether `/a` is `a.html`. */
  readonly cleanUrls: boolean;
  /** The file in each folder that answers navigations to what is not there. */
  readonly fallback: string | undefined;
  /** Fields of files by their path. */
  readonly rules: FieldRuleOptions;
  /** Paths that lead somewhere else. */
  readonly redirects: readonly Redirect[];
  /** The path that everything lies below; empty for none. */
  readonly base: string;
  /** Real paths of further folders. */
  readonly mounts: readonly { readonly urlPath: string; readonly folder: string }[];
}

/** The part of the configuration that workers act on. */
export interface WorkerSettings {
  /** Real path of the served root. */
  readonly root: string;
  /** Real path of the upload folder. */
  readonly uploads: string;
  /** Extensions offered as downloads, in lower case and without a dot. */
  readonly downloadExtensions: readonly string[];
  /** Whether content codings are used. */
  readonly compression: boolean;
  /** Fields that every file of the root carries, finished. */
  readonly rootFields: string;
  /** Whether symbolic links that stay inside a folder are followed. */
  readonly followsLinks: boolean;
  /** Seconds for which browsers shall use HTTPS alone; 0 does not say so. */
  readonly hstsSeconds: number;
  /** Shared memory in which uploads with a key are known to all workers. */
  readonly uploadClaims: SharedArrayBuffer;
  /** What is served beside plain files, and where. */
  readonly serving: ServingSettings;
  /** Who is let in. */
  readonly gate: GateSettings;
  /** Bounds of requests. */
  readonly limits: SessionLimits;
  /** Bounds of time. */
  readonly timeouts: Timeouts;
  /** How the server tells of itself. */
  readonly telemetry: TelemetrySettings;
  /** Which forms of access lines have somewhere to go, and how those of text look. */
  readonly access: {
    readonly text: boolean;
    readonly json: boolean;
    readonly format: AccessFormat;
  };
  /** What else is told of requests. */
  readonly accounting: AccountingSettings;
}

/** The message that starts a worker; a further one brings other settings, and the rest as it was. */
export interface WorkerStart {
  /** The worker's number, from 0. */
  readonly worker: number;
  /** Its end of the channel is made over this. */
  readonly memory: ChannelMemory;
  /** How it serves. */
  readonly settings: WorkerSettings;
}
