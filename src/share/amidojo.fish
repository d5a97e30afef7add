# amidojo.fish - completion of amidojo in fish: commands, options, their values, topics and notes.

function __amidojo_names
    amidojo notes --json 2>/dev/null | string replace -rf '^ *"(?:topic|note)": "(.*)",?$' '$1' | sort -u
end

complete -c amidojo -f

complete -c amidojo -l lang -x -a 'ko en both' -d 'language of texts and messages'
complete -c amidojo -l plain -d 'linear output, for screen readers'
complete -c amidojo -l json -d 'print data as JSON'
complete -c amidojo -l help -d 'explain the command'
complete -c amidojo -l version -d 'print the version'

complete -c amidojo -n __fish_use_subcommand -a home -d 'today, and the next step'
complete -c amidojo -n __fish_use_subcommand -a learn -d 'read the next note and take in its cards'
complete -c amidojo -n __fish_use_subcommand -a review -d 'answer the cards that are due today'
complete -c amidojo -n __fish_use_subcommand -a mistakes -d 'drill what went wrong'
complete -c amidojo -n __fish_use_subcommand -a quiz -d 'answer exam questions, with the reasons at once'
complete -c amidojo -n __fish_use_subcommand -a exam -d 'sit a mock exam by the clock'
complete -c amidojo -n __fish_use_subcommand -a notes -d 'list the notes, or read one'
complete -c amidojo -n __fish_use_subcommand -a search -d 'find part of a word in everything written'
complete -c amidojo -n __fish_use_subcommand -a stats -d 'bars, the last year, the next 30 days'
complete -c amidojo -n __fish_use_subcommand -a plan -d 'whether an exam date can be met'
complete -c amidojo -n __fish_use_subcommand -a calendar -d 'the coming reviews as an iCalendar file'
complete -c amidojo -n __fish_use_subcommand -a undo -d 'take back the last answer'
complete -c amidojo -n __fish_use_subcommand -a redo -d 'take back an undo'
complete -c amidojo -n __fish_use_subcommand -a config -d 'show or change settings'
complete -c amidojo -n __fish_use_subcommand -a backup -d 'write a checked copy of your progress'
complete -c amidojo -n __fish_use_subcommand -a restore -d 'put a backup in place of your progress'
complete -c amidojo -n __fish_use_subcommand -a doctor -d 'check your progress'
complete -c amidojo -n __fish_use_subcommand -a check -d 'find every problem in notes and banks'
complete -c amidojo -n __fish_use_subcommand -a aws -d 'run one AWS CLI command in the simulated world'
complete -c amidojo -n __fish_use_subcommand -a sim -d 'the prompt of the simulator'
complete -c amidojo -n __fish_use_subcommand -a shell -d 'your own shell, with aws being the simulator'
complete -c amidojo -n __fish_use_subcommand -a lab -d 'practice in a world that is broken or empty'
complete -c amidojo -n __fish_use_subcommand -a grade -d 'judge what students hand in of labs'
complete -c amidojo -n __fish_use_subcommand -a world -d 'see and keep the simulated world'
complete -c amidojo -n __fish_use_subcommand -a query -d 'try --query on any JSON'
complete -c amidojo -n __fish_use_subcommand -a help -d 'list the commands, or explain one'

