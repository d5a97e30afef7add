/* line.c - one line of text from the learner: readline on a terminal, plain bytes in a script. */
#include "app/screen.h"

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

char *screen_line(struct screen *s, const char *prompt)
{
	char *line;

	if (s->mode == SCREEN_PRINT)
		return NULL;
	if (s->mode == SCREEN_SCRIPT)
		return script_line();
	screen_leave(s);
	rl_readline_name = "amidojo";
	rl_catch_signals = 1;
	rl_bind_key('\t', rl_insert); /* no file names here */
	line = readline(prompt);
	screen_enter(s);
	return line;
}
