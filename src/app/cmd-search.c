/* cmd-search.c - finds words, or parts of them, in everything that is written in the notes. */
#include "app/app.h"
#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORDS_MAX = 8,
	SHOWN_PER_NOTE = 3,
	BEFORE = 60, /* bytes of a text shown before what was found */
	INDENT = 4,
};

/* The order of these is the order in which notes are listed, and hits within a note. */
enum hit_kind { HIT_TITLE, HIT_CARD, HIT_SUMMARY, HIT_BODY, HIT_ERRATUM };

struct hit {
	const struct note *note;
	enum hit_kind kind;
	const char *item; /* of a card; else the note's id */
	enum lang lang;
	const char *text;
	size_t order; /* of the note in the course */
};

struct search {
	struct app *app;
	struct buf words[WORDS_MAX]; /* folded; all must be found in one text */
	size_t n_words;
	struct buf folded; /* scratch */
	struct hit *hits;
	size_t n, cap;
};

/* ---- finding ---- */

/* Answers how many there are, even if that is more than WORDS_MAX. */
static size_t take_words(struct search *s, const struct args *args)
{
	size_t n = 0;

	for (int i = 0; i < args->n_operands; i++) {
		char *copy = xstrdup(args->operands[i]), *save = NULL;

		for (char *w = strtok_r(copy, " \t\n", &save); w;
			w = strtok_r(NULL, " \t\n", &save)) {
			if (n++ >= WORDS_MAX)
				continue;
			buf_init(&s->words[s->n_words]);
			text_fold(w, &s->words[s->n_words++]);
		}
		free(copy);
	}
	return n;
}

static bool has_all(struct search *s, const char *text)
{
	buf_clear(&s->folded);
	text_fold(text, &s->folded);
	for (size_t i = 0; i < s->n_words; i++)
		if (text_find(s->folded.s, s->words[i].s) < 0)
			return false;
	return true;
}

/* The learner's language is tried first; one hit for a text is enough. */
static bool search_text(struct search *s, struct hit hit, const struct text *t)
{
	enum lang first = s->app->screen.look.lang;

	for (int i = 0; i < LANGS; i++) {
		hit.lang = i ? (first == LANG_KO ? LANG_EN : LANG_KO) : first;
		hit.text = t->in[hit.lang];
		if (!hit.text || !has_all(s, hit.text))
			continue;
		ARRAY_GROW(s->hits, s->n, s->cap);
		s->hits[s->n++] = hit;
		return true;
	}
	return false;
}

static void search_note(struct search *s, const struct note *n, size_t order)
{
	struct hit hit = {.note = n, .item = n->id.s, .order = order};

	search_text(s, hit, &n->title);
	for (size_t i = 0; i < n->n_cues; i++) {
		hit.kind = HIT_CARD;
		hit.item = n->cues[i].item;
		if (!search_text(s, hit, &n->cues[i].ask))
			search_text(s, hit, &n->cues[i].answer);
	}
	hit.item = n->id.s;
	hit.kind = HIT_SUMMARY;
	search_text(s, hit, &n->summary);
	hit.kind = HIT_BODY;
	search_text(s, hit, &n->body);
	hit.kind = HIT_ERRATUM;
	for (size_t i = 0; i < n->n_errata; i++)
		search_text(s, hit, &n->errata[i].is);
}

/* Notes whose title has it come first, then those with a card about it; within that the course. */
static int by_relevance(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->note == y->note)
		return x->kind != y->kind ? (int)x->kind - (int)y->kind : 0;
	return x->order < y->order ? -1 : 1;
}

static void search_all(struct search *s)
{
	size_t n;
	struct note **notes = library_notes(&s->app->library, &n);

	for (size_t i = 0; i < n; i++)
		search_note(s, notes[i], i);
	for (size_t i = 0, first = 0; i < s->n; i++) {
		/* a note goes where its best hit belongs */
		if (s->hits[i].note != s->hits[first].note)
			first = i;
		s->hits[i].order += s->hits[first].kind * n;
	}
	if (s->n)
		qsort(s->hits, s->n, sizeof *s->hits, by_relevance);
}

/* ---- showing ---- */

