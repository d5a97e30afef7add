/* stamp.c - see stamp.h. */
#include "cli/stamp.h"

#include "base/day.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <time.h>

/* --- text to instant and back --------------------------------------------------------------- */

/* Exactly n digits at *s, which moves behind them. */
static bool digits(const char **s, int n, int *out)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*s)[i]))
			return false;
		value = value * 10 + ((*s)[i] - '0');
	}
	*s += n;
	*out = value;
	return true;
}

static bool sign(const char **s, char wanted)
{
	if (**s != wanted)
		return false;
	++*s;
	return true;
}

/* ".123": what goes beyond microseconds is cut. */
static bool fraction(const char **s, int *micros)
{
	int unit = 100000;

	*micros = 0;
	if (**s != '.' && **s != ',')
		return true;
	++*s;
	if (!isdigit((unsigned char)**s))
		return false;
	for (; isdigit((unsigned char)**s); ++*s, unit /= 10)
		*micros += (**s - '0') * unit;
	return true;
}

static bool zone(const char **s, int *offset)
{
	int hours, minutes = 0, east = **s == '-' ? -1 : 1;

	*offset = 0;
	if (!**s || sign(s, 'Z'))
		return true;
	if (**s != '+' && **s != '-')
		return false;
	++*s;
	if (!digits(s, 2, &hours))
		return false;
	sign(s, ':');
	if (**s && !digits(s, 2, &minutes))
		return false;
	*offset = east * (hours * 60 + minutes);
	return hours < 24 && minutes < 60;
}

bool stamp_parse(const char *text, struct stamp *out)
{
	struct civil date;
	struct stamp t = {0};
	int hour = 0, minute = 0, second = 0;
	const char *s = text;

	if (!digits(&s, 4, &date.year) || !sign(&s, '-') || !digits(&s, 2, &date.month) ||
		!sign(&s, '-') || !digits(&s, 2, &date.day))
		return false;
	if (*s && *s != 'T' && *s != ' ')
		return false;
	if (*s) {
		s++;
		if (!digits(&s, 2, &hour) || !sign(&s, ':') || !digits(&s, 2, &minute))
			return false;
		if (sign(&s, ':') && (!digits(&s, 2, &second) || !fraction(&s, &t.micros)))
			return false;
		if (!zone(&s, &t.offset))
			return false;
	}
	if (*s || date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
		date.day > 31 || hour > 23 || minute > 59 || second > 59)
		return false;
	t.seconds = (int64_t)day_from_civil(date) * 86400 + hour * 3600 + minute * 60 + second -
		    t.offset * 60;
	*out = t;
	return true;
}

void stamp_iso(struct buf *out, const struct stamp *t)
{
	int64_t local = t->seconds + t->offset * 60;
	int64_t days = local / 86400 - (local % 86400 < 0);
	int rest = (int)(local - days * 86400), offset = t->offset < 0 ? -t->offset : t->offset;
	struct civil date = day_to_civil((day_t)days);

	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", date.year, date.month, date.day, rest / 3600,
		rest / 60 % 60, rest % 60);
	if (t->micros)
		buf_addf(out, ".%06d", t->micros);
	buf_addf(out, "%c%02d:%02d", t->offset < 0 ? '-' : '+', offset / 60, offset % 60);
}

/* --- answers -------------------------------------------------------------------------------- */

struct style {
	bool epoch; /* the wire carries seconds */
	bool wire;
};

/* Years 1 to 9999, as Python's datetime. */
static bool from_seconds(double seconds, struct stamp *out)
{
	double whole = floor(seconds);
	double micros = nearbyint((seconds - whole) * 1e6);

	if (!(seconds >= -62135596800.0 && seconds <= 253402300799.0))
		return false;
	if (micros >= 1e6) {
		whole += 1;
		micros = 0;
	}
	*out = (struct stamp){(int64_t)whole, (int)micros, 0};
	return true;
}

