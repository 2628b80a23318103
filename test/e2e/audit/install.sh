#!/usr/bin/env bash
# Puts a folder of wrappers first on the PATH of sudo and of systemd's units; the wrapper comes on stdin.
# Run as root inside a lab host, once, before anything of Flotilla was there.
set -Eeuo pipefail
readonly AUDIT=/opt/argv-audit
readonly FOLDERS=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Names that have no wrapper yet; run again after each package that was installed.
write_refresh() {
  cat <<EOT
#!/bin/bash
# Gives every program of this host a wrapper that logs its arguments.
shopt -s nullglob
missing=()
for file in {${FOLDERS//:/,}}/*; do
  name=\${file##*/}
  [[ -e $AUDIT/bin/\$name ]] || missing+=("$AUDIT/bin/\$name")
done
((\${#missing[@]})) || exit 0
/usr/bin/tee "\${missing[@]}" <$AUDIT/wrapper >/dev/null
/usr/bin/chmod 0755 "\${missing[@]}"
EOT
}

main() {
  install -d -m 0755 "$AUDIT" "$AUDIT/bin"
  install -d -m 1777 "$AUDIT/log"
  cat >"$AUDIT/wrapper"
  write_refresh >"$AUDIT/refresh"
  bash "$AUDIT/refresh"
  printf 'DPkg::Post-Invoke { "/bin/bash %s/refresh"; };\n' "$AUDIT" >/etc/apt/apt.conf.d/99argv-audit
  printf 'Defaults secure_path="%s/bin:%s"\n' "$AUDIT" "$FOLDERS" \
    | install -m 0440 /dev/stdin /etc/sudoers.d/zz-argv-audit
  visudo -c >&2
  systemctl set-environment PATH="$AUDIT/bin:$FOLDERS"
}

main "$@"
