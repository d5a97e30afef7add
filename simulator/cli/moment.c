/* moment.c - the many ways to write a timestamp: see moment.h. */
#include "cli/moment.h"

#include "base/day.h"
#include "cli/stamp.h"
#include "query/pytext.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static void send(const struct stamp *t, struct buf *out)
{
	int64_t days = t->seconds / 86400 - (t->seconds % 86400 < 0);
	int rest = (int)(t->seconds - days * 86400);
	struct civil date = day_to_civil((day_t)days);

	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day, rest / 3600,
		rest / 60 % 60, rest % 60);
	if (t->micros)
		buf_addf(out, ".%06d", t->micros);
	buf_addc(out, 'Z');
}

bool moment_send_seconds(double seconds, struct buf *out)
{
	double whole = floor(seconds), micros = nearbyint((seconds - whole) * 1e6);
	struct stamp t;

	/* the years 1 to 9999 */
	if (!(seconds >= -62135596800.0 && seconds < 253402300800.0))
		return false;
	if (micros >= 1e6) {
		whole += 1;
		micros = 0;
	}
	t = (struct stamp){.seconds = (int64_t)whole, .micros = (int)micros};
	send(&t, out);
	return true;
}

/* What the text holds, one part after another: digits, letters, or one other character. */
enum { MAX_PARTS = 24, MAX_TEXT = 80 };

struct parts {
	size_t n;
	struct part {
		const char *s;
		size_t n;
		bool digits, letters;
	} list[MAX_PARTS];
};

static bool split(const char *s, struct parts *p)
{
	p->n = 0;
	while (*s) {
		struct part part = {.s = s, .n = 1};

		part.digits = isdigit((unsigned char)*s);
		part.letters = isalpha((unsigned char)*s);
		while ((part.digits && isdigit((unsigned char)s[part.n])) ||
			(part.letters && isalpha((unsigned char)s[part.n])))
			part.n++;
		s += part.n;
		if (*part.s == ' ' || *part.s == ',')
			continue;
		if (p->n == MAX_PARTS)
			return false;
		p->list[p->n++] = part;
	}
	return p->n > 0;
}

static int number(const struct part *p)
{
	int value = 0;

	for (size_t i = 0; i < p->n && i < 6; i++)
		value = value * 10 + (p->s[i] - '0');
	return value;
}

/* 1 to `n` for a word that is, or begins with three letters, one of the names; else 0. */
static int name_in(const struct part *p, const char *names)
{
	if (!p->letters || p->n < 3)
		return 0;
	for (int i = 0; names[3 * i]; i++) {
		if (strncasecmp(p->s, names + 3 * (size_t)i, 3) == 0)
			return i + 1;
	}
	return 0;
}

static int month_of(const struct part *p)
{
	return name_in(p, "JanFebMarAprMayJunJulAugSepOctNovDec");
}

/* The date at the head of the parts, as YYYY-MM-DD; answers how many parts it takes, or 0. */
static size_t take_date(const struct parts *p, struct buf *out)
{
	const struct part *a = p->list;
	size_t skip = name_in(a, "MonTueWedThuFriSatSun") ? 1 : 0;

	a += skip;
	if (p->n >= skip + 1 && a[0].digits && a[0].n == 8) { /* 20300131 */
		buf_addf(out, "%.4s-%.2s-%.2s", a[0].s, a[0].s + 4, a[0].s + 6);
		return skip + 1;
	}
	if (p->n >= skip + 3 && a[0].digits && month_of(a + 1) && a[2].digits && a[2].n == 4) {
		buf_addf(out, "%04d-%02d-%02d", number(a + 2), month_of(a + 1), number(a));
		return skip + 3; /* 31 Jan 2030 */
	}
	if (p->n >= skip + 3 && month_of(a) && a[1].digits && a[2].digits && a[2].n == 4) {
		buf_addf(out, "%04d-%02d-%02d", number(a + 2), month_of(a), number(a + 1));
		return skip + 3; /* Jan 31 2030 */
	}
	if (p->n < skip + 5 || !a[0].digits || !a[2].digits || !a[4].digits || *a[1].s != *a[3].s ||
		!strchr("-/.", *a[1].s))
		return 0;
	if (a[0].n == 4)
		buf_addf(out, "%04d-%02d-%02d", number(a), number(a + 2), number(a + 4));
	else if (a[4].n == 4 && number(a) > 12) /* 31/01/2030, which cannot be the other way */
		buf_addf(out, "%04d-%02d-%02d", number(a + 4), number(a + 2), number(a));
	else if (a[4].n == 4) /* 01/31/2030 */
		buf_addf(out, "%04d-%02d-%02d", number(a + 4), number(a), number(a + 2));
	else
		return 0;
	return skip + 5;
}

/* "T103000Z" and "10:30 GMT" as T10:30:00Z. */
static bool take_time(const struct parts *p, size_t i, struct buf *out)
{
	const struct part *a = p->list + i;

	bool marked = i < p->n && a->letters && a->n == 1 && (*a->s == 'T' || *a->s == 't');

	if (marked) {
		a++;
		i++;
	}
	if (marked && i >= p->n)
		return true;
	if (i >= p->n || !a->digits)
		return false;
	buf_addc(out, 'T');
	if (a->n == 6 || a->n == 4) {
		buf_addf(out, "%.2s:%.2s", a->s, a->s + 2);
		buf_addf(out, ":%.2s", a->n == 6 ? a->s + 4 : "00");
		i++;
	} else {
		bool hour_only = marked && i + 1 == p->n;

		buf_addf(out, "%02d%s", number(a), hour_only ? ":00" : "");
		for (i++; i + 1 < p->n && *p->list[i].s == ':' && p->list[i + 1].digits; i += 2)
			buf_addf(out, ":%02d", number(p->list + i + 1));
	}
	if (i + 1 < p->n && *p->list[i].s == '.' && p->list[i + 1].digits) {
		buf_addf(out, ".%.*s", (int)p->list[i + 1].n, p->list[i + 1].s);
		i += 2;
	}
	if (i >= p->n)
		return true;
	if (p->list[i].letters) { /* Z, UTC, GMT: dateutil takes other names for UTC too */
		buf_addc(out, 'Z');
		return i + 1 == p->n;
	}
	for (; i < p->n; i++)
		buf_add(out, p->list[i].s, p->list[i].n);
	return true;
}

/* Whether the month has that day: the text begins with YYYY-MM-DD. */
static bool day_exists(const char *iso)
{
	char day[11];
	day_t d;

	if (strlen(iso) < 10)
		return false;
	snprintf(day, sizeof day, "%.10s", iso);
	return memcmp(day, "1970", 4) < 0 || day_parse(day, &d);
}

bool moment_send(const char *text, struct buf *out)
{
	json_t *v = py_number(text, strlen(text));
	struct buf iso = BUF_INIT;
	struct parts parts;
	struct stamp t;
	size_t used;
	bool ok;

	if (v) {
		ok = moment_send_seconds(json_number_value(v), out);
		json_decref(v);
		if (ok)
			return true;
	}
	if (strlen(text) > MAX_TEXT || !split(text, &parts))
		return false;
	used = take_date(&parts, &iso);
	ok = used && (used == parts.n || take_time(&parts, used, &iso)) && day_exists(iso.s) &&
	     stamp_parse(iso.s, &t);
	if (ok)
		send(&t, out);
	buf_release(&iso);
	return ok;
}
