/* keep.c - the world as text, whole or in pieces; see world.h. */
#include "base/json.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- what has changed since it was kept ---- */

void dirty_add(struct world *w, struct shelf *s, const char *id)
{
	struct buf key = BUF_INIT;

	buf_addf(&key, "%s\n%s", s->key, id);
	if (!map_get(&w->dirty_keys, key.s)) {
		char *name = arena_strndup(&w->dirty_names, key.s, key.len);

		map_add(&w->dirty_keys, name, name);
		ARRAY_GROW(w->dirty, w->n_dirty, w->cap_dirty);
		w->dirty[w->n_dirty++] = (struct dirty){s, name + strlen(s->key) + 1};
	}
	buf_release(&key);
}

void dirty_clear(struct world *w)
{
	map_release(&w->dirty_keys);
	arena_release(&w->dirty_names);
	w->n_dirty = 0;
}

static int by_place(const void *a, const void *b)
{
	const struct dirty *x = a, *y = b;
	int order = x->shelf == y->shelf ? 0 : strcmp(x->shelf->key, y->shelf->key);

	return order ? order : strcmp(x->id, y->id);
}

void world_dirty_sort(struct world *w)
{
	if (w->n_dirty > 1)
		qsort(w->dirty, w->n_dirty, sizeof *w->dirty, by_place);
}

/* The document as canonical text; "null" for a tombstone. */
static void add_document(struct buf *out, const struct entry *e)
{
	if (e->text)
		buf_add(out, e->text, e->text_length);
	else if (!e->doc || !buf_add_json(out, e->doc, JSON_COMPACT | JSON_SORT_KEYS))
		buf_adds(out, "null");
}

/* Whether the entry differs from what genesis gives. */
static bool own(const struct entry *e)
{
	return e->text || e->doc != e->birth;
}

bool world_row_dirty(
	const struct world *w, size_t i, struct buf *doc, struct world_row *row, bool *gone)
{
	const struct dirty *d;
	struct entry *e;

	if (i >= w->n_dirty)
		return false;
	d = &w->dirty[i];
	e = shelf_get(d->shelf, d->id);
	*row = (struct world_row){.in = d->shelf->in, .id = d->id, .timer = INT64_MIN};
	*gone = !e || !own(e);
	if (*gone)
		return true;
	row->order = e->order;
	if (!entry_lives(e))
		return true;
	timer_at(entry_doc(e), &row->timer);
	buf_clear(doc);
	add_document(doc, e);
	row->text = doc->s;
	row->length = doc->len;
	return true;
}

bool world_steps_torn(const struct world *w)
{
	return w->torn;
}

void world_kept(struct world *w)
{
	dirty_clear(w);
	w->n_kept = w->n_steps;
	w->torn = false;
}

/* ---- rows ---- */

/* The entry that a row fills: new, or one that genesis gave and nobody has touched. */
static struct entry *entry_for_row(struct world *w, const struct world_row *row)
{
	struct shelf *s = shelf_make(w, row->in);
	struct entry *e = shelf_get(s, row->id);

	if (!row->order || row->order > w->counters.order)
		return NULL;
	if (!e)
		return row->text ? entry_new(s, row->id, row->order) : NULL;
	if (!e->birth || e->doc != e->birth)
		return NULL;
	return e; /* in its own place: what is given may have grown or shrunk since */
}

bool world_row_read(struct world *w, const struct world_row *row)
{
	struct entry *e = entry_for_row(w, row);
	bool fresh = e && !entry_lives(e);

	if (!e) /* gone is also what is given no more */
		return !row->text && row->order && row->order < FIRST_ORDER;
	if (!row->text) {
		entry_set(w, e->shelf, row->id, NULL, 0);
		return true;
	}
	e->text = xstrndup(row->text, row->length);
	e->text_length = row->length;
	json_decref(e->doc);
	e->doc = NULL;
	if (fresh)
		entry_link(e);
	if (row->timer != INT64_MIN)
		timer_add(w, e->shelf, e->id, row->timer);
	return true;
}

/* ---- the rest ---- */

static json_t *pack_counters(struct counters c)
{
	char random[17];

	snprintf(random, sizeof random, "%llx", (unsigned long long)c.random);
	return json_pack("[I, s, I]", (json_int_t)c.now, random, (json_int_t)c.order);
}

static bool unpack_counters(json_t *row, struct counters *c)
{
	json_int_t now, order;
	const char *random;

	if (json_unpack(row, "[I, s, I!]", &now, &random, &order) != 0 || order < FIRST_ORDER ||
		now > WORLD_END || now < -WORLD_END)
		return false;
	*c = (struct counters){now, strtoull(random, NULL, 16), (uint64_t)order};
	return true;
}

