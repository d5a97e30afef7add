/* world.c - see world.h: the bridge between the simulator and the store. */
#include "app/world.h"

#include "app/shellwords.h"
#include "base/intl.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUSY_MS = 5000 }; /* so long another process may hold the world, unless said otherwise */

/* ---- opening ---- */

static bool name_fits(const char *name)
{
	if (!*name || *name == '.' || strlen(name) > 64)
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_.", *name))
			return false;
	return true;
}

static char *path_in(const char *folder, const char *name, const char *suffix)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s%s", folder, name, suffix);
	return buf_detach(&path);
}

/* ---- which world ---- */

static char *chosen_path(const struct app *a)
{
	return path_in(a->places.worlds, "open", "");
}

bool app_world_choose(struct app *a, const char *name, struct err *e)
{
	char *path;
	bool ok;

	if (!a->places.worlds)
		return app_no_home(e);
	path = chosen_path(a);
	if (name && strcmp(name, "default") != 0)
		ok = folder_make(a->places.worlds, e) && file_replace(path, name, strlen(name), e);
	else
		ok = unlink(path) == 0 || errno == ENOENT ||
		     err_set(e, ERR_IO, _("%s cannot be removed: %s"), path, strerror(errno));
	free(path);
	return ok;
}

/* The name that app_world_choose has written; what cannot be read has not been chosen. */
char *app_world_chosen(const struct app *a)
{
	char *path = chosen_path(a);
	struct buf name = BUF_INIT;
	struct err ignored = {0};

	if (!file_read(path, &name, true, &ignored))
		buf_clear(&name);
	while (name.len && strchr("\r\n ", name.s[name.len - 1]))
		buf_truncate(&name, name.len - 1);
	free(path);
	return buf_detach(&name);
}

static char *name_of(const struct app *a, const char *asked)
{
	const char *variable = getenv("AMIDOJO_WORLD");
	char *chosen;

	if (asked || (variable && *variable))
		return xstrdup(asked ? asked : variable);
	chosen = app_world_chosen(a);
	if (*chosen)
		return chosen;
	free(chosen);
	return xstrdup("default");
}

/* ---- profiles ---- */

/* Whether the world has profiles of its own (a lab's has). */
static bool own_config(struct app *a, struct app_world *w)
{
	w->config = path_in(a->places.worlds, w->name, ".config");
	w->credentials = path_in(a->places.worlds, w->name, ".credentials");
	if (access(w->config, F_OK) == 0)
		return true;
	free(w->config);
	free(w->credentials);
	return false;
}

/* The profiles of the AWS CLI as a world begins with them: written once, then the learner's to
 * change. */
static bool first_config(struct app *a, struct app_world *w, struct err *e)
{
	struct buf config = BUF_INIT, credentials = BUF_INIT;
	bool ok = true;

	if (own_config(a, w))
		return true;
	w->config = path_in(a->places.aws, "config", "");
	w->credentials = path_in(a->places.aws, "credentials", "");
	if (access(w->config, F_OK) != 0 && access(w->credentials, F_OK) != 0) {
		sim_first_config(&config, &credentials);
		ok = folder_make(a->places.aws, e) &&
		     file_replace(w->config, config.s, config.len, e) &&
		     file_replace(w->credentials, credentials.s, credentials.len, e);
	}
	buf_release(&config);
	buf_release(&credentials);
	return ok;
}

bool app_world_open(struct app *a, const char *name, bool steps, struct app_world *w, struct err *e)
{
	*w = (struct app_world){.steps = steps, .record = BUF_INIT};
	if (!a->places.worlds)
		return app_no_home(e);
	w->name = name_of(a, name);
	if (!name_fits(w->name))
		err_set(e, ERR_USAGE,
			_("'%s' cannot be the name of a world: letters, digits, '-', '_' and '.', at most 64, not beginning with '.'"),
			w->name);
	else if (folder_make(a->places.worlds, e) && first_config(a, w, e))
		w->path = path_in(a->places.worlds, w->name, ".db");
	if (!w->path)
		app_world_close(w);
	return w->path != NULL;
}

void app_world_close(struct app_world *w)
{
	world_file_close(w->file);
	sim_free(w->sim);
	free(w->name);
	free(w->path);
	free(w->config);
	free(w->credentials);
	free(w->doing);
	buf_release(&w->record);
	*w = (struct app_world){0};
}

/* ---- loading ---- */

