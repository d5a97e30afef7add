/* world-prompt.c - the line of a prompt: who, where, when, and which lab. */
#include "app/world-commands.h"

#include "app/lab.h"
#include "app/passing.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *variable(const char *name, const char *other)
{
	const char *value = getenv(name);

	if (!value || !*value)
		value = getenv(other);
	return value && *value ? value : NULL;
}

/* Of the profile in use, as `aws configure get region` finds it. */
static void add_configured_region(struct app *a, struct app_world *w, struct buf *out)
{
	static const char *const words[] = {"configure", "get", "region"};
	struct sim_answer answer;
	struct err ignored = {0};

	sim_answer_init(&answer);
	if (app_world_aws(a, w, 3, words, NULL, &answer, &ignored) && answer.code == 0)
		buf_add(out, answer.out.s, strcspn(answer.out.s, "\r\n"));
	sim_answer_release(&answer);
}

static void add_time(struct buf *out, int64_t ms)
{
	enum { HOUR = 11 }; /* in "2026-01-01 09:05:00" */
	struct buf time = BUF_INIT;

	passing_add_time(&time, ms);
	if (time.len > HOUR)
		buf_addf(out, "%.5s", time.s + HOUR);
	buf_release(&time);
}

/* The state and a memo alone are read, and each without the lock: a prompt needs no resources, and
 * waits for nobody. */
static void look_into_file(struct app_world *w, struct buf *lab, struct buf *time)
{
	struct sim *sim = sim_new(&(struct sim_options){0});
	char *state = NULL, *memo = NULL;
	struct err ignored = {0};
	uint64_t version;

	if (!w->file)
		w->file = world_file_open(w->path, w->busy_ms, &ignored);
	if (w->file && world_file_state(w->file, &version, &state, &ignored) && state &&
		sim_load_state(sim, state, strlen(state)))
		add_time(time, sim_now(sim));
	if (w->file && world_is_of_lab(w->name) &&
		world_file_memo(w->file, "lab", &memo, &ignored)) {
		w->lab = memo != NULL;
		lab_prompt(w, lab);
	}
	free(state);
	free(memo);
	sim_free(sim);
}

/* The lab and the clock. A world that has not begun has no file, and is not begun for this. */
static void look(struct app_world *w, struct buf *lab, struct buf *time)
{
	if (!w->path)
		return;
	if (access(w->path, F_OK) == 0)
		look_into_file(w, lab, time);
	else
		add_time(time, app_now().utc_ms);
}

void world_prompt_add(struct app *a, struct app_world *w, struct buf *out)
{
	const char *profile = variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE");
	const char *region = variable("AWS_REGION", "AWS_DEFAULT_REGION");
	struct buf lab = BUF_INIT, time = BUF_INIT, where = BUF_INIT, line = BUF_INIT;

	look(w, &lab, &time);
	if (region)
		buf_adds(&where, region);
	else if (w->path)
		add_configured_region(a, w, &where);
	if (lab.len)
		buf_addf(&line, "%s %s ", lab.s, a->screen.look.plain ? "-" : "\xc2\xb7");
	buf_adds(&line, profile ? profile : "default");
	if (where.len)
		buf_addf(&line, " %s", where.s);
	if (time.len)
		buf_addf(&line, " %s", time.s);
	text_printable(line.s, out);
	buf_release(&lab);
	buf_release(&time);
	buf_release(&where);
	buf_release(&line);
}

bool word_prompt(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	struct buf out = BUF_INIT;

	(void)n;
	(void)words;
	(void)e;
	world_prompt_add(s->app, s->world, &out);
	printf("%s\n", out.s);
	buf_release(&out);
	return true;
}
