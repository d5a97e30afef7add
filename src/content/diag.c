/* diag.c - see diag.h. */
#include "content/diag.h"

#include "base/intl.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void diags_init(struct diags *d)
{
	*d = (struct diags){0};
}

void diags_release(struct diags *d)
{
	arena_release(&d->arena);
	free(d->items);
	diags_init(d);
}

/* A precision counts bytes: what it left of a character goes too. */
static void drop_cut(struct buf *text)
{
	size_t at = text_valid(text->s, text->len);

	while (at < text->len) {
		memmove(text->s + at, text->s + at + 1, text->len - at - 1);
		buf_truncate(text, text->len - 1);
		at += text_valid(text->s + at, text->len - at);
	}
}

__attribute__((format(printf, 4, 0))) static void add(
	struct diags *d, struct place at, enum severity severity, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;

	if (severity == DIAG_ERROR)
		d->errors++;
	else
		d->warnings++;
	if (diags_full(d)) {
		d->dropped++;
		return;
	}
	ARRAY_GROW(d->items, d->len, d->cap);
	buf_vaddf(&text, fmt, ap);
	drop_cut(&text);
	d->items[d->len++] = (struct diag){
		.at = at,
		.severity = severity,
		.text = arena_strndup(&d->arena, text.s, text.len),
	};
	buf_release(&text);
}

void diag_error(struct diags *d, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, at, DIAG_ERROR, fmt, ap);
	va_end(ap);
}

void diag_warning(struct diags *d, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, at, DIAG_WARNING, fmt, ap);
	va_end(ap);
}

static int by_place(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int order = strcmp(x->at.file, y->at.file);

	if (order)
		return order;
	if (x->at.line != y->at.line)
		return x->at.line < y->at.line ? -1 : 1;
	if (x->at.column != y->at.column)
		return x->at.column < y->at.column ? -1 : 1;
	return strcmp(x->text, y->text);
}

void diags_sort(struct diags *d)
{
	if (d->len)
		qsort(d->items, d->len, sizeof *d->items, by_place);
}

void diag_file(const struct diag *g, struct buf *out)
{
	text_printable(g->at.file, out);
}

void diags_print(const struct diags *d, struct buf *out)
{
	for (size_t i = 0; i < d->len; i++) {
		const struct diag *g = &d->items[i];

		diag_file(g, out);
		if (g->at.line)
			buf_addf(out, ":%u:%u", g->at.line, g->at.column);
		buf_addf(out, ": %s: %s\n", g->severity == DIAG_ERROR ? _("error") : _("warning"),
			g->text);
	}
	if (d->dropped)
		buf_addf(out,
			P_("%zu more problem is not shown\n", "%zu more problems are not shown\n",
				d->dropped),
			d->dropped);
}
