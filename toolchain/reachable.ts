/** Where Pulumi's own CLI and plugins are downloaded from. */
export const pulumiDownloads = "https://get.pulumi.com/install.sh";

/**
 * Whether an address answers within `timeoutSeconds`: without a way out, Pulumi's own downloads
 * retry for minutes before they give up.
 */
export async function isReachable(
  url: string,
  timeoutSeconds = 5,
): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return response.ok;
  } catch {
    return false;
  }
}
