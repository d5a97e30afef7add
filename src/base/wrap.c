/* wrap.c - see text.h: a paragraph in lines, broken at blanks only. */
#include "base/text.h"

#include <string.h>

struct wrap {
	struct buf *out;
	const char *rest;
	int room;      /* columns of the present line, without its prefix */
	int rest_room; /* the same of the lines after it */
	int used;      /* columns taken */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_escape(const char *s, const char *end, size_t *bytes)
{
	return *s == '\033' && (*bytes = text_cluster(s, (size_t)(end - s))) > 1;
}

/*
 * The end of the gap that begins at s: after its last blank, or where the text ends if nothing
 * visible follows. Escape sequences between blanks belong to the gap.
 */
static const char *gap_end(const char *s, const char *end)
{
	const char *after = s;
	size_t bytes;

	while (s < end) {
		if (is_blank(*s))
			after = ++s;
		else if (is_escape(s, end, &bytes))
			s += bytes;
		else
			return after;
	}
	return end;
}

static const char *word_end(const char *s, const char *end)
{
	size_t bytes;

	while (s < end && !is_blank(*s))
		s += is_escape(s, end, &bytes) ? bytes : 1;
	return s;
}

/*
 * The blanks of a gap, counted. Its escape sequences are appended to `out` where there is one, and
 * so are its blanks if wanted, each as ' ' (what a tab takes depends on where it stands).
 */
static int pass_gap(struct buf *out, const char *s, const char *end, bool wanted)
{
	int count = 0;
	size_t bytes;

	while (s < end) {
		bool escape = is_escape(s, end, &bytes);

		if (escape && out)
			buf_add(out, s, bytes);
		else if (!escape && out && wanted)
			buf_addc(out, ' ');
		count += !escape;
		s += escape ? bytes : 1;
	}
	return count;
}

static void next_line(struct wrap *w)
{
	if (!w->used) /* a label alone */
		while (w->out->len && is_blank(w->out->s[w->out->len - 1]))
			buf_truncate(w->out, w->out->len - 1);
	buf_addc(w->out, '\n');
	buf_adds(w->out, w->rest);
	w->room = w->rest_room;
	w->used = 0;
}

/* A word at the beginning of a line, cut into as many lines as it needs. */
static void add_word(struct wrap *w, const char *s, size_t n)
{
	for (;;) {
		size_t fits = text_fit(s, n, w->room - w->used);

		/* At least one cluster a line, however narrow the line. */
		while (fits < n && text_width(s, fits) == 0)
			fits += text_cluster(s + fits, n - fits);
		buf_add(w->out, s, fits);
		w->used += text_width(s, fits);
		s += fits;
		n -= fits;
		if (!n)
			break;
		next_line(w);
	}
}

/* Whether a word that does not fit here fits on a line of its own. */
static bool is_for_next_line(const struct wrap *w, int width)
{
	return w->used || (width > w->room && width <= w->rest_room);
}

static void wrap_line(struct wrap *w, const char *s, const char *end)
{
	while (s < end) {
		const char *gap = s, *word = is_blank(*s) ? gap_end(s, end) : s;
		int blanks = pass_gap(NULL, gap, word, false), width;
		bool keep;

		s = word_end(word, end);
		width = text_width(word, (size_t)(s - word));
		keep = word < end && blanks + width <= w->room - w->used;
		pass_gap(w->out, gap, word, keep);
		if (keep)
			w->used += blanks;
		if (word == end)
			break;
		if (!keep && is_for_next_line(w, width))
			next_line(w);
		add_word(w, word, (size_t)(s - word));
	}
}

static int room(int columns, const char *prefix)
{
	int left = columns - text_swidth(prefix);

	return left < 1 ? 1 : left;
}

void text_wrap(struct buf *out, const char *s, int columns, const char *first, const char *rest)
{
	struct wrap w = {.out = out, .rest = rest};
	const char *end = s + strlen(s);

	w.room = room(columns, first);
	w.rest_room = room(columns, rest);
	buf_adds(out, first);
	for (;;) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));

		wrap_line(&w, s, newline ? newline : end);
		if (!newline || newline + 1 == end)
			break;
		next_line(&w);
		s = newline + 1;
	}
	buf_addc(out, '\n');
}
