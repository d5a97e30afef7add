/* lab-course.c - see lab-course.h. */
#include "app/lab-course.h"

#include "app/files.h"
#include "app/names.h"
#include "base/intl.h"
#include "study/random.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { SEED_OF_NOBODY = 1 }; /* of the world, where no class has given one */

void course_init(struct course *c, const struct library *l, const struct lab *lab, uint64_t seed)
{
	*c = (struct course){.lib = l, .lab = lab, .seed = seed};
}

void course_release(struct course *c)
{
	map_release(&c->names);
	arena_release(&c->arena);
}

void course_name(struct course *c, const char *name, const char *value)
{
	map_remove(&c->names, name);
	map_add(&c->names, arena_strndup(&c->arena, name, strlen(name)),
		arena_strndup(&c->arena, value, strlen(value)));
}

/* ---- who it is for ---- */

uint64_t course_seed(const char *class_seed, const char *student, const char *lab)
{
	const char *const parts[] = {class_seed, student ? student : "", lab};
	uint64_t seed = 0;

	if (!class_seed)
		return 0;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		seed = XXH3_64bits_withSeed(parts[i], strlen(parts[i]), seed + 1);
	return seed ? seed : 1;
}

static bool hash_file(const char *path, uint64_t *hash)
{
	struct buf bytes = BUF_INIT;
	struct err ignored = {0};
	bool ok = file_read(path, &bytes, false, &ignored);

	*hash = XXH3_64bits_withSeed(bytes.s, bytes.len, *hash);
	buf_release(&bytes);
	return ok;
}

uint64_t course_hash(const struct library *l, const struct lab *lab)
{
	const struct world *w = map_get(&l->of[DOC_WORLD].by_id, lab->world.s);
	uint64_t hash = 0;

	return w && hash_file(lab->at.file, &hash) && hash_file(w->at.file, &hash) ? hash : 0;
}

/* ---- the world ---- */

static void vary(const struct course *c, struct proving *p)
{
	struct random r = random_from(c->seed);

	for (size_t i = 0; i < c->lab->n_vary; i++) {
		const struct variation *v = &c->lab->vary[i];
		size_t k = c->seed ? random_below(&r, v->n_values) : 0;

		proving_name(p, v->name.s, v->values[k].s);
	}
}

static void take_names(struct course *c, const struct map *names)
{
	const char *name;
	void *value;
	size_t at = 0;

	while (map_next(names, &at, &name, &value))
		course_name(c, name, value);
}

static void give_names(const struct course *c, struct proving *p)
{
	const char *name;
	void *value;
	size_t at = 0;

	while (map_next(&c->names, &at, &name, &value))
		proving_name(p, name, value);
}

static bool set_up(struct course *c, struct proving *p, struct err *e)
{
	const struct world *w = map_get(&c->lib->of[DOC_WORLD].by_id, c->lab->world.s);

	vary(c, p);
	return proving_setup(p, w->setup, w->n_setup, e) &&
	       proving_setup(p, c->lab->setup, c->lab->n_setup, e);
}

struct sim *course_begin(struct course *c, struct err *e)
{
	struct sim *sim = sim_new(&(struct sim_options){
		.seed = c->seed ? c->seed : SEED_OF_NOBODY, .start_ms = PROVING_START_MS});
	struct proving *p = proving_over(c->lib, c->lab->world.s, sim, e);

	sim = NULL;
	if (p && set_up(c, p, e)) {
		take_names(c, proving_names(p));
		sim = proving_take(p);
		sim_settle(sim);
	}
	proving_end(p);
	return sim;
}

/* ---- checking ---- */

static bool check_step(struct proving *p, const struct step *s, course_step_fn *fn, void *ctx)
{
	struct proved proved;
	struct err e = {0};
	bool ran, holds;

	proved_init(&proved);
	ran = proving_step(p, s, &proved, &e);
	holds = ran && proved.holds;
	if (fn)
		fn(ctx, s, ran ? &proved : NULL, &e);
	proved_release(&proved);
	return holds;
}

bool course_holds(const struct course *c, const struct task *t, const struct sim *sim,
	course_step_fn *fn, void *ctx)
{
	struct err e = {0};
	struct proving *p = proving_over(c->lib, c->lab->world.s, sim_copy(sim), &e);
	bool holds = p != NULL;

	if (p)
		give_names(c, p);
	else if (fn)
		fn(ctx, &t->check[0], NULL, &e);
	for (size_t i = 0; holds && i < t->n_check; i++)
		holds = check_step(p, &t->check[i], fn, ctx);
	proving_end(p);
	return holds;
}

