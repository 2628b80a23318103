# shellcheck shell=bash
# What lies at paths.

# observe_paths PATH…: one find and one sha256sum for all of them.
observe_paths() {
  local path kind mode owner group target line
  local -A kinds=() attributes=() contents=()
  local -a files=()
  while IFS= read -r -d '' path && IFS= read -r -d '' kind && IFS= read -r -d '' mode \
    && IFS= read -r -d '' owner && IFS= read -r -d '' group && IFS= read -r -d '' target; do
    printf -v line '%04o\t%s\t%s' "$((8#$mode))" "$owner" "$group"
    attributes[$path]=$line
    case $kind in
      f) kinds[$path]=file files+=("$path") ;;
      d) kinds[$path]=directory ;;
      l)
        kinds[$path]='link'
        encode "$target"
        contents[$path]=$ENCODED
        ;;
      *) kinds[$path]=other ;;
    esac
  done < <(find "$@" -maxdepth 0 -printf '%p\0%y\0%m\0%u\0%g\0%l\0' 2>/dev/null)
  while IFS= read -r -d '' line; do
    contents[${line:66}]=${line:0:64}
  done < <(((${#files[@]} == 0)) || sha256sum -z -- "${files[@]}")
  for path in "$@"; do
    printf 'path\t%s\t%s\t%s\t%s\n' "$path" "${kinds[$path]:-missing}" \
      "${attributes[$path]:--$'\t'-$'\t'-}" "${contents[$path]:--}"
  done
}
