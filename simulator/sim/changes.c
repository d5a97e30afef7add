/* changes.c - what a command has changed, for the learner's eyes; see sim.h. */
#include "sim/internal.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "ops/kind.h"

#include <string.h>

static void add_name(struct buf *out, const struct kind *k, const struct world_change *c)
{
	const char *label = kind_label(k, c->after ? c->after : c->before);

	buf_addf(out, " %s", c->id);
	if (label && strcmp(label, c->id) != 0) {
		buf_addc(out, ' ');
		text_printable(label, out);
	}
}

static void add_state(struct buf *out, const struct kind *k, const struct world_change *c)
{
	const char *before = c->before ? kind_state(k, c->before) : NULL;
	const char *after = c->after ? kind_state(k, c->after) : NULL;

	if (before && after && strcmp(before, after) != 0)
		buf_addf(out, " %s -> %s", before, after);
	else if (after)
		buf_addf(out, " %s", after);
}

/* One changed member: "    State: pending -> available", values as compact JSON. */
static void add_member(struct buf *out, const char *key, const json_t *before, const json_t *after)
{
	const json_t *sides[] = {before, after};

	buf_addf(out, "    %s:", key);
	for (size_t i = 0; i < ARRAY_LEN(sides); i++) {
		buf_adds(out, i ? " -> " : " ");
		if (!sides[i] || !buf_add_json(out, sides[i], JSON_COMPACT | JSON_ENCODE_ANY))
			buf_adds(out, "(none)");
	}
	buf_addc(out, '\n');
}

static void add_members(struct buf *out, const struct world_change *c)
{
	const char *key;
	json_t *value;

	json_object_foreach(c->after, key, value)
	{
		const json_t *before = c->before ? json_object_get(c->before, key) : NULL;

		if (*key != '_' && !json_equal(before, value))
			add_member(out, key, before, value);
	}
	json_object_foreach(c->before, key, value)
	{
		if (*key != '_' && c->after && !json_object_get(c->after, key))
			add_member(out, key, value, NULL);
	}
}

/* Private members (timers, bookkeeping) are no change to the eye. */
static bool visible(const struct world_change *c)
{
	struct buf members = BUF_INIT;
	bool seen = !c->before || !c->after;

	if (!seen) {
		add_members(&members, c);
		seen = members.len > 0;
	}
	buf_release(&members);
	return seen;
}

static void add_change(struct buf *out, const struct world_change *c, bool verbose)
{
	const struct kind *k = kind_find(c->in.kind);

	if (!k || (!c->before && !c->after) || !visible(c))
		return;
	buf_addc(out, !c->before ? '+' : !c->after ? '-' : '~');
	add_name(out, k, c);
	add_state(out, k, c);
	buf_addc(out, '\n');
	if (verbose)
		add_members(out, c);
}

const char *sim_changes(const struct sim *s, bool verbose, struct buf *out)
{
	struct world_change change;
	const char *label = NULL;
	size_t back = 0;

	/* from the command on: what time did since is told after it */
	while (world_changed_before(s->w, back, SIZE_MAX, &change, &label), !label)
		if (++back > WORLD_STEPS)
			return NULL;
	for (size_t step = back + 1; step-- > 0;) {
		const char *each;

		for (size_t i = 0; world_changed_before(s->w, step, i, &change, &each); i++)
			add_change(out, &change, verbose);
	}
	return label;
}
