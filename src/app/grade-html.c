/* grade-html.c - the gradebook as a page that needs nothing else: no network, no script; see
 * grade.h. */
#include "app/grade-style.h"
#include "app/grade.h"

#include "app/look.h"
#include "app/passing.h"
#include "base/intl.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct page {
	const struct gradebook *b;
	const struct look *look;
	struct buf *out;
};

/* How a task stands: a sign, words, and a colour. */
static const struct {
	const char *sign, *text;
} standings[STANDINGS] = {
	[STANDING_NOT] = {"\u2013", N_("not passed")},
	[STANDING_PASSED] = {"\u2713", N_("passed")},
	[STANDING_HINTS] = {"\u25D1", N_("passed with hints")},
	[STANDING_SOLUTION] = {"\u25C7", N_("solution shown")},
};

/* ---- words ---- */

/* Whatever a file says stays text. */
static void add_text(struct page *p, const char *s)
{
	struct buf plain = BUF_INIT;

	text_printable(s, &plain);
	for (const char *at = plain.s; *at; at++) {
		const char *entity = *at == '&'    ? "&amp;"
				     : *at == '<'  ? "&lt;"
				     : *at == '>'  ? "&gt;"
				     : *at == '"'  ? "&quot;"
				     : *at == '\'' ? "&#39;"
						   : NULL;

		if (entity)
			buf_adds(p->out, entity);
		else
			buf_addc(p->out, *at);
	}
	buf_release(&plain);
}

static void add(struct page *p, const char *html)
{
	buf_adds(p->out, html);
}

static void add_element(struct page *p, const char *open, const char *text, const char *close)
{
	add(p, open);
	add_text(p, text);
	add(p, close);
}

static void add_title(struct page *p, const struct text *t)
{
	struct buf title = BUF_INIT;

	title_of(&title, p->look, t);
	add_text(p, title.s);
	buf_release(&title);
}

/* A name may be written from the other side: what follows it must not be. */
static void add_name(struct page *p, const char *name)
{
	add_element(p, "<bdi>", name, "</bdi>");
}

static void add_heads(struct page *p, const char *const *heads, size_t n)
{
	add(p, "<thead><tr>");
	for (size_t i = 0; i < n; i++)
		add_element(p, "<th scope=\"col\">", _(heads[i]), "</th>");
	add(p, "</tr></thead>\n<tbody>\n");
}

/* ---- the head ---- */

static void add_head(struct page *p)
{
	buf_addf(p->out, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		lang_code[p->look->lang]);
	add(p, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
	       "'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	       "<meta name=\"color-scheme\" content=\"light dark\">\n"
	       "<meta name=\"referrer\" content=\"no-referrer\">\n");
	add_element(p, "<title>", _("Labs: what the class has done"), "</title>\n");
	add(p, "<style>\n");
	add(p, grade_style);
	add(p, "</style>\n</head>\n<body>\n");
}

static void add_top(struct page *p, int64_t made_ms)
{
	size_t n = p->b->n, marked = gradebook_marked(p->b);
	struct buf line = BUF_INIT;

	add_element(p, "<header>\n<h1>", _("Labs: what the class has done"), "</h1>\n");
	passing_add_time(&line, made_ms);
	buf_adds(&line, " UTC \u00b7 ");
	buf_addf(&line, P_("%zu submission", "%zu submissions", n), n);
	buf_adds(&line, " \u00b7 ");
	buf_addf(&line, _("%zu marked"), marked);
	if (p->b->class_seed)
		buf_addf(&line, _(" \u00b7 seed of the class: %s"), p->b->class_seed);
	add_element(p, "<p>", line.s, "</p>\n</header>\n<main>\n");
	buf_release(&line);
}

/* ---- all labs ---- */

static const struct grade *grade_of(
	const struct page *p, const char *student, const struct lab *lab)
{
	for (size_t i = 0; i < p->b->n; i++) {
		const struct grade *g = p->b->items[i];

		if (g->counts && g->lab == lab && strcmp(g->student, student) == 0)
			return g;
	}
	return NULL;
}

static void add_credit(struct page *p, const struct grade *g)
{
	if (!g)
		add_element(p, "<td class=\"none\">", "\u2013", "</td>");
	else if (g->verdict != VERDICT_OK)
		add_element(p, "<td class=\"marked\">\u26A0 ", _("marked"), "</td>");
	else
		buf_addf(p->out, "<td>%zu/%zu</td>", g->credited, g->n_tasks);
}

/* Students by labs: only where there are several. */
static void add_overview(struct page *p)
{
	const struct gradebook *b = p->b;
	const char *before = NULL;

	if (b->n_labs < 2)
		return;
	add_element(p, "<section>\n<h2>", _("All labs"), "</h2>\n");
	add_element(p, "<p>", _("Tasks with credit, of all tasks of the lab."), "</p>\n");
	add_element(p,
		"<div class=\"wide\" tabindex=\"0\"><table class=\"all\"><thead><tr><th scope=\"col\">",
		_("Student"), "</th>");
	for (size_t i = 0; i < b->n_labs; i++) {
		add(p, "<th scope=\"col\">");
		add_title(p, &b->labs[i]->title);
		add(p, "</th>");
	}
	add(p, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < b->n; i++) {
		const char *student = b->items[i]->student;

		if (!b->items[i]->lab || (before && strcmp(before, student) == 0))
			continue;
		before = student;
		add(p, "<tr><th scope=\"row\">");
		add_name(p, student);
		add(p, "</th>");
		for (size_t k = 0; k < b->n_labs; k++)
			add_credit(p, grade_of(p, student, b->labs[k]));
		add(p, "</tr>\n");
	}
	add(p, "</tbody></table></div>\n</section>\n");
}