/* One paragraph without its Markdown, on one line. */
static void flatten(const char *s, size_t len, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < len; i++) {
		size_t dashes = strspn(s + i, "-");

		if (strncmp(s + i, "](", 2) == 0) {
			i += strcspn(s + i, ")");
		} else if (dashes >= 3) {
			i += dashes - 1; /* the rule of a table */
		} else if (strchr("\n \t|", s[i])) {
			if (out->len && out->s[out->len - 1] != ' ')
				buf_addc(out, ' ');
		} else if (strncmp(s + i, "**", 2) == 0) {
			i++;
		} else if (!strchr("`[#>", s[i])) {
			buf_addc(out, s[i]);
		}
	}
}

/* The paragraph with the most of the words: the last one that has any, unless one has all. */
static void best_paragraph(struct search *s, const char *text, struct buf *out)
{
	struct buf paragraph = BUF_INIT;
	size_t best = 0;

	while (*text && best < s->n_words) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text), found = 0;

		flatten(text, len, &paragraph);
		buf_clear(&s->folded);
		text_fold(paragraph.s, &s->folded);
		for (size_t i = 0; i < s->n_words; i++)
			found += text_find(s->folded.s, s->words[i].s) >= 0;
		if (found > best) {
			best = found;
			buf_clear(out);
			buf_adds(out, paragraph.s);
		}
		text += len + strspn(text + len, "\n");
	}
	if (!best)
		flatten(text, strlen(text), out);
	buf_release(&paragraph);
}

/* Where the first of the words stands; folding may shift that a little, which does no harm. */
static long first_word(struct search *s, const char *line)
{
	long first = -1;

	buf_clear(&s->folded);
	text_fold(line, &s->folded);
	for (size_t i = 0; i < s->n_words; i++) {
		long at = text_find(s->folded.s, s->words[i].s);

		if (at >= 0 && (first < 0 || at < first))
			first = at;
	}
	return first;
}

/* Where an excerpt begins: at a word if one begins before what was found, else within one. */
static const char *excerpt_start(const char *line, size_t at)
{
	const char *from = line + at - BEFORE;
	size_t blank = strcspn(from, " ");

	if (blank < BEFORE)
		return from + blank + 1;
	while (((unsigned char)*from & 0xc0) == 0x80)
		from++;
	return from;
}

/* The neighbourhood of what was found, at most two lines of the screen. */
static void excerpt(struct search *s, const char *text, struct buf *out)
{
	struct buf line = BUF_INIT;
	const char *from;
	size_t fits;
	long at;

	best_paragraph(s, text, &line);
	at = first_word(s, line.s);
	from = line.s;
	if (at > BEFORE && (size_t)at < line.len) {
		from = excerpt_start(from, (size_t)at);
		buf_adds(out, ".. ");
	}
	buf_adds(out, from);
	fits = text_fit(out->s, out->len, (s->app->screen.look.columns - INDENT) * 2 - 12);
	if (fits < out->len) {
		size_t word = fits;

		while (word && out->s[word] != ' ')
			word--;
		if (word > fits / 2)
			fits = word;
		buf_truncate(out, fits);
		buf_adds(out, " ..");
	}
	buf_release(&line);
}

/* Marks the words in colour; where folding changed lengths the text stays as it is. */
static void mark_words(struct search *s, struct buf *text)
{
	struct buf marked = BUF_INIT;
	size_t i = 0;

	buf_clear(&s->folded);
	text_fold(text->s, &s->folded);
	if (!s->app->screen.look.colour || s->folded.len != text->len)
		return;
	while (i < text->len) {
		size_t len = 0;

		for (size_t w = 0; w < s->n_words; w++)
			if (strncmp(s->folded.s + i, s->words[w].s, s->words[w].len) == 0 &&
				s->words[w].len > len)
				len = s->words[w].len;
		if (len)
			buf_addf(&marked, "\033[1;33m%.*s\033[0m", (int)len, text->s + i);
		else
			buf_addc(&marked, text->s[i]);
		i += len ? len : 1;
	}
	buf_release(text);
	*text = marked;
}

static const char *kind_label(enum hit_kind kind)
{
	switch (kind) {
	case HIT_CARD:
		return _("card");
	case HIT_SUMMARY:
		return _("summary");
	case HIT_ERRATUM:
		return _("heard elsewhere");
	default:
		return _("note");
	}
}

