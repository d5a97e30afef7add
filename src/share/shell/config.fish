# config.fish - what `amidojo shell` gives to fish after the learner's own settings: our commands, and our line above
# the prompt.

function __amidojo_first
    test "$PATH[1]" = "$AMIDOJO_BIN"
    or set -gx PATH $AMIDOJO_BIN (string match -v -- $AMIDOJO_BIN $PATH)
end

# a function of the same name would hide a command of ours (an alias is a function)
for __amidojo_name in (string replace -r '.*/' '' $AMIDOJO_BIN/*)
    functions -e $__amidojo_name
end
# AWS_* belong to the real account
for __amidojo_name in (set -n | string match -r '^AWS_.*')
    switch $__amidojo_name
        case AWS_PAGER AWS_REGION AWS_DEFAULT_REGION AWS_DEFAULT_OUTPUT AWS_MAX_ATTEMPTS AWS_RETRY_MODE 'AWS_CLI_*'
        case '*'
            set -e $__amidojo_name
            # a universal one stays the learner's, and is empty here
            set -q $__amidojo_name; and set -g $__amidojo_name ''
    end
end
set -gx AWS_CONFIG_FILE $AMIDOJO_AWS/config
set -gx AWS_SHARED_CREDENTIALS_FILE $AMIDOJO_AWS/credentials
set -gx AWS_EC2_METADATA_DISABLED true
__amidojo_first

if status is-interactive
    function __amidojo_status
        return $argv[1]
    end
    functions -q __amidojo_theirs; or functions -c fish_prompt __amidojo_theirs
    function fish_prompt
        set -l last $status
        __amidojo_first
        set -l line (world prompt 2>/dev/null)
        if test -z "$NO_COLOR"
            printf '\e[2m%s\e[0m\n' "$line"
        else
            printf '%s\n' "$line"
        end
        __amidojo_status $last
        __amidojo_theirs
    end
    complete -c aws -e
    complete -c aws -f -a '(COMP_LINE=(commandline -cp) aws_completer 2>/dev/null)'
end
