/* keep.c - a world to and from whoever keeps it; see sim.h. */
#include "sim/internal.h"

#include "base/mem.h"
#include "ops/record.h"

/* What comes from where it is kept need not be written there again. */
static bool loaded(struct sim *s, bool ok)
{
	if (ok)
		world_kept(s->w);
	return ok;
}

bool sim_load_state(struct sim *s, const char *text, size_t length)
{
	return loaded(s, world_state_read(s->w, text, length));
}

bool sim_load_row(struct sim *s, const struct sim_row *r)
{
	const struct world_row row = {
		.in = {r->account, r->region, r->kind},
		.id = r->id,
		.order = r->order,
		.timer = r->timer,
		.text = r->text,
		.length = r->length,
	};

	return loaded(s, world_row_read(s->w, &row));
}

bool sim_load_step(struct sim *s, uint64_t number, const char *text, size_t length)
{
	return loaded(s, world_step_read(s->w, number, text, length));
}

static bool keep_rows(const struct sim *s, const struct sim_keeper *k, struct buf *text)
{
	struct world_row row;
	bool gone;

	world_dirty_sort(s->w);
	for (size_t i = 0; world_row_dirty(s->w, i, text, &row, &gone); i++) {
		struct sim_row out = {row.in.account, row.in.region, row.in.kind, row.id, row.order,
			row.timer, row.text, row.length};

		if (!k->row(k->ctx, &out, gone))
			return false;
	}
	return true;
}

static bool keep_steps(const struct sim *s, const struct sim_keeper *k, struct buf *text)
{
	uint64_t first, last, changed, oldest;

	world_steps(s->w, &first, &last, &changed);
	if (changed == last)
		return true;
	oldest = last > WORLD_STEPS ? last - WORLD_STEPS : 0;
	if (!k->steps(k->ctx, world_steps_torn(s->w) ? first : oldest, changed))
		return false;
	for (; changed < last; changed++) {
		buf_clear(text);
		world_step_write(s->w, changed, text);
		if (!k->step(k->ctx, changed, text->s, text->len))
			return false;
	}
	return true;
}

bool sim_keep(struct sim *s, const struct sim_keeper *k)
{
	struct buf text = BUF_INIT;
	bool ok = keep_rows(s, k, &text) && keep_steps(s, k, &text);

	if (ok) {
		buf_clear(&text);
		world_state_write(s->w, &text);
		ok = k->state(k->ctx, text.s, text.len);
	}
	if (ok)
		world_kept(s->w);
	buf_release(&text);
	return ok;
}

bool sim_replay(struct sim *s, const char *text, size_t length)
{
	return ops_replay(s->w, text, length);
}

void sim_write(const struct sim *s, struct buf *out)
{
	world_write(s->w, out);
}
