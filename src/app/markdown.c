/* markdown.c - see markdown.h: what the parser tells, as lines. */
#include "app/markdown.h"

#include "app/ink.h"
#include "app/mdchars.h"
#include "app/mdtable.h"
#include "base/mem.h"
#include "base/text.h"

#include <limits.h>
#include <md4c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HANGING_ROOM = 12, TAB_STOP = 8, WIDEST = 4096 };

/* A list, a list item or a quotation that is open. */
struct container {
	size_t first_len, rest_len; /* of the prefixes outside */
	size_t lines;               /* written before it began */
	bool tight;                 /* no empty lines between the blocks in it */
	bool ordered;
	unsigned number; /* of the next item */
};

struct render {
	struct buf *out;
	struct md_style style;
	struct ink ink;   /* the paragraph, heading or cell at work */
	struct buf lead;  /* what is to stand at the beginning of the next text */
	struct buf code;  /* the code block at work */
	struct buf first; /* prefix of the next line, if `marked` */
	struct buf rest;  /* prefix of every other line */
	bool marked;
	bool fresh; /* nothing stands yet in the present container */
	bool in_code;
	size_t lines;
	struct container *open;
	size_t open_len, open_cap;
	int depth[6]; /* spans open, by the place of their tone */
	unsigned block_tones;
	bool in_link;
	struct buf href, label; /* of the link at work */
	struct mdtable table;
};

/* --- Lines ------------------------------------------------------------------------------------ */

static int room(const struct render *r)
{
	int left = r->style.columns - text_swidth(r->rest.s);

	return left < 1 ? 1 : left;
}

static void add_line(struct render *r, struct ink_carry *carry, const char *line, size_t n)
{
	const struct buf *prefix = r->marked ? &r->first : &r->rest;
	size_t len = prefix->len;

	while (!n && len && prefix->s[len - 1] == ' ')
		len--;
	buf_add(r->out, prefix->s, len);
	ink_line(r->out, carry, line, n);
	buf_addc(r->out, '\n');
	r->marked = false;
	r->lines++;
}

static void add_lines(struct render *r, const struct buf *lines)
{
	struct ink_carry carry = {0};

	for (const char *s = lines->s, *end; (end = strchr(s, '\n')); s = end + 1)
		add_line(r, &carry, s, (size_t)(end - s));
}

/* Before a block: an empty line, unless it is the first of its container, or in a tight list. */
static void separate(struct render *r)
{
	struct ink_carry carry = {0};

	if (!r->fresh && !(r->open_len && r->open[r->open_len - 1].tight))
		add_line(r, &carry, "", 0);
	r->fresh = false;
}

/* Ends the text at work, as a block of its own. */
static void flush_text(struct render *r)
{
	struct buf text = BUF_INIT, lines = BUF_INIT;
	char hang[16] = "";
	size_t hanging = r->lead.len;

	if (!r->ink.text.len && !r->lead.len)
		return;
	ink_end(&r->ink);
	buf_add(&text, r->lead.s, r->lead.len);
	buf_add(&text, r->ink.text.s, r->ink.text.len);
	if (hanging < sizeof hang && room(r) >= HANGING_ROOM) {
		memset(hang, ' ', hanging);
		hang[hanging] = '\0';
	}
	text_wrap(&lines, text.s, room(r), "", hang);
	separate(r);
	add_lines(r, &lines);
	buf_clear(&r->lead);
	buf_clear(&r->ink.text);
	buf_release(&text);
	buf_release(&lines);
}

/* --- Containers ------------------------------------------------------------------------------- */

/*
 * Opens a container whose first line begins with `mark` and the others with `rest`. So deep that
 * too little of the line would be left, the mark becomes part of the text, without an indent.
 */
static void enter_container(
	struct render *r, struct container c, const char *mark, const char *rest)
{
	int least = r->style.columns / 2;

	if (!r->marked) {
		buf_clear(&r->first);
		buf_add(&r->first, r->rest.s, r->rest.len);
	}
	c.first_len = r->first.len;
	c.rest_len = r->rest.len;
	c.lines = r->lines;
	ARRAY_GROW(r->open, r->open_len, r->open_cap);
	r->open[r->open_len++] = c;
	r->fresh = true;
	if (!*rest)
		return;
	if (room(r) - (int)strlen(rest) >= (least < 8 ? 8 : least)) {
		buf_adds(&r->first, mark);
		buf_adds(&r->rest, rest);
		r->marked = true;
	} else if (strcmp(mark, rest) != 0) {
		buf_adds(&r->lead, mark);
	}
}