static void dump(json_t *value, struct buf *out)
{
	if (!buf_add_json(out, value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY))
		buf_adds(out, "null");
	json_decref(value);
}

static json_t *pack_origin(const struct world *w)
{
	char seed[17];

	snprintf(seed, sizeof seed, "%llx", (unsigned long long)w->options.seed);
	return json_pack("[s, I]", seed, (json_int_t)w->options.start_ms);
}

static bool unpack_origin(json_t *row, struct world *w)
{
	const char *seed;
	json_int_t start;

	if (json_unpack(row, "[s, I!]", &seed, &start) != 0 || start > WORLD_END ||
		start < -WORLD_END)
		return false;
	w->options.seed = strtoull(seed, NULL, 16);
	w->options.start_ms = start;
	return true;
}

void world_state_write(const struct world *w, struct buf *out)
{
	dump(json_pack("{s:i, s:o, s:o, s:I}", "format", 1, "origin", pack_origin(w), "counters",
		     pack_counters(w->counters), "done", (json_int_t)world_done(w)),
		out);
}

bool world_state_read(struct world *w, const char *text, size_t n)
{
	json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
	json_t *counters = NULL, *origin = NULL;
	json_int_t done = 0;
	int format = 0;
	bool ok = root &&
		  json_unpack(root, "{s:i, s:o, s:o, s:I!}", "format", &format, "origin", &origin,
			  "counters", &counters, "done", &done) == 0 &&
		  format == 1 && done >= 0 && unpack_counters(counters, &w->counters) &&
		  unpack_origin(origin, w);

	if (ok)
		w->first_step = w->done_when_kept = (uint64_t)done;
	json_decref(root);
	return ok;
}

/* ---- steps ---- */

void world_steps(const struct world *w, uint64_t *first, uint64_t *last, uint64_t *changed)
{
	*first = w->first_step;
	*last = w->first_step + w->n_steps;
	*changed = w->first_step + w->n_kept;
}

uint64_t world_done(const struct world *w)
{
	return w->first_step + w->n_done;
}

static json_t *pack_change(const struct change *c)
{
	return json_pack("[s, s, s, s, I, O?, O?]", c->shelf->in.account, c->shelf->in.region,
		c->shelf->in.kind, c->id, (json_int_t)c->order, c->before, c->after);
}

void world_step_write(const struct world *w, uint64_t number, struct buf *out)
{
	const struct step *s = &w->steps[number - w->first_step];
	json_t *changes = json_array();

	for (size_t i = 0; i < s->len; i++)
		json_array_append_new(changes, pack_change(&s->changes[i]));
	dump(json_pack("{s:s?, s:o, s:o, s:o}", "label", s->label, "before",
		     pack_counters(s->before), "after", pack_counters(s->after), "changes",
		     changes),
		out);
}

static json_t *or_nothing(json_t *doc)
{
	return json_is_object(doc) ? json_incref(doc) : NULL;
}

static bool read_change(struct world *w, struct step *s, json_t *row)
{
	struct place_of in;
	const char *id;
	json_int_t order;
	json_t *before, *after;

	if (json_unpack(row, "[s, s, s, s, I, o, o!]", &in.account, &in.region, &in.kind, &id,
		    &order, &before, &after) != 0)
		return false;
	ARRAY_GROW(s->changes, s->len, s->cap);
	s->changes[s->len++] = (struct change){
		.shelf = shelf_make(w, in),
		.id = xstrdup(id),
		.order = (uint64_t)order,
		.before = or_nothing(before),
		.after = or_nothing(after),
	};
	return true;
}

bool world_step_read(struct world *w, uint64_t number, const char *text, size_t n)
{
	json_t *root = json_loadb(text, n, JSON_ALLOW_NUL, NULL), *label, *before, *after, *changes,
	       *row;
	size_t i;
	struct step s = {0};
	bool ok = root && (!w->n_steps || number == w->first_step + w->n_steps) &&
		  json_unpack(root, "{s:o, s:o, s:o, s:o!}", "label", &label, "before", &before,
			  "after", &after, "changes", &changes) == 0 &&
		  json_is_array(changes) && unpack_counters(before, &s.before) &&
		  unpack_counters(after, &s.after);

	if (ok) {
		s.label = json_is_string(label) ? xstrdup(json_string_value(label)) : NULL;
		json_array_foreach(changes, i, row) ok = ok && read_change(w, &s, row);
	}
	json_decref(root);
	if (!ok) {
		step_release(&s);
		return false;
	}
	if (!w->n_steps)
		w->first_step = number;
	step_add(w, s);
	w->n_done = w->n_steps;
	if (w->first_step + w->n_steps > w->done_when_kept) /* it was undone */
		w->n_done = w->done_when_kept > w->first_step
				    ? (size_t)(w->done_when_kept - w->first_step)
				    : 0;
	return true;
}

