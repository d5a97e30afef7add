/* lint.c - Markdown traps in learners' texts; see lint.h. */
#include "content/lint.h"

#include "base/intl.h"
#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

enum { CODE_COLUMNS = 76 };

enum char_class { CLASS_SPACE, CLASS_PUNCTUATION, CLASS_OTHER };

static enum char_class class_of(utf8proc_int32_t c)
{
	if (c < 0x80) {
		if (c <= ' ')
			return CLASS_SPACE;
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			       ? CLASS_OTHER
			       : CLASS_PUNCTUATION;
	}
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ZS:
		return CLASS_SPACE;
	case UTF8PROC_CATEGORY_PC:
	case UTF8PROC_CATEGORY_PD:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PO:
		return CLASS_PUNCTUATION;
	default:
		return CLASS_OTHER;
	}
}

static enum char_class class_after(const char *text, size_t len, size_t at)
{
	utf8proc_int32_t c = ' ';

	if (at < len)
		utf8proc_iterate(
			(const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(len - at), &c);
	return class_of(c);
}

static enum char_class class_before(const char *text, size_t at)
{
	size_t start = at;

	if (!at)
		return CLASS_SPACE;
	do
		start--;
	while (start && (text[start] & 0xc0) == 0x80);
	return class_after(text, at, start);
}

/* The end of a code span or fence that begins with the backticks at `at`; the end of the
 * backticks when it is never closed. */
static size_t skip_code(const char *text, size_t len, size_t at)
{
	size_t ticks = strspn(text + at, "`"), i = at + ticks;

	while (i < len) {
		size_t run = strspn(text + i, "`");

		if (run == ticks)
			return i + run;
		i += run ? run : 1;
	}
	return at + ticks;
}

/*
 * CommonMark 6.2: a run opens when it is left-flanking and closes when it is right-flanking. A
 * paragraph is walked with bold either open or not; a run that cannot do what is due stays as it
 * is, and the learner sees the asterisks.
 */
static void lint_bold(const struct tree *t, const struct node *n, struct diags *d)
{
	const char *text = tree_text(t, n);
	size_t len = n->length, i = 0;
	bool open = false;

	while (i < len) {
		enum char_class before, after;
		bool opens, closes;

		if (text[i] == '`') {
			i = skip_code(text, len, i);
			continue;
		}
		if (text[i] == '\n' && i + 1 < len && text[i + 1] == '\n')
			open = false;
		if (text[i] == '\\') {
			i += 2;
			continue;
		}
		if (strncmp(text + i, "**", 2) != 0) {
			i++;
			continue;
		}
		before = class_before(text, i);
		after = class_after(text, len, i + 2);
		opens = after != CLASS_SPACE &&
			(after != CLASS_PUNCTUATION || before != CLASS_OTHER);
		closes = before != CLASS_SPACE &&
			 (before != CLASS_PUNCTUATION || after != CLASS_OTHER);
		if (open ? !closes : !opens)
			diag_error(d, tree_place_in(t, n, i),
				_("'**' stays literal here: no punctuation between it and the bold text's edge when a letter is on the other side"));
		open = !open;
		i += 2;
	}
}

/* Code is for copying: a line that the terminal has to break is hard to read and easy to spoil. */
static void lint_code(const struct tree *t, const struct node *n, struct diags *d)
{
	const char *text = tree_text(t, n);
	bool in_fence = false;

	for (size_t i = 0; i < n->length;) {
		size_t len = strcspn(text + i, "\n");

		if (strncmp(text + i, "```", 3) == 0)
			in_fence = !in_fence;
		else if (in_fence && text_width(text + i, len) > CODE_COLUMNS)
			diag_warning(d, tree_place_in(t, n, i),
				_("this line of code is wider than %d columns and breaks on an 80-column terminal"),
				CODE_COLUMNS);
		i += len + 1;
	}
}

void lint_text(const struct tree *t, const struct node *n, struct diags *d)
{
	const char *text = tree_text(t, n), *tab;

	if (n->kind != NODE_SCALAR)
		return;
	if (memchr(text, '*', n->length))
		lint_bold(t, n, d);
	if (n->style == STYLE_LITERAL)
		lint_code(t, n, d);
	tab = memchr(text, '\t', n->length);
	if (tab)
		diag_error(d, tree_place_in(t, n, (size_t)(tab - text)),
			_("a tab in a text; use spaces"));
}
