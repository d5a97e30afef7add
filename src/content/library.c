/* library.c - finding, reading and indexing content; see library.h. */
#include "content/library.h"

#include "base/intl.h"
#include "base/text.h"
#include "content/cache.h"
#include "content/check.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <xxhash.h>

/* A file to read, in the order of reading. */
struct source_file {
	const char *path;
	struct stat st;
	int rank;
	bool checked;
};

struct loading {
	struct library *lib;
	const struct library_options *options;
	struct diags ignored; /* of roots that are only context */
	struct map seen;      /* files by device and inode */
	struct source_file *files;
	size_t n_files, cap_files;
};

static struct diags *diags_for(struct loading *in, bool checked)
{
	return checked ? &in->lib->diags : &in->ignored;
}

/* ---- finding ---- */

static bool is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

/* Roots may overlap: a file is read once, under its first name. */
static bool is_known(struct loading *in, const struct stat *st)
{
	char key[48];

	snprintf(key, sizeof key, "%llx:%llx", (unsigned long long)st->st_dev,
		(unsigned long long)st->st_ino);
	if (map_get(&in->seen, key))
		return true;
	map_add(&in->seen, arena_strdup(&in->lib->arena, key), in);
	return false;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void file_problem(struct loading *in, const char *path, bool checked, const char *text)
{
	diag_error(diags_for(in, checked),
		(struct place){arena_strdup(&in->lib->arena, path), 0, 0}, "%s", text);
}

static void find_entry(struct loading *in, const struct library_root *root, FTS *fts, FTSENT *e)
{
	switch (e->fts_info) {
	case FTS_D:
		/* hidden folders (.git) are not content */
		if (e->fts_level > 0 && e->fts_name[0] == '.')
			fts_set(fts, e, FTS_SKIP);
		return;
	case FTS_F:
	case FTS_DEFAULT:
		if (e->fts_level > 0 && (!is_yaml(e->fts_name) || e->fts_name[0] == '.'))
			return;
		if (is_known(in, e->fts_statp))
			return;
		ARRAY_GROW(in->files, in->n_files, in->cap_files);
		in->files[in->n_files++] = (struct source_file){
			.path = arena_strdup(&in->lib->arena, e->fts_path),
			.st = *e->fts_statp,
			.rank = root->rank,
			.checked = root->checked,
		};
		return;
	case FTS_DC:
		file_problem(in, e->fts_path, root->checked,
			_("the folder contains itself through a link"));
		return;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
	case FTS_SLNONE:
		if (!(root->optional && e->fts_level == 0))
			file_problem(in, e->fts_path, root->checked,
				strerror(e->fts_errno ? e->fts_errno : ENOENT));
		return;
	default:
		return;
	}
}

static void find_files(struct loading *in, const struct library_root *root)
{
	char *path = xstrdup(root->path);
	char *paths[] = {path, NULL};
	size_t len = strlen(path);
	FTSENT *e;
	FTS *fts;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
	if (!fts) {
		if (!root->optional)
			file_problem(in, path, root->checked, strerror(errno));
		free(path);
		return;
	}
	while ((e = fts_read(fts)))
		find_entry(in, root, fts, e);
	fts_close(fts);
	free(path);
}

/* ---- reading ---- */

/* The whole file in `out`; false with a reported problem. */
static bool read_file(struct loading *in, const struct source_file *f, struct buf *out)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t got = 0;

	if (fd < 0 || fstat(fd, &st) != 0) {
		file_problem(in, f->path, f->checked, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > TREE_MAX_BYTES) {
		close(fd);
		if (!S_ISREG(st.st_mode))
			file_problem(in, f->path, f->checked, _("not a regular file"));
		else
			diag_error(diags_for(in, f->checked), (struct place){f->path, 0, 0},
				_("the file has %lld MiB; at most %d MiB are read; split it"),
				(long long)(st.st_size >> 20), TREE_MAX_BYTES >> 20);
		return false;
	}
	buf_reserve(out, (size_t)st.st_size + 1);
	while (out->len <= TREE_MAX_BYTES &&
		(got = read(fd, out->s + out->len, out->cap - out->len - 1)) > 0) {
		buf_truncate(out, out->len + (size_t)got);
		buf_reserve(out, 1);
	}
	if (got < 0)
		file_problem(in, f->path, f->checked, strerror(errno));
	close(fd);
	return got == 0;
}

static bool read_tree(struct loading *in, const struct source_file *f, struct tree *t)
{
	struct library *l = in->lib;
	struct buf bytes = BUF_INIT;
	bool ok;

	l->files++;
	l->bytes += (size_t)f->st.st_size;
	if (cache_fresh(l->cache, f->path, &f->st, t))
		return true;
	ok = read_file(in, f, &bytes);
	if (ok && !cache_same_bytes(l->cache, f->path, &f->st, bytes.s, bytes.len, t)) {
		struct diags *d = diags_for(in, f->checked);
		size_t errors = d->errors;

		l->parsed++;
		ok = tree_parse(t, f->path, bytes.s, bytes.len, &l->arena, d);
		/* a tree with problems of its own is parsed anew, so that they are told anew */
		if (ok && d->errors == errors)
			cache_add(l->cache, f->path, &f->st, bytes.s, bytes.len, t);
	}
	buf_release(&bytes);
	return ok;
}

/* ---- indexing ---- */

/* What every document struct begins with. */
struct document_head {
	struct place at;
	struct word id;
};

static bool has_id(enum document kind)
{
	return kind <= DOC_EXAM;
}

/* Files come by rank, so who is there already is of a higher rank or a duplicate. */
static bool admit(struct loading *in, const struct source_file *f, enum document kind, void *doc)
{
	struct documents *of = &in->lib->of[kind];
	struct document_head *head = doc, *first;

	if (!has_id(kind))
		return true;
	first = map_get(&of->by_id, head->id.s);
	if (!first)
		return true;
	if (library_rank(in->lib, first->at.file) == f->rank)
		report_duplicate(
			diags_for(in, f->checked), document_key[kind], &head->id, first->id.at);
	return false;
}

static void keep_document(struct documents *of, enum document kind, void *doc)
{
	struct document_head *head = doc;

	ARRAY_GROW(of->items, of->len, of->cap);
	of->items[of->len++] = doc;
	if (has_id(kind) && head->id.s)
		map_add(&of->by_id, head->id.s, doc);
}

static void load_file(struct loading *in, const struct source_file *f)
{
	struct library *l = in->lib;
	struct tree *t = arena_alloc(&l->arena, sizeof *t);
	struct binder b = {
		.tree = t,
		.arena = &l->arena,
		.diags = diags_for(in, f->checked),
		.lint = in->options->lint && f->checked,
	};
	enum document kind;
	void *doc;
	int *rank;
	bool sound;

	rank = arena_alloc(&l->arena, sizeof *rank);
	*rank = f->rank;
	map_add(&l->ranks, f->path, rank);
	if (!read_tree(in, f, t))
		return;
	map_add(&l->trees, f->path, t);
	kind = document_of(&b);
	if (kind == DOCS)
		return;
	doc = arena_alloc(&l->arena, document_shape[kind].size);
	sound = shape_bind(&b, &document_shape[kind], tree_root(t), doc);
	if (f->checked)
		map_add(&l->checked_files, f->path, doc);
	if (sound && admit(in, f, kind, doc))
		keep_document(&l->of[kind], kind, doc);
	else if (!sound)
		keep_document(&l->broken[kind], kind, doc);
}

/* ---- linking ---- */

static struct topic *add_topic(struct library *l, struct topic *t)
{
	if (map_get(&l->topic_by_id, t->id.s))
		return map_get(&l->topic_by_id, t->id.s);
	ARRAY_GROW(l->topics, l->n_topics, l->cap_topics);
	l->topics[l->n_topics++] = t;
	return map_add(&l->topic_by_id, t->id.s, t);
}

/* A topic that no topics.yaml lists is called by its id. */
static struct topic *topic_of(struct library *l, const struct note *n)
{
	struct topic *t = map_get(&l->topic_by_id, n->topic.s);

	if (t)
		return t;
	t = arena_calloc(&l->arena, sizeof *t);
	t->at = n->topic.at;
	t->id = n->topic;
	for (int lang = 0; lang < LANGS; lang++)
		t->title.in[lang] = n->topic.s;
	return add_topic(l, t);
}

struct ordered_note {
	struct note *note;
	size_t topic, place; /* positions in the course */
};

static int by_course(const void *a, const void *b)
{
	const struct ordered_note *x = a, *y = b;

	if (x->topic != y->topic)
		return x->topic < y->topic ? -1 : 1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return strcmp(x->note->id.s, y->note->id.s);
}

static size_t place_in_topic(const struct topic *t, const char *id)
{
	size_t i = 0;

	while (i < t->n_notes && strcmp(t->notes[i].s, id) != 0)
		i++;
	return i;
}

static void order_notes(struct library *l)
{
	struct documents *notes = &l->of[DOC_NOTE];
	struct ordered_note *order = xcalloc(notes->len, sizeof *order);

	for (size_t i = 0; i < notes->len; i++) {
		struct note *n = notes->items[i];
		struct topic *t = topic_of(l, n);
		size_t k = 0;

		while (l->topics[k] != t)
			k++;
		n->in_topic = t;
		order[i] = (struct ordered_note){n, k, place_in_topic(t, n->id.s)};
	}
	if (notes->len)
		qsort(order, notes->len, sizeof *order, by_course);
	for (size_t i = 0; i < notes->len; i++)
		notes->items[i] = order[i].note;
	free(order);
}

static void index_cues(struct library *l)
{
	struct documents *notes = &l->of[DOC_NOTE];
	struct buf item = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < notes->len; i++)
		n += ((struct note *)notes->items[i])->n_cues;
	l->cues = arena_alloc(&l->arena, n * sizeof(struct cue *));
	for (size_t i = 0; i < notes->len; i++) {
		struct note *note = notes->items[i];

		for (size_t k = 0; k < note->n_cues; k++) {
			struct cue *cue = &note->cues[k];

			buf_clear(&item);
			buf_addf(&item, "%s/%s", note->id.s, cue->id.s);
			cue->item = arena_strndup(&l->arena, item.s, item.len);
			cue->note = note;
			cue->order = l->n_cues;
			if (map_add(&l->cue_by_item, cue->item, cue) == cue)
				l->cues[l->n_cues++] = cue;
		}
	}
	buf_release(&item);
}

