# Shared by the *-up scripts beside it; sourced, not run.  Each starts a real service on 127.0.0.1 and ends it again.
#
#   X-up [--port N] [--dir D] [--tls CERTDIR]              in the foreground: prints `export NAME=VALUE` lines, then waits; Ctrl-C ends it
#   X-up [...] -- COMMAND ARGS                             runs COMMAND with those set, ends the service, exits with COMMAND's status
#   X-up [...] --detach                                    starts it and returns: eval "$(X-up --detach --dir D)"
#   X-up --dir D --stop                                    ends a detached one
#
# Without --dir its files lie in a temporary folder that goes with it.  A port that is taken is exit 3, a missing package exit 4.
# The process of the service is the one in D/pid, whoever has started it again; one that is ended in a way of its own has a program D/stop.
set -eu
name=$(basename "$0")
port=$default_port
dir=
tls=
detach=
stop=
keep=
usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
    --port) port=$2; shift 2 ;;
    --dir) dir=$2; keep=1; shift 2 ;;
    --tls) tls=$(cd "$2" && pwd); shift 2 ;;
    --detach) detach=1; keep=1; shift ;;
    --stop) stop=1; shift ;;
    --) shift; break ;;
    *) usage ;;
    esac
done

alive() { [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null; }

end() { # process id: ask, wait ten seconds, insist; a stopped one hears nothing before it goes on
    alive "$1" || return 0
    kill "$1" 2>/dev/null || true
    kill -CONT "$1" 2>/dev/null || true
    i=0
    while alive "$1" && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
    if alive "$1"; then kill -9 "$1" 2>/dev/null || true; fi
}

pid=
finish() {
    if [ -x "$dir/stop" ]; then "$dir/stop" immediate 2>/dev/null || true; else end "$(cat "$dir/pid" 2>/dev/null || echo "$pid")"; fi
    rm -f "$dir/pid"
}

if [ -n "$stop" ]; then
    [ -n "$dir" ] && [ -s "$dir/pid" ] || { echo "$name: --stop wants --dir D of one that runs" >&2; exit 2; }
    finish
    exit 0
fi

missing() { echo "$name: $1 is not installed; scripts/deps services does that" >&2; exit 4; }
port_taken() { python3 -c 'import socket, sys; s = socket.socket(); s.settimeout(1); sys.exit(s.connect_ex(("127.0.0.1", int(sys.argv[1]))) != 0)' "$1"; }
want_port() { if port_taken "$1"; then echo "$name: port $1 of 127.0.0.1 is taken; name another with --port" >&2; exit 3; fi; }
want_port "$port"
if [ -n "$dir" ]; then mkdir -p "$dir"; else dir=$(mktemp -d "${TMPDIR:-/tmp}/c12-$name.XXXXXX"); fi
dir=$(cd "$dir" && pwd)
rm -f "$dir/pid" "$dir/stop"
tidy() {
    trap - EXIT INT TERM HUP
    finish
    if [ -z "$keep" ]; then rm -rf "$dir"; fi
}
trap 'tidy; exit 143' INT TERM HUP
trap tidy EXIT

# Until the port answers; what the service said when it does not.
ready() { # seconds
    i=0
    while ! port_taken "$port"; do
        if ! alive "$pid" || [ $i -ge $(($1 * 10)) ]; then echo "$name: it did not start:" >&2; tail -n 20 "$dir/log" >&2; exit 1; fi
        sleep 0.1
        i=$((i + 1))
    done
    echo "$pid" > "$dir/pid"
}

# NAME=VALUE ...: prints them and waits; or exports them, for the command that follows.
serve() {
    for pair in "$@"; do
        export "${pair?}"
        if [ -z "$command" ]; then echo "export ${pair%%=*}='${pair#*=}'"; fi
    done
    if [ -n "$command" ]; then return; fi
    if [ -n "$detach" ]; then trap - EXIT INT TERM HUP; exit 0; fi
    echo "# runs as $(cat "$dir/pid") in $dir; Ctrl-C ends it"
    while alive "$(cat "$dir/pid" 2>/dev/null)"; do sleep 0.5; done
    echo "$name: the service ended" >&2
    exit 1
}
command=${1:-}