static void show_hit(struct search *s, const struct hit *h, struct buf *out)
{
	const struct look *look = &s->app->screen.look;
	struct buf part = BUF_INIT, first = BUF_INIT;

	excerpt(s, h->text, &part);
	mark_words(s, &part);
	buf_addf(&first, "  %s: ", kind_label(h->kind));
	if (h->lang != look->lang && !look->both)
		buf_addf(&first, "(%s) ", lang_code[h->lang]);
	text_wrap(out, part.s, look->columns, first.s, "    ");
	buf_release(&part);
	buf_release(&first);
}

static void show_note_head(struct search *s, const struct note *n, struct buf *out)
{
	struct buf head = BUF_INIT;

	buf_addc(out, '\n');
	title_of(&head, &s->app->screen.look, &n->title);
	buf_addf(&head, " (%s)", n->id.s);
	wrapped_add(out, &s->app->screen.look, STYLE_KEY, head.s);
	buf_release(&head);
}

static void show_all(struct search *s, struct buf *out)
{
	size_t notes = 0, shown = 0;

	for (size_t i = 0; i < s->n; i++)
		notes += i == 0 || s->hits[i].note != s->hits[i - 1].note;
	buf_addf(out, P_("Found in %zu note.", "Found in %zu notes.", notes), notes);
	buf_addf(out, " %s\n", _("To read one: amidojo notes NAME, the word in brackets."));
	for (size_t i = 0; i < s->n; i++) {
		const struct hit *h = &s->hits[i];

		if (i == 0 || h->note != h[-1].note) {
			show_note_head(s, h->note, out);
			shown = 0;
		}
		if (h->kind == HIT_TITLE)
			continue;
		if (shown++ < SHOWN_PER_NOTE)
			show_hit(s, h, out);
		else if (i + 1 == s->n || h[1].note != h->note)
			buf_addf(out,
				P_("  %zu more place\n", "  %zu more places\n",
					shown - SHOWN_PER_NOTE),
				shown - SHOWN_PER_NOTE);
	}
}

static void print_json(struct search *s)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->n; i++) {
		struct buf part = BUF_INIT;

		excerpt(s, s->hits[i].text, &part);
		json_array_append_new(
			all, json_pack("{s:s, s:s, s:s, s:s}", "note", s->hits[i].note->id.s, "in",
				     s->hits[i].item, "language", lang_code[s->hits[i].lang],
				     "text", part.s));
		buf_release(&part);
	}
	json_out(all);
}

static int report(struct search *s, const struct args *args)
{
	struct app *a = s->app;
	struct buf out = BUF_INIT;
	int code = EXIT_OK;

	if (a->json) {
		print_json(s);
	} else if (!s->n) {
		app_say(a,
			_("Nothing found for '%s'. Fewer or shorter words find more: any part of a word will do."),
			args->operands[0]);
		code = a->at_home ? EXIT_OK : EXIT_PROBLEM;
	} else {
		show_all(s, &out);
		code = app_show(a, &out);
	}
	buf_release(&out);
	return code;
}

static int search_run(struct app *a, const struct args *args)
{
	struct search s = {.app = a, .folded = BUF_INIT};
	struct err e = {0};
	size_t n = take_words(&s, args);
	int code;

	if (!n)
		err_set(&e, ERR_USAGE, _("search for what? amidojo search TEXT..."));
	else if (n > WORDS_MAX)
		err_set(&e, ERR_USAGE, _("search takes at most %d words, not %zu; leave some out"),
			WORDS_MAX, n);
	if (e.code || !app_open_content(a, &e)) {
		code = app_fail(a, &e);
	} else {
		search_all(&s);
		code = report(&s, args);
	}
	for (size_t i = 0; i < s.n_words; i++)
		buf_release(&s.words[i]);
	buf_release(&s.folded);
	free(s.hits);
	return code;
}

const struct command cmd_search = {
	.name = "search",
	.synopsis = "TEXT...",
	.summary = N_("find words, or any part of them, in notes, cards and corrections"),
	.min_operands = 1,
	.max_operands = -1,
	.run = search_run,
};
