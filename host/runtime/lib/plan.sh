# shellcheck shell=bash disable=SC2034 # the plan is for those who source this
# The plan as data: read and checked whole before anything on the host is touched.
declare -A META=([manifest]='' [owner]='' [generation]='' [deadline]=1800 [lockWait]=0)
declare -a STEPS=() DEFERRED=() TOUCHES=() GATES=() OWNERSHIP=() DIGESTS=()
declare -a FIELDS=()
PLAN_PROBLEM=

VERBS=' packages-install packages-purge file directory attributes link remove unit daemon-reload check release release-remove firewall firewall-remove sshd sshd-remove host-key sshd-window setting setting-restore sysctl sysctl-restore user user-remove '
VERBS+=' postgres-cluster postgres-cluster-remove postgres-sql postgres-dump postgres-grant-remove postgres-database-remove postgres-role-remove '
readonly VERBS

split_record() { # record → FIELDS
  IFS=$'\x1f' read -r -a FIELDS <<<"${1//$'\t'/$'\x1f'}"
}

# What a person would call the object of a step: a payload's number says nothing.
step_object() { # FIELDS of a step → the field that names it
  case ${FIELDS[1]} in
    file | release | firewall | sshd | host-key | unit) printf '%s' "${FIELDS[3]-}" ;;
    setting*) printf '%s' "${FIELDS[2]-}: ${FIELDS[3]-}" ;;
    postgres-sql) printf '%s' "${FIELDS[6]-}" ;;
    postgres-cluster | postgres-dump | postgres-*-remove) printf '%s' "${FIELDS[3]-${FIELDS[2]-}}" ;;
    packages-*) printf '%s' "${FIELDS[*]:2}" ;;
    *) printf '%s' "${FIELDS[2]-}" ;;
  esac
}

plan_line() { # record
  local kind=${1%%$'\t'*} rest=${1#*$'\t'}
  case $kind in
    meta) META[${rest%%$'\t'*}]=${rest#*$'\t'} ;;
    defer) DEFERRED+=("$rest") ;;
    touch) TOUCHES+=("$rest") ;;
    gate) GATES+=("$rest") ;;
    own | disown) OWNERSHIP+=("$1") ;;
    nft-digest) DIGESTS+=("$rest") ;;
    step)
      STEPS+=("$rest")
      split_record "$rest"
      [[ $VERBS == *" ${FIELDS[1]-} "* ]] || PLAN_PROBLEM="this runtime knows no step '${FIELDS[1]-}'"
      ;;
    *) PLAN_PROBLEM="this runtime knows no record '$kind' in a plan" ;;
  esac
}

plan_load() { # file
  local line name
  while IFS= read -r line || [[ -n $line ]]; do
    [[ -z $line ]] || plan_line "$line"
  done <"$1"
  for name in deadline lockWait; do
    [[ ${META[$name]} =~ ^[0-9]{1,6}$ ]] || PLAN_PROBLEM="'$name' is not a number of seconds: ${META[$name]}"
  done
  [[ -n ${META[manifest]} ]] || PLAN_PROBLEM="the plan names no manifest"
}
