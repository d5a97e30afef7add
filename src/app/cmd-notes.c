/* cmd-notes.c - reading: the notes, and a search through everything written in them. */
#include "app/app.h"
#include "app/look.h"
#include "app/note.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- notes ---- */

static json_t *note_json(const struct note *n, const struct look *look)
{
	return json_pack("{s:s, s:s, s:s, s:i}", "note", n->id.s, "topic", n->topic.s, "title",
		text_in(&n->title, look->lang), "cues", (int)n->n_cues);
}

static void list_topic(const struct note *n, const struct look *look, struct buf *out)
{
	struct buf title = BUF_INIT;

	title_of(&title, look, &n->in_topic->title);
	if (strcmp(title.s, n->in_topic->id.s) != 0)
		buf_addf(&title, " (%s)", n->in_topic->id.s);
	heading_add(out, look, title.s);
	buf_release(&title);
}

static void list_notes(struct app *a, const struct topic *topic, struct buf *out)
{
	const struct look *look = &a->screen.look;
	const struct topic *last = NULL;
	size_t n;
	struct note **notes = library_notes(&a->library, &n);

	for (size_t i = 0; i < n; i++) {
		struct buf first = BUF_INIT, title = BUF_INIT;

		if (topic && notes[i]->in_topic != topic)
			continue;
		if (notes[i]->in_topic != last)
			list_topic(notes[i], look, out);
		last = notes[i]->in_topic;
		buf_adds(&first, "  ");
		text_pad(&first, notes[i]->id.s, 22);
		title_of(&title, look, &notes[i]->title);
		if (look->columns >= 60) {
			buf_addc(&first, ' ');
			text_wrap(
				out, title.s, look->columns, first.s, "                         ");
		} else {
			buf_addf(out, "  %s\n", notes[i]->id.s);
			text_wrap(out, title.s, look->columns, "    ", "    ");
		}
		buf_release(&first);
		buf_release(&title);
	}
}

static int list_run(struct app *a, const struct topic *topic)
{
	struct buf out = BUF_INIT;
	size_t n;
	struct note **notes = library_notes(&a->library, &n);
	int code = EXIT_OK;

	if (a->json) {
		json_t *all = json_array();

		for (size_t i = 0; i < n; i++)
			if (!topic || notes[i]->in_topic == topic)
				json_array_append_new(all, note_json(notes[i], &a->screen.look));
		json_out(all);
	} else {
		list_notes(a, topic, &out);
		code = app_show(a, &out);
	}
	buf_release(&out);
	return code;
}

static int show_note(struct app *a, const struct note *n)
{
	struct look look = a->screen.look;
	struct buf out = BUF_INIT;
	int key = 'q';

	if (a->json) {
		json_t *note = note_json(n, &look);

		json_object_set_new(note, "body", json_string(text_in(&n->body, look.lang)));
		json_object_set_new(note, "summary", json_string(text_in(&n->summary, look.lang)));
		json_out(note);
	} else if (a->screen.mode == SCREEN_TERMINAL && !look.plain) {
		key = note_view(a, n, &look, NULL);
		screen_leave(&a->screen);
	} else {
		note_render(n, &look, &out);
		app_show(a, &out);
	}
	buf_release(&out);
	return key == KEY_SIGNAL ? app_ended(a, key) : EXIT_OK;
}

static int notes_run(struct app *a, const struct args *args)
{
	const char *name = args->n_operands ? args->operands[0] : NULL;
	const struct note *n;
	const struct topic *t;
	struct err e = {0};

	if (!app_open_content(a, &e))
		return app_fail(a, &e);
	if (!name)
		return list_run(a, NULL);
	t = map_get(&a->library.topic_by_id, name);
	n = library_note(&a->library, name);
	if (n)
		return show_note(a, n);
	if (t)
		return list_run(a, t);
	err_set(&e, ERR_USAGE, _("there is no topic or note '%s'; 'amidojo notes' lists them"),
		name);
	return app_fail(a, &e);
}

const struct command cmd_notes = {
	.name = "notes",
	.synopsis = "[TOPIC|NOTE]",
	.summary = N_("list the notes, or read one"),
	.max_operands = 1,
	.run = notes_run,
};

/* ---- search ---- */

struct search {
	struct app *app;
	struct buf needle; /* folded */
	struct buf folded; /* scratch */
	struct buf out;
	json_t *json; /* NULL: text */
	int found;
};

