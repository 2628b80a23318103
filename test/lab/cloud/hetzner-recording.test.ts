import { playRecording } from "./play-recording.ts";

playRecording("hetzner", {
  notServed:
    /\/(primary_ips|volumes)\b|\/actions\/(change_dns_ptr|enable_backup|enable_rescue)\b/,
  fieldsNotServed: ["ipv4"],
  refusedBodies: /"enable_ipv4":false/,
});
