#!/bin/bash
# lint.sh - what a compiler does not say: lint.sh [BUILD] [CHECK...]
#
# Each check is a function that prints what it finds, as file:line where there is one; printing
# anything (errors of its tools included) is failing. It needs a finished build (build/release), for some checks read its objects.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

build=${1:-build/release}
shift || true

mapfile -t c_files < <(find src simulator tests -name '*.[ch]' | LC_ALL=C sort)
mapfile -t headers < <(find src simulator -name '*.h' | LC_ALL=C sort)
mapfile -t scripts < <(grep -rlE '^#!/bin/(ba)?sh' src tests .ci | LC_ALL=C sort)
mapfile -t texts < <(find Makefile README.md src simulator tests .ci content quizzes -type f \
	-not -path '*/golden/*' -not -path '*/corpus/*' -not -path 'tests/sim/cases/*' -not -name '*.pyc' 2>/dev/null)

check_format() { # as .clang-format says
	clang-format --dry-run -Werror "${c_files[@]}" 2>&1 | sed -n 's/:[0-9]*:[0-9]*: error:.*//p' | uniq -c |
		awk '{ print $2 ": " $1 " places differ; run clang-format -i" }'
}

check_length() { # a file can be read in one sitting
	find Makefile src simulator tests \( -name Makefile -o -name '*.[ch]' -o -name '*.py' -o -name '*.sh' \) \
		-exec wc -l {} + | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines, 800 at most" }'
}

check_opening() { # a file says first what it is for
	local file
	for file in "${c_files[@]}"; do
		[[ $(head -c 2 "$file") == '/*' ]] || echo "$file:1: no opening comment"
	done
}

check_words() { # what is left to do is an issue, not a comment
	grep -nE '\b(TODO|FIXME|XXX)\b' "${texts[@]}" | grep -v '^tests/lint.sh:'
}

check_machine_paths() { # of the machine on which something was written
	grep -nE '(^|[^a-z.~])/(work|root|Users)/|/home/[a-z]' "${texts[@]}" |
		grep -vE '/home/learner|^tests/lint.sh:'
}

check_blanks() { # at the end of a line
	grep -nE '[[:blank:]]+$' "${texts[@]}"
}

# Every header compiles by itself with what its layer may include, so it includes nothing above it.
check_headers() {
	local file layer
	for file in "${headers[@]}"; do
		layer=${file#src/}
		layer=${layer#simulator/}
		layer=${layer%%/*}
		# shellcheck disable=SC2046 # a list of words
		echo "#include \"$(sed "s,^src/,,; s,^simulator/,," <<<"$file")\"" | gcc -std=gnu11 -D_GNU_SOURCE -fsyntax-only -x c \
			$(pkg-config --cflags-only-I jansson sqlite3 md4c libcurl) -I"$build/include/$layer" -
	done
}

check_layers() { # what include paths cannot catch
	grep -rnE '#include *"\.\./' src simulator --include='*.[ch]'
	grep -rn 'sqlite3\.h' src simulator --include='*.[ch]' | grep -v '^src/store/'
	grep -rnE '#include *[<"](readline|md4c)' src simulator --include='*.[ch]' | grep -v '^src/app/'
	grep -rnE '#include *[<"]yaml\.h' src simulator --include='*.[ch]' | grep -vE '^(src/content|simulator/(cli|output|model))/'
	grep -rnE '#include *"simulator/' src simulator --include='*.[ch]' |
		grep -vE '^src/app/.*"simulator/sim\.h"'
}

check_json() { # see base/json.h
	grep -rnE '\bjson_dumps *\(' src simulator --include='*.[ch]' | grep -v '^src/base/json\.h:'
}

check_pure() { # study/ is given the time and does no input or output
	local impure='printf|__printf_chk|fprintf|__fprintf_chk|puts|fputs|putchar|fopen|open|read|write'
	impure+='|time|clock_gettime|gettimeofday|getenv|rand|random|getrandom|stdout|stderr|stdin'
	nm -A -u "$build"/obj/study/*.o | sed 's/@.*//' | grep -E " U ($impure)\$"
}

# Below the application nothing mutable lives outside a function and its caller, except:
# buf_empty: the end of every empty buffer, writable only in type.
check_state() {
	local layer
	for layer in base content study store query output model world ops cli wire client http sim; do
		find "$build/obj/$layer" -name '*.o' -exec objdump -t {} + | awk '
			/file format/ { file = $1 }
			/ [.](data|bss|tdata|tbss|data[.]rel|data[.]rel[.]local)\t/ && / O / {
				print file " mutable: " $NF }
			/[*]COM[*]/ { print file " mutable: " $NF }' | grep -v ' buf_empty$'
	done
}

check_hardening() { # the flags of the Makefile have come through to the program
	local program=$build/amidojo facts
	facts=$(readelf -hldW "$program"; nm -D "$program")
	for wanted in 'DYN (Position-Independent' GNU_RELRO 'Flags: NOW PIE' __stack_chk_fail _chk@; do
		grep -qF "$wanted" <<<"$facts" || echo "$program: without $wanted"
	done
}

check_manual() {
	mandoc -Tlint -W warning src/share/amidojo.1
}

check_marked() { # a message in English only, because _() was forgotten
	grep -PHzo '(?s)\berr_set\(\w+,\s*\w+,\s*"[^"]*(?<![%a-z])[A-Za-z]{3}' "${c_files[@]}" |
		tr '\n\0' ' \n' | grep '^src/'
}

check_messages() { # every message is translated
	src/tools/messages.sh check
}

check_scripts() {
	shellcheck --format=gcc "${scripts[@]}"
}

check_cppcheck() { # which cannot read jansson's loops in the system's headers
	cat >"$build/cppcheck.h" <<-'END'
		#define json_array_foreach(a, i, v) for (i = 0; (v = json_array_get(a, i)); i++)
		#define json_object_foreach(o, k, v) for (v = json_first(o, &k); v; v = json_after(o, &k))
		#define json_object_foreach_safe(o, n, k, v) for (n = o, v = json_first(o, &k); v; v = json_after(n, &k))
	END
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -j 2 \
		--suppress=missingIncludeSystem --suppress='*:/usr/*' --template=gcc --include="$build/cppcheck.h" \
		-D_GNU_SOURCE -DAMIDOJO_VERSION='""' -DAMIDOJO_DATADIR='""' -I src -I simulator src simulator
}

passed=0
failed=0
checks=("$@")
if [ ${#checks[@]} -eq 0 ]; then
	mapfile -t checks < <(declare -F | sed -n 's/^declare -f check_//p')
fi
for check in "${checks[@]}"; do
	found=$("check_$check" 2>&1)
	if [ -z "$found" ]; then
		passed=$((passed + 1))
		echo "ok lint-$check"
	else
		failed=$((failed + 1))
		echo "FAILED lint-$check"
		printf '    %s\n' "${found//$'\n'/$'\n    '}"
	fi
done
echo "$passed checks passed, $failed checks failed"
[ "$failed" -eq 0 ]
