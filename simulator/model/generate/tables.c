/*
 * tables.c - the store of the generator: texts kept once, indices that fit.
 */
#include "model/generate/tables.h"

#include "model/generate/names.h"

#include <stdlib.h>

void tables_init(struct tables *t)
{
	*t = (struct tables){0};
	buf_init(&t->text);
	buf_addc(&t->text, '\0');
	PUSH(t->ranges, (struct model_range){INT64_MIN, INT64_MAX});
	PUSH(t->docs, (struct model_doc){0, 0});
}

void tables_release(struct tables *t)
{
	size_t i;

	for (i = 0; i < t->drafts.n; i++) {
		map_release(&t->drafts.v[i].shapes);
		map_release(&t->drafts.v[i].operations);
	}
	buf_release(&t->text);
	map_release(&t->text_at);
	arena_release(&t->arena);
	free(t->drafts.v);
	free(t->shape_at.v);
	free(t->member_at.v);
	free(t->services.v);
	free(t->operations.v);
	free(t->known.v);
	free(t->commands.v);
	free(t->pages.v);
	free(t->shapes.v);
	free(t->members.v);
	free(t->ranges.v);
	free(t->enums.v);
	free(t->waiters.v);
	free(t->acceptors.v);
	free(t->tops.v);
	free(t->options.v);
	free(t->docs.v);
	free(t->errors.v);
	free(t->filters.v);
	free(t->values.v);
	free(t->choices.v);
	free(t->members_by);
	free(t->values_by);
	free(t->shapes_by);
	free(t->filters_by);
}

uint32_t tables_text(struct tables *t, const char *s)
{
	void *at = *s ? map_get(&t->text_at, s) : NULL;
	size_t offset = t->text.len;

	if (!*s)
		return 0;
	if (at)
		return (uint32_t)(uintptr_t)at;
	buf_add(&t->text, s, strlen(s) + 1);
	map_add(&t->text_at, arena_strdup(&t->arena, s), (void *)(uintptr_t)offset);
	return (uint32_t)offset;
}

uint32_t tables_cli(struct tables *t, const char *name)
{
	struct buf cli = BUF_INIT;
	uint32_t text;

	name_for_cli(&cli, name);
	text = tables_text(t, cli.s);
	buf_release(&cli);
	return text;
}

uint16_t tables_index(struct place at, size_t n)
{
	if (n < MODEL_NONE)
		return (uint16_t)n;
	complain(at, 0, "the tables are full: their indices have 16 bits");
	return MODEL_NONE;
}

struct model_span tables_span(struct place at, size_t first, size_t end)
{
	return (struct model_span){tables_index(at, first), tables_index(at, end - first)};
}
