// Made by `npm run docs` from components/; changes by hand are lost.

/** The components of the package schema, by type token. */
export const components = {
  "flotilla:index:Host": {
    isComponent: true,
    description:
      "A machine that is reached by SSH, and what was read from it. It changes nothing on a machine that is there already; everything else is declared on it. With `cloud`, the machine is made, and recognised from its first packet on.",
    inputProperties: {
      address: {
        type: "string",
        description:
          "Address or name under which the program reaches the host. Updates in place, without a connection.",
      },
      hostKeys: {
        type: "array",
        items: { type: "string" },
        description:
          "Accepted host keys, each as in known_hosts: `ssh-ed25519 AAAA…`. Updates in place, without a connection. Default: needed, unless `acceptNewHostKey`.",
      },
      acceptNewHostKey: {
        type: "boolean",
        plain: true,
        description:
          "Without `hostKeys`: accepts the key that the host shows at its first contact, says so as a warning with the fingerprint, and records it; no other is accepted later. Default: false.",
      },
      port: {
        type: "integer",
        description:
          "Port of sshd. Updates in place, without a connection. Default: 22.",
      },
      user: {
        type: "string",
        description:
          'Login on the host; when it is not root it needs passwordless sudo. Updates in place. Default: "root".',
      },
    },
    requiredInputs: ["address"],
    properties: {
      address: {
        type: "string",
        description:
          "Address or name under which the host is reached: of a machine with a reserved address, that one.",
      },
      sshPort: { type: "integer", description: "Port of sshd." },
      user: { type: "string", description: "Login on the host." },
      hostKeys: {
        type: "array",
        items: { type: "string" },
        description: "Accepted host keys.",
      },
      hostId: { type: "string", description: "Identity of the machine." },
      facts: {
        type: "object",
        additionalProperties: { $ref: "pulumi.json#/Any" },
        description: "Size, system and kernel, as read from the host.",
      },
    },
    required: ["address", "sshPort", "user", "hostKeys", "hostId", "facts"],
  },
  "flotilla:index:Nginx": {
    isComponent: true,
    description:
      "An nginx server: running, started at boot, without a site of its own. A configuration that nginx refuses never becomes active: the old one is put back and the update fails with nginx's words.",
    inputProperties: {
      host: {
        $ref: "#/resources/flotilla:index:Host",
        description: "The host to serve from. Replaces the service.",
      },
      config: {
        type: "string",
        description:
          "Directives at the level of `http`, in a file of their own. Validated by nginx, then reloaded. Default: none.",
      },
      sandbox: {
        type: "boolean",
        plain: true,
        description:
          "Takes away from nginx what it does not need (docs/hardening.md). Restarts nginx. Default: true.",
      },
      purge: {
        type: "boolean",
        plain: true,
        description:
          "Removes the package on destroy, where the service installed it. Default: false.",
      },
    },
    requiredInputs: ["host"],
    properties: {
      host: {
        $ref: "#/resources/flotilla:index:Host",
        description: "The host that it runs on.",
      },
      revision: { type: "string", description: "Hash of what is wanted." },
    },
    required: ["host", "revision"],
  },
  "flotilla:index:StaticSite": {
    isComponent: true,
    description:
      "A static site: a release per content, switched at once, so that every request is answered by the old one or the new one. A release that does not answer is taken back.",
    inputProperties: {
      nginx: {
        $ref: "#/resources/flotilla:index:Nginx",
        description: "The server that serves the site, with its host.",
      },
      directory: {
        type: "string",
        plain: true,
        description:
          "Folder with the site's files, read when the program runs. A change deploys a new release.",
      },
      port: {
        type: "integer",
        plain: true,
        description:
          "Port that the site answers on. Reloads nginx. Default: 80.",
      },
      domains: {
        type: "array",
        items: { type: "string", plain: true },
        plain: true,
        description:
          "Names that the site answers to. Reloads nginx. Default: any name.",
      },
      keepReleases: {
        type: "integer",
        plain: true,
        description:
          "Releases that stay on the host, the current one included (2–20). Default: 5.",
      },
    },
    requiredInputs: ["nginx", "directory"],
    properties: {
      url: { type: "string", description: "Where the site answers." },
      revision: { type: "string", description: "Hash of what is wanted." },
    },
    required: ["url", "revision"],
  },
} as const;
