/* world-see.c - a world before the learner's eyes: what the last command changed, and what came
 * from what. */
#include "app/world-commands.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static int columns_of(const struct look *look)
{
	return look->terminal ? look->columns : 0;
}

/* ---- changes ---- */

/* Colour says nothing that the mark before a line does not say. A line without one goes on with the
 * value above it. */
static enum style style_of_line(const char *line, enum style before)
{
	switch (line[strspn(line, " ")]) {
	case '+':
		return STYLE_GOOD;
	case '-':
		return STYLE_BAD;
	case '~':
		return STYLE_STRONG;
	default:
		return before;
	}
}

static bool has_mark(const char *line)
{
	const char *mark = line + strspn(line, " ");

	return *mark && strchr("+-~", *mark) && mark[1] == ' ' && mark - line <= 6;
}

static void add_styled(struct buf *out, const struct look *look, char *text)
{
	enum style style = STYLE_STRONG;

	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (has_mark(line))
			style = style_of_line(line, style);
		style_adds(out, look, style, line);
		buf_addc(out, '\n');
	}
}

bool world_changes(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	const struct look *look = &s->app->screen.look;
	struct buf text = BUF_INIT, out = BUF_INIT;
	bool verbose = n == 2 && strcmp(words[1], "-v") == 0;
	const char *label;

	if (n > 1 && !verbose)
		return err_set(e, ERR_USAGE, "%s",
			_("changes shows what the last changing command changed; 'changes -v' with the values before and after"));
	label = verbose ? sim_diff(s->world->sim, columns_of(look), &text)
			: sim_changes(s->world->sim, false, &text);
	if (label) {
		text_printable(label, &out);
		buf_addc(&out, '\n');
		add_styled(&out, look, text.s);
		fputs(out.s, stdout);
	} else {
		world_say(s, "%s", _("Nothing has been changed yet."));
	}
	buf_release(&text);
	buf_release(&out);
	return true;
}

/* ---- graph ---- */

static bool graph_words(size_t n, char *const *words, struct sim_graph *o, struct err *e)
{
	for (size_t i = 1; i < n; i++) {
		if (strcmp(words[i], "--dot") == 0 && o->form == SIM_GRAPH_TREE)
			o->form = SIM_GRAPH_DOT;
		else if (strcmp(words[i], "--svg") == 0 && o->form == SIM_GRAPH_TREE)
			o->form = SIM_GRAPH_SVG;
		else if (*words[i] != '-' && *words[i] && !o->id)
			o->id = words[i];
		else
			return err_set(e, ERR_USAGE, "%s",
				_("graph shows what came from what; 'graph ID' what belongs to one resource, --dot and --svg write a picture: graph --svg > graph.svg"));
	}
	return true;
}

bool world_graph(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	const struct look *look = &s->app->screen.look;
	struct sim_graph o = {.form = SIM_GRAPH_TREE,
		.columns = columns_of(look),
		.plain = look->plain || !look->blocks};
	struct buf out = BUF_INIT, id = BUF_INIT;
	bool known;

	if (!graph_words(n, words, &o, e))
		return false;
	known = sim_graph(s->world->sim, &o, &out);
	if (!known) {
		text_printable(o.id, &id);
		err_set(e, ERR_NOTHING,
			_("%s is in no lineage of this world. 'graph' without an id shows all instances, volumes, snapshots, images and launch templates, and their ids."),
			id.s);
	} else if (out.len) {
		fwrite(out.s, 1, out.len, stdout);
	} else {
		world_say(s, "%s",
			_("There is nothing to draw yet: this world has no instances, volumes, snapshots or images of its own."));
	}
	buf_release(&out);
	buf_release(&id);
	return known;
}
