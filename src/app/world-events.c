/* world-events.c - `events`: changes of state as Amazon EventBridge would tell them. */
#include "app/look.h"
#include "app/passing.h"
#include "app/world-commands.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is asked for, and where it goes. */
struct listing {
	const struct look *look;
	size_t from, number;                    /* of the first to show; of the one at hand */
	bool several_accounts, several_regions; /* then each line says which */
	char *account, *region;                 /* of the first event; owned */
	json_t *array;                          /* NULL: text */
	struct buf text;
};

/* ---- twice through: first to know how many there are, and where ---- */

static void count(void *ctx, const struct sim_event *event)
{
	struct listing *l = ctx;

	l->number++;
	if (!l->account) {
		l->account = xstrdup(event->account);
		l->region = xstrdup(event->region);
	}
	if (strcmp(l->account, event->account) != 0)
		l->several_accounts = true;
	if (strcmp(l->region, event->region) != 0)
		l->several_regions = true;
}

static void line_add(struct listing *l, const struct sim_event *event)
{
	struct buf line = BUF_INIT;

	passing_add_time(&line, event->at_ms);
	if (l->several_accounts)
		buf_addf(&line, "  %s", event->account);
	if (l->several_regions)
		buf_addf(&line, "  %s", event->region);
	buf_addf(&line, "  %s  %s  %s", event->type, event->id, event->state);
	if (l->look->terminal) {
		text_wrap(&l->text, line.s, l->look->columns, "", "  ");
	} else {
		buf_adds(&l->text, line.s);
		buf_addc(&l->text, '\n');
	}
	buf_release(&line);
}

static void show(void *ctx, const struct sim_event *event)
{
	struct listing *l = ctx;

	if (l->number++ < l->from)
		return;
	if (l->array)
		json_array_append_new(l->array, json_loads(event->json, 0, NULL));
	else
		line_add(l, event);
}

/* ---- around them ---- */

static void beginning_add(struct listing *l, const struct sim *s)
{
	struct buf text = BUF_INIT, time = BUF_INIT;
	int64_t from;

	if (!sim_remembers_all(s, &from)) {
		passing_add_time(&time, from);
		buf_addf(&text,
			_("The list begins at %s UTC; what was before is no longer remembered."),
			time.s);
		text_wrap(&l->text, text.s, l->look->columns, "", "");
	}
	buf_release(&text);
	buf_release(&time);
}

static void list(struct listing *l, struct sim *s, int most)
{
	sim_events(s, count, l);
	l->from = most >= 0 && l->number > (size_t)most ? l->number - (size_t)most : 0;
	if (!l->array) {
		beginning_add(l, s);
		if (!l->number)
			text_wrap(&l->text, _("No events yet."), l->look->columns, "", "");
	}
	l->number = 0;
	sim_events(s, show, l);
	if (l->array)
		json_out(l->array);
	else
		fwrite(l->text.s, 1, l->text.len, stdout);
	buf_release(&l->text);
	free(l->account);
	free(l->region);
}

bool world_events(struct world_session *s, size_t n, char *const *words, struct err *e)
{
	struct listing l = {.look = &s->app->screen.look, .text = BUF_INIT};
	bool json = s->app->json;
	int most = -1;

	for (size_t i = 1; i < n; i++) {
		if (strcmp(words[i], "--json") == 0)
			json = true;
		else if (strcmp(words[i], "-n") != 0)
			return err_set(e, ERR_USAGE,
				_("events takes no '%s'; it is: events [--json] [-n NUMBER]"),
				words[i]);
		else if (++i == n || !number_parse(words[i], 0, INT_MAX, &most))
			return err_set(e, ERR_USAGE,
				_("-n needs how many of the latest events to show: events -n 10"));
	}
	if (json)
		l.array = json_array();
	list(&l, s->world->sim, most);
	return true;
}