/* Worlds differ from each other unless a seed is asked for. */
static uint64_t new_seed(void)
{
	const char *given = getenv("AMIDOJO_SEED");

	return given && *given ? strtoull(given, NULL, 10) : app_chance();
}

static bool load_row(void *sim, const struct world_file_row *r)
{
	struct sim_row row = {
		r->account, r->region, r->kind, r->id, r->order, r->timer, r->text, r->length};

	return sim_load_row(sim, &row);
}

static bool load_step(void *sim, uint64_t number, const char *text, size_t length)
{
	return sim_load_step(sim, number, text, length);
}

static bool replay(void *world, uint64_t number, const char *text, size_t length)
{
	struct app_world *w = world;

	(void)number;
	w->replayed += length;
	return sim_replay(w->sim, text, length);
}

static bool load(struct app_world *w, const char *state, struct err *e)
{
	if (!sim_load_state(w->sim, state, strlen(state)))
		return err_set(e, ERR_DATA,
			_("%s is not a world that can be used (its state does not fit). It is left as it is. Move it away, or name another world."),
			w->path);
	return world_file_rows(w->file, load_row, w->sim, e) &&
	       (!w->steps || world_file_steps(w->file, load_step, w->sim, e)) &&
	       world_file_calls(w->file, replay, w, e);
}

static void forget(struct app_world *w)
{
	sim_free(w->sim);
	w->sim = NULL;
	w->version = 0;
}

static struct sim *new_sim(const struct app_world *w, uint64_t seed)
{
	return sim_new(&(struct sim_options){.seed = seed,
		.start_ms = app_now().utc_ms,
		.images = w->images,
		.steps = w->remember});
}

static bool refresh(struct app_world *w, struct err *e)
{
	uint64_t version;
	char *state;
	bool ok = true;

	if (!world_file_state(w->file, &version, &state, e))
		return false;
	if (!w->sim || version != w->version) {
		forget(w);
		w->sim = new_sim(w, state ? 0 : new_seed());
		ok = !state || load(w, state, e);
		w->version = version;
	}
	free(state);
	return ok;
}

/* Whether what is done has to be put on record. */
static bool look_for_lab(struct app_world *w, struct err *e)
{
	char *memo = NULL;

	if (strncmp(w->name, "lab-", 4) == 0 && !world_file_memo(w->file, "lab", &memo, e))
		return false;
	w->lab = memo != NULL;
	w->steps_before = sim_steps(w->sim);
	free(memo);
	buf_clear(&w->record);
	sim_record(w->sim, w->lab ? &w->record : NULL);
	return true;
}

bool app_world_enter(struct app_world *w, struct err *e)
{
	if (!w->file)
		w->file = world_file_open(w->path, w->busy_ms ? w->busy_ms : BUSY_MS, e);
	if (!w->file || !world_file_begin(w->file, e))
		return false;
	if (refresh(w, e) && look_for_lab(w, e))
		return true;
	world_file_rollback(w->file);
	forget(w);
	return false;
}

/* ---- keeping ---- */

struct keeping {
	struct app_world *w;
	struct err *e;
};

static bool keep_state(void *ctx, const char *text, size_t length)
{
	struct keeping *k = ctx;

	(void)length;
	return world_file_put_state(k->w->file, text, k->e);
}

static bool keep_row(void *ctx, const struct sim_row *r, bool gone)
{
	struct keeping *k = ctx;
	struct world_file_row row = {
		r->account, r->region, r->kind, r->id, r->order, r->timer, r->text, r->length};

	return gone ? world_file_drop_row(k->w->file, &row, k->e)
		    : world_file_put_row(k->w->file, &row, k->e);
}

static bool keep_range(void *ctx, uint64_t first, uint64_t last)
{
	struct keeping *k = ctx;

	return world_file_drop_steps(k->w->file, first, last, k->e);
}

static bool keep_step(void *ctx, uint64_t number, const char *text, size_t length)
{
	struct keeping *k = ctx;

	return world_file_put_step(k->w->file, number, text, length, k->e);
}

void app_world_doing(struct app_world *w, const char *line)
{
	free(w->doing);
	w->doing = line ? xstrdup(line) : NULL;
	w->code = 0;
}

/* User data may be megabytes, and the line is there for a reader alone. */
enum { LINE_COLUMNS = 4000 };

