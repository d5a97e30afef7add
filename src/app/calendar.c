/* calendar.c - see calendar.h. */
#include "app/calendar.h"

#include "base/intl.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD = 75, STAMP = 32 };

void calendar_line(struct buf *out, const char *line)
{
	size_t room = FOLD;

	while (strlen(line) > room) {
		size_t n = room;

		while (n > 1 && ((unsigned char)line[n] & 0xc0) == 0x80)
			n--; /* never within a character */
		buf_add(out, line, n);
		buf_adds(out, "\r\n ");
		line += n;
		room = FOLD - 1; /* the blank counts */
	}
	buf_addf(out, "%s\r\n", line);
}

void calendar_escape(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n') {
			buf_adds(out, "\\n");
			continue;
		}
		if (strchr("\\;,", *text))
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
}

static void format_stamp(struct moment m, char out[STAMP])
{
	struct civil c = day_to_civil(day_of_moment((struct moment){m.utc_ms, 0}, 0));
	int s = (int)(m.utc_ms / 1000 % 86400);

	snprintf(out, STAMP, "%04d%02d%02dT%02d%02d%02dZ", c.year % 10000, c.month % 100,
		c.day % 100, s / 3600 % 24, s / 60 % 60, s % 60);
}

/* ---- the file that is replaced ---- */

/* An event of the old file: its body without DTSTAMP and SEQUENCE, unfolded. */
struct old_event {
	char uid[64];
	char stamp[STAMP];
	int sequence;
	bool cancelled;
	struct buf body;
};

struct old_events {
	struct old_event *items;
	size_t len, cap;
};

/* The next unfolded line, without its line end; false at the end. */
static bool next_line(const char **s, struct buf *line)
{
	buf_clear(line);
	if (!**s)
		return false;
	for (;;) {
		size_t n = strcspn(*s, "\r\n");

		buf_add(line, *s, n);
		*s += n;
		*s += **s == '\r';
		*s += **s == '\n';
		if (**s != ' ' && **s != '\t')
			return true;
		++*s;
	}
}

static void take_line(struct old_event *e, const char *line)
{
	if (strncmp(line, "UID:", 4) == 0)
		snprintf(e->uid, sizeof e->uid, "%s", line + 4);
	if (strncmp(line, "DTSTAMP:", 8) == 0)
		snprintf(e->stamp, sizeof e->stamp, "%s", line + 8);
	else if (strncmp(line, "SEQUENCE:", 9) == 0)
		e->sequence = atoi(line + 9);
	else
		buf_addf(&e->body, "%s\n", line);
	if (strcmp(line, "STATUS:CANCELLED") == 0)
		e->cancelled = true;
}

static void read_old(const char *s, struct old_events *all)
{
	struct buf line = BUF_INIT;
	struct old_event *e = NULL;

	while (next_line(&s, &line)) {
		if (strcmp(line.s, "BEGIN:VEVENT") == 0) {
			ARRAY_GROW(all->items, all->len, all->cap);
			e = &all->items[all->len++];
			*e = (struct old_event){.body = BUF_INIT};
		} else if (strcmp(line.s, "END:VEVENT") == 0) {
			e = NULL;
		} else if (e) {
			take_line(e, line.s);
		}
	}
	buf_release(&line);
}

static const struct old_event *find_old(const struct old_events *all, const char *uid)
{
	for (size_t i = 0; i < all->len; i++)
		if (strcmp(all->items[i].uid, uid) == 0)
			return &all->items[i];
	return NULL;
}

static void release_old(struct old_events *all)
{
	for (size_t i = 0; i < all->len; i++)
		buf_release(&all->items[i].body);
	free(all->items);
}

/* ---- writing ---- */

/* The body of one day's event, one unfolded line after the other. */
static void event_body(const struct calendar *c, day_t day, int reviews, struct buf *out)
{
	struct civil d = day_to_civil(day);
	struct buf text = BUF_INIT;

	buf_addf(out, "UID:review-%04d%02d%02d@amidojo\n", d.year, d.month, d.day);
	buf_addf(out, "DTSTART:%04d%02d%02dT%02d%02d00\n", d.year, d.month, d.day, c->at_min / 60,
		c->at_min % 60);
	buf_adds(out, "DURATION:PT30M\n");
	if (!reviews)
		buf_adds(out, "STATUS:CANCELLED\n");
	buf_addf(&text, P_("amidojo: %d card to review", "amidojo: %d cards to review", reviews),
		reviews);
	buf_adds(out, "SUMMARY:");
	calendar_escape(out, text.s);
	buf_adds(out, "\nDESCRIPTION:");
	calendar_escape(out, _("Run amidojo review."));
	buf_adds(out, "\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:PT0M\nDESCRIPTION:");
	calendar_escape(out, text.s);
	buf_adds(out, "\nEND:VALARM\n");
	buf_release(&text);
}

static void write_event(const struct calendar *c, const struct buf *body,
	const struct old_event *old, struct buf *out)
{
	char stamp[STAMP], line[64];
	const char *s = body->s;
	struct buf text = BUF_INIT;
	int sequence = 0;

	format_stamp(c->now, stamp);
	if (old && strcmp(old->body.s, body->s) == 0) {
		snprintf(stamp, sizeof stamp, "%s", old->stamp);
		sequence = old->sequence;
	} else if (old) {
		sequence = old->sequence + 1;
	}
	calendar_line(out, "BEGIN:VEVENT");
	snprintf(line, sizeof line, "DTSTAMP:%s", stamp);
	calendar_line(out, line);
	snprintf(line, sizeof line, "SEQUENCE:%d", sequence);
	calendar_line(out, line);
	while (next_line(&s, &text))
		calendar_line(out, text.s);
	calendar_line(out, "END:VEVENT");
	buf_release(&text);
}

static void write_day(
	const struct calendar *c, int i, const struct old_events *all, struct buf *out)
{
	struct civil d = day_to_civil(c->today + i);
	struct buf body = BUF_INIT;
	const struct old_event *old;
	char uid[64];

	snprintf(uid, sizeof uid, "review-%04d%02d%02d@amidojo", d.year, d.month, d.day);
	old = find_old(all, uid);
	if (c->reviews[i] || old) {
		event_body(c, c->today + i, c->reviews[i], &body);
		write_event(c, &body, old, out);
	}
	buf_release(&body);
}

void calendar_write(const struct calendar *c, const char *old, struct buf *out)
{
	static const char *const head[] = {"BEGIN:VCALENDAR", "VERSION:2.0",
		"PRODID:-//amidojo//study calendar//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"};
	struct old_events all = {0};

	read_old(old, &all);
	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		calendar_line(out, head[i]);
	for (int i = 0; i < c->days; i++)
		write_day(c, i, &all, out);
	calendar_line(out, "END:VCALENDAR");
	release_old(&all);
}