static void index_facts(struct library *l)
{
	struct documents *facts = &l->of[DOC_FACTS];

	for (size_t i = 0; i < facts->len; i++) {
		struct facts *f = facts->items[i];

		for (size_t k = 0; k < f->n_items; k++)
			map_add(&l->fact_by_id, f->items[k].id.s, &f->items[k]);
	}
}

/* What can be asked: every option either right or wrong, and at most as many as there are digits to
 * pick them by. What is not so, check reports. */
static bool is_askable(const struct question *q)
{
	size_t right = 0;

	for (size_t i = 0; i < q->n_options; i++) {
		bool is_right = q->options[i].right.in[LANG_EN] || q->options[i].right.in[LANG_KO];
		bool is_wrong = q->options[i].wrong.in[LANG_EN] || q->options[i].wrong.in[LANG_KO];

		if (is_right == is_wrong)
			return false;
		right += is_right;
	}
	return q->n_options >= 2 && q->n_options <= OPTIONS_MAX && right > 0 &&
	       right < q->n_options;
}

static int by_bank(const void *a, const void *b)
{
	const struct question *x = *(struct question *const *)a, *y = *(struct question *const *)b;
	int order = strcmp(x->bank->id.s, y->bank->id.s);

	/* in the array of one bank a later question has the greater address */
	return order ? order : x < y ? -1 : x > y;
}