static void leave_container(struct render *r)
{
	const struct container *c = &r->open[--r->open_len];

	buf_truncate(&r->rest, c->rest_len);
	if (r->lines > c->lines) {
		r->marked = false;
		r->fresh = false;
	} else {
		/* Nothing stood in it: what was to come before it still is. */
		buf_truncate(&r->first, c->first_len);
	}
}

static void enter_list(struct render *r, bool tight, bool ordered, unsigned start)
{
	struct container c = {.tight = tight, .ordered = ordered, .number = start};

	separate(r);
	enter_container(r, c, "", "");
}

static void enter_item(struct render *r)
{
	struct container *list = &r->open[r->open_len - 1], item = {.tight = list->tight};
	char mark[16] = "- ", blanks[16];

	separate(r);
	if (list->ordered)
		snprintf(mark, sizeof mark, "%u. ", list->number++);
	memset(blanks, ' ', sizeof blanks);
	blanks[strlen(mark)] = '\0';
	enter_container(r, item, mark, blanks);
}

static void leave_item(struct render *r)
{
	struct ink_carry carry = {0};

	flush_text(r);
	/* An empty item still shows its mark. */
	if (r->marked && r->lines == r->open[r->open_len - 1].lines)
		add_line(r, &carry, "", 0);
	leave_container(r);
}

/* --- Blocks ----------------------------------------------------------------------------------- */

static void enter_heading(struct render *r, unsigned level)
{
	if (r->style.colour) {
		r->block_tones = TONE_TITLE;
		return;
	}
	buf_addn(&r->lead, "#", level);
	buf_addc(&r->lead, ' ');
}

static void leave_heading(struct render *r)
{
	flush_text(r);
	r->block_tones = 0;
}

static void add_rule(struct render *r)
{
	struct ink_carry carry = {0};
	struct buf rule = BUF_INIT;

	buf_addn(&rule, "-", r->style.plain && room(r) > 3 ? 3 : (size_t)room(r));
	separate(r);
	add_line(r, &carry, rule.s, rule.len);
	buf_release(&rule);
}

/* One line of code, a tab as the blanks up to the next stop. */
static void expand_tabs(struct buf *out, const char *s, size_t n)
{
	int column = 0;

	while (n) {
		size_t bytes = *s == '\t' ? 1 : text_cluster(s, n);
		int width = *s == '\t' ? TAB_STOP - column % TAB_STOP : text_width(s, bytes);

		if (*s == '\t')
			buf_addn(out, " ", (size_t)width);
		else
			buf_add(out, s, bytes);
		column += width;
		s += bytes;
		n -= bytes;
	}
}

static void add_code_line(struct render *r, const char *s, size_t n)
{
	struct ink ink = {.text = BUF_INIT, .colour = r->style.colour};
	struct buf line = BUF_INIT, lines = BUF_INIT;
	bool wide = room(r) >= HANGING_ROOM;

	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	expand_tabs(&line, s, n);
	ink_add(&ink, TONE_DIM, line.s, line.len);
	ink_end(&ink);
	text_wrap(&lines, ink.text.s, room(r), wide ? "  " : "", wide ? "      " : "");
	if (!line.len) {
		buf_clear(&lines);
		buf_addc(&lines, '\n');
	}
	add_lines(r, &lines);
	ink_release(&ink);
	buf_release(&line);
	buf_release(&lines);
}

static void leave_code(struct render *r)
{
	const char *s = r->code.s, *end = s + r->code.len;

	if (r->code.len)
		separate(r);
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		add_code_line(r, s, (size_t)(stop - s));
		s = stop + 1;
	}
	buf_clear(&r->code);
	r->in_code = false;
}

/* --- Tables ----------------------------------------------------------------------------------- */

static void enter_table(struct render *r, const MD_BLOCK_TABLE_DETAIL *detail)
{
	mdtable_release(&r->table);
	r->table.columns = detail->col_count < 1                 ? 1
			   : detail->col_count > MDTABLE_COLUMNS ? MDTABLE_COLUMNS
								 : detail->col_count;
}

