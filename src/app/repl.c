/* repl.c - see repl.h. Readline's callbacks take no context, so the open REPL is the one of this
 * file. */
#include "app/repl.h"

#include "app/shellwords.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LINES = 2000 };

static struct repl *open_repl;

/* ---- completion ---- */

/* Candidates for the word that ends at the cursor. */
static struct repl_matches offered;

static char *next_match(const char *text, int state)
{
	static size_t at;
	struct buf word = BUF_INIT;

	(void)text;
	if (!state)
		at = 0;
	if (at >= offered.found.n)
		return NULL;
	buf_adds(&word, offered.before);
	if (offered.bare)
		buf_adds(&word, offered.found.words[at++]);
	else
		shellwords_quote(offered.found.words[at++], &word);
	return buf_detach(&word);
}

/* "file://" stays; what follows it is completed as a file's name. */
static char **complete_file(const char *text)
{
	const char *path = strstr(text, "://");
	char **matches =
		path ? rl_completion_matches(path + 3, rl_filename_completion_function) : NULL;

	for (char **m = matches; m && *m; m++) {
		struct buf whole = BUF_INIT;

		buf_addf(&whole, "%.*s%s", (int)(path + 3 - text), text, *m);
		free(*m);
		*m = buf_detach(&whole);
	}
	rl_filename_completion_desired = 1;
	return matches;
}

static void complete(const char *text, int end)
{
	char *line = xstrndup(rl_line_buffer, (size_t)end);

	repl_matches_release(&offered);
	repl_complete(open_repl, line, text, &offered);
	free(line);
}

/* Below the line, which then stands below that. */
static void say_below(const char *text)
{
	int at = rl_point;

	rl_point = rl_end;
	rl_redisplay();
	fprintf(rl_outstream, "\n%s", text);
	rl_point = at;
	rl_on_new_line();
	rl_redisplay();
}

static void say_hint(const char *hint)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "  %s\n", hint);
	say_below(text.s);
	buf_release(&text);
}

static char **attempt(const char *text, int start, int end)
{
	(void)start;
	rl_attempted_completion_over = 1; /* never fall back to file names */
	complete(text, end);
	if (offered.plain_files) {
		rl_attempted_completion_over = 0;
		return NULL;
	}
	if (offered.found.file)
		return complete_file(text);
	if (!offered.found.n && offered.found.hint) {
		say_hint(offered.found.hint);
		return NULL;
	}
	return rl_completion_matches(text, next_match);
}

/* A candidate and its note in one line of the terminal; a note that does not fit is cut. */
static void show_one(const char *word, int longest)
{
	const struct sim_completion *found = &offered.found;
	const char *note = NULL, *bare = word + strlen(offered.before);
	int room = open_repl->app->screen.look.columns - longest - 3;

	for (size_t k = 0; k < found->n && !note; k++)
		if (strcmp(found->words[k], bare) == 0)
			note = found->notes[k];
	if (!note || room < 12) {
		fprintf(rl_outstream, "%s\n", word);
	} else {
		struct buf fitted = BUF_INIT;

		text_pad(&fitted, note, room);
		fprintf(rl_outstream, "%-*s  %s\n", longest, word, fitted.s);
		buf_release(&fitted);
	}
}

/* One candidate a line where there are notes, readline's own columns otherwise. */
static void show(char **matches, int n, int longest)
{
	bool noted = false;

	for (size_t i = 0; i < offered.found.n; i++)
		noted = noted || offered.found.notes[i];
	if (!noted || n > 60) {
		rl_display_match_list(matches, n, longest);
		rl_forced_update_display();
		return;
	}
	fputc('\n', rl_outstream);
	for (int i = 1; i <= n; i++)
		show_one(matches[i], longest);
	rl_forced_update_display();
}

/* ---- help beside the cursor ---- */

static int explain(int count, int key)
{
	const struct look *look = &open_repl->app->screen.look;
	struct buf text = BUF_INIT, shown = BUF_INIT;

	(void)count;
	(void)key;
	repl_explain(open_repl, rl_line_buffer, (size_t)rl_point, &text);
	if (!text.len)
		buf_adds(&text,
			_("Tab lists what can stand here; 'help' lists the prompt's own words."));
	text_wrap(&shown, text.s, look->columns, "  ", "  ");
	say_below(shown.s);
	buf_release(&text);
	buf_release(&shown);
	return 0;
}

/* A ? where a word would begin asks for help; elsewhere, and in quotes, it is a letter. */
static int question(int count, int key)
{
	struct shellwords_scan at = {0};
	char *before = xstrndup(rl_line_buffer, (size_t)rl_point);
	bool begins = rl_point == 0 || strchr(" \t", before[rl_point - 1]);

	shellwords_scan(&at, before);
	free(before);
	return begins && !at.open ? explain(count, key) : rl_insert(count, key);
}

