import { playRecording } from "./play-recording.ts";

playRecording("digitalocean", {
  notServed: /\/(volumes|projects)\b/,
  fieldsNotServed: ["monitoring"],
  refusedBodies: /enable_backups/,
});
