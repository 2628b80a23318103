import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import ssh2, { type AuthContext, type ServerChannel } from "ssh2";

/** What an SSH server with git behind it is made with. */
export interface SshServerArgs {
  /** Folder with the repositories. */
  readonly root: string;
  readonly hostKeyFile: string;
  /** Public halves of the keys that may come in, as OpenSSH writes them. */
  readonly allowed: readonly string[];
}

/** A real SSH server on loopback that runs `git upload-pack` for the keys that it knows. */
export class SshGitServer {
  /** The commands that were asked for. */
  readonly commands: string[] = [];
  readonly #server: ssh2.Server;
  readonly #args: SshServerArgs;

  private constructor(args: SshServerArgs) {
    this.#args = args;
    const hostKeys = [readFileSync(args.hostKeyFile)];
    this.#server = new ssh2.Server({ hostKeys }, (client) => {
      client.on("error", () => undefined);
      client.on("authentication", (context) => {
        if (this.#mayEnter(context)) context.accept();
        else context.reject(["publickey"]);
      });
      client.on("session", (accept) => {
        accept().on("exec", (ready, _, { command }) => {
          this.#run(command, ready());
        });
      });
    });
  }

  static async start(args: SshServerArgs): Promise<SshGitServer> {
    const server = new SshGitServer(args);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  url(repository: string): string {
    const { port } = this.#server.address() as { port: number };
    return `ssh://git@127.0.0.1:${port}/${repository}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #mayEnter(context: AuthContext): boolean {
    if (context.username !== "git" || context.method !== "publickey")
      return false;
    const given = context.key.data.toString("base64");
    if (!this.#args.allowed.some((line) => line.split(" ")[1] === given))
      return false;
    if (!context.signature || !context.blob) return true;
    const key = ssh2.utils.parseKey(context.key.data);
    if (key instanceof Error) return false;
    const verified = [key]
      .flat()
      .some((one) =>
        one.verify(
          context.blob as Buffer,
          context.signature as Buffer,
          context.hashAlgo,
        ),
      );
    return verified;
  }

  #run(command: string, channel: ServerChannel): void {
    this.commands.push(command);
    const name = /^git-upload-pack '\/?([\w.-]+)'$/.exec(command)?.[1];
    if (name === undefined) {
      channel.stderr.write("only git-upload-pack\n");
      channel.exit(128);
      channel.end();
      return;
    }
    const folder = path.join(this.#args.root, name);
    const env = { PATH: process.env["PATH"] };
    const git = spawn("git", ["upload-pack", folder], { env });
    channel.pipe(git.stdin);
    git.stdout.pipe(channel, { end: false });
    git.stderr.pipe(channel.stderr, { end: false });
    git.on("close", (code) => {
      channel.exit(code ?? 1);
      channel.end();
    });
  }
}