static void index_questions(struct library *l)
{
	struct documents *banks = &l->of[DOC_BANK];
	size_t n = 0;

	for (size_t i = 0; i < banks->len; i++)
		n += ((struct bank *)banks->items[i])->n_questions;
	l->questions = arena_alloc(&l->arena, (n + 1) * sizeof(struct question *));
	for (size_t i = 0; i < banks->len; i++) {
		struct bank *bank = banks->items[i];

		for (size_t k = 0; k < bank->n_questions; k++) {
			struct question *q = &bank->questions[k];

			q->bank = bank;
			q->in_note = q->note.s ? library_note(l, q->note.s) : NULL;
			if (map_add(&l->question_by_id, q->id.s, q) == q && is_askable(q))
				l->questions[l->n_questions++] = q;
		}
	}
	if (l->n_questions)
		qsort(l->questions, l->n_questions, sizeof *l->questions, by_bank);
	for (size_t i = 0; i < l->n_questions; i++)
		l->questions[i]->order = i;
}

static void link_all(struct library *l)
{
	struct documents *topics = &l->of[DOC_TOPICS];

	for (size_t i = 0; i < topics->len; i++) {
		struct topics *t = topics->items[i];

		for (size_t k = 0; k < t->n_items; k++)
			add_topic(l, &t->items[k]);
	}
	order_notes(l);
	index_cues(l);
	index_facts(l);
	index_questions(l);
}