/* ---- what is marked ---- */

static void add_marked_row(struct page *p, const struct grade *g)
{
	struct buf text = BUF_INIT;

	add(p, "<tr><th scope=\"row\">");
	add_name(p, g->student);
	add_element(p, "</th><td>", g->lab_id, "</td><td class=\"marked\">\u26A0 ");
	grade_mark(g, &text);
	add_element(p, "", text.s, "</td><td>");
	buf_clear(&text);
	grade_explain(g, &text);
	add_text(p, text.s);
	add_element(p, "</td><td class=\"file\">", g->file, "</td></tr>\n");
	buf_release(&text);
}

static void add_marked(struct page *p)
{
	static const char *const heads[] = {
		N_("Student"), N_("Lab"), N_("Mark"), N_("What it means"), N_("File")};

	add_element(p, "<section id=\"marked\">\n<h2>", _("Marked submissions"), "</h2>\n");
	if (!gradebook_marked(p->b)) {
		add_element(p, "<p>", _("None."), "</p>\n</section>\n");
		return;
	}
	add(p, "<div class=\"wide\" tabindex=\"0\"><table class=\"marks\">");
	add_heads(p, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < p->b->n; i++)
		if (grade_is_marked(p->b->items[i]))
			add_marked_row(p, p->b->items[i]);
	add(p, "</tbody></table></div>\n</section>\n");
}

/* ---- one lab: tasks ---- */

static void add_bar(struct page *p, const struct task_tally *t)
{
	static const enum standing order[] = {
		STANDING_PASSED, STANDING_HINTS, STANDING_SOLUTION, STANDING_NOT};
	double x = 0;

	add(p, "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	for (size_t i = 0; t->students && i < ARRAY_LEN(order); i++) {
		double width = 100.0 * (double)t->of[order[i]] / (double)t->students;

		if (t->of[order[i]])
			buf_addf(p->out,
				"<rect class=\"%s\" x=\"%.2f\" y=\"0\" width=\"%.2f\" height=\"10\"/>",
				standing_code[order[i]], x, width);
		x += width;
	}
	add(p, "</svg>");
}

/* "3 passed, 1 passed with hints": what the bar shows. */
static void add_counts(struct page *p, const struct task_tally *t)
{
	static const enum standing order[] = {
		STANDING_PASSED, STANDING_HINTS, STANDING_SOLUTION, STANDING_NOT};
	const char *between = "";

	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		enum standing s = order[i];

		if (!t->of[s])
			continue;
		buf_addf(p->out, "%s<span class=\"%s\">%s</span> %zu ", between, standing_code[s],
			standings[s].sign, t->of[s]);
		add_text(p, _(standings[s].text));
		between = ", ";
	}
}

static void add_task_row(struct page *p, const struct lab *lab, size_t i)
{
	struct task_tally t;
	size_t credited;

	gradebook_tally_task(p->b, lab, i, &t);
	credited = t.of[STANDING_PASSED] + t.of[STANDING_HINTS];
	buf_addf(p->out, "<tr><th scope=\"row\">%zu. ", i + 1);
	add_text(p, lab->tasks[i].id.s);
	buf_addf(p->out, "</th><td class=\"number\">%zu/%zu (%zu%%)</td><td class=\"rate\">",
		credited, t.students, t.students ? credited * 100 / t.students : 0);
	add_bar(p, &t);
	add(p, "<div class=\"counts\">");
	add_counts(p, &t);
	buf_addf(p->out,
		"</div></td><td class=\"number\">%d</td><td class=\"number\">%zu</td></tr>\n",
		t.hints, t.hinted);
}

static void add_tasks(struct page *p, const struct lab *lab)
{
	static const char *const heads[] = {N_("Task"), N_("Credit"), N_("Of all who worked on it"),
		N_("Hints shown"), N_("Students with hints")};

	add_element(p, "<div class=\"wide\" tabindex=\"0\"><table class=\"tasks\"><caption>",
		_("Tasks"), "</caption>");
	add_heads(p, heads, ARRAY_LEN(heads));
	for (size_t i = 0; i < lab->n_tasks; i++)
		add_task_row(p, lab, i);
	add(p, "</tbody></table></div>\n");
}

/* ---- one lab: students ---- */

static void add_standing(struct page *p, const struct grade *g, size_t task)
{
	enum standing s = grade_standing(g, task);

	buf_addf(p->out, "<td class=\"%s\"><span class=\"sign\">%s</span> ", standing_code[s],
		standings[s].sign);
	add_text(p, _(standings[s].text));
	if (g->tasks[task].hints)
		buf_addf(p->out, " (%d)", g->tasks[task].hints);
	add(p, "</td>");
}

