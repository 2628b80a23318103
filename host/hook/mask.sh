# shellcheck shell=bash
# What a hook has said, without its secrets: text from stdin to stdout, of which the last bytes are kept.
# A part of the program that runs a hook, on a host or on the workstation; LC_ALL=C, so that lengths are bytes.

readonly MASK='***' BLOCK=16384
declare -a masks=()

# Longest first, so that a secret inside of another one does not leave that one's ends.
add_mask() { # secret
  local index=0
  [[ -n $1 ]] || return 0
  while ((index < ${#masks[@]} && ${#masks[index]} >= ${#1})); do ((index += 1)); done
  masks=("${masks[@]:0:index}" "$1" "${masks[@]:index}")
}

masked() { # text → $masked_text
  local secret
  masked_text=$1
  for secret in "${masks[@]}"; do masked_text=${masked_text//"$secret"/"$MASK"}; done
}

# The largest position up to which no secret is cut, given that every secret that begins before `limit` is whole.
safe_end() { # text, limit → $end
  local secret window before from moved=1
  end=$2
  while ((moved)); do
    moved=0
    for secret in "${masks[@]}"; do
      ((${#secret} > 1 && end > 0)) || continue
      from=$((end - ${#secret} + 1))
      ((from >= 0)) || from=0
      window=${1:from:end-from+${#secret}-1}
      [[ $window == *"$secret"* ]] || continue
      before=${window%%"$secret"*}
      end=$((from + ${#before}))
      moved=1
    done
  done
}

# Blocks, not lines: a line without an end must not fill the memory. NUL bytes are dropped by bash.
mask_stream() { # bytes to keep
  local block='' waiting='' kept='' end masked_text longest=${masks[0]-} left_out=0
  while IFS= read -r -N "$BLOCK" block || [[ -n $block ]]; do
    waiting+=$block
    block=''
    safe_end "$waiting" $((${#waiting} > ${#longest} ? ${#waiting} - ${#longest} : 0))
    masked "${waiting:0:end}"
    kept+=$masked_text
    waiting=${waiting:end}
    trim_kept "$1"
  done
  masked "$waiting"
  kept+=$masked_text
  trim_kept "$1"
  ((left_out == 0)) || printf '[%s bytes before this are left out]\n' "$left_out"
  printf '%s' "$kept"
}

trim_kept() { # bytes to keep; changes $kept and $left_out
  local extra=$((${#kept} - $1))
  ((extra > 0)) || return 0
  left_out=$((left_out + extra))
  kept=${kept:extra}
}

# The engine takes UTF-8 only; the first bytes that are kept may be the end of a letter.
as_utf8() {
  iconv -c -f UTF-8 -t UTF-8 || true
}
