/* failed.c - what was asked for, was accepted, and ended badly; see sim.h. */
#include "sim/internal.h"

#include "ops/call.h"
#include "ops/kind.h"

#include <string.h>

/* Where such an end is told of. */
static const struct failing {
	const char *kind, *state; /* the state it ends in */
	const char *code, *text;  /* paths; NULL: none */
} failing[] = {
	{"instance", "terminated", "StateReason.Code", "StateReason.Message"},
	{"instance", "stopped", "StateReason.Code", "StateReason.Message"},
	{"image", "failed", "StateReason.Code", "StateReason.Message"},
	{"snapshot", "error", NULL, "StateMessage"},
	{"volume", "error", NULL, NULL},
};

/* Somebody wanted it, or nothing is said. */
static bool was_wanted(const struct failing *f, const char *code)
{
	return f->code && (!code || strncmp(code, "Client.UserInitiated",
					    strlen("Client.UserInitiated")) == 0);
}

static void look_at(
	const struct failing *f, const struct resource *r, struct sim_failure *out, uint64_t *order)
{
	const char *state = kind_state(kind_find(f->kind), r->doc);
	const char *code = f->code ? in_text(r->doc, f->code) : NULL;

	if (r->order < *order || !state || strcmp(state, f->state) != 0 || was_wanted(f, code))
		return;
	*order = r->order;
	*out = (struct sim_failure){
		.id = r->id,
		.state = state,
		.code = code,
		.text = f->text ? in_text(r->doc, f->text) : NULL,
	};
}

bool sim_failed(struct sim *s, struct sim_failure *out)
{
	struct resource r;
	uint64_t order = 0;

	*out = (struct sim_failure){0};
	for (size_t i = 0; i < sizeof failing / sizeof failing[0]; i++) {
		struct world_walk walk = {0};

		while (world_each(s->w, failing[i].kind, &walk, &r))
			if (!world_given(&r))
				look_at(&failing[i], &r, out, &order);
	}
	return out->id != NULL;
}
