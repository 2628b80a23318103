import { playRecording } from "./play-recording.ts";

playRecording("hetzner", {
  notServed: /\/volumes\b|\/actions\/(enable_backup|enable_rescue)\b/,
});
