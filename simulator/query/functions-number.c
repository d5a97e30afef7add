/* functions-number.c - abs avg ceil floor sum to_number. */
#include "query/functions.h"

#include "query/pytext.h"

#include <math.h>
#include <stdint.h>

static json_t *made_real(struct eval *e, double value)
{
	return eval_made(e, py_real(value), 4);
}

static json_t *made_integer(struct eval *e, __int128 value)
{
	if (value >= INT64_MIN && value <= INT64_MAX)
		return eval_made(e, json_integer((json_int_t)value), 4);
	return made_real(e, (double)value);
}

json_t *fn_abs(struct eval *e, json_t *const *arg, size_t n)
{
	__int128 value = json_integer_value(arg[0]);

	(void)n;
	if (json_is_real(arg[0]))
		return made_real(e, fabs(json_real_value(arg[0])));
	return made_integer(e, value < 0 ? -value : value);
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

/* Integers are added exactly up to the first real, if there is one: true then. */
static bool add_up(const json_t *array, __int128 *whole, double *real)
{
	size_t n = json_array_size(array), i;
	struct sum s = {0, 0};

	*whole = 0;
	for (i = 0; i < n && json_is_integer(json_array_get(array, i)); i++)
		*whole += json_integer_value(json_array_get(array, i));
	if (i == n)
		return false;
	s.high = (double)*whole + json_real_value(json_array_get(array, i));
	while (++i < n)
		sum_add(&s, json_number_value(json_array_get(array, i)));
	*real = sum_total(&s);
	return true;
}

json_t *fn_sum(struct eval *e, json_t *const *arg, size_t n)
{
	__int128 whole;
	double real;

	(void)n;
	if (add_up(arg[0], &whole, &real))
		return made_real(e, real);
	return made_integer(e, whole);
}

json_t *fn_avg(struct eval *e, json_t *const *arg, size_t n)
{
	double count = (double)json_array_size(arg[0]), real;
	__int128 whole;

	(void)n;
	if (count == 0)
		return e->null;
	if (!add_up(arg[0], &whole, &real))
		real = (double)whole;
	return made_real(e, real / count);
}

static json_t *rounded(struct eval *e, json_t *v, double value)
{
	if (json_is_integer(v))
		return v;
	if (isnan(value))
		return eval_fail(e, "cannot convert float NaN to integer");
	if (isinf(value))
		return eval_fail(e, "cannot convert float infinity to integer");
	if (fabs(value) < 0x1p63)
		return made_integer(e, (json_int_t)value);
	return made_real(e, value);
}

json_t *fn_ceil(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return rounded(e, arg[0], ceil(json_number_value(arg[0])));
}

json_t *fn_floor(struct eval *e, json_t *const *arg, size_t n)
{
	(void)n;
	return rounded(e, arg[0], floor(json_number_value(arg[0])));
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
