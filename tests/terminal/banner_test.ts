import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type BannerFacts,
  bannerText,
  localUrl,
  networkUrls,
  qrText,
} from "../../lib/terminal/banner.ts";

const FACTS: BannerFacts = {
  version: "1.2.3",
  scheme: "http",
  hostname: "127.0.0.1",
  port: 8080,
  root: "/srv/site",
  uploads: "/srv/uploads",
  workers: 2,
  hasAdminPages: true,
  interfaces: [
    { family: "IPv4", name: "lo", address: "127.0.0.1" },
    { family: "IPv6", name: "lo", address: "::1" },
    { family: "IPv6", name: "eth0", address: "fe80::1" },
    { family: "IPv6", name: "eth0", address: "2001:db8::5" },
    { family: "IPv4", name: "docker0", address: "172.17.0.1" },
    { family: "IPv4", name: "eth0", address: "192.168.1.5" },
    { family: "IPv4", name: "eth1", address: "169.254.3.4" },
  ],
};

Deno.test("bannerText() says where it serves what, and how to stop it", () => {
  assertEquals(
    bannerText(FACTS, false),
    `Sluice 1.2.3 serves http://127.0.0.1:8080
  root     /srv/site
  uploads  /srv/uploads
  workers  2
  security http://127.0.0.1:8080/security-dashboard
  metrics  http://127.0.0.1:8080/metrics
Press Ctrl+C to stop.`,
  );
});

Deno.test("bannerText() names the addresses of this machine when it listens on all", () => {
  const lines = bannerText({ ...FACTS, hostname: "0.0.0.0", scheme: "https" }, false).split("\n");
  assertEquals(lines[0], "Sluice 1.2.3 serves https://0.0.0.0:8080");
  assertEquals(lines.slice(4, 7), [
    "  local    https://127.0.0.1:8080",
    "  network  https://192.168.1.5:8080",
    "  network  https://172.17.0.1:8080",
  ]);
});

Deno.test("bannerText() does without addresses that it may not ask for", () => {
  const text = bannerText({ ...FACTS, hostname: "0.0.0.0", interfaces: [] }, false);
  assertStringIncludes(text, "local    http://127.0.0.1:8080");
  assert(!text.includes("network"));
});

Deno.test("bannerText() names no pages that are not there", () => {
  const text = bannerText({ ...FACTS, hasAdminPages: false }, false);
  assert(!/security|metrics/.test(text));
});

Deno.test("bannerText() colours a terminal, and only that", () => {
  const text = bannerText(FACTS, true);
  assert(text.includes("\x1b[36mhttp://127.0.0.1:8080\x1b[0m"));
  // deno-lint-ignore no-control-regex -- that is what a colour is
  assertEquals(text.replaceAll(/\x1b\[\d+m/g, ""), bannerText(FACTS, false));
});

for (
  const [hostname, local, network] of [
    ["127.0.0.1", "http://127.0.0.1:8080", []],
    ["127.0.0.2", "http://127.0.0.2:8080", []],
    ["::1", "http://[::1]:8080", []],
    ["192.168.1.5", "http://192.168.1.5:8080", ["http://192.168.1.5:8080"]],
    ["0.0.0.0", "http://127.0.0.1:8080", ["http://192.168.1.5:8080", "http://172.17.0.1:8080"]],
    ["::", "http://[::1]:8080", [
      "http://192.168.1.5:8080",
      "http://[2001:db8::5]:8080",
      "http://172.17.0.1:8080",
    ]],
  ] as const
) {
  Deno.test(`localUrl() and networkUrls() of a server on ${hostname}`, () => {
    assertEquals(localUrl({ ...FACTS, hostname }), local);
    assertEquals(networkUrls({ ...FACTS, hostname }), [...network]);
  });
}

Deno.test("qrText() draws the address that others reach, or says that there is none", () => {
  const lines = qrText({ ...FACTS, hostname: "0.0.0.0" }).split("\n");
  assertEquals(lines.at(-1), "http://192.168.1.5:8080");
  assert(lines.length > 10);
  assertEquals(
    qrText(FACTS),
    "No QR code: no other machine reaches http://127.0.0.1:8080, --host 0.0.0.0 lets them in",
  );
});
