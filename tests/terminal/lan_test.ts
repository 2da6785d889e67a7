import { assertEquals } from "@std/assert";
import { type LanAddress, lanHosts } from "../../lib/terminal/lan.ts";

function of(name: string, address: string): LanAddress {
  return { family: address.includes(":") ? "IPv6" : "IPv4", name, address };
}

const ROWS: readonly (readonly [LanAddress[], boolean, string[]])[] = [
  [[], true, []],
  [[of("lo", "127.0.0.1"), of("lo", "::1")], true, []],
  [[of("eth0", "169.254.1.2"), of("eth0", "fe80::1"), of("eth0", "FEBF::1")], true, []],
  [[of("eth0", "fec0::1")], true, ["fec0::1"]],
  [[of("eth0", "2001:db8::5"), of("eth0", "192.0.2.5")], true, ["192.0.2.5", "2001:db8::5"]],
  [[of("eth0", "2001:db8::5"), of("eth0", "192.0.2.5")], false, ["192.0.2.5"]],
  [[of("veth1", "10.0.0.1"), of("wlan0", "10.0.0.2")], false, ["10.0.0.2", "10.0.0.1"]],
  [[of("br-1a", "10.0.0.1"), of("wlan0", "fd00::2")], true, ["fd00::2", "10.0.0.1"]],
];

for (const [interfaces, hasIpv6, hosts] of ROWS) {
  const given = interfaces.map(({ name, address }) => `${name} ${address}`).join(", ");
  Deno.test(`lanHosts() picks of [${given}] ${hasIpv6 ? "with" : "without"} IPv6`, () => {
    assertEquals(lanHosts(interfaces, hasIpv6), hosts);
  });
}