size_t course_advance(struct course *c, const struct sim *sim)
{
	size_t before = c->passed;

	while (c->passed < c->lab->n_tasks &&
		course_holds(c, &c->lab->tasks[c->passed], sim, NULL, NULL))
		c->passed++;
	return c->passed - before;
}

/* ---- texts ---- */

const char *course_line(struct course *c, const char *line)
{
	struct buf out = BUF_INIT;
	const char *kept;

	names_fill(line, &c->names, &out);
	kept = arena_strndup(&c->arena, out.s, out.len);
	buf_release(&out);
	return kept;
}

struct text course_text(struct course *c, const struct text *t)
{
	struct text filled = *t;

	for (int lang = 0; lang < LANGS; lang++)
		if (t->in[lang])
			filled.in[lang] = course_line(c, t->in[lang]);
	return filled;
}

/* ---- before and after ---- */

static bool prove_wrong(const struct task *t, struct place *at, struct place where,
	const char *reason, struct err *e)
{
	*at = where;
	return err_set(e, ERR_DATA, _("task '%s': %s"), t->id.s, reason);
}

/* The author's solution under way. */
struct playing {
	struct course course;
	struct proving *p;
	struct buf record;
	int commands; /* that changed something */
	struct place at;
};

static bool play_line(
	struct playing *y, const struct task *t, const struct word *line, struct err *e)
{
	struct step step = {.at = line->at, .run = *line};
	struct course_entry entry = {.line = line->s};
	struct proved proved;
	struct err why = {0};
	bool ran, ok;

	proved_init(&proved);
	buf_clear(&y->record);
	ran = proving_step(y->p, &step, &proved, &why);
	ok = (ran && proved.holds) ||
	     prove_wrong(t, &y->at, line->at, ran ? proved.wrong.s : why.text, e);
	entry.did = y->record.s;
	course_count(&entry, &y->commands);
	proved_release(&proved);
	return ok;
}

struct finding {
	struct place at;
	struct buf text;
};

static void find(
	void *ctx, const struct step *step, const struct proved *proved, const struct err *e)
{
	struct finding *f = ctx;

	f->at = proved ? proved->at : step->run.at;
	buf_clear(&f->text);
	buf_adds(&f->text, proved ? proved->wrong.s : e->text);
}

static bool prove_task(struct playing *y, const struct task *t, struct err *e)
{
	struct finding f = {.text = BUF_INIT};
	const struct course *c = &y->course;
	bool ok = true;

	if (course_holds(c, t, proving_sim(y->p), NULL, NULL))
		ok = prove_wrong(t, &y->at, t->at, _("its checks hold before anything is done"), e);
	for (size_t i = 0; ok && i < t->n_solution; i++)
		ok = play_line(y, t, &t->solution[i], e);
	if (ok && !course_holds(c, t, proving_sim(y->p), find, &f))
		ok = prove_wrong(t, &y->at, f.at, f.text.s, e);
	buf_release(&f.text);
	return ok;
}

static bool play(struct playing *y, struct err *e)
{
	const struct lab *lab = y->course.lab;
	struct sim *sim = course_begin(&y->course, e);
	bool ok;

	y->at = lab->world.at;
	y->p = sim ? proving_over(y->course.lib, lab->world.s, sim, e) : NULL;
	ok = y->p != NULL;
	if (ok) {
		give_names(&y->course, y->p);
		sim_record(proving_sim(y->p), &y->record);
	}
	for (size_t i = 0; ok && i < lab->n_tasks; i++)
		ok = prove_task(y, &lab->tasks[i], e);
	proving_end(y->p);
	buf_release(&y->record);
	course_release(&y->course);
	return ok;
}

bool course_prove(const struct library *l, const struct lab *lab, uint64_t seed, struct place *at,
	struct err *e)
{
	struct playing y = {.record = BUF_INIT};
	bool ok;

	course_init(&y.course, l, lab, seed);
	ok = play(&y, e);
	*at = y.at;
	return ok;
}

int course_par(const struct library *l, const struct lab *lab, uint64_t seed)
{
	struct playing y = {.record = BUF_INIT};
	struct err ignored = {0};

	course_init(&y.course, l, lab, seed);
	return play(&y, &ignored) ? y.commands : -1;
}