static void bind_help(void)
{
	/* F1 of xterm and of most, of rxvt, of the Linux console; Alt-h as in zsh */
	static const char *const keys[] = {"\033OP", "\033[11~", "\033[[A", "\033h"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		rl_bind_keyseq(keys[i], explain);
	rl_bind_key('?', question);
}

/* ---- reading ---- */

static bool given_up;

static int give_up_line(int count, int key)
{
	(void)key;
	rl_end_of_line(1, 0);
	fputs("^C", rl_outstream);
	rl_replace_line("", 1);
	given_up = true;
	return rl_newline(count, '\n'); /* a new readline() begins at the end of the history */
}

/* Ctrl-C is a key here, so that it gives up the line and not the program. */
static bool take_interrupt(struct termios *saved)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, saved) != 0)
		return false;
	t = *saved;
	t.c_cc[VINTR] = _POSIX_VDISABLE;
	return tcsetattr(STDIN_FILENO, TCSANOW, &t) == 0;
}

static char *terminal_line(const char *prompt)
{
	struct termios saved;
	bool taken = take_interrupt(&saved);
	char *line = readline(prompt);

	if (taken)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved);
	return line;
}

static char *script_line(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n = getline(&line, &size, stdin);

	if (n < 0) {
		free(line);
		return NULL;
	}
	if (n && line[n - 1] == '\n')
		line[n - 1] = '\0';
	return line;
}

/* Quotes that are not closed and a last backslash ask for more. */
static char *next_line(struct repl *r, const char *prompt)
{
	given_up = false;
	return r->terminal ? terminal_line(prompt) : script_line();
}

/* Written at once, behind what another prompt may have written meanwhile. */
static void remember(const struct repl *r, const char *line)
{
	HIST_ENTRY *last = history_get(history_length);

	if (text_width(line, strlen(line)) == 0 || (last && strcmp(last->line, line) == 0))
		return;
	add_history(line);
	if (append_history(1, r->history) != 0) /* there is no file yet */
		write_history(r->history);
}

/* Adds the lines that `whole` asks for, by quotes that are not closed or a last backslash; false if
 * they were given up. */
static bool finish(struct repl *r, struct buf *whole)
{
	struct shellwords_scan at = {0};
	char *line;

	shellwords_scan(&at, whole->s);
	while (at.open) {
		line = next_line(r, "> ");
		if (!line)
			break;
		if (at.open == '\\')
			buf_truncate(whole, whole->len - 1);
		else
			buf_addc(whole, '\n');
		buf_adds(whole, line);
		shellwords_scan(&at, line);
		free(line);
		if (given_up)
			return false;
	}
	return true;
}

char *repl_line(struct repl *r, const char *prompt)
{
	struct buf whole = BUF_INIT;
	char *line;

	do {
		buf_clear(&whole);
		line = next_line(r, prompt);
		if (!line) {
			buf_release(&whole);
			return NULL;
		}
		buf_adds(&whole, line);
		free(line);
	} while (given_up || !finish(r, &whole));
	if (r->terminal)
		remember(r, whole.s);
	return buf_detach(&whole);
}

void repl_begin(struct repl *r, struct app *a, struct app_world *w)
{
	struct buf path = BUF_INIT;

	*r = (struct repl){.app = a, .world = w, .terminal = a->screen.mode == SCREEN_TERMINAL};
	if (!r->terminal)
		return;
	open_repl = r;
	buf_addf(&path, "%s/history", a->places.aws);
	r->history = buf_detach(&path);
	rl_readline_name = "amidojo";
	rl_catch_signals = 1;
	rl_getc_function = rl_getc;
	rl_attempted_completion_function = attempt;
	rl_completion_display_matches_hook = show;
	rl_sort_completion_matches = 0; /* what is required comes first */
	rl_completer_word_break_characters = " \t\n";
	rl_completer_quote_characters = "'\"";
	rl_bind_key('\t', rl_complete);
	rl_bind_key(3, give_up_line);
	bind_help();
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("completion-query-items", "200");
	rl_variable_bind("page-completions", "off");
	rl_variable_bind("enable-bracketed-paste", a->screen.look.plain ? "off" : "on");
	using_history();
	stifle_history(HISTORY_LINES);
	read_history(r->history);
}

void repl_end(struct repl *r)
{
	if (r->history)
		history_truncate_file(r->history, HISTORY_LINES);
	repl_matches_release(&offered);
	free(r->history);
	open_repl = NULL;
	*r = (struct repl){0};
}