static void leave_table(struct render *r)
{
	struct buf lines = BUF_INIT;

	mdtable_render(&lines, &r->table, room(r), r->style.plain);
	separate(r);
	add_lines(r, &lines);
	buf_release(&lines);
	mdtable_release(&r->table);
}

static void leave_cell(struct render *r, const MD_BLOCK_TD_DETAIL *detail)
{
	static const enum mdtable_align aligns[] = {
		[MD_ALIGN_DEFAULT] = MDTABLE_LEFT,
		[MD_ALIGN_LEFT] = MDTABLE_LEFT,
		[MD_ALIGN_CENTER] = MDTABLE_CENTRE,
		[MD_ALIGN_RIGHT] = MDTABLE_RIGHT,
	};

	ink_end(&r->ink);
	mdtable_cell(&r->table, r->ink.text.s, aligns[detail->align]);
	buf_clear(&r->ink.text);
	r->block_tones = 0;
}

/* --- Spans ------------------------------------------------------------------------------------ */

static unsigned tone_of(MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_EM:
		return TONE_ITALIC;
	case MD_SPAN_STRONG:
		return TONE_STRONG;
	case MD_SPAN_CODE:
		return TONE_CODE;
	case MD_SPAN_A:
		return TONE_LINK;
	default:
		return 0;
	}
}

/* Counts the spans of a tone: the same kind may stand within itself. */
static void count_span(struct render *r, unsigned tone, int by)
{
	for (size_t i = 0; i < ARRAY_LEN(r->depth); i++) {
		if (tone & 1u << i)
			r->depth[i] += by;
	}
}

static void add_text(struct render *r, const char *s, size_t n)
{
	unsigned tones = r->block_tones;

	for (size_t i = 0; i < ARRAY_LEN(r->depth); i++)
		tones |= r->depth[i] ? 1u << i : 0;
	ink_add(&r->ink, tones, s, n);
	if (r->in_link)
		buf_add(&r->label, s, n);
}

