# shellcheck shell=bash
# Where a release points, and what lies behind it.

# observe_release PATH: where `current` points, and every file behind it.
observe_release() {
  local target='-' line
  [[ ! -L $1/current ]] || target=$(readlink -- "$1/current")
  encode "${target##*/}"
  printf 'release\t%s\t%s\n' "$1" "$ENCODED"
  cd -- "$1/current" 2>/dev/null || return 0
  while IFS= read -r -d '' line; do
    encode "${line:68}"
    printf 'release-file\t%s\t%s\t%s\n' "$1" "$ENCODED" "${line:0:64}"
  done < <(find . -type f -print0 | xargs -0 -r sha256sum -z --)
  while IFS= read -r -d '' line; do
    encode "${line:-.}"
    printf 'release-file\t%s\t%s\t-\n' "$1" "$ENCODED"
  done < <(release_oddities "$1")
}

# What is no regular file, and what not everybody could read or others than root could change.
release_oddities() { # path, seen from its current folder
  local -a foreign=(! -uid "$EUID")
  find . \( ! -type f ! -type d -o -type f ! -perm 644 -o -type d ! -perm 755 -o "${foreign[@]}" \) -printf '%P\0'
  find "$1" "$1/releases" -maxdepth 0 \( ! -perm 755 -o "${foreign[@]}" \) -printf '%p\0'
}
