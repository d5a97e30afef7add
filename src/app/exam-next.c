/* exam-next.c - what to do about the mistakes of a paper, by the note that is about them; see
 * exam.h.
 */
#include "app/exam.h"

#include "app/look.h"
#include "base/intl.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The mistakes that one note is about. */
struct group {
	const struct note *note; /* NULL: no note is */
	int mistakes, first;     /* `first`: the lowest number */
};

static const struct note *note_of(const struct app *a, const struct sat *sat)
{
	const struct question *q = sat->asked.q;

	return q->note.s ? library_note(&a->library, q->note.s) : NULL;
}

/* Most mistakes first, then as in the paper; those without a note at the end. */
static int by_need(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (!x->note != !y->note)
		return x->note ? -1 : 1;
	if (x->mistakes != y->mistakes)
		return x->mistakes > y->mistakes ? -1 : 1;
	return x->first < y->first ? -1 : 1;
}

/* Owned; as many as `*n`. */
static struct group *groups_of(const struct app *a, const struct attempt *t, size_t *n)
{
	struct group *all = xcalloc(t->n + 1, sizeof *all);

	*n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct note *note = note_of(a, &t->sats[i]);
		size_t k = 0;

		if (t->sats[i].correct)
			continue;
		while (k < *n && all[k].note != note)
			k++;
		if (k == *n)
			all[(*n)++] = (struct group){note, 0, t->sats[i].number};
		all[k].mistakes++;
	}
	qsort(all, *n, sizeof *all, by_need);
	return all;
}

/* "  4. A company wants to ..": cut to a line, but whole where it is listened to. */
static void render_mistake(
	const struct app *a, const struct sat *sat, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT, first = BUF_INIT;

	if (!sat_question(&a->library, sat))
		buf_addf(&line, "(%s) ", _("no longer in the bank"));
	for (const char *s = text_in(&sat->asked.q->ask, look->lang); *s; s++)
		buf_addc(&line, *s == '\n' ? ' ' : *s);
	buf_addf(&first, look->plain ? "%d. " : "%5d. ", sat->number);
	if (!look->plain && text_swidth(line.s) > look->columns - 7) {
		buf_adds(out, first.s);
		text_pad(out, line.s, look->columns > 10 ? look->columns - 7 : 3);
		buf_addc(out, '\n');
	} else {
		text_wrap(out, line.s, look->columns, first.s, look->plain ? "" : "       ");
	}
	buf_release(&line);
	buf_release(&first);
}

static const char *lab_of(const struct app *a, const struct sat *sat)
{
	const char *lab = sat->asked.q->lab.s;

	return lab && map_get(&a->library.of[DOC_LAB].by_id, lab) ? lab : NULL;
}

static bool lab_before(
	const struct app *a, const struct attempt *t, size_t end, const struct note *note)
{
	for (size_t i = 0; i < end; i++) {
		const char *lab = lab_of(a, &t->sats[i]);

		if (!t->sats[i].correct && note_of(a, &t->sats[i]) == note && lab &&
			strcmp(lab, lab_of(a, &t->sats[end])) == 0)
			return true;
	}
	return false;
}

static void render_group(const struct app *a, const struct attempt *t, const struct group *g,
	const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT, labs = BUF_INIT;

	if (g->note) {
		title_of(&line, look, &g->note->title);
		buf_addf(&line, ": amidojo notes %s", g->note->id.s);
	} else {
		buf_adds(&line, _("No note is about these:"));
	}
	paragraph_add(out, look, line.s);
	for (size_t i = 0; i < t->n; i++) {
		const struct sat *sat = &t->sats[i];

		if (sat->correct || note_of(a, sat) != g->note)
			continue;
		render_mistake(a, sat, look, out);
		if (lab_of(a, sat) && !lab_before(a, t, i, g->note))
			buf_addf(&labs, "%s%s", labs.len ? ", " : "", lab_of(a, sat));
	}
	if (labs.len) {
		buf_clear(&line);
		buf_addf(&line, _("Labs (amidojo lab start ID): %s"), labs.s);
		text_wrap(out, line.s, look->columns, look->plain ? "" : "   ",
			look->plain ? "" : "   ");
	}
	buf_release(&line);
	buf_release(&labs);
}

static void render_proofs(
	const struct app *a, const struct attempt *t, const struct look *look, struct buf *out)
{
	struct buf line = BUF_INIT, numbers = BUF_INIT;

	for (size_t i = 0; i < t->n; i++) {
		const struct question *now = sat_question(&a->library, &t->sats[i]);

		if (!t->sats[i].correct && now && now->n_proof)
			buf_addf(&numbers, "%s%d", numbers.len ? ", " : "", t->sats[i].number);
	}
	if (numbers.len) {
		buf_addf(&line, _("With a proof, v when you review the questions: %s"), numbers.s);
		paragraph_add(out, look, line.s);
	}
	buf_release(&line);
	buf_release(&numbers);
}

void exam_next_render(
	struct app *a, const struct attempt *t, const struct look *look, struct buf *out)
{
	size_t n;
	struct group *all = groups_of(a, t, &n);

	heading_add(out, look, _("Next steps"));
	for (size_t i = 0; i < n; i++) {
		render_group(a, t, &all[i], look, out);
		buf_addc(out, '\n');
	}
	free(all);
	if (!n) {
		paragraph_add(out, look, _("Every question is right."));
		return;
	}
	render_proofs(a, t, look, out);
	paragraph_add(out, look,
		_("What the bank still has of these went into the mistakes pool: amidojo mistakes"));
}
