import { playRecording } from "./play-recording.ts";

playRecording("digitalocean", {
  notServed: /\/(vpcs|reserved_ips|volumes|projects|domains)\b/,
  fieldsNotServed: ["ipv6", "monitoring"],
  refusedBodies: /enable_backups/,
});
