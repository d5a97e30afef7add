/* repl.c - see repl.h. Readline's callbacks take no context, so the open REPL is the one of this
 * file. */
#include "app/repl.h"

#include "app/shellwords.h"
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

/* What the REPL itself understands, beside the AWS CLI. */
static const char *const own_words[] = {"aws", "changes", "clock", "exit", "export", "help", "redo",
	"reset", "undo", "unset", NULL};

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

/* Candidates for the word that ends at the cursor. Matches and notes lie in `found`. */
static struct sim_completion found;

static void complete(const char *line, size_t cursor)
{
	struct repl *r = open_repl;
	char *before = xstrndup(line, cursor);
	struct shellwords w;
	struct err ignored = {0};
	const char **words;
	size_t skip;

	sim_completion_release(&found);
	shellwords_split(before, &w);
	skip = w.n && strcmp(w.words[0], "aws") == 0 && (w.n > 1 || !w.last_begun);
	words = xcalloc(w.n + 2, sizeof *words);
	for (size_t i = skip; i < w.n; i++)
		words[i - skip] = w.words[i];
	if (!w.last_begun)
		words[w.n - skip] = "";
	if (app_world_enter(r->world, &ignored)) {
		struct sim_command command = {.words = words,
			.n_words = w.n - skip + !w.last_begun,
			.env = environment,
			.language = r->app->screen.look.lang == LANG_KO ? "ko" : "en"};

		sim_complete(r->world->sim, &command, &found);
		app_world_leave(r->world, &ignored);
	}
	free(words);
	shellwords_release(&w);
	free(before);
}

static char *next_match(const char *text, int state)
{
	static size_t at;
	struct buf word = BUF_INIT;

	(void)text;
	if (!state)
		at = 0;
	if (at >= found.n)
		return NULL;
	shellwords_quote(found.words[at++], &word);
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

static char *own_match(const char *text, int state)
{
	static size_t at, service;
	size_t n = strlen(text);

	if (!state)
		at = service = 0;
	while (own_words[at])
		if (strncmp(own_words[at++], text, n) == 0)
			return xstrdup(own_words[at - 1]);
	while (service < found.n)
		if (strncmp(found.words[service++], text, n) == 0)
			return xstrdup(found.words[service - 1]);
	return NULL;
}

static char **attempt(const char *text, int start, int end)
{
	rl_attempted_completion_over = 1; /* never fall back to file names */
	complete(rl_line_buffer, (size_t)end);
	if (found.file)
		return complete_file(text);
	if (start == 0)
		return rl_completion_matches(text, own_match);
	if (!found.n && found.hint) {
		fprintf(rl_outstream, "\n  %s\n", found.hint);
		rl_on_new_line();
		return NULL;
	}
	return rl_completion_matches(text, next_match);
}

/* A candidate and its note in one line of the terminal; a note that does not fit is cut. */
static void show_one(const char *word, int longest)
{
	const char *note = NULL;
	int room = open_repl->app->screen.look.columns - longest - 3;

	for (size_t k = 0; k < found.n && !note; k++)
		if (strcmp(found.words[k], word) == 0)
			note = found.notes[k];
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

	for (size_t i = 0; i < found.n; i++)
		noted = noted || found.notes[i];
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

static void remember(const char *line)
{
	HIST_ENTRY *last = history_get(history_length);

	if (text_width(line, strlen(line)) > 0 && (!last || strcmp(last->line, line) != 0))
		add_history(line);
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
		remember(whole.s);
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
		write_history(r->history);
	sim_completion_release(&found);
	free(r->history);
	open_repl = NULL;
	*r = (struct repl){0};
}
