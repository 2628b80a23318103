export { cacheDirectory } from "../components/sources/cache-directory.ts";
