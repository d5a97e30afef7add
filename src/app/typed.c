/* typed.c - see typed.h. */
#include "app/typed.h"

#include "app/expand.h"
#include "app/line.h"
#include "app/shell-start.h"
#include "app/shellwords.h"
#include "base/intl.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH_MOST = 20, VALUE_MOST = 1 << 20 };

/* ---- names ---- */

static struct typed_value *find(const struct typed *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->values[i].name, name) == 0)
			return &t->values[i];
	return NULL;
}

const char *typed_value(const struct typed *t, const char *name)
{
	const struct typed_value *v = find(t, name);

	return v ? v->text : getenv(name);
}

void typed_set(struct typed *t, const char *name, const char *text)
{
	struct typed_value *v = find(t, name);

	if (getenv(name)) {
		setenv(name, text, 1);
		return;
	}
	if (!v) {
		ARRAY_GROW(t->values, t->n, t->cap);
		v = &t->values[t->n++];
		*v = (struct typed_value){.name = xstrdup(name)};
	}
	free(v->text);
	v->text = xstrdup(text);
}

void typed_unset(struct typed *t, const char *name)
{
	struct typed_value *v = find(t, name);

	unsetenv(name);
	if (!v)
		return;
	free(v->name);
	free(v->text);
	*v = t->values[--t->n];
}

void typed_release(struct typed *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->values[i].name);
		free(t->values[i].text);
	}
	free(t->values);
	*t = (struct typed){0};
}

/* ---- catching what is printed ---- */

/* Standard output, and perhaps standard error, go into files without a name meanwhile. */
struct caught {
	FILE *file[2];
	int saved[2];
	struct look look;
	bool held;
};

static bool catch_one(struct caught *c, int fd)
{
	c->file[fd - 1] = tmpfile();
	if (!c->file[fd - 1])
		return false;
	c->saved[fd - 1] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	return c->saved[fd - 1] >= 0 && dup2(fileno(c->file[fd - 1]), fd) == fd;
}

static void catch_end(struct typed *t, struct caught *c)
{
	fflush(stdout);
	for (int fd = 1; fd <= 2; fd++) {
		if (c->saved[fd - 1] < 0)
			continue;
		dup2(c->saved[fd - 1], fd);
		close(c->saved[fd - 1]);
		c->saved[fd - 1] = -1;
	}
	t->app->screen.look = c->look;
	t->held = c->held;
}

static void caught_release(struct caught *c)
{
	for (int i = 0; i < 2; i++)
		if (c->file[i])
			fclose(c->file[i]);
}

/* What is caught is for a program, not for the terminal. */
static bool catch_begin(struct typed *t, bool errors, struct caught *c, struct err *e)
{
	*c = (struct caught){.saved = {-1, -1}, .look = t->app->screen.look, .held = t->held};
	fflush(stdout);
	fflush(stderr);
	if (!catch_one(c, 1) || (errors && !catch_one(c, 2))) {
		err_set(e, ERR_IO, _("no file for what the command prints could be made: %s"),
			strerror(errno));
		catch_end(t, c);
		caught_release(c);
		return false;
	}
	t->app->screen.look.terminal = t->app->screen.look.colour = false;
	t->app->screen.look.links = false;
	t->held = true;
	return true;
}

/* ---- what is a shell's ---- */

/* { what was printed, with its code } | less */
static void write_script(const char *rest, int code, struct buf *out)
{
	buf_addf(out, "{ cat <&8; cat <&9 >&2; (exit %d); } %s\n", code, rest);
}

/* In there, `aws` is this program, the world is the prompt's, and no account is a real one. */
static void set_environment(const struct typed *t)
{
	const char *path = getenv("PATH");
	struct buf with = BUF_INIT;
	struct err ignored = {0};

	if (shell_links(&t->app->places, &ignored)) {
		buf_addf(&with, "%s/bin:%s", t->app->places.data, path ? path : "/usr/bin:/bin");
		setenv("PATH", with.s, 1);
	}
	setenv("AMIDOJO_WORLD", t->world(t->ctx), 1);
	shell_account(&t->app->places);
	buf_release(&with);
}

static _Noreturn void become_shell(const struct typed *t, struct caught *c, const char *script)
{
	int out = fcntl(fileno(c->file[0]), F_DUPFD, 10);
	int errors = fcntl(fileno(c->file[1]), F_DUPFD, 10);
	int nothing;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	dup2(out, 8);
	dup2(errors, 9);
	close(out);
	close(errors);
	if (t->app->screen.mode != SCREEN_TERMINAL) { /* the script that we read is not for it */
		nothing = open("/dev/null", O_RDONLY);
		dup2(nothing, 0);
		close(nothing);
	}
	set_environment(t);
	execl("/bin/sh", "sh", "-c", script, (char *)NULL);
	_exit(127);
}

