/* form.c - percent-encoding, and forms as runs of keys and values. */
#include "wire/form.h"

#include <string.h>

static const char unreserved[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

static void mark(bool set[256], const char *which)
{
	for (; *which; which++)
		set[(unsigned char)*which] = true;
}

void wire_encode(struct buf *out, const char *text, size_t n, const char *also)
{
	static const char digits[] = "0123456789ABCDEF";
	bool plain[256] = {false};

	mark(plain, unreserved);
	mark(plain, also ? also : "");
	for (size_t i = 0, run; i < n; i += run) {
		unsigned char c = (unsigned char)text[i];

		for (run = 0; i + run < n && plain[(unsigned char)text[i + run]]; run++)
			;
		buf_add(out, text + i, run);
		if (run == 0) {
			buf_add(out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
			run = 1;
		}
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What stands at s[i], as a byte; *used says how many bytes it takes there. */
static char decoded(const char *s, size_t i, size_t n, bool form, size_t *used)
{
	int high, low;

	*used = 1;
	if (form && s[i] == '+')
		return ' ';
	if (s[i] != '%' || n - i < 3)
		return s[i];
	high = hex_digit(s[i + 1]);
	low = hex_digit(s[i + 2]);
	if (high < 0 || low < 0)
		return '%';
	*used = 3;
	return (char)(high << 4 | low);
}

void wire_decode(struct buf *out, const char *text, size_t n, bool form)
{
	size_t used;
	char *to;

	buf_reserve(out, n);
	to = out->s + out->len;
	for (size_t i = 0; i < n; i += used)
		*to++ = decoded(text, i, n, form, &used);
	out->len = n ? (size_t)(to - out->s) : out->len;
	if (n)
		*to = '\0';
}

/* ---- forms ---- */

static struct form_text keep(struct buf *store, const char *s, size_t n)
{
	struct form_text text = {.at = store->len};

	wire_decode(store, s, n, true);
	text.n = store->len - text.at;
	buf_addc(store, '\0');
	return text;
}

static void add_pair(struct form *f, const char *s, size_t n)
{
	const char *equals = memchr(s, '=', n);
	size_t key = equals ? (size_t)(equals - s) : n;
	struct form_pair *p;

	ARRAY_GROW(f->pairs, f->n, f->cap);
	p = &f->pairs[f->n++];
	p->key = keep(&f->store, s, key);
	p->value = keep(&f->store, s + key + (equals != NULL), n - key - (equals != NULL));
}

bool form_read(struct form *f, const char *s, size_t n)
{
	for (size_t i = 0, len; i < n; i += len + 1) {
		const char *end = memchr(s + i, '&', n - i);

		len = end ? (size_t)(end - (s + i)) : n - i;
		if (len && f->n == FORM_MOST)
			return false;
		if (len)
			add_pair(f, s + i, len);
	}
	return true;
}

void form_release(struct form *f)
{
	free(f->pairs);
	buf_release(&f->store);
	*f = (struct form)FORM_INIT;
}

const char *form_find(const struct form *f, const char *key)
{
	const char *found = NULL;

	for (size_t i = 0; i < f->n; i++)
		if (strcmp(form_key(f, i), key) == 0)
			found = form_value(f, i);
	return found;
}
