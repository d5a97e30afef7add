/* whole.c - whole numbers beyond 64 bits; see whole.h. */
#include "base/whole.h"

#include "base/mem.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The beginning is the layout of jansson's own reals. */
struct whole {
	json_t json;
	double mark; /* where a real has its value */
	double nearest;
	char digits[];
};

/* The bits of a quiet NaN that no computation makes. */
static const uint64_t mark = UINT64_C(0x7ff8616d69646f6a);

static json_t *make(const char *text, size_t n)
{
	json_malloc_t allocate; /* json_decref() gives it back to jansson's */
	json_free_t release;
	struct whole *w;

	json_get_alloc_funcs(&allocate, &release);
	w = allocate(sizeof *w + n + 1);
	if (!w)
		mem_exhausted(sizeof *w + n + 1);
	/* cppcheck-suppress nullPointerRedundantCheck ; that does not return */
	*w = (struct whole){.json = {JSON_REAL, 1}};
	memcpy(&w->mark, &mark, sizeof mark);
	memcpy(w->digits, text, n);
	w->digits[n] = '\0';
	w->nearest = strtod(w->digits, NULL);
	return &w->json;
}

json_t *whole_new(const char *text, size_t n)
{
	struct buf plain = BUF_INIT;
	bool minus = n > 0 && *text == '-';
	size_t zeros = minus;
	long long value;
	json_t *v;

	while (zeros + 1 < n && text[zeros] == '0')
		zeros++;
	buf_adds(&plain, minus ? "-" : "");
	buf_add(&plain, text + zeros, n - zeros);
	errno = 0;
	value = strtoll(plain.s, NULL, 10);
	v = errno == ERANGE ? make(plain.s, plain.len) : json_integer(value);
	buf_release(&plain);
	if (!v)
		mem_exhausted(sizeof *v);
	return v;
}

json_t *whole_of(__int128 value)
{
	char text[48], *s = text + sizeof text;
	unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;

	do {
		*--s = (char)('0' + (int)(rest % 10));
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--s = '-';
	return whole_new(s, (size_t)(text + sizeof text - s));
}

const char *whole_digits(const json_t *v)
{
	double value = json_real_value(v);

	if (memcmp(&value, &mark, sizeof mark) != 0)
		return NULL;
	return ((const struct whole *)(const void *)v)->digits;
}

void whole_text(struct buf *out, const json_t *v)
{
	const char *digits = whole_digits(v);

	if (digits)
		buf_adds(out, digits);
	else
		buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
}

double whole_number(const json_t *v)
{
	return whole_digits(v) ? ((const struct whole *)(const void *)v)->nearest
			       : json_number_value(v);
}

/* Without their signs. */
static int magnitude_order(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n != m)
		return n < m ? -1 : 1;
	return strcmp(a, b);
}

int whole_order(const char *a, const char *b)
{
	bool minus_a = *a == '-', minus_b = *b == '-';

	if (minus_a != minus_b)
		return minus_a ? -1 : 1;
	return minus_a ? magnitude_order(b + 1, a + 1) : magnitude_order(a, b);
}

/* a + b, or a - b (sign -1, a not the smaller one), without signs; appended. */
static void combine(struct buf *out, const char *a, const char *b, int sign)
{
	size_t n = strlen(a), m = strlen(b), size = (n > m ? n : m) + 1, start = 0;
	char *digits = xmalloc(size + 1);
	int carry = 0;

	digits[size] = '\0';
	for (size_t i = 0; i < size; i++) {
		int value = carry + (i < n ? a[n - 1 - i] - '0' : 0) +
			    sign * (i < m ? b[m - 1 - i] - '0' : 0);

		carry = value < 0 ? -1 : value / 10;
		digits[size - 1 - i] = (char)('0' + (value + 10) % 10);
	}
	while (start + 1 < size && digits[start] == '0')
		start++;
	buf_adds(out, digits + start);
	free(digits);
}

void whole_add(struct buf *sum, const char *addend)
{
	const char *a = sum->s + (*sum->s == '-'), *b = addend + (*addend == '-');
	bool minus_a = *sum->s == '-', minus_b = *addend == '-';
	int order = magnitude_order(a, b);
	bool minus = order < 0 ? minus_b : minus_a;
	struct buf out = BUF_INIT;

	if (minus_a != minus_b && order == 0)
		minus = false;
	buf_adds(&out, minus ? "-" : "");
	if (minus_a == minus_b)
		combine(&out, a, b, 1);
	else
		combine(&out, order < 0 ? b : a, order < 0 ? a : b, -1);
	buf_release(sum);
	*sum = out;
}
