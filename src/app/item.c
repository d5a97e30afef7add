/* item.c - see item.h. */
#include "app/item.h"

#include "app/look.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct item item_of_cue(const struct cue *c)
{
	return (struct item){.cue = c};
}

struct item item_of_question(const struct question *q)
{
	return (struct item){.question = q};
}

bool item_find(const struct library *l, const char *id, struct item *out)
{
	*out = (struct item){.cue = library_cue(l, id)};
	if (!out->cue)
		out->question = library_question(l, id);
	return out->cue || out->question;
}

const char *item_id(const struct item *it)
{
	return it->cue ? it->cue->item : it->question->id.s;
}

uint64_t item_hash(const struct item *it)
{
	return it->cue ? cue_hash(it->cue) : question_hash(it->question);
}

const struct text *item_ask(const struct item *it)
{
	return it->cue ? &it->cue->ask : &it->question->ask;
}

const struct note *item_note(const struct item *it)
{
	return it->cue ? it->cue->note : it->question->in_note;
}

const struct topic *item_topic(const struct item *it)
{
	const struct note *n = item_note(it);

	return n ? n->in_topic : NULL;
}

void item_origin(const struct item *it, const struct look *look, struct buf *out)
{
	const struct note *n = item_note(it);

	if (!n) {
		title_of(out, look, &it->question->bank->title);
		return;
	}
	title_of(out, look, &n->in_topic->title);
	buf_adds(out, " | ");
	title_of(out, look, &n->title);
}

struct ladder item_ladder(const struct app *a, const struct item *it)
{
	return app_ladder(a, item_note(it));
}

/* Where the item's note stands in the course, by its last cue; SIZE_MAX: nowhere. */
static size_t place(const struct item *it)
{
	const struct note *n = item_note(it);

	if (it->cue)
		return it->cue->order;
	return n && n->n_cues ? n->cues[n->n_cues - 1].order : SIZE_MAX;
}

int item_compare(const struct item *a, const struct item *b)
{
	size_t x = place(a), y = place(b);

	if (x != y)
		return x < y ? -1 : 1;
	if (!a->question || !b->question)
		return (a->question != NULL) - (b->question != NULL);
	x = a->question->order;
	y = b->question->order;
	return x < y ? -1 : x > y;
}

uint64_t item_seed(const struct item *it, uint64_t salt)
{
	const char *id = item_id(it);

	return XXH3_64bits_withSeed(id, strlen(id), salt);
}
