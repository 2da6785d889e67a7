// The manifests are what the cluster's own types say, and what they say of the server is so.

import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { parseAll } from "@std/yaml";
import manifest from "../../deno.json" with { type: "json" };
import type { Deployment } from "kubernetes-types/apps/v1";
import type { HorizontalPodAutoscaler as Autoscaler } from "kubernetes-types/autoscaling/v2";
import type { PodSpec, Service } from "kubernetes-types/core/v1";
import { OPTIONS, parseConfig } from "../../lib/config.ts";
import { serverTest, withFolder } from "../integration/harness.ts";
import { get } from "../integration/requests.ts";
import { run } from "../integration/tool.ts";
import { read } from "./deployment.ts";

/** One object of a manifest. */
interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const CONFIG = fromFileUrl(import.meta.resolve("../../deno.json"));
const SITE = { root: "", uploads: "" };

function isResource(value: unknown): value is Resource {
  return typeof value === "object" && value !== null && "apiVersion" in value && "kind" in value;
}

function parsed(name: string): Resource[] {
  const documents = parseAll(read(name));
  assert(documents.every(isResource), name);
  return documents;
}

const RESOURCES = parsed("kubernetes/sluice.yaml");

/** Where the types of a resource are: `apps/v1`, and `core/v1` for what has no group. */
function moduleOf({ apiVersion }: Resource): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined
    ? `core/${group}`
    : `${group.replace(/\.(authorization\.)?k8s\.io$/, "")}/${version}`;
}

/** A program that does nothing, but is only right if the manifest is. */
function program(resources: readonly Resource[]): string {
  return resources.map((resource, index) =>
    `import type { ${resource.kind} as Kind${index} } from "kubernetes-types/${
      moduleOf(resource)
    }";\nexport const resource${index}: Kind${index} = ${JSON.stringify(resource)};`
  ).join("\n");
}

async function typeCheck(resources: readonly Resource[]): Promise<void> {
  await withFolder(async (folder) => {
    const path = join(folder, "resources.ts");
    await Deno.writeTextFile(path, program(resources));
    await run(Deno.execPath(), "check", "--quiet", "--config", CONFIG, path);
  });
}

Deno.test("deployment: Kubernetes would take the manifests", () => typeCheck(RESOURCES));

Deno.test("deployment: the check of the manifests finds a word that is misspelt", async () => {
  const [first] = RESOURCES.filter(({ kind }) => kind === "Deployment");
  assert(first !== undefined);
  const wrong = JSON.parse(JSON.stringify(first).replace("readOnlyRootFilesystem", "readOnlyRoot"));
  let said = "";
  await typeCheck([wrong]).catch((error: unknown) => said = String(error));
  assert(said.includes("readOnlyRoot"), said);
});

type Container = NonNullable<NonNullable<PodSpec["containers"]>[number]>;

function only<T>(values: readonly T[] | undefined): T {
  assert(values?.length === 1);
  const [value] = values;
  assert(value !== undefined);
  return value;
}

/** The one of its kind, as `JSON.parse` gives it: the first test checks that it is what it says. */
function plain(kind: string) {
  return JSON.parse(JSON.stringify(only(RESOURCES.filter((one) => one.kind === kind))));
}

const DEPLOYMENT: Deployment = plain("Deployment");
const SERVICE: Service = plain("Service");
const AUTOSCALER: Autoscaler = plain("HorizontalPodAutoscaler");

function pod(): PodSpec {
  const spec = DEPLOYMENT.spec?.template.spec;
  assert(spec !== undefined);
  return spec;
}

function container(): Container {
  return only(pod().containers);
}

Deno.test("deployment: the pod gives flags that exist, and values that are taken", () => {
  const given = container().args ?? [];
  const command = parseConfig([...given, "--host=0.0.0.0"], () => undefined, SITE);
  assert(command.kind === "serve");
  const port = only(container().ports);
  assertEquals(command.config.port, port.containerPort);
  const mounts = new Map(container().volumeMounts?.map(({ name, mountPath }) => [name, mountPath]));
  const token = command.config.adminTokenFile ?? "";
  assert(token.startsWith(`${mounts.get("admin")}/`), token);
  assertEquals(mounts.get("uploads"), "/var/lib/sluice"); // where the image's entry point puts them
  assert(container().image?.endsWith(`:${manifest.version}`));
});

Deno.test("deployment: the pod has time to finish, after it is no longer sent anything", () => {
  const drainMs = OPTIONS.drainMs.fallback(SITE);
  const pauseMs = (container().lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
  assert(pauseMs > 0);
  assert((pod().terminationGracePeriodSeconds ?? 0) * 1000 > pauseMs + drainMs);
});

Deno.test("deployment: the pod may do nothing but its work", () => {
  const { securityContext: own, resources } = container();
  assertEquals(own?.readOnlyRootFilesystem, true);
  assertEquals(own?.allowPrivilegeEscalation, false);
  assertEquals(own?.capabilities?.drop, ["ALL"]);
  assertEquals(pod().securityContext?.runAsNonRoot, true);
  assertEquals(pod().securityContext?.seccompProfile?.type, "RuntimeDefault");
  assertEquals(pod().automountServiceAccountToken, false);
  assert(resources?.limits?.["memory"] !== undefined && resources.requests?.["cpu"] !== undefined);
});

serverTest("deployment: probes ask what the server answers", {}, async (server) => {
  const { startupProbe, readinessProbe, livenessProbe } = container();
  for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
    assertEquals(probe?.httpGet?.port, only(container().ports).name);
    assertEquals((await server.ask(get(probe?.httpGet?.path ?? ""))).status, 200);
  }
});

Deno.test("deployment: everything that is named in a manifest is there", () => {
  const names = new Set(RESOURCES.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const { scaleTargetRef } = AUTOSCALER.spec ?? {};
  assert(names.has(`Deployment ${scaleTargetRef?.name}`));
  assert(names.has(`ServiceAccount ${pod().serviceAccountName}`));
  const claims = pod().volumes?.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  assert(names.has(`PersistentVolumeClaim ${only(claims)}`));
  const mounted = container().volumeMounts?.map(({ name }) => name).toSorted();
  assertEquals(pod().volumes?.map(({ name }) => name).toSorted(), mounted);
  const labels = { "app.kubernetes.io/name": "sluice" };
  assertEquals(DEPLOYMENT.spec?.template.metadata?.labels, labels);
  assertEquals(SERVICE.spec?.selector, labels);
});

Deno.test("deployment: Prometheus finds the service, and shows the token that the pod takes", () => {
  const monitor = read("kubernetes/monitor.yaml");
  const secret = only(pod().volumes?.flatMap(({ secret }) => secret?.secretName ?? []));
  assert(monitor.includes(`credentials: { name: ${secret}, key: token }`));
  assert(monitor.includes(`port: ${only(SERVICE.spec?.ports).name}\n`));
  assertEquals(parsed("kubernetes/monitor.yaml").map(({ kind }) => kind), ["ServiceMonitor"]);
  assertEquals(parseAll(read("kubernetes/adapter.yaml")).length, 1);
});
