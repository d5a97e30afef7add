/* grade-text.c - the gradebook on a terminal; see grade.h. */
#include "app/grade.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/text.h"

#include <string.h>

/* Below this the columns have no room beside each other. */
enum { TABLE_COLUMNS = 72, COLUMNS_OF_A_PIPE = 80 };

enum column { STUDENT, LAB, TASKS, CREDIT, COMMANDS, HINTS, MINUTES, MARK, COLUMNS };

static const char *const titles[COLUMNS] = {
	[STUDENT] = N_("Student"),
	[LAB] = N_("Lab"),
	[TASKS] = N_("Tasks"),
	[CREDIT] = N_("Credit"),
	[COMMANDS] = N_("Cmds/par"),
	[HINTS] = N_("Hints"),
	[MINUTES] = N_("Min"),
	[MARK] = N_("Mark"),
};

static bool was_replayed(const struct grade *g)
{
	return g->verdict == VERDICT_OK || g->verdict == VERDICT_OTHER_SEED;
}

static void add_cell(const struct grade *g, enum column c, struct buf *out)
{
	if (c == STUDENT)
		buf_adds(out, g->student);
	else if (c == LAB)
		buf_adds(out, g->lab_id);
	else if (c == MARK)
		grade_mark(g, out);
	else if (!was_replayed(g))
		buf_addc(out, '-');
	else if (c == TASKS)
		buf_addf(out, "%zu/%zu", g->passed, g->n_tasks);
	else if (c == CREDIT)
		buf_addf(out, "%zu%%", g->n_tasks ? g->credited * 100 / g->n_tasks : 0);
	else if (c == COMMANDS && g->par)
		buf_addf(out, "%d/%d", g->commands, g->par);
	else if (c == COMMANDS)
		buf_addf(out, "%d", g->commands);
	else if (c == HINTS && g->solutions)
		buf_addf(out, "%d+%d", g->hints, g->solutions);
	else if (c == HINTS)
		buf_addf(out, "%d", g->hints);
	else if (grade_minutes(g) >= 0)
		buf_addf(out, "%d", grade_minutes(g));
	else
		buf_addc(out, '-');
}

/* ---- wide ---- */

static void widths_of(const struct gradebook *b, int columns, int widths[COLUMNS])
{
	struct buf cell = BUF_INIT;
	int fixed = 0;

	for (int c = 0; c < COLUMNS; c++) {
		widths[c] = text_swidth(_(titles[c]));
		for (size_t i = 0; i < b->n; i++) {
			buf_clear(&cell);
			add_cell(b->items[i], (enum column)c, &cell);
			if (text_swidth(cell.s) > widths[c])
				widths[c] = text_swidth(cell.s);
		}
		if (c > LAB && c < MARK)
			fixed += widths[c] + 2;
	}
	buf_release(&cell);
	/* what is left is for the three texts: names give way last */
	columns -= fixed + 4;
	while (widths[STUDENT] + widths[LAB] + widths[MARK] > columns) {
		int widest = widths[MARK] > 10                ? MARK
			     : widths[LAB] >= widths[STUDENT] ? LAB
							      : STUDENT;

		if (widths[widest] < 6)
			break;
		widths[widest]--;
	}
}

static void add_aligned(struct buf *out, const char *cell, enum column c, int width)
{
	int blanks = width - text_swidth(cell);

	if (c > LAB && c < MARK) {
		if (blanks > 0)
			buf_addn(out, " ", (size_t)blanks);
		buf_adds(out, cell);
	} else {
		text_pad(out, cell, width);
	}
	if (c < MARK)
		buf_adds(out, "  ");
}

static void end_line(struct buf *out)
{
	while (out->len && out->s[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	buf_addc(out, '\n');
}

static void add_table(
	const struct gradebook *b, const struct look *look, int columns, struct buf *out)
{
	struct buf line = BUF_INIT, cell = BUF_INIT;
	int widths[COLUMNS];

	widths_of(b, columns, widths);
	for (int c = 0; c < COLUMNS; c++)
		add_aligned(&line, _(titles[c]), (enum column)c, widths[c]);
	end_line(&line);
	buf_truncate(&line, line.len - 1);
	style_adds(out, look, STYLE_STRONG, line.s);
	buf_addc(out, '\n');
	for (size_t i = 0; i < b->n; i++) {
		for (int c = 0; c < COLUMNS; c++) {
			buf_clear(&cell);
			add_cell(b->items[i], (enum column)c, &cell);
			add_aligned(out, cell.s, (enum column)c, widths[c]);
		}
		end_line(out);
	}
	buf_release(&line);
	buf_release(&cell);
}

/* ---- narrow ---- */

static void add_item(const struct grade *g, int columns, struct buf *out)
{
	struct buf line = BUF_INIT, cell = BUF_INIT;

	buf_addf(&line, "%s, %s", g->student, *g->lab_id ? g->lab_id : "-");
	text_wrap(out, line.s, columns, "", "  ");
	buf_clear(&line);
	for (int c = TASKS; c < COLUMNS; c++) {
		buf_clear(&cell);
		add_cell(g, (enum column)c, &cell);
		if (!cell.len || (c < MARK && !was_replayed(g)))
			continue;
		buf_addf(&line, "%s%s: %s", line.len ? "; " : "", _(titles[c]), cell.s);
	}
	text_wrap(out, line.s, columns, "  ", "  ");
	buf_release(&line);
	buf_release(&cell);
}

/* ---- both ---- */

static void add_marked(
	const struct gradebook *b, const struct look *look, int columns, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (!gradebook_marked(b))
		return;
	buf_addc(out, '\n');
	style_adds(out, look, STYLE_STRONG, _("Marked:"));
	buf_addc(out, '\n');
	for (size_t i = 0; i < b->n; i++) {
		const struct grade *g = b->items[i];

		if (!grade_is_marked(g))
			continue;
		buf_clear(&line);
		buf_addf(&line, "%s: ", g->file);
		grade_explain(g, &line);
		text_wrap(out, line.s, columns, "  ", "    ");
	}
	buf_release(&line);
}

static void add_labs(const struct gradebook *b, int columns, struct buf *out)
{
	struct buf line = BUF_INIT;

	if (b->n_labs)
		buf_addc(out, '\n');
	for (size_t i = 0; i < b->n_labs; i++) {
		struct lab_tally sum;

		gradebook_tally(b, b->labs[i], &sum);
		buf_clear(&line);
		buf_addf(&line, _("%s: %zu of %zu have finished"), b->labs[i]->id.s, sum.finished,
			sum.students);
		if (sum.finished)
			buf_addf(&line, _(", in %.4g minutes with %.4g commands (median; par %d)"),
				sum.minutes, sum.commands, sum.par);
		text_wrap(out, line.s, columns, "", "  ");
	}
	buf_release(&line);
}

void grade_text(const struct gradebook *b, const struct look *look, struct buf *out)
{
	int columns = look->terminal ? look->columns : COLUMNS_OF_A_PIPE;

	if (columns >= TABLE_COLUMNS && !look->plain)
		add_table(b, look, columns, out);
	else
		for (size_t i = 0; i < b->n; i++)
			add_item(b->items[i], columns, out);
	add_labs(b, columns, out);
	add_marked(b, look, columns, out);
}
