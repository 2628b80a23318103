/** Shell commands as data. */
export {
  and,
  command,
  Command,
  lines,
  pipe,
  quote,
  secret,
  type DataWord,
} from "./command.ts";
export { quoteWord } from "./quote.ts";
