/* compare.c - see compare.h. */
#include "query/compare.h"

#include "base/whole.h"
#include "query/pytext.h"

#include <math.h>
#include <string.h>

bool value_is_true(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_NULL:
		return jmes_is_expression(v);
	case JSON_FALSE:
		return false;
	case JSON_STRING:
		return json_string_length(v) > 0;
	case JSON_ARRAY:
		return json_array_size(v) > 0;
	case JSON_OBJECT:
		return json_object_size(v) > 0;
	default:
		return true;
	}
}

static int order(double a, double b)
{
	if (isnan(a) || isnan(b))
		return 2;
	return (a > b) - (a < b);
}

/* An integer and a real, without rounding the integer. */
static int mixed_order(json_int_t i, double r)
{
	double whole = trunc(r);

	if (isnan(r))
		return 2;
	if (r >= 0x1p63)
		return -1;
	if (r < -0x1p63)
		return 1;
	if (i != (json_int_t)whole)
		return i < (json_int_t)whole ? -1 : 1;
	return order(0, r - whole);
}

/* Whole numbers, one of which at least is beyond 64 bits. */
static int big_order(const json_t *a, const json_t *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	int c;

	whole_text(&x, a);
	whole_text(&y, b);
	c = whole_order(x.s, y.s);
	buf_release(&x);
	buf_release(&y);
	return (c > 0) - (c < 0);
}

/* The same beside a real: a double that large has no fraction. */
static int big_and_real(const char *digits, double r)
{
	char whole[320];
	int c;

	if (isnan(r))
		return 2;
	if (isinf(r))
		return r > 0 ? -1 : 1;
	snprintf(whole, sizeof whole, "%.0f", r);
	c = whole_order(digits, whole);
	return (c > 0) - (c < 0);
}

int number_order(const json_t *a, const json_t *b)
{
	const char *big_a = whole_digits(a), *big_b = whole_digits(b);
	json_int_t i = json_integer_value(a), k = json_integer_value(b);
	int turned;

	if ((big_a || big_b) && whole_is(a) && whole_is(b))
		return big_order(a, b);
	if (big_a)
		return big_and_real(big_a, json_real_value(b));
	if (big_b) {
		turned = big_and_real(big_b, json_real_value(a));
		return turned == 2 ? 2 : -turned;
	}
	if (json_is_integer(a) && json_is_integer(b))
		return (i > k) - (i < k);
	if (json_is_real(a) && json_is_real(b))
		return order(json_real_value(a), json_real_value(b));
	if (json_is_integer(a))
		return mixed_order(i, json_real_value(b));
	turned = mixed_order(k, json_real_value(a));
	return turned == 2 ? 2 : -turned;
}

int string_order(const json_t *a, const json_t *b)
{
	size_t n = json_string_length(a), m = json_string_length(b);
	int c = memcmp(json_string_value(a), json_string_value(b), n < m ? n : m);

	if (c == 0)
		return (n > m) - (n < m);
	return c < 0 ? -1 : 1;
}

/* To Python False is 0 and True is 1. */
static bool boolean_is_number(const json_t *boolean, const json_t *number)
{
	int value = json_is_true(boolean);

	return json_is_integer(number) ? json_integer_value(number) == value
				       : json_real_value(number) == value;
}

static bool equal_arrays(struct eval *e, const json_t *a, const json_t *b)
{
	size_t n = json_array_size(a);

	if (n != json_array_size(b))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!value_same(e, json_array_get(a, i), json_array_get(b, i)))
			return false;
	return true;
}

static bool equal_objects(struct eval *e, json_t *a, const json_t *b)
{
	if (json_object_size(a) != json_object_size(b))
		return false;
	for (void *i = json_object_iter(a); i; i = json_object_iter_next(a, i)) {
		const json_t *other =
			json_object_getn(b, json_object_iter_key(i), json_object_iter_key_len(i));

		if (!other || !value_same(e, json_object_iter_value(i), other))
			return false;
	}
	return true;
}

bool value_equal(struct eval *e, const json_t *a, const json_t *b)
{
	if (++e->work > e->max_work)
		return false;
	if (json_is_number(a) && json_is_number(b))
		return number_order(a, b) == 0;
	if (json_is_boolean(a) && json_is_number(b))
		return boolean_is_number(a, b);
	if (json_is_number(a) && json_is_boolean(b))
		return boolean_is_number(b, a);
	if (json_typeof(a) != json_typeof(b))
		return false;
	switch (json_typeof(a)) {
	case JSON_STRING:
		return json_string_length(a) == json_string_length(b) && string_order(a, b) == 0;
	case JSON_ARRAY:
		return equal_arrays(e, a, b);
	case JSON_OBJECT:
		return equal_objects(e, (json_t *)a, b);
	default:
		return a == b;
	}
}

bool value_same(struct eval *e, const json_t *a, const json_t *b)
{
	return a == b || value_equal(e, a, b);
}

/* 0 and 1 are not false and true, though Python thinks so; only here, not inside of containers. */
static bool is_zero_or_one(const json_t *v)
{
	if (json_is_integer(v))
		return json_integer_value(v) == 0 || json_integer_value(v) == 1;
	return json_is_real(v) && (json_real_value(v) == 0 || json_real_value(v) == 1);
}

static bool equals(struct eval *e, const json_t *a, const json_t *b)
{
	if (is_zero_or_one(a) ? json_is_boolean(b) : is_zero_or_one(b) && json_is_boolean(a))
		return false;
	return (a == b && !json_is_real(a)) || value_equal(e, a, b); /* NaN is not itself */
}

static json_t *compare_ordered(struct eval *e, enum compare how, json_t *a, json_t *b)
{
	static const char *const signs[] = {
		[COMPARE_LT] = "<", [COMPARE_LTE] = "<=", [COMPARE_GT] = ">", [COMPARE_GTE] = ">="};
	int c;

	if (json_is_string(a) != json_is_string(b))
		return eval_fail(e, "'%s' not supported between instances of '%s' and '%s'",
			signs[how], py_type(a), py_type(b));
	c = json_is_string(a) ? string_order(a, b) : number_order(a, b);
	switch (how) {
	case COMPARE_LT:
		return eval_bool(e, c == -1);
	case COMPARE_LTE:
		return eval_bool(e, c == -1 || c == 0);
	case COMPARE_GT:
		return eval_bool(e, c == 1);
	default:
		return eval_bool(e, c == 1 || c == 0);
	}
}

static bool is_ordered(const json_t *v)
{
	return json_is_number(v) || json_is_string(v);
}

json_t *compare_values(struct eval *e, enum compare how, json_t *a, json_t *b)
{
	bool equal;

	if (how != COMPARE_EQ && how != COMPARE_NE)
		return is_ordered(a) && is_ordered(b) ? compare_ordered(e, how, a, b) : e->null;
	equal = equals(e, a, b);
	if (!eval_work(e, 0))
		return NULL;
	return eval_bool(e, equal == (how == COMPARE_EQ));
}
