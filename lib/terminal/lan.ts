/**
 * Under which of its addresses a machine is reached by others.
 *
 * @module
 */

/** The part of a network interface that counts here. */
export type LanAddress = Pick<Deno.NetworkInterfaceInfo, "family" | "address" | "name">;

// RFC 3927 §2.1 and RFC 4291 §2.5.6: link-local ones work only where an interface is named too.
const UNREACHABLE = /^(127\.|169\.254\.|::1$|fe[89ab])/i;

/** Made by programs for their own networks: other machines do not reach them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tailscale)/;

/**
 * Picks the addresses that others can use, those of real networks first.
 *
 * @param hasIpv6 Whether IPv6 is listened on too.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const interfaces = [
 *   { family: "IPv4", name: "lo", address: "127.0.0.1" },
 *   { family: "IPv4", name: "docker0", address: "172.17.0.1" },
 *   { family: "IPv4", name: "eth0", address: "192.168.1.5" },
 *   { family: "IPv6", name: "eth0", address: "2001:db8::5" },
 * ] as const;
 * assertEquals(lanHosts(interfaces, false), ["192.168.1.5", "172.17.0.1"]);
 * ```
 */
export function lanHosts(interfaces: readonly LanAddress[], hasIpv6: boolean): string[] {
  return interfaces
    .filter(({ family, address }) => (hasIpv6 || family === "IPv4") && !UNREACHABLE.test(address))
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ address }) => address);
}

/** An IPv4 address is shorter to type. */
function rank({ family, name }: LanAddress): number {
  return (VIRTUAL.test(name) ? 2 : 0) + (family === "IPv6" ? 1 : 0);
}
