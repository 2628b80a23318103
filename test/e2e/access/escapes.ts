/** A way from `webops` to root that is known from elsewhere. */
export interface Escape {
  readonly name: string;
  /** Run by bash as webops, in its home, at a terminal. */
  readonly script: string;
  /** What sudo or the program says to it. */
  readonly answer: RegExp;
  /** It works where the same programs are allowed with any argument. */
  readonly worksWhenNaive?: boolean;
  /** What tells that it worked. @default - the file /escaped is there */
  readonly sign?: RegExp;
}

/** What webops lays out for itself. */
export const prepare = `
cat >evil.sh <<'X'
#!/bin/bash
touch /escaped
X
chmod +x evil.sh
printf '[Service]\\nType=oneshot\\nExecStart=/usr/bin/touch /escaped\\n[Install]\\nWantedBy=multi-user.target\\n' >evil.service
printf 'error_log /escaped;\\nevents {}\\n' >evil.conf
mkdir -p bin py config/letsencrypt .config/letsencrypt
cp evil.sh bin/systemctl; cp evil.sh bin/nginx; cp evil.sh bin/less
echo 'open("/escaped", "w")' >py/sitecustomize.py
echo 'logs-dir = /escaped' | tee config/letsencrypt/cli.ini >.config/letsencrypt/cli.ini
chmod 755 . evil.*`;

const refused = /a password is required/;
const variables = /not allowed to (set|preserve)/;

