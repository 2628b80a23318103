# shellcheck shell=bash
# Single settings: a line `KEY value` or `KEY=value` in a file that somebody else owns, and a value of the kernel.

# Rewrites the line of a key, or appends it; an empty new line takes it out. A commented line is nobody's.
setting_rewrite() { # path, key, space or equals, new line
  local temporary
  temporary=$(temporary_beside "$1")
  cp --archive "$1" "$temporary"
  KEY=$2 STYLE=$3 LINE=$4 awk '
    function name(line) {
      sub(/^[ \t]+/, "", line)
      sub(ENVIRON["STYLE"] == "equals" ? "[ \t]*=.*" : "[ \t].*", "", line)
      return line
    }
    name($0) == ENVIRON["KEY"] && !done { done = 1; if (ENVIRON["LINE"] != "") print ENVIRON["LINE"]; next }
    { print }
    END { if (!done && ENVIRON["LINE"] != "") print ENVIRON["LINE"] }
  ' "$1" >"$temporary"
  sync "$temporary"
  mv -fT "$temporary" "$1"
  sync "${1%/*}"
}

setting_lines() { # path, key, space or equals: the lines that set it
  local tail='[[:space:]]'
  [[ $3 != equals ]] || tail='[[:space:]]*='
  grep -E "^[[:space:]]*${2//./\\.}($tail|\$)" "$1" || true
}

step_setting() { # path, key, space or equals, value
  local old line="$2 $4"
  [[ $3 != equals ]] || line="$2=$4"
  [[ -f $1 ]] || fail "$1 does not exist: nothing can be set in it"
  old=$(setting_lines "$1" "$2" "$3")
  [[ $old != *$'\n'* ]] || fail "$1 sets $2 more than once: leave one line"
  original_keep "setting:$1:$2" "$3" "$old"
  setting_rewrite "$1" "$2" "$3" "$line"
}

step_setting_restore() { # path, key
  original_find "setting:$1:$2" || { echo "unchanged: $2 in $1 was never another" && return; }
  [[ ! -f $1 ]] || setting_rewrite "$1" "$2" "$ORIGINAL_STYLE" "$ORIGINAL_TEXT"
  original_forget "setting:$1:$2"
}

sysctl_file() { # name
  printf '/proc/sys/%s' "${1//.//}"
}

sysctl_write() { # name, value
  printf '%s\n' "$2" >"$(sysctl_file "$1")"
}

step_sysctl() { # name, value
  local file
  file=$(sysctl_file "$1")
  original_keep "sysctl:$1" kernel "$(one_line "$(<"$file")")"
  sysctl_write "$1" "$2" || fail "the kernel refuses '$2' for $1"
}

step_sysctl_restore() { # name
  original_find "sysctl:$1" || { echo "unchanged: $1 was never another" && return; }
  sysctl_write "$1" "$ORIGINAL_TEXT" || fail "the kernel refuses '$ORIGINAL_TEXT' for $1"
  original_forget "sysctl:$1"
}
