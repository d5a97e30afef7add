/* cmd-notes.c - reading: the list of notes, and one of them. */
#include "app/app.h"
#include "app/look.h"
#include "app/note.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
		note_render(n, &look, false, &out);
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
	app_unknown_note(a, name, &e);
	return app_fail(a, &e);
}

const struct command cmd_notes = {
	.name = "notes",
	.synopsis = "[TOPIC|NOTE]",
	.summary = N_("list the notes, or read one"),
	.max_operands = 1,
	.run = notes_run,
};
