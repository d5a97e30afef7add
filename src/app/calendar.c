/* calendar.c - see calendar.h. */
#include "app/calendar.h"

#include "base/intl.h"
#include "base/mem.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD = 75, STAMP = 32, UID = 64 };

static const char product[] = "PRODID:-//amidojo//study calendar//EN";

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
	day_t day = day_of_moment((struct moment){m.utc_ms, 0}, 0);
	struct civil c = day_to_civil(day);
	int s = (int)((m.utc_ms - day * INT64_C(86400000)) / 1000); /* before 1970, too */

	snprintf(out, STAMP, "%04d%02d%02dT%02d%02d%02dZ", c.year % 10000, c.month % 100,
		c.day % 100, s / 3600 % 24, s / 60 % 60, s % 60);
}

/* ---- the file that is replaced ---- */

/* An event of the old file: its body without DTSTAMP and SEQUENCE, unfolded. */
struct old_event {
	char uid[UID];
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

bool calendar_is_ours(const char *bytes)
{
	struct buf line = BUF_INIT;
	bool ours = next_line(&bytes, &line) && strcmp(line.s, "BEGIN:VCALENDAR") == 0, found;

	do
		found = ours && strcmp(line.s, product) == 0;
	while (ours && !found && strcmp(line.s, "BEGIN:VEVENT") != 0 && next_line(&bytes, &line));
	buf_release(&line);
	return found;
}

/* A number at the end of its range stays there. */
static int sequence_of(const char *text)
{
	long n = strtol(text, NULL, 10);

	return n < 0 ? 0 : n > INT_MAX ? INT_MAX : (int)n;
}

static void take_line(struct old_event *e, const char *line)
{
	if (strncmp(line, "UID:", 4) == 0)
		snprintf(e->uid, sizeof e->uid, "%s", line + 4);
	if (strncmp(line, "DTSTAMP:", 8) == 0)
		snprintf(e->stamp, sizeof e->stamp, "%s", line + 8);
	else if (strncmp(line, "SEQUENCE:", 9) == 0)
		e->sequence = sequence_of(line + 9);
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

static void format_uid(day_t day, char out[UID])
{
	struct civil d = day_to_civil(day);

	snprintf(out, UID, "review-%04d%02d%02d@amidojo", d.year, d.month, d.day);
}

/* The study day of one of our events, DAY_NONE for any other. */
static day_t day_of_uid(const char *uid)
{
	char text[DAY_TEXT], again[UID];
	day_t day;

	if (strlen(uid) < 15)
		return DAY_NONE;
	snprintf(text, sizeof text, "%.4s-%.2s-%.2s", uid + 7, uid + 11, uid + 13);
	if (!day_parse(text, &day))
		return DAY_NONE;
	format_uid(day, again);
	return strcmp(uid, again) == 0 ? day : DAY_NONE;
}

/* The body of one study day's event, one unfolded line after the other. */
static void event_body(const struct calendar *c, day_t day, int reviews, struct buf *out)
{
	struct civil d = day_to_civil(day + (c->at_min < c->rollover_min));
	struct buf text = BUF_INIT;
	char uid[UID];

	format_uid(day, uid);
	buf_addf(out, "UID:%s\n", uid);
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
	if (old && *old->stamp && strcmp(old->body.s, body->s) == 0) {
		snprintf(stamp, sizeof stamp, "%s", old->stamp);
		sequence = old->sequence;
	} else if (old) {
		sequence = old->sequence < INT_MAX ? old->sequence + 1 : INT_MAX;
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

static void write_day(const struct calendar *c, day_t day, int reviews,
	const struct old_events *all, struct buf *out)
{
	struct buf body = BUF_INIT;
	const struct old_event *old;
	char uid[UID];

	format_uid(day, uid);
	old = find_old(all, uid);
	if (reviews || old) {
		event_body(c, day, reviews, &body);
		write_event(c, &body, old, out);
	}
	buf_release(&body);
}

/* The events of a longer calendar that this one replaces: cancelled, each once. */
static void write_beyond(const struct calendar *c, const struct old_events *all, struct buf *out)
{
	for (size_t i = 0; i < all->len; i++) {
		const struct old_event *old = &all->items[i];
		day_t day = day_of_uid(old->uid);

		if (day != DAY_NONE && day >= c->today + c->days && find_old(all, old->uid) == old)
			write_day(c, day, 0, all, out);
	}
}

void calendar_write(const struct calendar *c, const char *old, struct buf *out)
{
	static const char *const head[] = {
		"BEGIN:VCALENDAR", "VERSION:2.0", product, "CALSCALE:GREGORIAN", "METHOD:PUBLISH"};
	struct old_events all = {0};

	read_old(old, &all);
	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		calendar_line(out, head[i]);
	for (int i = 0; i < c->days; i++)
		write_day(c, c->today + i, c->reviews[i], &all, out);
	write_beyond(c, &all, out);
	calendar_line(out, "END:VCALENDAR");
	release_old(&all);
}
