/* functions-number.c - abs avg ceil floor sum to_number. */
#include "query/functions.h"

#include "base/whole.h"
#include "query/pytext.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *made_real(struct eval *e, double value)
{
	return eval_made(e, py_real(value), 4);
}

static json_t *made_whole(struct eval *e, const char *digits)
{
	size_t n = strlen(digits);

	return eval_made(e, whole_new(digits, n), n);
}

json_t *fn_abs(struct eval *e, json_t *const *arg, size_t n)
{
	const char *digits = whole_digits(arg[0]);
	__int128 value = json_integer_value(arg[0]);

	(void)n;
	if (digits)
		return made_whole(e, digits + (*digits == '-'));
	if (json_is_real(arg[0]))
		return made_real(e, fabs(json_real_value(arg[0])));
	return eval_made(e, whole_of(value < 0 ? -value : value), 4);
}

/* A sum that keeps what rounding takes away (Neumaier), as Python's does since 3.12. */
struct sum {
	double high, low;
};

static void sum_add(struct sum *s, double x)
{
	double total = s->high + x;

	if (fabs(s->high) >= fabs(x))
		s->low += (s->high - total) + x;
	else
		s->low += (x - total) + s->high;
	s->high = total;
}

static double sum_total(const struct sum *s)
{
	return s->low != 0 && isfinite(s->low) ? s->high + s->low : s->high;
}

/* Whole numbers are added exactly up to the first real, if there is one: the sum is NULL then. */
static json_t *add_up(const json_t *array, double *real)
{
	size_t n = json_array_size(array), i;
	struct buf whole = BUF_INIT, part = BUF_INIT;
	struct sum s = {0, 0};
	json_t *sum;

	buf_addc(&whole, '0');
	for (i = 0; i < n && whole_is(json_array_get(array, i)); i++) {
		buf_clear(&part);
		whole_text(&part, json_array_get(array, i));
		whole_add(&whole, part.s);
	}
	sum = whole_new(whole.s, whole.len);
	buf_release(&whole);
	buf_release(&part);
	*real = whole_number(sum);
	if (i == n)
		return sum;
	s.high = *real + json_real_value(json_array_get(array, i));
	json_decref(sum);
	while (++i < n)
		sum_add(&s, whole_number(json_array_get(array, i)));
	*real = sum_total(&s);
	return NULL;
}

json_t *fn_sum(struct eval *e, json_t *const *arg, size_t n)
{
	double real;
	json_t *whole = add_up(arg[0], &real);
	const char *digits = whole ? whole_digits(whole) : NULL;

	(void)n;
	return whole ? eval_made(e, whole, digits ? strlen(digits) : 4) : made_real(e, real);
}

json_t *fn_avg(struct eval *e, json_t *const *arg, size_t n)
{
	double count = (double)json_array_size(arg[0]), real;

	(void)n;
	if (count == 0)
		return e->null;
	json_decref(add_up(arg[0], &real));
	return made_real(e, real / count);
}

static json_t *rounded(struct eval *e, json_t *v, double (*round)(double))
{
	enum { LONGEST = 320 }; /* of a double before its point */
	char digits[LONGEST];
	double value;

	if (whole_is(v))
		return v;
	value = round(json_real_value(v));
	if (isnan(value))
		return eval_fail(e, "cannot convert float NaN to integer");
	if (isinf(value))
		return eval_fail(e, "cannot convert float infinity to integer");
	snprintf(digits, sizeof digits, "%.0f", value);
	return made_whole(e, digits);
}

json_t *fn_ceil(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return rounded(e, arg[0], ceil);
}

json_t *fn_floor(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return rounded(e, arg[0], floor);
}

json_t *fn_to_number(struct eval *e, json_t *const *arg, size_t n)
{
	json_t *v;

	(void)n;
	if (json_is_number(arg[0]))
		return arg[0];
	if (!json_is_string(arg[0]))
		return jmes_is_expression(arg[0])
			       ? eval_fail(e, "int() argument must be a string, a bytes-like "
					      "object or a real number, not '_Expression'")
			       : e->null;
	v = py_number(json_string_value(arg[0]), json_string_length(arg[0]));
	return v ? eval_made(e, v, json_string_length(arg[0])) : e->null;
}
