# amidojo.bash - completion of amidojo in bash: commands, options, their values, topics and notes.

_amidojo_names() { # the "topic" and "note" of every note, as the program lists them
	"${COMP_WORDS[0]}" notes --json 2>/dev/null | sed -n 's/^ *"\(topic\|note\)": "\(.*\)",\{0,1\}$/\2/p'
}

_amidojo_offer() { # those words of compgen that begin like the word at hand
	local reply
	while IFS= read -r reply; do
		[ -z "$reply" ] || COMPREPLY+=("$reply")
	done <<<"$(compgen "$@" -- "$word" | sort -u)"
}

_amidojo_worlds() { # the names of all worlds
	"${COMP_WORDS[0]}" --json world worlds 2>/dev/null | sed -n 's/^ *"world": "\(.*\)",\{0,1\}$/\1/p'
}

_amidojo() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
	local commands='home learn review mistakes quiz exam notes search stats plan calendar undo redo config backup
		restore doctor check aws sim shell lab grade world serve query help'
	local options='--lang --plain --json --help --version'
	local settings='lang new_per_day rollover ladder maintenance exam_date exam_sweep'

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--exam | --topic | --count | -n | --seed | --minutes | --length | --lang | --new | --exam-date | --time | --days | --output | --world | --command | -c) ((i++)) ;;
		-*) ;;
		*)
			command=${COMP_WORDS[i]}
			break
			;;
		esac
	done

	case $before in
	--lang)
		_amidojo_offer -W 'ko en both'
		return
		;;
	--exam)
		_amidojo_offer -W 'saa-c03 soa-c03'
		return
		;;
	--topic)
		_amidojo_offer -W "$(_amidojo_names)"
		return
		;;
	--count | -n | --seed | --minutes | --length | --new | --exam-date | --time | --days | --world | --command | -c)
		return
		;;
	--output)
		_amidojo_offer -W 'json text table yaml yaml-stream'
		return
		;;
	esac

	case $command in
	learn) options+=' --new' ;;
	review) options+=' --early' ;;
	quiz) options+=' --exam --topic --count -n --seed' ;;
	exam) options+=' --minutes --seed --length --csv --yes' ;;
	plan) options+=' --exam-date --new' ;;
	calendar) options+=' --time --days' ;;
	config) options+=' --unset' ;;
	doctor) options+=' --rebuild' ;;
	check) options+=' --prove --report' ;;
	restore) options+=' --list --yes' ;;
	query) options+=' --output' ;;
	sim) options+=' --world' ;;
	grade) options+=' --csv --html --seed' ;;
	shell) options+=' --world --command -c' ;;
	serve) options+=' --listen --world --instant --realtime --speed --accounts --catalogue --worlds-per-key --log' ;;
	esac

	case $command:$word in
	*:-*) _amidojo_offer -W "$options" ;;
	:*) _amidojo_offer -W "$commands" ;;
	learn:* | review:* | mistakes:* | notes:*)
		_amidojo_offer -W "$(_amidojo_names)"
		;;
	exam:*)
		case $before in
		info) _amidojo_offer -W 'saa-c03 soa-c03' ;;
		exam) _amidojo_offer -W 'saa-c03 soa-c03 resume list show abandon info' ;;
		esac
		;;
	config:*)
		case $before in
		lang) settings='auto en ko both' ;;
		maintenance | exam_sweep) settings='on off' ;;
		esac
		_amidojo_offer -W "$settings"
		;;
	calendar:* | backup:* | restore:* | check:* | query:* | shell:* | grade:*)
		compopt -o filenames 2>/dev/null
		_amidojo_offer -f
		;;
	lab:*)
		case $before in
		lab) _amidojo_offer -W 'list start task check hint solution reset stop submit new' ;;
		submit) _amidojo_offer -f ;;
		esac
		;;
	world:*)
		case $before in
		world) _amidojo_offer -W 'changes graph cost events explain undo redo clock reset save load worlds use' ;;
		clock) _amidojo_offer -W 'next advance' ;;
		save | load | use) _amidojo_offer -W "$(_amidojo_worlds)" ;;
		esac
		;;
	help:*) _amidojo_offer -W "$commands" ;;
	esac
}

complete -F _amidojo amidojo