/* A terminal shows ^C and leaves the cursor behind it. */
static void end_line(const struct typed *t, int code)
{
	if (code == 128 + SIGINT && t->app->screen.mode == SCREEN_TERMINAL && !t->held)
		putchar('\n');
}

/* Ctrl-C is for the program that runs, not for the prompt. */
static int wait_for(pid_t child)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
	int status = 0;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool give_to_shell(struct typed *t, struct caught *c, const char *rest, struct err *e)
{
	struct buf script = BUF_INIT;
	pid_t child;

	rewind(c->file[0]);
	rewind(c->file[1]);
	fflush(stdout);
	write_script(rest, t->code, &script);
	child = fork();
	if (child == 0)
		become_shell(t, c, script.s);
	buf_release(&script);
	if (child < 0)
		return err_set(e, ERR_IO, _("sh could not be started: %s"), strerror(errno));
	t->code = wait_for(child);
	end_line(t, t->code);
	return true;
}

/* ---- replacing ---- */

static bool carry_out(struct typed *t, const char *line, struct err *e);

static const char *value_of(void *typed, const char *name, struct err *e)
{
	const char *value = typed_value(typed, name);

	if (!value)
		err_set(e, ERR_USAGE,
			_("$%s has no value yet; %s=value or %s=$(aws ...) gives it one"), name,
			name, name);
	return value;
}

static bool read_caught(FILE *file, struct buf *out, struct err *e)
{
	char bytes[4096];
	size_t n;

	rewind(file);
	while ((n = fread(bytes, 1, sizeof bytes, file)) > 0) {
		if (memchr(bytes, '\0', n) || out->len + n > VALUE_MOST)
			return err_set(e, ERR_DATA,
				_("what $(...) prints cannot be a value: it is longer than 1 MiB, or no text"));
		buf_add(out, bytes, n);
	}
	while (out->len && out->s[out->len - 1] == '\n')
		buf_truncate(out, out->len - 1);
	return true;
}

static bool output_of(void *typed, const char *command, struct buf *out, struct err *e)
{
	struct typed *t = typed;
	struct caught c;
	bool ok;

	if (t->depth >= DEPTH_MOST)
		return err_set(e, ERR_USAGE, _("$(...) within $(...) goes too deep"));
	if (!catch_begin(t, false, &c, e))
		return false;
	t->depth++;
	ok = carry_out(t, command, e);
	t->depth--;
	catch_end(t, &c);
	ok = ok && read_caught(c.file[0], out, e);
	caught_release(&c);
	return ok;
}

/* ---- NAME=value ---- */

/* Names set before a command hold for it alone: what they were. */
struct before {
	struct typed_value *values; /* text NULL: it was not set */
	size_t n, cap;
};

static void put_back(struct before *b)
{
	while (b->n) {
		struct typed_value *v = &b->values[--b->n];

		if (v->text)
			setenv(v->name, v->text, 1);
		else
			unsetenv(v->name);
		free(v->name);
		free(v->text);
	}
	free(b->values);
}

static void set_for_now(struct before *b, const char *name, const char *text)
{
	const char *was = getenv(name);

	ARRAY_GROW(b->values, b->n, b->cap);
	b->values[b->n++] =
		(struct typed_value){.name = xstrdup(name), .text = was ? xstrdup(was) : NULL};
	setenv(name, text, 1);
}

/* "NAME=value" from `word` to `end`: the name, and the value as it is meant. */
static bool read_setting(struct typed *t, const char *word, const char *end, struct buf *name,
	struct buf *value, struct err *e)
{
	struct expanding x = {.ctx = t, .value = value_of, .output = output_of, .one_word = true};
	struct buf raw = BUF_INIT, text = BUF_INIT;
	struct shellwords w = {0};
	size_t n = line_name(word);
	bool ok;

	buf_add(name, word, n - 1);
	buf_add(&raw, word + n, (size_t)(end - word) - n);
	ok = expand_by(&x, raw.s, &text, e);
	if (ok) {
		/* behind a letter, so that # begins no remark and nothing is a word too */
		buf_clear(&raw);
		buf_addf(&raw, "=%s", text.s);
		shellwords_split(raw.s, &w);
		ok = !w.open || err_set(e, ERR_USAGE, _("a quote is not closed"));
	}
	if (ok)
		buf_adds(value, w.n ? w.words[0] + 1 : "");
	shellwords_release(&w);
	buf_release(&raw);
	buf_release(&text);
	return ok;
}

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t\r\n");
}

/* Takes the settings that the line begins with. Answers what follows them; NULL: one could not be
 * read. Those before a command are in `b`. */
