import { playRecording } from "./play-recording.ts";

playRecording("hetzner", {
  notServed:
    /\/(placement_groups|primary_ips|volumes)\b|\/actions\/(change_dns_ptr|enable_backup|enable_rescue)\b/,
  fieldsNotServed: ["placement_group", "ipv4"],
  refusedBodies: /"enable_ipv4":false/,
});
