import { playRecording } from "./play-recording.ts";

playRecording("hetzner", {
  notServed:
    /\/(networks|placement_groups|primary_ips|volumes)\b|\/actions\/(attach_to_network|detach_from_network|change_alias_ips|change_dns_ptr|enable_backup|enable_rescue)\b/,
  fieldsNotServed: ["placement_group", "ipv4"],
  refusedBodies: /"enable_ipv4":false/,
});
