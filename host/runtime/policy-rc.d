#!/bin/sh
# Answers Debian's package scripts: a unit that this installation brings is started by whoever configures it.
# Speaks only where the job's apt passes the names; for everybody else, and after a power cut, all is allowed.
unit=${1%.service}.service
case " ${FLOTILLA_DEFERRED-} " in
  *" $unit "*) exit 101 ;;
  *) exit 104 ;;
esac