static bool begins(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

/* Only what leads to a page or a letter is made to be clicked on. */
static bool can_click(const struct render *r)
{
	const char *url = r->href.s;

	return r->style.links &&
	       (begins(url, "https://") || begins(url, "http://") || begins(url, "mailto:"));
}

static void enter_link(struct render *r, const MD_ATTRIBUTE *href)
{
	buf_clear(&r->href);
	buf_clear(&r->label);
	for (size_t i = 0; href->size && href->substr_offsets[i] < href->size; i++) {
		const char *s = href->text + href->substr_offsets[i];
		size_t n = href->substr_offsets[i + 1] - href->substr_offsets[i];

		if (href->substr_types[i] == MD_TEXT_ENTITY)
			mdchars_entity(&r->href, s, n);
		else
			mdchars_clean(&r->href, s, n);
	}
	r->in_link = true;
	if (can_click(r))
		ink_link(&r->ink, r->href.s);
}

static void leave_link(struct render *r)
{
	const char *url = r->href.s, *label;
	bool same;

	if (!r->label.len)
		add_text(r, url, r->href.len);
	label = r->label.s;
	same = strcmp(url, label) == 0 || (begins(url, "mailto:") && strcmp(url + 7, label) == 0);
	r->in_link = false;
	if (can_click(r))
		ink_link(&r->ink, NULL);
	count_span(r, TONE_LINK, -1);
	if (!can_click(r) && !same && *url) {
		add_text(r, " (", 2);
		add_text(r, url, r->href.len);
		add_text(r, ")", 1);
	}
}

/* --- What the parser calls -------------------------------------------------------------------- */

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	/* The text of a tight item ends where a block begins; a mark alone goes before a block that
	 * has no text to join. */
	if (r->ink.text.len || type == MD_BLOCK_CODE || type == MD_BLOCK_HR ||
		type == MD_BLOCK_TABLE)
		flush_text(r);
	switch (type) {
	case MD_BLOCK_QUOTE:
		separate(r);
		enter_container(r, (struct container){0}, "| ", "| ");
		break;
	case MD_BLOCK_UL:
		enter_list(r, ((MD_BLOCK_UL_DETAIL *)detail)->is_tight, false, 0);
		break;
	case MD_BLOCK_OL:
		enter_list(r, ((MD_BLOCK_OL_DETAIL *)detail)->is_tight, true,
			((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		enter_item(r);
		break;
	case MD_BLOCK_HR:
		add_rule(r);
		break;
	case MD_BLOCK_H:
		enter_heading(r, ((MD_BLOCK_H_DETAIL *)detail)->level);
		break;
	case MD_BLOCK_CODE:
		r->in_code = true;
		break;
	case MD_BLOCK_TABLE:
		enter_table(r, detail);
		break;
	case MD_BLOCK_TR:
		mdtable_row(&r->table);
		break;
	case MD_BLOCK_TH:
		r->block_tones = TONE_STRONG;
		break;
	default:
		break;
	}
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	switch (type) {
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		leave_container(r);
		break;
	case MD_BLOCK_LI:
		leave_item(r);
		break;
	case MD_BLOCK_H:
		leave_heading(r);
		break;
	case MD_BLOCK_P:
		flush_text(r);
		break;
	case MD_BLOCK_CODE:
		leave_code(r);
		break;
	case MD_BLOCK_TABLE:
		leave_table(r);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		leave_cell(r, detail);
		break;
	default:
		break;
	}
	return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	count_span(r, tone_of(type), 1);
	if (type == MD_SPAN_A)
		enter_link(r, &((MD_SPAN_A_DETAIL *)detail)->href);
	else if (type == MD_SPAN_CODE && !r->style.colour)
		add_text(r, "`", 1);
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct render *r = ctx;

	(void)detail;
	if (type == MD_SPAN_CODE && !r->style.colour)
		add_text(r, "`", 1);
	if (type == MD_SPAN_A)
		leave_link(r);
	else
		count_span(r, tone_of(type), -1);
	return 0;
}

/* Text of a line: a run of blanks, tabs and newlines is one blank, or as many as it is long. */
static void add_inline(struct render *r, const char *s, size_t n, bool collapse)
{
	static const char blanks[] = " \t\n";
	const char *end = s + n;

	while (s < end) {
		const char *word = s;

		while (s < end && !memchr(blanks, *s, 3))
			s++;
		add_text(r, word, (size_t)(s - word));
		if (s == end)
			break;
		add_text(r, " ", 1);
		s++;
		while (collapse && s < end && memchr(blanks, *s, 3))
			s++;
	}
}

static int text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *ctx)
{
	struct render *r = ctx;
	struct buf entity = BUF_INIT;

	if (r->in_code) {
		buf_add(&r->code, s, n);
		return 0;
	}
	switch (type) {
	case MD_TEXT_BR:
		add_text(r, "\n", 1);
		break;
	case MD_TEXT_SOFTBR:
		add_text(r, " ", 1);
		break;
	case MD_TEXT_ENTITY:
		mdchars_entity(&entity, s, n);
		add_inline(r, entity.s, entity.len, false);
		buf_release(&entity);
		break;
	default:
		add_inline(r, s, n, type != MD_TEXT_CODE);
	}
	return 0;
}

static void release(struct render *r)
{
	ink_release(&r->ink);
	buf_release(&r->lead);
	buf_release(&r->code);
	buf_release(&r->first);
	buf_release(&r->rest);
	buf_release(&r->href);
	buf_release(&r->label);
	mdtable_release(&r->table);
	free(r->open);
}

void markdown_render(struct buf *out, const char *source, const struct md_style *style)
{
	/* Raw HTML is text here. A bare URL is no link: a Korean particle after it would join it.
	 */
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = text,
	};
	struct render r = {
		.out = out,
		.style = *style,
		.ink = {.text = BUF_INIT},
		.lead = BUF_INIT,
		.code = BUF_INIT,
		.first = BUF_INIT,
		.rest = BUF_INIT,
		.href = BUF_INIT,
		.label = BUF_INIT,
		.fresh = true,
	};
	struct buf clean = BUF_INIT;
	size_t from = out->len;

	r.style.colour = style->colour && !style->plain;
	r.style.links = style->links && !style->plain;
	r.style.columns = style->columns > WIDEST ? WIDEST : style->columns;
	r.ink.colour = r.style.colour;
	mdchars_clean(&clean, source, strlen(source));
	if (clean.len > UINT_MAX || md_parse(clean.s, (MD_SIZE)clean.len, &parser, &r) < 0)
		mem_exhausted(clean.len);
	/* A container in which nothing stood may have left an empty line. */
	while (out->len > from + 1 && out->s[out->len - 1] == '\n' && out->s[out->len - 2] == '\n')
		buf_truncate(out, out->len - 1);
	buf_release(&clean);
	release(&r);
}