/* What was done since app_world_enter, if it is a lab's world: {"at", "line", "code", "did"}. */
static bool put_on_record(struct app_world *w, struct err *e)
{
	struct buf line = BUF_INIT, text = BUF_INIT;
	bool ok = true;

	if (!w->lab || (!w->doing && !w->record.len))
		return true;
	buf_addf(&text, "{\"at\":%lld,\"line\":", (long long)app_now().utc_ms);
	text_printable(w->doing ? w->doing : "", &line);
	buf_truncate(&line, text_fit(line.s, line.len, LINE_COLUMNS));
	buf_add_json_string(&text, line.s, line.len, false);
	buf_addf(&text, ",\"code\":%d,\"did\":", w->code);
	buf_add_json_string(&text, w->record.s, w->record.len, false);
	buf_addc(&text, '}');
	ok = world_file_add_record(w->file, text.s, e);
	buf_release(&line);
	buf_release(&text);
	app_world_doing(w, NULL);
	return ok;
}

void app_world_leave_unchanged(struct app_world *w)
{
	world_file_rollback(w->file);
}

void app_world_abandon(struct app_world *w)
{
	app_world_doing(w, NULL);
	world_file_rollback(w->file);
	forget(w);
}

bool app_world_leave(struct app_world *w, struct err *e)
{
	struct keeping k = {w, e};
	struct sim_keeper keeper = {&k, keep_state, keep_row, keep_range, keep_step};

	if (!w->sim) /* a reset has failed, and taken everything back */
		return true;
	w->moved = sim_steps(w->sim) != w->steps_before;
	if (put_on_record(w, e) && sim_keep(w->sim, &keeper) && world_file_commit(w->file, e)) {
		w->version = world_file_next(w->version);
		return true;
	}
	app_world_abandon(w); /* what is in memory was not kept: read again */
	return false;
}

bool app_world_leave_calls(struct app_world *w, const struct buf *calls, struct err *e)
{
	if ((!calls->len ||
		    world_file_put_calls(w->file, w->version + 1, calls->s, calls->len, e)) &&
		world_file_commit(w->file, e)) {
		w->version += calls->len > 0;
		return true;
	}
	app_world_abandon(w);
	return false;
}

bool app_world_replace(struct app_world *w, struct sim *sim, struct err *e)
{
	uint64_t version = w->version;

	if (!world_file_clear(w->file, e) || !world_file_put_memo(w->file, "failure", NULL, e)) {
		world_file_rollback(w->file);
		forget(w);
		sim_free(sim);
		return false;
	}
	forget(w);
	w->version = world_file_next(version); /* as world_file_clear has left it */
	w->sim = sim;
	return true;
}

bool app_world_reset(struct app_world *w, struct err *e)
{
	return app_world_replace(w, new_sim(w, new_seed()), e);
}

/* ---- what failed ---- */

/* Of a command that was given what it cannot take: user data may be megabytes. */
enum { FAILURE_BYTES = 4000 };

static bool note_failure(
	struct app_world *w, const char *line, const struct sim_answer *answer, struct err *e)
{
	const struct buf *error = &answer->err;
	struct buf text = BUF_INIT;
	bool ok;

	buf_adds(&text, "{\"line\":");
	buf_add_json_string(&text, line, text_fit(line, strlen(line), FAILURE_BYTES), false);
	buf_adds(&text, ",\"error\":");
	buf_add_json_string(&text, error->s, text_fit(error->s, error->len, FAILURE_BYTES), false);
	buf_addc(&text, '}');
	ok = world_file_put_memo(w->file, "failure", text.s, e);
	buf_release(&text);
	return ok;
}

bool app_world_failure(struct app_world *w, char **line, char **error, struct err *e)
{
	char *text;
	json_t *failure;
	const char *l, *r;

	*line = *error = NULL;
	if (!world_file_memo(w->file, "failure", &text, e))
		return false;
	failure = text ? json_loads(text, 0, NULL) : NULL;
	if (failure && json_unpack(failure, "{s:s, s:s}", "line", &l, "error", &r) == 0) {
		*line = xstrdup(l);
		*error = xstrdup(r);
	}
	json_decref(failure);
	free(text);
	return true;
}

/* ---- one command ---- */

static const char *environment(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

/* `aws configure` asks on the terminal, or reads the lines of a script. */
static char *ask(void *ctx, const char *prompt)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	(void)ctx;
	fputs(prompt, stdout);
	fflush(stdout);
	n = getline(&line, &size, stdin);
	if (n <= 0) {
		free(line);
		return NULL;
	}
	if (line[n - 1] == '\n')
		line[n - 1] = '\0';
	return line;
}

/* `aws configure` knows files alone, and may wait for an answer, as an endpoint elsewhere may:
 * nobody's world has to wait too. */
