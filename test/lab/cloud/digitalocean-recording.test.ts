import { playRecording } from "./play-recording.ts";

playRecording("digitalocean", {
  notServed: /\/(reserved_ips|volumes|projects)\b/,
  fieldsNotServed: ["monitoring"],
  refusedBodies: /enable_backups/,
});