/** Every known escape; none of them may work. */
export const escapes: readonly Escape[] = [
  {
    name: "a shell out of the pager of systemctl status",
    script: "sudo -n systemctl status nginx.service",
    answer: refused,
  },
  {
    name: "a pager of one's own, by variable",
    script:
      "sudo -n SYSTEMD_PAGERSECURE=0 SYSTEMD_PAGER=$HOME/evil.sh systemctl status nginx.service",
    answer: /a password is required|not allowed to set/,
    worksWhenNaive: true,
  },
  {
    name: "a pager of one's own for the status that is allowed",
    script:
      "PAGER=$HOME/evil.sh SYSTEMD_PAGER=$HOME/evil.sh sudo -n systemctl status --no-pager nginx.service",
    answer: /Active:.*active/,
  },
  {
    name: "an editor of one's own in systemctl edit",
    script:
      "sudo -n SYSTEMD_EDITOR=$HOME/evil.sh systemctl edit --full nginx.service",
    answer: /a password is required|not allowed to set/,
    worksWhenNaive: true,
  },
  {
    name: "a unit of one's own, by systemctl link",
    script:
      "sudo -n systemctl link $HOME/evil.service && sudo -n systemctl start evil.service",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "a unit of one's own, by systemctl enable --now",
    script: "sudo -n systemctl enable --now $HOME/evil.service",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "a unit reached by a path",
    script: "sudo -n systemctl restart ../../../home/webops/evil.service",
    answer: refused,
  },
  {
    name: "a second unit behind the allowed one",
    script: "sudo -n systemctl restart nginx.service evil.service",
    answer: refused,
  },
  {
    name: "an option behind the allowed words",
    script: "sudo -n systemctl restart nginx.service --no-block --root=/",
    answer: refused,
  },
  {
    name: "a wildcard in the name of a unit",
    script: "sudo -n systemctl restart 'nginx*'",
    answer: refused,
  },
  {
    name: "a newline in an argument",
    script: "sudo -n systemctl restart $'nginx.service\\nevil.service'",
    answer: refused,
  },
  {
    name: "a command behind a semicolon in an argument",
    script: "sudo -n systemctl restart 'nginx.service;touch /escaped'",
    answer: refused,
  },
  {
    name: "all words in one",
    script: "sudo -n 'systemctl restart nginx.service; touch /escaped'",
    answer: /a password is required|command not found/,
  },
  {
    name: "variables for every unit, by systemctl set-environment",
    script:
      "sudo -n systemctl set-environment LD_PRELOAD=$HOME/evil.so && sudo -n systemctl --no-pager show-environment",
    answer: refused,
    worksWhenNaive: true,
    sign: /LD_PRELOAD=/,
  },
  {
    name: "another machine's systemd, by ssh with an option",
    script: "sudo -n systemctl --host='-oProxyCommand=touch /escaped' status",
    answer: refused,
  },
  {
    name: "a rescue target",
    script: "sudo -n systemctl isolate rescue.target",
    answer: refused,
  },
  {
    name: "a configuration of one's own for nginx -t",
    script: "sudo -n nginx -t -c $HOME/evil.conf",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "a directive for nginx -t",
    script: "sudo -n nginx -t -g 'error_log /escaped;'",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "a directive before the allowed word",
    script: "sudo -n nginx -g 'error_log /escaped;' -t",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "a library to load first, given to sudo",
    script: "sudo -n LD_PRELOAD=$HOME/evil.so nginx -t",
    answer: variables,
    worksWhenNaive: true,
    sign: /cannot be preloaded/,
  },
  {
    name: "a library to load first, from the environment",
    script:
      "env LD_PRELOAD= LD_LIBRARY_PATH=$HOME LD_AUDIT=$HOME/evil.so sudo -n nginx -t",
    answer: /test is successful/,
  },
  {
    name: "the caller's whole environment",
    script:
      "SYSTEMD_EDITOR=$HOME/evil.sh sudo -n -E systemctl restart nginx.service",
    answer: variables,
  },
  {
    name: "programs of one's own in PATH",
    script:
      "PATH=$HOME/bin:$PATH sudo -n systemctl restart nginx.service && PATH=$HOME/bin:$PATH sudo -n nginx -t",
    answer: /test is successful/,
  },
  {
    name: "a folder in sudo's PATH that webops may write to",
    script:
      "find /usr/sbin /usr/bin /sbin /bin -maxdepth 0 -follow -writable | grep . && cp evil.sh /usr/bin/escape; sudo -n escape",
    answer: /a password is required|command not found/,
  },
  {
    name: "a module of one's own for certbot",
    script: "sudo -n PYTHONPATH=$HOME/py certbot renew --non-interactive",
    answer: variables,
    worksWhenNaive: true,
  },
  {
    name: "a module of one's own for the renewal that is allowed",
    script:
      "cd py && PYTHONPATH=$HOME/py PYTHONSTARTUP=$HOME/py/sitecustomize.py sudo -n certbot renew --non-interactive",
    answer: /No renewals were attempted/,
  },
  {
    name: "a configuration of one's own for the renewal that is allowed",
    script:
      "HOME=/home/webops XDG_CONFIG_HOME=/home/webops/config sudo -n certbot renew --non-interactive",
    answer: /No renewals were attempted/,
  },
  {
    name: "a hook for the renewal",
    script:
      "sudo -n certbot renew --non-interactive --deploy-hook 'touch /escaped'",
    answer: refused,
  },
  {
    name: "a folder of one's choice for the renewal's log",
    script: "sudo -n certbot renew --non-interactive --logs-dir /escaped",
    answer: refused,
    worksWhenNaive: true,
  },
  {
    name: "sudoedit of a file of root's",
    script: "EDITOR=$HOME/evil.sh sudoedit -n /etc/nginx/nginx.conf",
    answer: refused,
  },
  {
    name: "user -1, who was root once",
    script: "sudo -n -u#-1 id -u; sudo -n -u#4294967295 id -u",
    answer: /unknown user|a password is required/,
    sign: /^0\s*$/m,
  },
  {
    name: "root's shell, in every way that sudo has",
    script:
      "sudo -n -s touch /escaped; sudo -n -i touch /escaped; sudo -n su -c 'touch /escaped'; sudo -n bash -c 'touch /escaped'",
    answer: refused,
  },
  {
    name: "another group, root directory or working directory",
    script:
      "sudo -n -g shadow nginx -t; sudo -n -R $HOME nginx -t; sudo -n -D /root nginx -t",
    answer: /^(?![^]*successful)/,
    sign: /test is successful/,
  },
  {
    name: "a link that is exchanged while sudo looks at it",
    script: `for try in {1..15}; do
      ln -sf /usr/sbin/nginx link/nginx 2>/dev/null || { mkdir -p link; ln -sf /usr/sbin/nginx link/nginx; }
      sudo -n $HOME/link/nginx -t & ln -sf $HOME/evil.sh link/nginx; wait; done; echo ended`,
    answer: /ended/,
  },
  {
    name: "a program that asks for a password in sudo's place",
    script: "SUDO_ASKPASS=$HOME/evil.sh sudo -A bash -c 'touch /escaped'",
    answer: /no password was provided|Permission denied/,
  },
  {
    name: "a password of one's choice, said to sudo",
    script: "echo webops | sudo -S touch /escaped",
    answer: /incorrect password|no password was provided|try again/,
  },
  {
    name: "something of root's that webops may write to: units, configurations, hooks, sites",
    script: `find -L /etc /usr/lib/systemd /run/systemd/system /usr/share/nginx /usr/lib/nginx /srv/www /var/lib/nginx \
      -writable \\( -type f -o -type d \\) -printf 'may write %p;' 2>/dev/null; echo ended`,
    answer: /ended/,
    sign: /may write/,
  },
  {
    name: "a link in the place of a log that nginx opens as root",
    script:
      "ln -sfn /escaped /var/log/nginx/error.log; sudo -n systemctl restart nginx.service",
    answer: /Permission denied/,
  },
  {
    name: "the journal's pager",
    script: "sudo -n journalctl -u nginx.service",
    answer: refused,
  },
  {
    name: "rights written by oneself",
    script:
      "echo 'webops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/webops; echo x | sudo -n tee /etc/sudoers.d/webops; sudo -n -l bash",
    answer: /Permission denied[^]*a password is required/,
  },
];