/* The paragraph of `text` with the needle, on one line. */
static void find_paragraph(const struct search *s, const char *text, struct buf *out)
{
	struct buf folded = BUF_INIT;

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		buf_clear(out);
		for (size_t i = 0; i < len; i++)
			if (text[i] != '\n')
				buf_addc(out, text[i]);
			else if (out->len && out->s[out->len - 1] != ' ')
				buf_addc(out, ' ');
		buf_clear(&folded);
		text_fold(out->s, &folded);
		if (text_find(folded.s, s->needle.s) >= 0)
			break;
		text += len + strspn(text + len, "\n");
	}
	buf_release(&folded);
}

/* The neighbourhood of the needle in a line, at most two lines of the screen. Folding may change
 * lengths a little; a cut that is a few letters off does no harm. */
static void snippet(const struct search *s, const char *text, struct buf *out)
{
	enum { BEFORE = 60, INDENT = 4 };
	struct buf line = BUF_INIT, folded = BUF_INIT;
	const char *from;
	size_t fits;
	long at;

	find_paragraph(s, text, &line);
	text_fold(line.s, &folded);
	at = text_find(folded.s, s->needle.s);
	from = line.s + strspn(line.s, " #>-*|");
	if (at > BEFORE && (size_t)at < line.len && line.s + at - BEFORE > from) {
		from = line.s + at - BEFORE;
		from += strcspn(from, " ");
		from += strspn(from, " ");
		buf_adds(out, ".. ");
	}
	buf_adds(out, from);
	fits = text_fit(out->s, out->len, (s->app->screen.look.columns - INDENT) * 2 - 6);
	if (fits < out->len) {
		buf_truncate(out, fits);
		buf_adds(out, " ..");
	}
	buf_release(&line);
	buf_release(&folded);
}

static void hit(struct search *s, const char *id, const char *text)
{
	struct buf part = BUF_INIT;
	const struct look *look = &s->app->screen.look;

	snippet(s, text, &part);
	s->found++;
	if (s->json) {
		json_array_append_new(s->json, json_pack("{s:s, s:s}", "in", id, "text", part.s));
	} else {
		style_adds(&s->out, look, STYLE_KEY, id);
		buf_addc(&s->out, '\n');
		text_wrap(&s->out, part.s, look->columns, "    ", "    ");
	}
	buf_release(&part);
}

/* At most one hit for each text, in the learner's language first. */
static void search_text(struct search *s, const char *id, const struct text *t)
{
	enum lang first = s->app->screen.look.lang;

	for (int i = 0; i < LANGS; i++) {
		enum lang lang = i ? (first == LANG_KO ? LANG_EN : LANG_KO) : first;

		if (!t->in[lang])
			continue;
		buf_clear(&s->folded);
		text_fold(t->in[lang], &s->folded);
		if (text_find(s->folded.s, s->needle.s) >= 0) {
			hit(s, id, t->in[lang]);
			return;
		}
	}
}

static void search_note(struct search *s, const struct note *n)
{
	const struct text *texts[] = {&n->title, &n->summary, &n->body};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		search_text(s, n->id.s, texts[i]);
	for (size_t i = 0; i < n->n_cues; i++) {
		int before = s->found;

		search_text(s, n->cues[i].item, &n->cues[i].ask);
		if (s->found == before)
			search_text(s, n->cues[i].item, &n->cues[i].answer);
	}
	for (size_t i = 0; i < n->n_errata; i++)
		search_text(s, n->id.s, &n->errata[i].is);
}

static void search_all(struct search *s)
{
	size_t n;
	struct note **notes = library_notes(&s->app->library, &n);

	for (size_t i = 0; i < n; i++)
		search_note(s, notes[i]);
}

static int search_run(struct app *a, const struct args *args)
{
	struct search s = {.app = a, .needle = BUF_INIT, .folded = BUF_INIT, .out = BUF_INIT};
	struct buf words = BUF_INIT;
	struct err e = {0};
	int code = EXIT_OK;

	if (!app_open_content(a, &e))
		return app_fail(a, &e);
	for (int i = 0; i < args->n_operands; i++)
		buf_addf(&words, "%s%s", i ? " " : "", args->operands[i]);
	text_fold(words.s, &s.needle);
	s.json = a->json ? json_array() : NULL;
	if (s.needle.len)
		search_all(&s);
	if (s.json) {
		json_out(s.json);
	} else if (!s.found) {
		app_say(a, _("Nothing found for '%s'."), words.s);
		code = EXIT_PROBLEM;
	} else {
		code = app_show(a, &s.out);
	}
	if (a->at_home)
		code = EXIT_OK;
	buf_release(&words);
	buf_release(&s.needle);
	buf_release(&s.folded);
	buf_release(&s.out);
	return code;
}

const struct command cmd_search = {
	.name = "search",
	.synopsis = "TEXT...",
	.summary = N_("find any part of a word in notes, cards and corrections"),
	.min_operands = 1,
	.max_operands = -1,
	.run = search_run,
};