/* ---- whole ---- */

static int by_order(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->shelf != y->shelf)
		return strcmp(x->shelf->key, y->shelf->key);
	return strcmp(x->id, y->id);
}

static struct entry **own_entries(const struct world *w, size_t *n)
{
	struct entry **all;
	size_t most = 0;

	for (size_t i = 0; i < w->n_shelves; i++)
		most += w->shelf_list[i]->by_id.len;
	all = xcalloc(most + 1, sizeof(struct entry *));
	*n = 0;
	for (size_t i = 0; i < w->n_shelves; i++) {
		const struct map *m = &w->shelf_list[i]->by_id;

		for (size_t k = 0; k < m->cap; k++)
			if (m->slots[k].key && own(m->slots[k].value))
				all[(*n)++] = m->slots[k].value;
	}
	qsort(all, *n, sizeof(struct entry *), by_order);
	return all;
}

static void add_text(struct buf *out, const char *text)
{
	dump(json_string(text), out);
}

void world_write(const struct world *w, struct buf *out)
{
	size_t n;
	struct entry **all = own_entries(w, &n);

	buf_adds(out, "{\"format\":1,\"origin\":");
	dump(pack_origin(w), out);
	buf_adds(out, ",\"counters\":");
	dump(pack_counters(w->counters), out);
	buf_adds(out, ",\"resources\":[");
	for (size_t i = 0; i < n; i++) {
		const struct place_of *in = &all[i]->shelf->in;
		const char *parts[] = {in->account, in->region, in->kind, all[i]->id};

		buf_adds(out, i ? ",\n[" : "\n[");
		for (size_t k = 0; k < ARRAY_LEN(parts); k++, buf_addc(out, ','))
			add_text(out, parts[k]);
		buf_addf(out, "%llu,", (unsigned long long)all[i]->order);
		add_document(out, all[i]);
		buf_addc(out, ']');
	}
	buf_adds(out, "\n]}\n");
	free(all);
}

/* Strings that a shelf's key is joined of. */
static bool fits_key(const char *s)
{
	return !strchr(s, '\n');
}

static bool read_resource(struct world *w, json_t *in)
{
	struct world_row row = {.timer = INT64_MIN};
	json_int_t order;
	json_t *doc;
	struct entry *e;

	if (json_unpack(in, "[s, s, s, s, I, o!]", &row.in.account, &row.in.region, &row.in.kind,
		    &row.id, &order, &doc) != 0 ||
		!(json_is_object(doc) || json_is_null(doc)) || order <= 0 ||
		!fits_key(row.in.account) || !fits_key(row.in.region) || !fits_key(row.in.kind))
		return false;
	row.order = (uint64_t)order;
	if (json_is_null(doc))
		return world_row_read(w, &row);
	row.text = "";
	e = entry_for_row(w, &row);
	if (!e)
		return false;
	entry_set(w, e->shelf, row.id, json_incref(doc), row.order);
	return true;
}

static void empty(struct world *w, struct counters fresh)
{
	for (size_t i = 0; i < w->n_shelves; i++) {
		shelf_release(w->shelf_list[i]);
		*w->shelf_list[i] =
			(struct shelf){.key = w->shelf_list[i]->key, .in = w->shelf_list[i]->in};
	}
	timers_release(w);
	dirty_clear(w);
	w->counters = fresh;
}

bool world_read(struct world *w, const char *bytes, size_t n)
{
	json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	json_t *origin = NULL, *counters = NULL, *rows = NULL, *row;
	struct world_options begun = w->options;
	struct counters fresh = w->counters;
	int format = 0;
	bool ok;
	size_t i;

	ok = root &&
	     json_unpack(root, "{s:i, s:o, s:o, s:o!}", "format", &format, "origin", &origin,
		     "counters", &counters, "resources", &rows) == 0 &&
	     format == 1 && json_is_array(rows) && unpack_counters(counters, &w->counters) &&
	     unpack_origin(origin, w);
	if (ok)
		json_array_foreach(rows, i, row) ok = ok && read_resource(w, row);
	if (!ok) {
		empty(w, fresh);
		w->options = begun;
	}
	json_decref(root);
	return ok;
}