static bool configures(size_t n, const char *const *words)
{
	return n > 0 && strcmp(words[0], "configure") == 0;
}

static void without_world(const struct sim_command *command, struct sim_answer *answer)
{
	struct sim *nowhere = sim_new(&(struct sim_options){0});

	sim_aws(nowhere, command, answer);
	sim_free(nowhere);
}

/* What was typed, or the words as one could type them. */
static void add_line(const struct sim_command *command, struct buf *out)
{
	if (command->label) {
		buf_adds(out, command->label);
		return;
	}
	buf_adds(out, "aws");
	for (size_t i = 0; i < command->n_words; i++) {
		buf_addc(out, ' ');
		shellwords_quote(command->words[i], out);
	}
}

/* One that was interrupted, or that asked for what is not set, has not failed. */
static bool has_failed(const struct sim_answer *answer)
{
	return answer->code && answer->err.len;
}

/* It needed no world; what has failed is kept there nevertheless, so that `explain` does not tell
 * of an older failure. A world that cannot be used now is told of by what needs it. */
static void note_failure_without(
	struct app_world *w, const struct sim_command *command, const struct sim_answer *answer)
{
	struct buf line = BUF_INIT, none = BUF_INIT;
	struct err ignored = {0};

	add_line(command, &line);
	if (app_world_enter(w, &ignored)) {
		if (note_failure(w, line.s, answer, &ignored))
			app_world_leave_calls(w, &none, &ignored);
		else
			app_world_abandon(w);
	}
	buf_release(&line);
}

static bool carry_out(struct app_world *w, const struct sim_command *command,
	struct sim_answer *answer, struct err *e)
{
	struct buf line = BUF_INIT;
	bool ok = true;

	sim_aws(w->sim, command, answer);
	add_line(command, &line);
	app_world_doing(w, line.s);
	w->code = answer->code;
	if (has_failed(answer) && !note_failure(w, line.s, answer, e)) {
		app_world_abandon(w);
		ok = false;
	}
	buf_release(&line);
	return ok;
}

bool app_world_aws(struct app *a, struct app_world *w, size_t n, const char *const *words,
	const char *label, struct sim_answer *answer, struct err *e)
{
	struct sim_command command = {
		.words = words,
		.n_words = n,
		.label = label,
		.ctx = a,
		.env = environment,
		.ask = ask,
		.config_file = w->config,
		.credentials_file = w->credentials,
		.language = a->screen.look.lang == LANG_KO ? "ko" : "en",
		.in_is_terminal = isatty(STDIN_FILENO),
		.out_is_terminal = isatty(STDOUT_FILENO),
		.columns = isatty(STDOUT_FILENO) ? a->screen.look.columns : 0,
	};

	if (configures(n, words) || sim_goes_elsewhere(&command)) {
		without_world(&command, answer);
		if (has_failed(answer))
			note_failure_without(w, &command, answer);
		return true;
	}
	if (!app_world_enter(w, e))
		return false;
	return carry_out(w, &command, answer, e) && app_world_leave(w, e);
}

/* ---- printing ---- */

/* The pager's command line, asking first whether its program is there: `less` need not be
 * installed, and then the answer is printed without it. */
static void pager_command(const char *pager, struct buf *out)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-";
	size_t n = strspn(pager, plain);

	if (n && (!pager[n] || pager[n] == ' '))
		buf_addf(out, "command -v %.*s >/dev/null 2>&1 || exit 127\n", (int)n, pager);
	buf_adds(out, pager);
}

static bool through_pager(const char *pager, const struct buf *out)
{
	enum { NOT_FOUND = 127 }; /* a shell's word for it */
	struct buf command = BUF_INIT;
	FILE *pipe;
	int status;

	if (!getenv("LESS"))
		setenv("LESS", "FRX", 1); /* as the AWS CLI does */
	pager_command(pager, &command);
	pipe = popen(command.s, "w");
	buf_release(&command);
	if (!pipe)
		return false;
	fwrite(out->s, 1, out->len, pipe);
	status = pclose(pipe);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

int app_world_print(struct app *a, struct sim_answer *answer)
{
	bool paged = answer->page && answer->pager && *answer->pager && answer->out.len &&
		     a->screen.mode == SCREEN_TERMINAL && isatty(STDOUT_FILENO);

	if (!paged || !through_pager(answer->pager, &answer->out))
		fwrite(answer->out.s, 1, answer->out.len, stdout);
	fflush(stdout);
	fwrite(answer->err.s, 1, answer->err.len, stderr);
	return answer->code;
}
