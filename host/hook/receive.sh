# shellcheck shell=bash disable=SC2154 # folder comes from main.sh
# Takes everything that a hook needs from stdin: nothing of it is an argument, and what is secret stays in its folder.
declare -A settings=()

refuse() { # sentence
  printf 'The hook %s did not run: %s.\n' "${settings[name]-}" "$1"
  exit 64
}

decode() { # value in base64 → $decoded, to its last newline
  decoded=$(printf '%s' "$1" | base64 -d && printf x)
  decoded=${decoded%x}
}

# Records: kind, name or `-`, value in base64. The last one is `end`, so that a cut transfer is noticed.
receive() {
  local kind name value decoded
  while read -r kind name value; do
    decode "$value"
    case $kind in
      set) settings[$name]=$decoded ;;
      env) printf 'export %s=%q\n' "$name" "$decoded" >>"$folder/environment" ;;
      mask) add_mask "$decoded" ;;
      file) printf '%s' "$decoded" >"$folder/$name" ;;
      end) return ;;
      *) refuse "'$kind' is no record" ;;
    esac
  done
  refuse "its text was cut on the way"
}
