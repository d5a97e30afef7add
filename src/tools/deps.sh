#!/bin/sh
# deps.sh - installs the packages that a job needs, and says so: deps.sh build | test | ci
#
# Silent and fast when nothing is missing. On a system without apt it looks for the tools and libraries
# themselves; if one is missing it prints the names of packages for dnf, pacman and brew, and stops.
set -eu

build="gcc libc6-dev make pkg-config gettext libyaml-dev libsqlite3-dev libreadline-dev
	libjansson-dev libutf8proc-dev libmd4c-dev libxxhash-dev libexpat1-dev
	libcurl4-openssl-dev libhttp-parser-dev less"
test="libcmocka-dev python3 python3-yaml python3-jsonschema tmux mandoc sqlite3 procps jq
	util-linux tzdata"
ci="clang libclang-rt-dev clang-format shellcheck cppcheck gcovr hyperfine awscli python3-jmespath
	python3-boto3 jp chromium fonts-noto-cjk zsh fish"
# Node.js may come from elsewhere, with an npm of its own that Debian's npm would fight.
command -v npm >/dev/null || ci="$ci nodejs npm"

job=${1:-build}
case $job in
build) wanted=$build ;;
test) wanted="$build $test" ;;
ci) wanted="$build $test $ci" ;;
*)
	echo "usage: deps.sh build | test | ci" >&2
	exit 2
	;;
esac

# What the job needs and this system, whatever its packages are called, does not have.
missing_here() {
	tools="gcc make pkg-config msgfmt less"
	libraries="yaml-0.1 sqlite3 readline jansson libutf8proc md4c libxxhash expat libcurl"
	modules=
	if [ "$job" != build ]; then
		tools="$tools python3 tmux mandoc sqlite3 ps jq"
		libraries="$libraries cmocka"
		modules="yaml jsonschema"
	fi
	[ "$job" != ci ] || tools="$tools clang clang-format shellcheck cppcheck gcovr hyperfine"
	for tool in $tools; do
		command -v "$tool" >/dev/null || echo "$tool"
	done
	for library in $libraries; do
		pkg-config --exists "$library" 2>/dev/null || echo "$library"
	done
	for module in $modules; do
		python3 -c "import $module" 2>/dev/null || echo "python3 module $module"
	done
}

elsewhere() {
	missing=$(missing_here)
	[ -n "$missing" ] || exit 0
	echo "Missing: $(echo "$missing" | paste -sd " ")" >&2
	cat >&2 <<-END
	This is not Debian or a relative of it, so nothing was installed. What amidojo needs:
	  dnf:    gcc make pkgconf gettext libyaml-devel sqlite-devel readline-devel jansson-devel
	          utf8proc-devel md4c-devel xxhash-devel expat-devel libcurl-devel http-parser-devel less
	  pacman: gcc make pkgconf gettext libyaml sqlite readline jansson libutf8proc md4c xxhash expat curl http-parser less
	  brew:   gcc make pkg-config gettext libyaml sqlite readline jansson utf8proc md4c xxhash expat curl http-parser less
	END
	if [ "$job" != build ]; then
		cat >&2 <<-END
		and for its tests:
		  dnf:    libcmocka-devel python3-pyyaml python3-jsonschema tmux mandoc sqlite procps-ng jq
		  pacman: cmocka python-yaml python-jsonschema tmux mandoc procps-ng jq
		  brew:   cmocka python3 tmux mandoc jq (then: pip3 install pyyaml jsonschema)
		END
	fi
	if [ "$job" = ci ]; then
		cat >&2 <<-END
		and for 'make lint', 'make fuzz', 'make cov' and 'make bench':
		  dnf:    clang clang-tools-extra compiler-rt ShellCheck cppcheck gcovr hyperfine
		  pacman: clang compiler-rt shellcheck cppcheck gcovr hyperfine
		  brew:   llvm clang-format shellcheck cppcheck gcovr hyperfine
		END
	fi
	echo "Install these, then run make again." >&2
	exit 1
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	elsewhere
fi

# shellcheck disable=SC2086 # lists of words
present=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' $wanted 2>/dev/null || true)"
missing=
for package in $wanted; do
	case $present in
	*" installed:$package "*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "Packages are missing, and neither root nor sudo is at hand. Run as root:" >&2
		echo "  apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	as_root="sudo"
fi

echo "Installing Debian packages${as_root:+ with sudo}:$missing"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -qq \
		-o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1
}

update() {
	echo "Reading the lists of packages (apt-get update)"
	apt update
}

failed() {
	cat "$log" >&2
	echo "apt-get could not install:$missing" >&2
	echo "Mend what it says above (network, /etc/apt/sources.list), then run make again." >&2
	exit 1
}

updated=
if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
	update || failed
	updated=yes
fi
# shellcheck disable=SC2086 # a list of words
if ! apt install -y --no-install-recommends $missing; then
	[ -z "$updated" ] || failed
	update || failed
	apt install -y --no-install-recommends $missing || failed
fi
