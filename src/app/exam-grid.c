/* exam-grid.c - all questions of a paper at a glance: answered, flagged, the present one; and
 * numbers as they are written. */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"

void exam_numbers(const struct attempt *t, sat_has *has, struct buf *out)
{
	for (size_t i = 0; i < t->n;) {
		size_t first = i;

		if (!has(&t->sats[i])) {
			i++;
			continue;
		}
		while (i < t->n && has(&t->sats[i]))
			i++;
		buf_addf(out, "%s%zu", out->len ? ", " : "", first + 1);
		if (i - first > 1)
			buf_addf(out, "%s%zu", i - first > 2 ? "-" : ", ", i);
	}
}

void exam_digits(const struct asked *a, uint32_t options, const char *comma, struct buf *out)
{
	for (size_t i = 0, n = 0; i < a->q->n_options; i++)
		if (options >> a->order[i] & 1)
			buf_addf(out, "%s%zu", n++ ? comma : "", i + 1);
}

static bool is_open(const struct sat *sat)
{
	return !sat_answered(sat);
}

static bool is_flagged(const struct sat *sat)
{
	return sat->flagged;
}

static void add_numbers(struct buf *out, const struct look *look, const struct attempt *t,
	const char *label, sat_has *has)
{
	struct buf line = BUF_INIT, numbers = BUF_INIT;

	exam_numbers(t, has, &numbers);
	buf_addf(&line, "%s: %s", label, numbers.len ? numbers.s : _("none"));
	paragraph_add(out, look, line.s);
	buf_release(&numbers);
	buf_release(&line);
}

/* What a screen reader can say in four sentences. */
static void render_linear(
	const struct attempt *t, size_t at, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	add_numbers(out, look, t, _("Answered"), sat_answered);
	add_numbers(out, look, t, _("Too few or too many picked"), sat_unfinished);
	add_numbers(out, look, t, _("Not answered"), is_open);
	add_numbers(out, look, t, _("Flagged"), is_flagged);
	buf_addf(&line, _("You are at question %zu of %zu."), at + 1, t->n);
	paragraph_add(out, look, line.s);
	buf_release(&line);
}

/* "[ 12*!]": the brackets are the present one. */
static void add_cell(struct buf *out, const struct look *look, const struct sat *sat, bool present)
{
	struct buf cell = BUF_INIT;

	buf_addf(&cell, "%s%3d%s%s%s", present ? "[" : " ", sat->number,
		sat_unfinished(sat) ? "~"
		: sat_answered(sat) ? "*"
				    : ".",
		sat->flagged ? "!" : " ", present ? "]" : " ");
	style_adds(out, look,
		present        ? STYLE_TITLE
		: sat->flagged ? STYLE_STRONG
			       : STYLE_DIM,
		cell.s);
	buf_release(&cell);
}

static void render_cells(
	const struct attempt *t, size_t at, const struct look *look, struct buf *out)
{
	enum { CELL = 7 };
	int row = look->columns / CELL;

	row = row > 10 ? 10 : row < 1 ? 1 : row;
	if (row > 5 && row < 10)
		row = 5; /* tens and fives are found faster */
	for (size_t i = 0; i < t->n; i++) {
		add_cell(out, look, &t->sats[i], i == at);
		if ((i + 1) % (size_t)row == 0 || i + 1 == t->n)
			buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
	paragraph_add(out, look,
		_("* answered  ~ too few or too many picked  . not answered  ! flagged  [ ] here"));
}

void exam_grid_render(const struct attempt *t, size_t at, const char *typed,
	const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, _("Questions: %d of %zu answered"), attempt_answered(t), t->n);
	style_adds(out, look, STYLE_TITLE, line.s);
	buf_adds(out, "\n\n");
	if (look->plain)
		render_linear(t, at, look, out);
	else
		render_cells(t, at, look, out);
	buf_clear(&line);
	if (*typed) {
		buf_addf(&line, _("Go to question: %s"), typed);
		paragraph_add(out, look, line.s);
	}
	buf_release(&line);
}