static const char *take_settings(struct typed *t, const char *line, struct before *b, struct err *e)
{
	const char *s = skip_blanks(line), *last = s;
	bool command, ok = true;

	while (line_name(last))
		last = skip_blanks(line_word_end(last));
	command = *last != '\0';
	while (ok && s < last) {
		const char *end = line_word_end(s);
		struct buf name = BUF_INIT, value = BUF_INIT;

		ok = read_setting(t, s, end, &name, &value, e);
		if (ok && command)
			set_for_now(b, name.s, value.s);
		else if (ok)
			typed_set(t, name.s, value.s);
		buf_release(&name);
		buf_release(&value);
		s = skip_blanks(end);
	}
	return ok ? s : NULL;
}

/* ---- a command ---- */

static bool run_words(struct typed *t, struct buf *line, struct err *e)
{
	struct shellwords w;
	bool ok = true;

	shellwords_split(line->s, &w);
	while (line->len && strchr(" \t\r\n", line->s[line->len - 1]))
		buf_truncate(line, line->len - 1);
	if (w.open)
		ok = err_set(e, ERR_USAGE, _("a quote is not closed"));
	else if (w.n)
		t->code = t->run(t->ctx, w.n, w.words, line->s);
	fflush(stdout);
	shellwords_release(&w);
	return ok;
}

/* What stands before | and >. */
static bool run_head(struct typed *t, const char *head, struct err *e)
{
	struct expanding x = {.ctx = t, .value = value_of, .output = output_of};
	struct before before = {0};
	struct buf line = BUF_INIT;
	const char *command;
	bool ok;

	t->code = EXIT_OK;
	command = take_settings(t, head, &before, e);
	ok = command && expand_by(&x, command, &line, e) && run_words(t, &line, e);
	put_back(&before);
	buf_release(&line);
	return ok;
}

/* A name that the shell's own part sets (`read id`, `for id in`) is the shell's. */
static bool set_there(const char *rest, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = strstr(rest, name); s; s = strstr(s + 1, name)) {
		bool begins =
			s == rest || (!strchr("$_{", s[-1]) && !isalnum((unsigned char)s[-1]));

		if (begins && s[n] != '_' && !isalnum((unsigned char)s[n]))
			return true;
	}
	return false;
}

struct shell_part {
	struct typed *typed;
	const char *rest;
};

static const char *value_for_shell(void *part, const char *name, struct err *e)
{
	const struct shell_part *p = part;

	return set_there(p->rest, name) ? expand_not : value_of(p->typed, name, e);
}

/* What it prints goes through the shell's part of the line. */
static bool run_piped(struct typed *t, const char *head, const char *rest, struct err *e)
{
	struct shell_part part = {t, rest};
	struct expanding x = {.ctx = &part, .value = value_for_shell};
	struct buf shell = BUF_INIT;
	struct err failed = {0};
	struct caught c;
	bool ok;

	if (!expand_by(&x, rest, &shell, e) || !catch_begin(t, true, &c, e)) {
		buf_release(&shell);
		return false;
	}
	if (!run_head(t, head, &failed)) /* told where the shell sends errors */
		t->code = app_fail(t->app, &failed);
	catch_end(t, &c);
	ok = give_to_shell(t, &c, shell.s, e);
	caught_release(&c);
	buf_release(&shell);
	return ok;
}

/* Bytes of the ; && or || at s; 0: it is something else. */
static size_t list_operator(const char *s)
{
	if (*s == ';')
		return 1;
	return strncmp(s, "&&", 2) == 0 || strncmp(s, "||", 2) == 0 ? 2 : 0;
}

/* One command up to `rest`; *go: what stands behind `rest` is to be carried out too. */
static bool run_part(struct typed *t, const char *s, const char *rest, bool *go, struct err *e)
{
	bool shell = *rest && *rest != '#' && !list_operator(rest), ok = true;
	char *head = xstrndup(s, (size_t)(rest - s));
	bool blank = !*skip_blanks(head);

	if (blank && *rest && *rest != '#')
		ok = err_set(e, ERR_USAGE, _("there is no command before '%c'"),
			rest[strspn(rest, "0123456789")]);
	else if (*go && shell)
		ok = run_piped(t, head, rest, e);
	else if (*go && !blank)
		ok = run_head(t, head, e);
	if (*rest == '&' || *rest == '|')
		*go = (t->code == EXIT_OK) == (*rest == '&');
	else
		*go = true;
	free(head);
	return ok;
}

static bool carry_out(struct typed *t, const char *line, struct err *e)
{
	bool go = true, ok;

	for (;;) {
		const char *rest = line_rest(line);
		size_t n = list_operator(rest);

		ok = run_part(t, line, rest, &go, e);
		if (!ok || !n)
			return ok;
		line = rest + n;
	}
}

int typed_line(struct typed *t, const char *line)
{
	struct err e = {0};

	if (!carry_out(t, line, &e))
		t->code = app_fail(t->app, &e);
	fflush(stdout);
	return t->code;
}
