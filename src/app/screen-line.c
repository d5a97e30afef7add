/* screen-line.c - one line of text from the learner: readline on a terminal, plain bytes in a
 * script. */
#include "app/screen.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <readline/readline.h>

static char *script_line(void)
{
	struct buf line = BUF_INIT;
	char c;
	ssize_t n;

	while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
		buf_addc(&line, c);
	if (n == 1 || line.len)
		return buf_detach(&line);
	buf_release(&line);
	return NULL;
}

/* Set when Esc alone was pressed: readline gives its reader no other way out. */
static bool cancelled;

/* Readline's own reader would wait on after a signal, and take Esc for half a key. */
static int next_char(FILE *in)
{
	enum { REST_OF_KEY_MS = 100 };
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	unsigned char c;
	ssize_t n;

	(void)in;
	while (!screen_signal()) {
		n = read(STDIN_FILENO, &c, 1);
		if (n == 1 && c == 27 && poll(&p, 1, REST_OF_KEY_MS) == 0) {
			cancelled = true;
			return EOF;
		}
		if (n == 1)
			return c;
		if (n == 0 || errno != EINTR)
			return EOF;
	}
	return EOF;
}

char *screen_line(struct screen *s, const char *prompt)
{
	bool view = s->active;
	char *line;

	if (s->mode == SCREEN_PRINT)
		return NULL;
	if (s->mode == SCREEN_SCRIPT)
		return script_line();
	screen_leave(s);
	s->lent = tcgetattr(STDIN_FILENO, &s->saved) == 0;
	screen_watch(s);
	rl_readline_name = "amidojo";
	rl_catch_signals = 0; /* ours end the program in order */
	rl_getc_function = next_char;
	rl_bind_key('\t', rl_insert); /* no file names here */
	rl_variable_bind("enable-bracketed-paste", s->look.plain ? "off" : "on");
	cancelled = false;
	line = readline(prompt);
	s->lent = false;
	screen_unwatch(s);
	if (screen_signal()) {
		free(line);
		return NULL;
	}
	if (cancelled) {
		free(line);
		line = NULL;
	}
	if (view)
		screen_enter(s);
	return line;
}
