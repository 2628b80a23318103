# shellcheck shell=bash
# What cloud-init said of this boot, fit to be shown: bounded, and without anything that is as long as a key.

cloud_init_fit() { # lines on stdin
  grep --text --invert-match 'PRIVATE KEY' | sed -E 's|[A-Za-z0-9+/=]{40,}|…|g' | cut -c 1-600 || true
}

cloud_init_log() { # file, pattern: its lines since the boot
  tac "$1" 2>/dev/null | sed "/ running 'init-local' at /q" | tac | grep --text -E "$2" | cloud_init_fit || true
}

# The program of the first boot speaks for itself; the modules speak in the log.
cloud_init_complaints() {
  cloud_init_log /var/log/cloud-init-output.log '^flotilla: '
  cloud_init_log /var/log/cloud-init.log '\[(WARNING|ERROR|CRITICAL)\]: '
}