static void add_numbers(struct page *p, const struct grade *g)
{
	int minutes = grade_minutes(g);

	buf_addf(p->out, "<td class=\"number\">%zu/%zu</td><td class=\"number\">%d</td>",
		g->credited, g->n_tasks, g->commands);
	if (minutes >= 0)
		buf_addf(p->out, "<td class=\"number\">%d</td></tr>\n", minutes);
	else
		add(p, "<td class=\"number\">\u2013</td></tr>\n");
}

static void add_student(struct page *p, const struct grade *g)
{
	struct buf mark = BUF_INIT;

	add(p, "<tr><th scope=\"row\">");
	add_name(p, g->student);
	grade_mark(g, &mark);
	if (mark.len)
		add_element(p, "<span class=\"marked\">\u26A0 ", mark.s, "</span>");
	add(p, "</th>");
	if (g->verdict != VERDICT_OK) {
		buf_addf(p->out, "<td class=\"none\" colspan=\"%zu\">", g->n_tasks);
		add_element(p, "", _("not graded: see above"), "</td>");
	}
	for (size_t i = 0; g->verdict == VERDICT_OK && i < g->n_tasks; i++)
		add_standing(p, g, i);
	add_numbers(p, g);
	buf_release(&mark);
}

static void add_class(struct page *p, const struct lab *lab)
{
	static const char *const after[] = {N_("Credit"), N_("Commands"), N_("Minutes")};

	add_element(p, "<div class=\"wide\" tabindex=\"0\"><table class=\"class\"><caption>",
		_("Class"), "</caption>");
	add_element(p, "<thead><tr><th scope=\"col\">", _("Student"), "</th>");
	for (size_t i = 0; i < lab->n_tasks; i++) {
		buf_addf(p->out, "<th scope=\"col\">%zu. ", i + 1);
		add_element(p, "", lab->tasks[i].id.s, "</th>");
	}
	for (size_t i = 0; i < ARRAY_LEN(after); i++)
		add_element(p, "<th scope=\"col\">", _(after[i]), "</th>");
	add(p, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < p->b->n; i++)
		if (p->b->items[i]->lab == lab && p->b->items[i]->counts)
			add_student(p, p->b->items[i]);
	add(p, "</tbody></table></div>\n");
}

/* ---- one lab ---- */

static void add_fact(struct page *p, const char *name, const char *value)
{
	add_element(p, "<div><dt>", name, "</dt>");
	add_element(p, "<dd>", value, "</dd></div>\n");
}

static void add_facts(struct page *p, const struct lab *lab)
{
	struct lab_tally sum;
	struct buf value = BUF_INIT;

	gradebook_tally(p->b, lab, &sum);
	add(p, "<dl>\n");
	buf_addf(&value, "%zu", sum.students);
	add_fact(p, _("Students"), value.s);
	buf_clear(&value);
	buf_addf(&value, "%zu", sum.finished);
	add_fact(p, _("Finished"), value.s);
	buf_clear(&value);
	if (sum.finished)
		buf_addf(&value, _("%.4g (planned: %d)"), sum.minutes, lab->minutes.value);
	add_fact(p, _("Minutes, median"), sum.finished ? value.s : "\u2013");
	buf_clear(&value);
	if (sum.finished)
		buf_addf(&value, _("%.4g (par: %d)"), sum.commands, sum.par);
	add_fact(p, _("Commands, median"), sum.finished ? value.s : "\u2013");
	add(p, "</dl>\n");
	buf_release(&value);
}

static void add_lab(struct page *p, const struct lab *lab)
{
	add_element(p, "<section class=\"lab\" id=\"lab-", lab->id.s, "\">\n<h2>");
	add_title(p, &lab->title);
	add_element(p, " <code>", lab->id.s, "</code></h2>\n");
	add_facts(p, lab);
	add_tasks(p, lab);
	add_class(p, lab);
	add(p, "</section>\n");
}

static void add_legend(struct page *p)
{
	add_element(p, "<footer>\n<p>",
		_("Credit: a task that was passed without its solution being shown. Each submission was done again from its seed; what counts is the state of the world that it leads to. Median: of those who have finished the lab."),
		"</p>\n<p class=\"legend\">");
	for (int s = STANDINGS - 1; s >= 0; s--) {
		buf_addf(p->out, "<span class=\"%s\"><span class=\"sign\">%s</span> ",
			standing_code[s], standings[s].sign);
		add_element(p, "", _(standings[s].text), "</span> ");
	}
	add(p, "</p>\n</footer>\n");
}

void grade_html(
	const struct gradebook *b, const struct look *look, int64_t made_ms, struct buf *out)
{
	struct page p = {b, look, out};

	add_head(&p);
	add_top(&p, made_ms);
	add_marked(&p);
	add_overview(&p);
	for (size_t i = 0; i < b->n_labs; i++)
		add_lab(&p, b->labs[i]);
	add(&p, "</main>\n");
	add_legend(&p);
	add(&p, "</body>\n</html>\n");
}
