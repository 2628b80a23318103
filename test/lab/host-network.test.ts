import { describe, expect, test } from "vitest";
import { planCables, type HostNetwork } from "../../lab/host-network.ts";

const host = { subnet: 3, cable: "flv-3-11", mac: "02:f1:0a:56:03:0b" };
const none: HostNetwork = { ipv4: null, addresses: [], routes: [], links: [] };
const link = {
  wire: 1005,
  interface: "enp7s0",
  mac: "86:00:00:00:00:01",
  addresses: ["10.0.1.5/32"],
  routes: ["10.0.0.0/16"],
};
const wired: HostNetwork = {
  ipv4: "10.86.3.11",
  addresses: ["fd5e:91c7:a56:30b::1/64"],
  routes: ["fd5e:91c7::/32"],
  links: [link],
};

describe("the cables of a cloud's host", () => {
  test("are all plugged in at a boot", () => {
    expect(planCables(host, undefined, wired)).toEqual({
      outside: [
        "link add flv-3-11-7 type veth peer name enp7s0 address 86:00:00:00:00:01 netns @PID@",
        "link set flv-3-11-7 master fln-3-1005 up",
      ],
      inside: [
        "link set enp7s0 up",
        "address add 10.0.1.5/32 dev enp7s0",
        "route add 10.0.0.0/16 dev enp7s0",
        "address add fd5e:91c7:a56:30b::1/64 dev eth0 nodad",
        "route add fd5e:91c7::/32 dev eth0",
        "link set eth0 address 02:f1:0a:56:03:0b",
      ],
    });
  });

  test("stay as they are where nothing changes", () => {
    expect(planCables(host, wired, wired)).toEqual({ outside: [], inside: [] });
  });

  test("are changed without touching the others", () => {
    const other = { ...link, wire: 1006, interface: "enp8s0" };
    const moved = { ...link, addresses: ["10.0.1.6/32"] };
    const before = { ...wired, links: [link, other] };
    const after = { ...none, links: [moved] };
    expect(planCables(host, before, after)).toEqual({
      outside: ["link delete flv-3-11-8"],
      inside: [
        "address delete 10.0.1.5/32 dev enp7s0",
        "address add 10.0.1.6/32 dev enp7s0",
        "route delete fd5e:91c7::/32 dev eth0",
        "address delete fd5e:91c7:a56:30b::1/64 dev eth0",
        "link set eth0 address 02:f1:0a:56:03:0b",
      ],
    });
  });
});
