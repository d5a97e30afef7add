/*
 * yaml.c - --output yaml: block style, keys sorted, written by libyaml's emitter.
 *
 * The CLI hands its values to the same emitter (by way of ruamel.yaml), so folding, quoting of
 * what cannot be plain, and escapes are the emitter's; here is decided what it cannot know: which
 * texts would read back as something else, and what occurs twice.
 */
#include "base/intl.h"
#include "base/mem.h"
#include "base/whole.h"
#include "output/formats.h"
#include "output/members.h"
#include "output/python.h"
#include "output/resolve.h"
#include "output/unicode.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* A container that somebody else refers to as well; `anchor` is 0 until it is met again. */
struct shared {
	const json_t *value;
	int anchor;
	bool written;
};

struct writer {
	yaml_emitter_t emitter;
	struct err problem;    /* the first of a text; otherwise libyaml failed */
	struct shared *shared; /* open addressing; `cap` is a power of two, or 0 */
	size_t len, cap;
	int anchors;
};

/* --- What occurs twice ------------------------------------------------------------------------ */

static struct shared *find_slot(struct shared *slots, size_t cap, const json_t *value)
{
	size_t i = ((uintptr_t)value >> 4) * 0x9e3779b97f4a7c15u >> 20 & (cap - 1);

	while (slots[i].value && slots[i].value != value)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static void grow(struct writer *w)
{
	size_t cap = w->cap ? w->cap * 2 : 64;
	struct shared *slots = xcalloc(cap, sizeof *slots);

	for (size_t i = 0; i < w->cap; i++) {
		if (w->shared[i].value)
			*find_slot(slots, cap, w->shared[i].value) = w->shared[i];
	}
	free(w->shared);
	w->shared = slots;
	w->cap = cap;
}

/* What nobody else refers to cannot be met twice. */
static struct shared *shared_of(struct writer *w, const json_t *value)
{
	struct shared *slot;

	if (value->refcount < 2 || !w->cap)
		return NULL;
	slot = find_slot(w->shared, w->cap, value);
	return slot->value ? slot : NULL;
}

static bool met_before(struct writer *w, const json_t *value)
{
	struct shared *slot = shared_of(w, value);

	if (slot) {
		slot->anchor = slot->anchor ? slot->anchor : ++w->anchors;
		return true;
	}
	if (value->refcount < 2)
		return false;
	if (w->len * 2 >= w->cap)
		grow(w);
	find_slot(w->shared, w->cap, value)->value = value;
	w->len++;
	return false;
}

/* Numbers the anchors in the order in which repetitions are met, as the CLI's serializer does. */
static void survey(struct writer *w, const json_t *value)
{
	if (format_is_scalar(value) || met_before(w, value))
		return;
	for (size_t i = 0; i < json_array_size(value); i++)
		survey(w, json_array_get(value, i));
	if (json_is_object(value)) {
		struct members members = members_sorted(value);

		for (size_t i = 0; i < members.len; i++)
			survey(w, members.list[i].value);
		members_release(&members);
	}
}

/* --- Events ----------------------------------------------------------------------------------- */

static bool emit_value(struct writer *w, const json_t *value);

/* `made`: libyaml could initialise the event. */
static bool emit(struct writer *w, yaml_event_t *event, int made)
{
	return made && yaml_emitter_emit(&w->emitter, event);
}

/* Quoted unless `plain`, or where the emitter must. */
static bool emit_scalar(struct writer *w, const char *s, size_t n, bool plain)
{
	yaml_event_t event;
	int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)s, (int)n,
		plain, 1, YAML_ANY_SCALAR_STYLE);

	return emit(w, &event, made);
}

static bool emit_string(struct writer *w, const char *s, size_t n)
{
	return unicode_is_writable(s, n, &w->problem) &&
	       emit_scalar(w, s, n, resolve_is_text(s, n));
}

static void add_real(struct buf *out, double value)
{
	size_t from = out->len;

	python_float(out, value);
	if (strpbrk(out->s + from, "in")) { /* nan, inf, -inf */
		const char *sign = out->s[from] == '-' ? "-." : ".";
		char word[4];

		snprintf(word, sizeof word, "%s", out->s + from + (*sign == '-'));
		buf_truncate(out, from);
		buf_addf(out, "%s%s", sign, word);
	}
}

