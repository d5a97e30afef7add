#!/bin/sh
# messages.sh - keeps src/po/*.po in step with the messages of the sources: messages.sh merge | check
#
# merge: new messages are added, changed ones keep their old translation as a fuzzy one, gone ones are
#        dropped. Places are file names only and dates are left out, so that a diff shows messages.
# check: says which messages of the sources have no translation that counts.
set -eu
cd "$(dirname "$0")/../.."

template=build/amidojo.pot

extract() {
	mkdir -p build
	find src simulator -name '*.[ch]' | LC_ALL=C sort >build/amidojo.sources
	xgettext --language=C --from-code=UTF-8 --keyword --keyword=_ --keyword=N_ \
		--keyword=P_:1,2 --flag=_:1:pass-c-format --flag=N_:1:pass-c-format \
		--flag=P_:1:pass-c-format --flag=P_:2:pass-c-format --add-comments=TRANSLATORS \
		--add-location=file --package-name=amidojo --no-wrap \
		--files-from=build/amidojo.sources --output=$template --force-po
	sed -i '/^"POT-Creation-Date:/d; s/charset=CHARSET/charset=UTF-8/' $template
}

# The catalogue of a language that has none yet: Korean, the language of the learners.
create() {
	mkdir -p src/po
	cat >"$1" <<-'END'
	# Korean messages of amidojo.
	msgid ""
	msgstr ""
	"Project-Id-Version: amidojo\n"
	"Language: ko\n"
	"MIME-Version: 1.0\n"
	"Content-Type: text/plain; charset=UTF-8\n"
	"Content-Transfer-Encoding: 8bit\n"
	"Plural-Forms: nplurals=1; plural=0;\n"
	END
}

merge() {
	[ -e src/po/ko.po ] || create src/po/ko.po
	for catalogue in src/po/*.po; do
		msgmerge --quiet --previous --no-wrap --add-location=file \
			"$catalogue" $template |
			msgattrib --no-obsolete --no-wrap --add-location=file >"$catalogue.new"
		mv "$catalogue.new" "$catalogue"
		printf '%s: ' "$catalogue"
		msgfmt --check-format --check-domain --statistics -o /dev/null "$catalogue" 2>&1
	done
}

check() {
	for catalogue in src/po/*.po; do
		msgfmt --check-format --check-domain -o /dev/null "$catalogue"
		# messages that are gone do no harm; untranslated and fuzzy ones do
		missing=$(msgcmp "$catalogue" $template 2>&1 | grep -v 'this message is not used$') || true
		[ -z "$missing" ] || { printf '%s\n' "$missing"; return 1; }
	done
}

case ${1:-} in
merge | check)
	extract
	"$1"
	;;
*)
	echo "usage: messages.sh merge | check" >&2
	exit 2
	;;
esac
