/* exam-now.c - what an exam has to do with the present: the clocks, and the library as it is now;
 * see attempt.h. */
#include "app/attempt.h"

#include "base/intl.h"
#include "base/json.h"
#include "base/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* ---- clocks ---- */

/* AMIDOJO_BOOT='ID:MILLISECONDS', for tests; false if it is not set or not readable. */
static bool given_boot(struct exam_mark *m, bool *set)
{
	const char *text = getenv("AMIDOJO_BOOT"), *colon = text ? strrchr(text, ':') : NULL;
	char *end, *id;
	long long ms;

	*set = text && *text;
	if (!colon || colon == text || colon[1] < '0' || colon[1] > '9' || strlen(colon) > 16)
		return false;
	ms = strtoll(colon + 1, &end, 10);
	if (*end)
		return false;
	id = xstrndup(text, (size_t)(colon - text));
	m->boot = exam_text_hash(id);
	m->boot_ms = ms;
	free(id);
	return true;
}

bool exam_clock_check(struct err *e)
{
	struct exam_mark m;
	bool set;

	if (given_boot(&m, &set) || !set)
		return true;
	return err_set(e, ERR_USAGE,
		_("AMIDOJO_BOOT is '%s'; it takes an id and milliseconds, like first:60000"),
		getenv("AMIDOJO_BOOT"));
}

/* Which start of the computer this is. In a container without /proc it is unknown. */
static uint64_t boot_id(void)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return exam_text_hash(text);
}

struct exam_mark exam_look(const struct exam_mark *last)
{
	struct exam_mark now = {.wall_ms = app_now().utc_ms};
	const char *fixed = getenv("AMIDOJO_NOW");
	struct timespec t;
	bool set;

	if (given_boot(&now, &set)) {
		/* a test says it all */
	} else if (fixed && *fixed) {
		now.boot_ms = now.wall_ms; /* the given time is the only clock */
		now.boot = exam_text_hash("AMIDOJO_NOW");
	} else {
		clock_gettime(CLOCK_BOOTTIME, &t);
		now.boot_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
		now.boot = boot_id();
	}
	now.elapsed_ms = last ? exam_elapsed(last, &now) : 0;
	return now;
}

const char *exam_time(int64_t ms, char out[24])
{
	long long s = ms > 0 ? (long long)ms / 1000 : 0;

	snprintf(out, 24, "%lld:%02d:%02d", s / 3600, (int)(s / 60 % 60), (int)(s % 60));
	return out;
}

const char *exam_time_left(int64_t ms, char out[24])
{
	return exam_time(ms > 0 ? ms + 999 : 0, out);
}

/* ---- definitions ---- */

static void unknown_exam(const struct library *l, const char *name, struct err *e)
{
	const struct documents *exams = &l->of[DOC_EXAM];
	const char **names = xcalloc(exams->len + 6, sizeof *names), *near;
	const char *const words[] = {"resume", "list", "show", "abandon", "info"};
	struct buf all = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < exams->len; i++) {
		names[n++] = ((const struct exam *)exams->items[i])->id.s;
		buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		names[n++] = words[i];
	near = nearest_name(name, names);
	if (near)
		err_set(e, ERR_USAGE, _("there is no exam '%s'; did you mean '%s'?"), name, near);
	else
		err_set(e, ERR_USAGE, _("there is no exam '%s'; there are: %s"), name, all.s);
	free(names);
	buf_release(&all);
}

/* What `check` would say of a definition in full; without it there is nothing to reckon with. */
static const struct exam *if_sound(const struct exam *x, struct err *e)
{
	int weights = 0;

	for (size_t i = 0; i < x->n_domains; i++)
		weights += x->domains[i].weight.value;
	if (weights == 100 && x->n_domains <= PAPER_DOMAINS && x->n_scale == 2 &&
		x->scale[0].value < x->scale[1].value)
		return x;
	err_set(e, ERR_DATA, _("the definition of %s has errors; amidojo check %s shows them"),
		x->id.s, x->at.file);
	return NULL;
}

const struct exam *exam_named(
	const struct library *l, const char *name, const struct exam_alias **alias, struct err *e)
{
	const struct exam *x = library_exam(l, name, alias);

	if (x)
		return if_sound(x, e);
	unknown_exam(l, name, e);
	return NULL;
}

/* ---- what became of a question ---- */

const char *const sat_now_code[SAT_NOWS] = {
	[SAT_SAME] = "same",
	[SAT_CHANGED] = "changed",
	[SAT_KEY_CHANGED] = "key-changed",
	[SAT_GONE] = "gone",
};

char *exam_body(const struct question *q)
{
	json_t *o = question_json(q);
	char *text = json_text(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

const struct question *sat_question(const struct library *l, const struct sat *sat)
{
	return map_get(&l->question_by_id, sat->item);
}

static bool same_text(const struct text *a, const struct text *b)
{
	for (int lang = 0; lang < LANGS; lang++)
		if (a->in[lang] && b->in[lang] && strcmp(a->in[lang], b->in[lang]) == 0)
			return true;
	return false;
}

/* Whether every right option of `a` is a right option of `b`, wherever it stands there. */
static bool rights_within(const struct question *a, const struct question *b)
{
	for (size_t i = 0; i < a->n_options; i++) {
		bool found = false;

		if (!(question_key(a) >> i & 1))
			continue;
		for (size_t k = 0; k < b->n_options; k++)
			found |= question_key(b) >> k & 1 &&
				 same_text(&a->options[i].right, &b->options[k].right);
		if (!found)
			return false;
	}
	return true;
}

/* Options may have been moved, or reworded in place: neither makes another key. */
static bool same_key(const struct question *a, const struct question *b)
{
	if (rights_within(a, b) && rights_within(b, a))
		return true;
	return a->n_options == b->n_options && question_key(a) == question_key(b);
}

enum sat_now sat_now(const struct library *l, const struct sat *sat)
{
	const struct question *q = sat_question(l, sat);
	char *body;
	bool same;

	if (!q)
		return SAT_GONE;
	body = exam_body(q);
	same = exam_text_hash(body) == sat->hash;
	free(body);
	if (same)
		return SAT_SAME;
	return sat->asked.q && !same_key(sat->asked.q, q) ? SAT_KEY_CHANGED : SAT_CHANGED;
}