static bool emit_number(struct writer *w, const json_t *value)
{
	struct buf text = BUF_INIT;
	bool fine;

	if (json_is_real(value) && !whole_digits(value))
		add_real(&text, json_real_value(value));
	else
		python_str(&text, value);
	fine = emit_scalar(w, text.s, text.len, true);
	buf_release(&text);
	return fine;
}

static bool emit_array(struct writer *w, const json_t *array, const yaml_char_t *anchor)
{
	yaml_event_t event;
	int made = yaml_sequence_start_event_initialize(
		&event, anchor, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);

	if (!emit(w, &event, made))
		return false;
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (!emit_value(w, json_array_get(array, i)))
			return false;
	}
	return emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static bool emit_object(struct writer *w, const json_t *object, const yaml_char_t *anchor)
{
	struct members members = members_sorted(object);
	yaml_event_t event;
	int made = yaml_mapping_start_event_initialize(
		&event, anchor, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
	bool fine = emit(w, &event, made);

	for (size_t i = 0; fine && i < members.len; i++) {
		const struct member *m = &members.list[i];

		fine = emit_string(w, m->key, m->n) && emit_value(w, m->value);
	}
	members_release(&members);
	return fine && emit(w, &event, yaml_mapping_end_event_initialize(&event));
}

static bool emit_container(struct writer *w, const json_t *value)
{
	struct shared *shared = shared_of(w, value);
	const yaml_char_t *anchor = NULL;
	yaml_event_t event;
	char name[24];

	if (shared && shared->anchor) {
		snprintf(name, sizeof name, "id%03d", shared->anchor);
		anchor = (const yaml_char_t *)name;
		if (shared->written)
			return emit(w, &event, yaml_alias_event_initialize(&event, anchor));
		shared->written = true;
	}
	return (json_is_array(value) ? emit_array : emit_object)(w, value, anchor);
}

static bool emit_value(struct writer *w, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		return emit_container(w, value);
	case JSON_STRING:
		return emit_string(w, json_string_value(value), json_string_length(value));
	case JSON_INTEGER:
	case JSON_REAL:
		return emit_number(w, value);
	case JSON_TRUE:
		return emit_scalar(w, "true", 4, true);
	case JSON_FALSE:
		return emit_scalar(w, "false", 5, true);
	case JSON_NULL:
		return emit_scalar(w, "null", 4, true);
	}
	return false;
}

/* --- The document ----------------------------------------------------------------------------- */

static int append(void *data, unsigned char *bytes, size_t n)
{
	buf_add(data, bytes, n);
	return 1;
}

/* A page of a stream is the one element of a list. */
static bool emit_root(struct writer *w, const json_t *value, bool element)
{
	yaml_event_t event;

	if (!element)
		return emit_value(w, value);
	return emit(w, &event,
		       yaml_sequence_start_event_initialize(
			       &event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE)) &&
	       emit_value(w, value) && emit(w, &event, yaml_sequence_end_event_initialize(&event));
}

static bool emit_document(struct writer *w, const json_t *value, bool element)
{
	yaml_event_t event;

	return emit(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) &&
	       emit(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) &&
	       emit_root(w, value, element) &&
	       emit(w, &event, yaml_document_end_event_initialize(&event, 1)) &&
	       emit(w, &event, yaml_stream_end_event_initialize(&event)) &&
	       yaml_emitter_flush(&w->emitter);
}

bool format_yaml(struct buf *out, const json_t *value, bool element, struct err *err)
{
	struct writer w = {0};
	bool fine;

	if (!yaml_emitter_initialize(&w.emitter))
		mem_exhausted(sizeof w.emitter);
	yaml_emitter_set_output(&w.emitter, append, out);
	yaml_emitter_set_unicode(&w.emitter, 1);
	survey(&w, value);
	fine = emit_document(&w, value, element);
	if (!fine)
		err_set(err, ERR_DATA, "%s",
			w.problem.code
				? w.problem.text
				: _("The answer cannot be written as YAML. Use another --output."));
	yaml_emitter_delete(&w.emitter);
	free(w.shared);
	return fine;
}