static void to_local_zone(struct stamp *t)
{
	time_t when = (time_t)t->seconds;
	struct tm tm;

	if (localtime_r(&when, &tm))
		t->offset = (int)(tm.tm_gmtoff / 60);
}

static json_t *seconds_of(const struct stamp *t)
{
	if (!t->micros)
		return json_integer(t->seconds);
	return json_real((double)t->seconds + t->micros / 1e6);
}

static json_t *stamp_text(json_t *value, const struct style *style)
{
	struct buf out = BUF_INIT;
	struct stamp t;
	bool known = json_is_string(value)
			     ? stamp_parse(json_string_value(value), &t)
			     : json_is_number(value) && from_seconds(json_number_value(value), &t);
	json_t *text;

	if (!known || (style->wire && style->epoch == !json_is_string(value)))
		return json_incref(value);
	if (style->wire && style->epoch)
		return seconds_of(&t);
	if (style->epoch)
		to_local_zone(&t);
	stamp_iso(&out, &t);
	text = json_stringn_nocheck(out.s, out.len);
	buf_release(&out);
	return text;
}

static json_t *convert(json_t *value, const struct model_shape *shape, const struct style *style);

/* Whether a value of the shape can hold a timestamp: most lists cannot, and need no walk. */
static bool holds_stamps(const struct model_shape *shape, int depth)
{
	if (!shape)
		return false;
	if (shape->kind == MODEL_TIMESTAMP || depth == 0)
		return true;
	if (shape->kind == MODEL_LIST || shape->kind == MODEL_MAP)
		return holds_stamps(model_shape(shape->element), depth - 1);
	for (size_t i = 0; shape->kind == MODEL_STRUCTURE && i < shape->members.n; i++)
		if (holds_stamps(model_member_shape(model_member_at(shape, i)), depth - 1))
			return true;
	return false;
}

enum { SHAPE_DEPTH = 8 };

static json_t *convert_list(
	json_t *list, const struct model_shape *shape, const struct style *style)
{
	const struct model_shape *element = model_shape(shape->element);
	json_t *copy = NULL, *old, *made;
	size_t i;

	if (!holds_stamps(element, SHAPE_DEPTH))
		return json_incref(list);
	json_array_foreach(list, i, old)
	{
		made = convert(old, element, style);
		if (made != old && !copy)
			copy = json_copy(list);
		if (made != old)
			json_array_set(copy, i, made);
		json_decref(made);
	}
	return copy ? copy : json_incref(list);
}

/* The shape of a member of a structure, or of any value of a map. */
static const struct model_shape *shape_of(const struct model_shape *shape, const char *key)
{
	const struct model_member *m;

	if (shape->kind == MODEL_MAP)
		return model_shape(shape->element);
	m = model_find_member(shape, MODEL_BY_NAME, key, strlen(key));
	return m ? model_member_shape(m) : NULL;
}

static json_t *convert_object(
	json_t *object, const struct model_shape *shape, const struct style *style)
{
	json_t *copy = NULL, *old, *made;
	const char *key;

	json_object_foreach(object, key, old)
	{
		made = convert(old, shape_of(shape, key), style);
		if (made != old && !copy)
			copy = json_copy(object);
		if (made != old)
			json_object_set_nocheck(copy, key, made);
		json_decref(made);
	}
	return copy ? copy : json_incref(object);
}

static json_t *convert(json_t *value, const struct model_shape *shape, const struct style *style)
{
	if (!shape)
		return json_incref(value);
	if (shape->kind == MODEL_TIMESTAMP)
		return stamp_text(value, style);
	if (shape->kind == MODEL_LIST && json_is_array(value))
		return convert_list(value, shape, style);
	if ((shape->kind == MODEL_STRUCTURE || shape->kind == MODEL_MAP) && json_is_object(value))
		return convert_object(value, shape, style);
	return json_incref(value);
}

json_t *stamp_value(
	json_t *value, const struct model_shape *shape, enum model_protocol protocol, bool wire)
{
	struct style style = {protocol == MODEL_JSON || protocol == MODEL_REST_JSON, wire};

	return convert(value, shape, &style);
}
