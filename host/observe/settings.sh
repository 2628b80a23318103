# shellcheck shell=bash
# Single settings in files of others, and values of the running kernel.

# observe_setting PATH KEY STYLE: the value, or how often it is set when that is not once.
observe_setting() {
  local path=$1 key=$2 style=$3 line value count=0 name
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line == *"$key"* ]] || continue
    read -r line <<<"$line"
    if [[ $style == equals ]]; then name=${line%%=*}; else name=${line%%[[:space:]]*}; fi
    read -r name <<<"$name"
    [[ $name == "$key" && ($style != equals || $line == *=*) ]] || continue
    count=$((count + 1))
    line=${line#"$key"}
    read -r line <<<"$line"
    if [[ $style == equals ]]; then line=${line#=}; fi
    read -r value <<<"$line"
  done < <(cat -- "$path" 2>/dev/null)
  encode "${value:-}"
  printf 'setting\t%s:%s\t%s\t%s\n' "$path" "$key" "$count" "${ENCODED:--}"
}

# observe_sysctls NAME…: `fixed` is what this host, a container perhaps, may not change.
observe_sysctls() {
  local name file value state
  local -a words
  for name in "$@"; do
    file=/proc/sys/${name//.//} state=missing value=
    if [[ -f $file ]]; then
      state=fixed
      [[ ! -w $file ]] || state=free
      read -r -a words <"$file" || true
      value=${words[*]:-}
    fi
    encode "$value"
    printf 'sysctl\t%s\t%s\t%s\n' "$name" "$state" "${ENCODED:--}"
  done
}