complete -c amidojo -n '__fish_seen_subcommand_from learn' -l new -x -d 'take in up to N new cards'
complete -c amidojo -n '__fish_seen_subcommand_from review' -l early -d 'practise cards that are not due'
complete -c amidojo -n '__fish_seen_subcommand_from quiz' -l exam -x -a 'saa-c03 soa-c03' -d 'only questions for this exam'
complete -c amidojo -n '__fish_seen_subcommand_from quiz' -l topic -x -a '(__amidojo_names)' -d 'only questions of this bank, topic or note'
complete -c amidojo -n '__fish_seen_subcommand_from quiz' -l count -s n -x -d 'how many questions'
complete -c amidojo -n '__fish_seen_subcommand_from quiz' -l seed -x -d 'choose and shuffle by this number'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -l minutes -x -d 'time for the paper'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -l seed -x -d 'the paper of this number'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -l length -x -d 'questions of the paper'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -l csv -d 'with show: a row a question'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -l yes -d 'with abandon: do not ask'
complete -c amidojo -n '__fish_seen_subcommand_from exam' -a 'saa-c03 soa-c03 resume list show abandon info'
complete -c amidojo -n '__fish_seen_subcommand_from plan' -l exam-date -x -d 'the day of the exam'
complete -c amidojo -n '__fish_seen_subcommand_from plan' -l new -x -d 'new cards a day'
complete -c amidojo -n '__fish_seen_subcommand_from calendar' -l time -x -d 'when the reminder comes'
complete -c amidojo -n '__fish_seen_subcommand_from calendar' -l days -x -d 'how many days ahead'
complete -c amidojo -n '__fish_seen_subcommand_from config' -l unset -d 'back to the default'
complete -c amidojo -n '__fish_seen_subcommand_from doctor' -l rebuild -d 'derived state anew from the log'

complete -c amidojo -n '__fish_seen_subcommand_from check' -l report -d 'also count the questions'
complete -c amidojo -n '__fish_seen_subcommand_from check' -l prove -d 'also run the proofs'
complete -c amidojo -n '__fish_seen_subcommand_from restore' -l list -d 'list the automatic backups'
complete -c amidojo -n '__fish_seen_subcommand_from restore' -l yes -d 'do not ask'
complete -c amidojo -n __fish_use_subcommand -a serve -d 'an endpoint for the AWS CLI, boto3 and other clients'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l listen -x -d 'where to listen: 127.0.0.1:4566'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l world -x -d 'the world to work in'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l instant -d 'what a call begins has happened by the next'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l realtime -d 'the clock goes on as the real one does'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l speed -x -d 'the clock goes N times as fast as the real one'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l accounts -r -F -d 'access keys that may call (YAML)'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l catalogue -r -F -d 'public images beyond those that are there (YAML)'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l worlds-per-key -d 'every access key has a world of its own'
complete -c amidojo -n '__fish_seen_subcommand_from serve' -l log -d 'a line on standard error for each call'
complete -c amidojo -n '__fish_seen_subcommand_from sim' -l world -x -d 'the world to work in'
complete -c amidojo -n '__fish_seen_subcommand_from shell' -l world -x -d 'the world to work in'
complete -c amidojo -n '__fish_seen_subcommand_from shell' -s c -l command -x -d 'run this command line'
complete -c amidojo -n '__fish_seen_subcommand_from lab' \
    -a 'list start task check hint solution reset stop submit new'
complete -c amidojo -n '__fish_seen_subcommand_from grade' -l csv -d 'a row a submission'
complete -c amidojo -n '__fish_seen_subcommand_from grade' -l html -r -F -d 'write a report'
complete -c amidojo -n '__fish_seen_subcommand_from grade' -l seed -x -d 'the seed of the class'
complete -c amidojo -n '__fish_seen_subcommand_from world' \
    -a 'changes graph cost events explain undo redo clock reset save load worlds use'
complete -c amidojo -n '__fish_seen_subcommand_from query' -l output -x \
    -a 'json text table yaml yaml-stream' -d 'as the AWS CLI prints'

complete -c amidojo -n '__fish_seen_subcommand_from learn review mistakes notes' -a '(__amidojo_names)'
complete -c amidojo -n '__fish_seen_subcommand_from config' \
    -a 'lang new_per_day rollover ladder maintenance exam_date exam_sweep'
complete -c amidojo -n '__fish_seen_subcommand_from calendar backup restore check query shell grade' -F
complete -c amidojo -n '__fish_seen_subcommand_from help' \
    -a 'home learn review mistakes notes search stats plan calendar undo redo'
complete -c amidojo -n '__fish_seen_subcommand_from help' \
    -a 'config backup restore doctor check aws sim shell lab grade world serve query help'