void library_load(struct library *l, const struct library_options *o)
{
	struct loading in = {.lib = l, .options = o};

	*l = (struct library){0};
	l->cache = cache_open(o->cache);
	for (size_t i = 0; i < o->n_roots; i++)
		find_files(&in, &o->roots[i]);
	for (size_t i = 0; i < in.n_files; i++)
		load_file(&in, &in.files[i]);
	link_all(l);
	if (o->lint)
		check_library(l);
	cache_save(l->cache);
	diags_sort(&l->diags);
	diags_release(&in.ignored);
	map_release(&in.seen);
	free(in.files);
}

void library_release(struct library *l)
{
	for (int kind = 0; kind < DOCS; kind++) {
		free(l->of[kind].items);
		map_release(&l->of[kind].by_id);
		free(l->broken[kind].items);
		map_release(&l->broken[kind].by_id);
	}
	free(l->topics);
	map_release(&l->checked_files);
	map_release(&l->ranks);
	map_release(&l->trees);
	map_release(&l->topic_by_id);
	map_release(&l->fact_by_id);
	map_release(&l->cue_by_item);
	map_release(&l->question_by_id);
	cache_close(l->cache);
	diags_release(&l->diags);
	arena_release(&l->arena);
}

int library_rank(const struct library *l, const char *file)
{
	return *(const int *)map_get(&l->ranks, file);
}

const struct tree *library_tree(const struct library *l, const char *file)
{
	return map_get(&l->trees, file);
}

const struct note *library_note(const struct library *l, const char *id)
{
	return map_get(&l->of[DOC_NOTE].by_id, id);
}

const struct cue *library_cue(const struct library *l, const char *item)
{
	return map_get(&l->cue_by_item, item);
}

const struct question *library_question(const struct library *l, const char *id)
{
	const struct question *q = map_get(&l->question_by_id, id);

	return q && is_askable(q) ? q : NULL;
}

static const struct exam_alias *alias_of(const struct exam *exam, const char *id)
{
	for (size_t i = 0; i < exam->n_aliases; i++)
		if (strcasecmp(exam->aliases[i].id.s, id) == 0)
			return &exam->aliases[i];
	return NULL;
}

const struct exam *library_exam(
	const struct library *l, const char *id, const struct exam_alias **alias)
{
	const struct documents *exams = &l->of[DOC_EXAM];

	*alias = NULL;
	for (size_t i = 0; i < exams->len; i++) {
		const struct exam *exam = exams->items[i];

		if (strcasecmp(exam->id.s, id) == 0)
			return exam;
	}
	for (size_t i = 0; i < exams->len; i++) {
		*alias = alias_of(exams->items[i], id);
		if (*alias)
			return exams->items[i];
	}
	return NULL;
}

/* ---- identity ---- */

static void hash_text(struct buf *all, const struct text *t)
{
	for (int lang = 0; lang < LANGS; lang++) {
		const char *s = t->in[lang] ? t->in[lang] : "";

		text_nfc(s, strlen(s), all);
		buf_addc(all, '\0');
	}
}

static uint64_t hash_end(struct buf *all)
{
	uint64_t hash = XXH3_64bits(all->s, all->len);

	buf_release(all);
	return hash ? hash : 1;
}

uint64_t cue_hash(const struct cue *c)
{
	struct buf all = BUF_INIT;

	hash_text(&all, &c->ask);
	hash_text(&all, &c->answer);
	return hash_end(&all);
}

uint64_t question_hash(const struct question *q)
{
	struct buf all = BUF_INIT;

	hash_text(&all, &q->ask);
	for (size_t i = 0; i < q->n_options; i++) {
		hash_text(&all, &q->options[i].right);
		hash_text(&all, &q->options[i].wrong);
	}
	return hash_end(&all);
}
